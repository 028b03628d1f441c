import { fixName } from "../../problems/index.js";
import type { Policy } from "../policy.js";
import type { Report } from "./report.js";
import type { Surroundings } from "./surroundings.js";

/** Rule events and branches must match one to one, and the two ways out of uncertainty must both be there. */
export function checkBranches(policy: Policy, around: Surroundings, report: Report): void {
  for (const [at, step] of policy.steps.entries()) {
    if (!("decide" in step)) continue;
    const path = `steps[${at}]`;
    const rules = around.ruleSets.get(step.decide);
    if (rules === undefined) {
      report(
        `${path}.decide`,
        "POLICY_UNKNOWN_RULES",
        `No rule set is called "${step.decide}".`,
        fixName(step.decide, around.ruleSets.keys(), "a file in rules/"),
      );
      continue;
    }
    const wanted = [...new Set([...rules.events, "otherwise", "unknown"])];
    for (const event of wanted) {
      if (Object.hasOwn(step.on, event)) continue;
      const why = rules.events.includes(event)
        ? `${rules.file} can answer "${event}"`
        : `"${event}" is always possible`;
      report(
        `${path}.on`,
        "POLICY_MISSING_BRANCH",
        `${why}, and nothing says where that leads.`,
        `Add "${event}": "…" to "on".`,
      );
    }
    for (const event of Object.keys(step.on)) {
      if (wanted.includes(event)) continue;
      report(
        `${path}.on.${event}`,
        "POLICY_UNKNOWN_EVENT",
        `${rules.file} never answers "${event}".`,
        fixName(event, wanted, "a rule"),
      );
    }
    for (const fact of Object.keys(step.facts)) {
      if (!rules.facts.includes(fact)) {
        report(
          `${path}.facts.${fact}`,
          "POLICY_UNKNOWN_FACT",
          `${rules.file} has no fact "${fact}".`,
          fixName(fact, rules.facts, 'it to its "facts"'),
        );
      }
    }
  }
}
