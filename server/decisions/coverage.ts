/** Checks over whole rule sets: a rule that can never decide, two rules that contradict each other, a gap between rules. */
import { type Case, casesOf } from "./cases.js";
import { judgeLeaf } from "./flip.js";
import { truthOf } from "./kleene.js";
import { writeMoney } from "./money.js";
import type { Verdict } from "./operators.js";
import type { Report } from "./report.js";
import type { Leaf, Rule, RuleSet } from "./rule-set.js";
import { sameEvent } from "./settle.js";
import type { Reading } from "./values.js";

/** Above these a check is left out: it must not slow a shop's start down. */
const CASES_PER_PAIR = 2_000;
const CASES_OF_ALL = 10_000;
const CASES_IN_ALL = 200_000;

export function checkCoverage({ rules, leaves }: RuleSet, gaps: boolean, report: Report): void {
  const unreachable = new Set<Rule>();
  let budget = CASES_IN_ALL;
  const casesFor = (about: readonly Leaf[], limit: number): Case[] => {
    const cases = casesOf(about, Math.min(limit, budget)) ?? [];
    budget -= cases.length;
    return cases;
  };
  const neverDecides = (rule: Rule, message: string, fix: string) => {
    unreachable.add(rule);
    report("RULES_UNREACHABLE", ["rules", rule.index], message, fix, "warning");
  };

  for (const [place, rule] of rules.entries()) {
    const alone = casesFor(rule.leaves, CASES_PER_PAIR);
    if (alone.length > 0 && !alone.some((one) => holds(rule, one))) {
      const fix = "Correct its conditions: they contradict each other.";
      neverDecides(rule, `"${rule.name}" can never hold.`, fix);
      continue;
    }
    for (const earlier of rules.slice(0, place)) {
      if (unreachable.has(rule)) break;
      if (unreachable.has(earlier)) continue;
      const both = casesFor([...earlier.leaves, ...rule.leaves], CASES_PER_PAIR);
      const shared = both.filter((one) => holds(rule, one));
      const clash = shared.find((one) => holds(earlier, one));
      if (shared.length > 0 && shared.every((one) => holds(earlier, one))) {
        const message = `"${rule.name}" can never decide: whenever it holds, "${earlier.name}" holds and is asked first.`;
        neverDecides(rule, message, `Move it above "${earlier.name}", change its conditions, or delete it.`);
      } else if (clash !== undefined && contradict(earlier, rule)) {
        const message = `"${earlier.name}" (${earlier.event.type}) and "${rule.name}" (${rule.event.type}) have the same priority, and both hold where ${inWords(clash)}.`;
        report("RULES_CONFLICT", ["rules", rule.index], message, "Give one of them a higher priority.", "warning");
      }
    }
  }

  const all = casesFor(leaves, CASES_OF_ALL);
  for (const [place, rule] of rules.entries()) {
    const mine = unreachable.has(rule) ? [] : all.filter((one) => holds(rule, one));
    const others = rules.slice(0, place);
    if (mine.length > 0 && mine.every((one) => others.some((earlier) => holds(earlier, one)))) {
      const message = `"${rule.name}" can never decide: whenever it holds, one of the rules asked before it holds too.`;
      neverDecides(rule, message, "Move it up, change its conditions, or delete it.");
    }
  }
  if (!gaps) return;
  const gap = all.find((one) => rules.every((rule) => truth(rule, one) === "false"));
  if (gap !== undefined) {
    const message = `No rule holds where ${inWords(gap)}; the decision is then "otherwise".`;
    report("RULES_GAP", ["rules"], message, 'Add a rule for it, unless "otherwise" is what you want there.', "warning");
  }
}

function contradict(a: Rule, b: Rule): boolean {
  return a.hasPriority && b.hasPriority && a.priority === b.priority && !sameEvent(a.event, b.event);
}

function holds(rule: Rule, one: Case): boolean {
  return truth(rule, one) === "true";
}

function truth(rule: Rule, { readings, now }: Case): Verdict {
  const verdicts: Verdict[] = [];
  for (const leaf of rule.leaves) verdicts[leaf.index] = judgeLeaf(leaf, readings, now).verdict;
  return truthOf(rule.when, verdicts);
}

/** `order.status is "approved" and order.total is 12.00 USD`. */
function inWords({ readings }: Case): string {
  const parts = [...readings].filter(([key]) => key !== "now" && key !== "today");
  return parts.map(([key, reading]) => `${key} is ${show(reading)}`).join(" and ");
}

function show(reading: Reading): string {
  if (reading.state !== "known") return "empty";
  const { value, raw } = reading;
  const isMoney = typeof value === "object" && value.type === "money";
  return isMoney ? writeMoney(value.amountMinor, value.currency) : JSON.stringify(raw);
}
