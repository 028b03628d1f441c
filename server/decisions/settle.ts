import type { Verdict } from "./operators.js";
import type { Rule, RuleEvent } from "./rule-set.js";

export interface Outcome {
  /** A rule's event, `otherwise` or `unknown`. */
  readonly event: string;
  readonly params?: RuleEvent["params"];
  /** The rule that decided; absent for `otherwise` and `unknown`. */
  readonly rule?: Rule;
  /** For `unknown`: the rules that could still change the outcome, in order. */
  readonly open: readonly Rule[];
}

/**
 * The first rule that certainly holds decides, unless a rule before it may hold and would decide otherwise.
 *
 * @param rules in the order in which they are asked
 * @param verdictOf whether a rule holds
 */
export function settle(rules: readonly Rule[], verdictOf: (rule: Rule) => Verdict): Outcome {
  const open: Rule[] = [];
  for (const rule of rules) {
    const verdict = verdictOf(rule);
    if (verdict === "unknown") open.push(rule);
    if (verdict !== "true") continue;
    const rivals = open.filter((earlier) => !sameEvent(earlier.event, rule.event));
    if (rivals.length > 0) return { event: "unknown", open: rivals };
    const { type, params } = rule.event;
    return { event: type, ...(params !== undefined && { params }), rule, open: [] };
  }
  return { event: open.length > 0 ? "unknown" : "otherwise", open };
}

export function sameEvent(a: RuleEvent, b: RuleEvent): boolean {
  if (a.type !== b.type) return false;
  const [left, right] = [Object.entries(a.params ?? {}), b.params ?? {}];
  return (
    left.length === Object.keys(right).length &&
    left.every(([name, value]) => Object.hasOwn(right, name) && right[name] === value)
  );
}
