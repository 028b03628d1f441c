import { ask } from "./engine.js";
import { readFacts } from "./facts.js";
import { boundOf, judgeLeaf, nearestFlip } from "./flip.js";
import type { Verdict } from "./operators.js";
import type { Leaf, Rule, RuleEvent, RuleSet } from "./rule-set.js";
import { settle } from "./settle.js";
import type { Json, Reading } from "./values.js";

export interface Decision {
  /** Id of the rule set. */
  readonly rules: string;
  /** A rule's event, `otherwise` when no rule holds, or `unknown` when that depends on a fact that is not known. */
  readonly event: string;
  /** The name of the rule that decided. */
  readonly rule?: string;
  readonly params?: RuleEvent["params"];
  /** Every condition of the rules that were asked, up to the one that decided. */
  readonly why: readonly ConditionVerdict[];
  /** The nearest change that would have changed the decision: "2 days too late for refund (delivered at)". For people. */
  readonly flip?: string;
  /** The same among the conditions that shoppers may be told of. */
  readonly flipForShopper?: string;
  /** What went wrong inside; the event is then `unknown`. For logs only. */
  readonly failure?: string;
}

export interface ConditionVerdict {
  readonly rule: string;
  readonly fact: string;
  readonly path?: string;
  /** What was found, as JSON (money in minor units); absent where nothing was found. */
  readonly value?: Json;
  readonly operator: string;
  /** What it was compared with, in the same form; absent for `isEmpty`, and where another fact was named and not found. */
  readonly bound?: Json;
  /** The other fact, where one was named: `order.ship_date`. */
  readonly against?: string;
  readonly verdict: Verdict;
  /** Why the verdict is unknown. */
  readonly note?: string;
  /** `false`: not to be told to shoppers. */
  readonly tell: boolean;
}

/**
 * Which event holds for these facts, and why.
 *
 * A fact is unknown when it is absent, of the wrong type, or outside its declared range; `null` is known to be empty.
 * Unknown never opens a branch: if a fact that is unknown could change the outcome, the event is `unknown`.
 *
 * @param facts by the names that the rule file declares; `now` and `today` are built in
 * @param now milliseconds since 1970, UTC
 * @returns never rejects, whatever the facts
 */
export async function decide(
  ruleSet: RuleSet,
  facts: Readonly<Record<string, unknown>>,
  now: number,
): Promise<Decision> {
  try {
    return await decideOrThrow(ruleSet, facts, now);
  } catch (error) {
    return { rules: ruleSet.id, event: "unknown", why: [], failure: error instanceof Error ? error.message : "" };
  }
}

async function decideOrThrow(ruleSet: RuleSet, facts: unknown, now: number): Promise<Decision> {
  const readings = readFacts(ruleSet.operands, facts, now);
  const { rules, leaves: verdicts } = await ask(ruleSet, readings, now);
  const byRule = new Map(ruleSet.rules.map((rule, place) => [rule, rules[place] ?? "unknown"]));
  const verdictOf = (rule: Rule) => byRule.get(rule) ?? "unknown";
  const outcome = settle(ruleSet.rules, verdictOf);

  const asked = { ruleSet, readings, verdicts, verdictOf, now, outcome };
  const flip = nearestFlip(asked, () => true);
  const flipForShopper = ruleSet.leaves.every(({ tell }) => tell) ? flip : nearestFlip(asked, ({ tell }) => tell);
  const last = outcome.rule === undefined ? ruleSet.rules.length : ruleSet.rules.indexOf(outcome.rule) + 1;
  const explain = (rule: Rule) =>
    rule.leaves.map((leaf) => conditionVerdict(rule, leaf, verdicts[leaf.index] ?? "unknown", readings, now));
  return {
    rules: ruleSet.id,
    event: outcome.event,
    ...(outcome.rule !== undefined && { rule: outcome.rule.name }),
    ...(outcome.params !== undefined && { params: outcome.params }),
    why: ruleSet.rules.slice(0, last).flatMap(explain),
    ...(flip !== undefined && { flip }),
    ...(flipForShopper !== undefined && { flipForShopper }),
  };
}

function conditionVerdict(
  rule: Rule,
  leaf: Leaf,
  verdict: Verdict,
  readings: ReadonlyMap<string, Reading>,
  now: number,
): ConditionVerdict {
  const { operand, operator, tell } = leaf;
  const value = readings.get(operand.key)?.raw;
  const bound = boundOf(leaf, readings)?.raw;
  const note = verdict === "unknown" ? judgeLeaf(leaf, readings, now).note : undefined;
  return {
    rule: rule.name,
    fact: operand.fact,
    ...(operand.pathText !== undefined && { path: operand.pathText }),
    ...(value !== undefined && { value }),
    operator,
    ...(bound !== undefined && { bound }),
    ...(leaf.bound && "operand" in leaf.bound && { against: leaf.bound.operand.key }),
    verdict,
    ...(note !== undefined && { note }),
    tell,
  };
}
