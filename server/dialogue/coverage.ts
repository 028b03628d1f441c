/** Which ways through the policies no conversation has taken yet, and which failures of their tools none has met. */
import { failureOf } from "./calling.js";
import { graphOf } from "./checks/graph.js";
import type { PolicySet } from "./load.js";
import type { WayTaken } from "./state.js";

export type Failure = "not_found" | "refused" | "unavailable" | "unknown_outcome";

export interface Coverage {
  /** Ways that there are: from each step to each that may come after it, and from each call to each of its failures. */
  readonly ways: number;
  readonly taken: number;
  readonly missing: readonly {
    readonly policy: string;
    readonly file: string;
    readonly from: string;
    readonly to: string;
  }[];
}

/** @param failuresOf how a tool can fail; `$name` stands for one that is handed in. None is asked for where left out */
export function coverageOf(
  policies: PolicySet,
  taken: Iterable<WayTaken>,
  failuresOf: (tool: string) => readonly Failure[] = () => [],
): Coverage {
  const seen = new Set([...taken].map(keyOf));
  const all = new Map<string, { policy: string; file: string; from: string; to: string }>();
  for (const policy of policies.all.values()) {
    const { ways } = graphOf(policy, (id) => policies.all.get(id)?.gives ?? []);
    const failures = policy.steps.flatMap((step) =>
      "call" in step ? failuresOf(step.call).map((failure) => ({ from: step.id, to: failureOf(failure) })) : [],
    );
    for (const { from, to } of [...ways, ...failures])
      all.set(keyOf({ policy: policy.id, from, to }), { policy: policy.id, file: policy.file, from, to });
  }
  const missing = [...all].filter(([key]) => !seen.has(key)).map(([, way]) => way);
  return { ways: all.size, taken: all.size - missing.length, missing };
}

function keyOf({ policy, from, to }: WayTaken): string {
  return `${policy}: ${from} → ${to}`;
}
