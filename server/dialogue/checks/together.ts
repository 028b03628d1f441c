/** What can only be seen of all policies together: where running and transferring lead round in circles. */
import type { Problem } from "../../problems/index.js";
import type { Policy } from "../policy.js";
import { type Graph, graphOf } from "./graph.js";
import { reporter } from "./report.js";

interface Lead {
  readonly from: Policy;
  readonly to: string;
  readonly by: "run" | "go";
  readonly path: string;
  /** Whether it can be reached from the policy's first step without a word from the shopper. */
  readonly isSilent: boolean;
}

export function checkTogether(all: ReadonlyMap<string, Policy>): Problem[] {
  const problems: Problem[] = [];
  const leads = [...all.values()].flatMap(leadsOf);
  for (const lead of leads) {
    const report = reporter(lead.from, problems);
    if (lead.by === "run" && canReach(lead.to, lead.from.id, leads)) {
      report(
        lead.path,
        "POLICY_RUNS_ITSELF",
        `"${lead.to}" leads back to "${lead.from.id}", which would wait for itself without end.`,
        'Use "go" for one of the ways, which does not come back.',
      );
    } else if (lead.isSilent && lead.by === "go") {
      const silent = leads.filter(({ isSilent, by }) => isSilent && by === "go");
      if (!canReach(lead.to, lead.from.id, silent)) continue;
      report(
        lead.path,
        "POLICY_SILENT_LOOP",
        `"${lead.from.id}" and "${lead.to}" lead to each other without ever asking the shopper.`,
        'Put an "ask" into one of them, or lead one branch elsewhere.',
      );
    }
  }
  for (const policy of all.values()) {
    if (policy.intents.length > 0 || leads.some(({ to }) => to === policy.id)) continue;
    reporter(policy, problems)(
      "intents",
      "POLICY_UNUSED",
      "No intent starts this policy, and no other policy leads to it.",
      `Name an intent, lead a policy to "#${policy.id}", or remove the file.`,
      "warning",
    );
  }
  return problems;
}

function leadsOf(policy: Policy): Lead[] {
  const silent = silentlyReached(
    policy,
    graphOf(policy, () => []),
  );
  return policy.steps.flatMap((step, at) => {
    const by = "run" in step ? "run" : "go" in step ? "go" : undefined;
    if (by === undefined) return [];
    const to = ("run" in step ? step.run : "go" in step ? step.go : "").slice(1);
    return [{ from: policy, to, by, path: `steps[${at}].${by}`, isSilent: silent.has(step.id) }];
  });
}

function silentlyReached(policy: Policy, graph: Graph): ReadonlySet<string> {
  const first = policy.steps[0]?.id as string;
  const seen = new Set([first]);
  const open = [first];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    for (const { to, waits } of graph.waysFrom(step)) {
      if (waits || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}

function canReach(start: string, end: string, leads: readonly Lead[]): boolean {
  const seen = new Set([start]);
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === end) return true;
    for (const { from, to } of leads) {
      if (from.id !== id || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return false;
}
