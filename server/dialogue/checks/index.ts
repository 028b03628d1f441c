/** Everything that can be known to be wrong with a policy before a shopper meets it. */
import type { Problem } from "../../problems/index.js";
import type { Policy } from "../policy.js";
import { checkAnswers, checkBranches } from "./branches.js";
import { checkContext } from "./context.js";
import { type Graph, graphOf, reachableFrom, silentLoop } from "./graph.js";
import { checkNames, checkTargets } from "./names.js";
import { type Report, reporter } from "./report.js";
import type { Surroundings } from "./surroundings.js";
import { checkTopic } from "./topic.js";

export function checkPolicy(policy: Policy, all: ReadonlyMap<string, Policy>, around: Surroundings): Problem[] {
  const problems: Problem[] = [];
  const report = reporter(policy, problems);
  const graph = graphOf(policy, (id) => all.get(id)?.gives ?? []);
  checkTargets(policy, graph, report);
  checkNames(policy, all, around, report);
  checkBranches(policy, around, report);
  checkAnswers(policy, report);
  if (problems.length > 0) return problems; // The checks below need a graph that holds together.
  checkShape(policy, graph, report);
  checkContext(policy, graph, all, around, report);
  checkTopic(policy, around, report);
  return problems;
}

function checkShape(policy: Policy, graph: Graph, report: Report): void {
  for (const id of graph.runsOut) {
    const at = policy.place.get(id);
    report(
      `steps[${at}]`,
      "POLICY_RUNS_OUT",
      `After "${id}" there is no step.`,
      'Add "then", or an "end" or "handoff" step after it.',
    );
  }
  const first = policy.steps[0]?.id as string;
  const reached = reachableFrom(first, graph);
  for (const [at, { id }] of policy.steps.entries()) {
    if (!reached.has(id)) {
      report(
        `steps[${at}].id`,
        "POLICY_UNREACHABLE_STEP",
        `Nothing leads to "${id}".`,
        "Lead a branch to it, or remove it.",
      );
    }
  }
  const loop = silentLoop(policy, graph);
  if (loop !== undefined) {
    const at = policy.place.get(loop[0] as string);
    report(
      `steps[${at}]`,
      "POLICY_SILENT_LOOP",
      `${loop.join(" → ")} → ${loop[0]} goes round without ever asking the shopper.`,
      'Put an "ask" into it, or lead one branch elsewhere.',
    );
  }
}
