/** The shape of a rule file, written once: it checks files, gives the types, and becomes the JSON Schema for editors. */
import { z } from "zod";
import { OPERATOR_NAMES } from "./operators.js";

export const LIMITS = { rules: 50, conditionsPerRule: 50, conditionsPerFile: 500, pathLength: 200, textLength: 500 };

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, "A name has lower-case letters, digits and _, and begins with a letter.");
const Text = z.string().min(1).max(LIMITS.textLength);
const PathText = z
  .string()
  .min(1)
  .max(LIMITS.pathLength)
  .describe("Where in the fact the value stands: `status`, `refund.status`, `items[0].sku`. Plain dotted paths only.");

const MoneyLiteral = z
  .strictObject({ amount: z.number(), currency: z.string().regex(/^[A-Z]{3}$/, "A currency is an ISO 4217 code.") })
  .describe('Money in major units: { "amount": 150, "currency": "USD" }');
const OtherFact = z
  .strictObject({ fact: Name, path: PathText.optional() })
  .describe("Compares with another fact instead of a fixed value. `now` and `today` are built in.");
const Literal = z.union([z.string().max(LIMITS.textLength), z.number(), z.boolean(), MoneyLiteral]);

const Condition = z.strictObject({
  fact: Name,
  path: PathText.optional(),
  operator: z.enum(OPERATOR_NAMES),
  value: z.union([Literal, z.array(Literal).min(1).max(200), OtherFact]).optional(),
  tell: z.literal(false).optional().describe("`false`: shoppers are not told of this condition."),
});

const All = z.strictObject({
  get all() {
    return z.array(ConditionOrGroup).min(1);
  },
});
const Any = z.strictObject({
  get any() {
    return z.array(ConditionOrGroup).min(1);
  },
});
const Not = z.strictObject({
  get not() {
    return ConditionOrGroup;
  },
});
const Group = z.union([All, Any, Not]).describe("Exactly one of all, any and not.");
const ConditionOrGroup: z.ZodType<ConditionJson> = z.lazy(() => z.union([All, Any, Not, Condition]));

const Rule = z.strictObject({
  name: Text.describe("What a manager would call it: `Delivered less than 30 days ago`."),
  conditions: Group,
  event: z.strictObject({
    type: Name.describe("The decision when this rule holds; policies branch on it."),
    params: z.record(Name, z.union([z.string().max(LIMITS.textLength), z.number(), z.boolean(), z.null()])).optional(),
  }),
  priority: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("Higher is asked first; 1 if left out. Rules of equal priority are asked in the order of the file."),
  tell: z.literal(false).optional().describe("`false`: shoppers are not told of any condition of this rule."),
});

const ResultFact = z.strictObject({
  result: z.string().describe("The capability whose result this is, for example `get_order`."),
});
const TypedFact = z.strictObject({
  type: z.enum(["number", "integer", "text", "yes_no", "date", "money", "list"]),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: z.string().max(30).optional().describe("For people: `days`, `%`."),
  oneOf: z
    .array(z.union([z.string(), z.number()]))
    .min(1)
    .max(200)
    .optional(),
  of: z
    .enum(["number", "integer", "text", "yes_no", "date", "money"])
    .optional()
    .describe("For a list: what its entries are. Text if left out."),
});
export type TypedFact = z.infer<typeof TypedFact>;

export const RuleFile = z.strictObject({
  $schema: z.string().optional(),
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, "An id has lower-case letters, digits and -, and begins with a letter.")
    .describe("The name by which policies ask for these rules."),
  title: Text,
  facts: z.record(Name, z.union([ResultFact, TypedFact])),
  rules: z.array(Rule).min(1).max(LIMITS.rules),
});
export type RuleFile = z.infer<typeof RuleFile>;
export type RuleJson = RuleFile["rules"][number];
export type FactJson = RuleFile["facts"][string];
export type LeafJson = z.infer<typeof Condition>;
export type ValueJson = NonNullable<LeafJson["value"]>;
export type ConditionJson = LeafJson | { all: ConditionJson[] } | { any: ConditionJson[] } | { not: ConditionJson };

/** For merchants' editors; written to `rules/schema/rules.schema.json` by the build. */
export function jsonSchema(): unknown {
  return z.toJSONSchema(RuleFile, { io: "input" });
}
