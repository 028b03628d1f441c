/** Which ways through the policies no conversation has taken yet. */
import { graphOf } from "./checks/graph.js";
import type { PolicySet } from "./load.js";
import type { WayTaken } from "./state.js";

export interface Coverage {
  /** Ways that there are: from each step to each that may come after it. */
  readonly ways: number;
  readonly taken: number;
  readonly missing: readonly {
    readonly policy: string;
    readonly file: string;
    readonly from: string;
    readonly to: string;
  }[];
}

export function coverageOf(policies: PolicySet, taken: Iterable<WayTaken>): Coverage {
  const seen = new Set([...taken].map(keyOf));
  const all = new Map<string, { policy: string; file: string; from: string; to: string }>();
  for (const policy of policies.all.values()) {
    const { ways } = graphOf(policy, (id) => policies.all.get(id)?.gives ?? []);
    for (const { from, to } of ways)
      all.set(keyOf({ policy: policy.id, from, to }), { policy: policy.id, file: policy.file, from, to });
  }
  const missing = [...all].filter(([key]) => !seen.has(key)).map(([, way]) => way);
  return { ways: all.size, taken: all.size - missing.length, missing };
}

function keyOf({ policy, from, to }: WayTaken): string {
  return `${policy}: ${from} → ${to}`;
}
