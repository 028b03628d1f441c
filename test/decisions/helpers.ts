import { z } from "zod";
import { type Decision, decide, loadRuleSets, type RuleSet } from "../../server/decisions/index.js";
import { formatProblem, type Problem } from "../../server/problems/index.js";

/** Noon in London on 10 March 2025. */
export const NOW = Date.parse("2025-03-10T12:00:00Z");

const text = z.string().nullable().optional();
const time = z.iso.datetime({ offset: true }).nullable().optional();
const money = z
  .strictObject({ amountMinor: z.number().int(), currency: z.string().length(3) })
  .nullable()
  .optional();
/** The shape of an order as a tool would declare it. */
export const Order = z.strictObject({
  number: z.string(),
  email: text,
  status: text,
  ordered_at: time,
  estimated_delivery: time,
  delivered_at: time,
  total: money,
  paid: money,
  insured: z.boolean().nullable().optional(),
  tags: z.array(z.string()).nullable().optional(),
  refund: z.strictObject({ status: text, amount: money }).nullable().optional(),
  flags: z.strictObject({ fraud: z.boolean().nullable().optional() }).nullable().optional(),
  items: z.array(z.strictObject({ sku: text, quantity: z.number().int().nonnegative() })).optional(),
});
export const shapes = { get_order: Order };

export const FACTS = {
  order: { result: "get_order" },
  days: { type: "integer", min: 0, unit: "days" },
  amount: { type: "number", min: 0 },
  level: { type: "text", oneOf: ["low", "high"] },
  vip: { type: "yes_no" },
};

export interface RuleText {
  name?: string;
  conditions?: unknown;
  event?: unknown;
  priority?: number;
  [key: string]: unknown;
}

/** One rule file as text; rules get names and the event `allow` unless they say otherwise. */
export function ruleFile(
  rules: readonly RuleText[],
  facts: unknown = FACTS,
  id = "test",
): { file: string; text: string } {
  const named = rules.map((rule, place) => ({ name: `rule ${place + 1}`, event: { type: "allow" }, ...rule }));
  return { file: `rules/${id}.rules.json`, text: JSON.stringify({ id, title: "Test", facts, rules: named }) };
}

export function problemsIn(rules: readonly RuleText[], facts?: unknown, gaps = false): readonly Problem[] {
  return loadRuleSets([ruleFile(rules, facts)], { shapes, gaps }).problems;
}

export function ruleSetOf(rules: readonly RuleText[], facts?: unknown): RuleSet {
  const { ruleSets, problems } = loadRuleSets([ruleFile(rules, facts)], { shapes });
  const ruleSet = ruleSets.get("test");
  if (ruleSet === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return ruleSet;
}

export async function decideWith(
  rules: readonly RuleText[],
  facts: Record<string, unknown>,
  now = NOW,
): Promise<Decision> {
  return decide(ruleSetOf(rules), facts, now);
}

/** The event of one rule with one condition (or group), which says `allow` if it holds. */
export async function ask(condition: unknown, facts: Record<string, unknown>, now = NOW): Promise<string> {
  const isGroup = Object.keys(condition as object).some((key) => ["all", "any", "not"].includes(key));
  const decision = await decideWith([{ conditions: isGroup ? condition : { all: [condition] } }], facts, now);
  return decision.event;
}
