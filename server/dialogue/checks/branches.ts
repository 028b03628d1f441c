import { fixName, nearestName } from "../../problems/index.js";
import type { Policy, Step } from "../policy.js";
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

/** The answers of a question that lead somewhere must be ones that it can have. */
export function checkAnswers(policy: Policy, report: Report): void {
  for (const [at, step] of policy.steps.entries()) {
    if (!("ask" in step)) continue;
    const possible = [...fixedAnswers(step), "unknown", "insists"];
    for (const answer of Object.keys(step.on ?? {})) {
      if (possible.includes(answer)) continue;
      report(
        `steps[${at}].on.${answer}`,
        "POLICY_UNKNOWN_ANSWER",
        `The answer is never "${answer}".`,
        possible.length === 2 && nearestName(answer, possible) === undefined
          ? 'A question like this can only branch on "unknown"; test the answer in a rule instead.'
          : fixName(answer, possible, "a choice"),
      );
    }
  }
}

/** The answers that are known before it is asked: yes and no, or the choices of the file. */
export function fixedAnswers({ type, choices }: Extract<Step, { ask: string }>): string[] {
  if (Array.isArray(choices)) return choices.map(({ value }) => value);
  return type === "yes_no" ? ["yes", "no"] : [];
}
