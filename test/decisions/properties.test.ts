import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../server/decisions/index.js";
import { FACTS, NOW, problemsIn, type RuleText, ruleSetOf } from "./helpers.js";

/** A second, tiny opinion on the same rules: numbers, one text and one yes/no, straight from the truth tables. */
type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { fact: string; operator: string; value?: unknown };
type Given = Record<string, unknown>;

function holds(condition: Condition, facts: Given): boolean | undefined {
  if ("not" in condition) {
    const inner = holds(condition.not, facts);
    return inner === undefined ? undefined : !inner;
  }
  if ("fact" in condition) return leaf(condition.operator, facts[condition.fact], condition.value);
  const [parts, decisive] = "all" in condition ? [condition.all, false] : [condition.any, true];
  const answers = parts.map((part) => holds(part, facts));
  if (answers.includes(decisive)) return decisive;
  return answers.includes(undefined) ? undefined : !decisive;
}

function leaf(operator: string, fact: unknown, value: unknown): boolean | undefined {
  if (fact === undefined || fact === "wrong" || fact === -5) return undefined;
  if (operator === "isEmpty") return fact === null;
  if (operator === "equal") return fact === value;
  if (operator === "notEqual") return fact !== value;
  if (operator === "oneOf") return (value as unknown[]).includes(fact);
  if (fact === null) return undefined;
  if (operator === "lessThan") return (fact as number) < (value as number);
  return (fact as number) >= (value as number);
}

function outcome(rules: readonly RuleText[], facts: Given): string {
  const sorted = inOrder(rules);
  const open = new Set<string>();
  for (const rule of sorted) {
    const { type } = rule.event as { type: string };
    const answer = holds(rule.conditions as Condition, facts);
    if (answer === undefined) open.add(type);
    if (answer === true) return [...open].every((other) => other === type) ? type : "unknown";
  }
  return open.size > 0 ? "unknown" : "otherwise";
}

function inOrder(rules: readonly RuleText[]) {
  const indexed = rules.map((rule, index) => ({ ...rule, index }));
  return indexed.toSorted((a, b) => (b.priority ?? 1) - (a.priority ?? 1) || a.index - b.index);
}

const number = fc.integer({ min: 0, max: 4 });
const aboutDays = fc.oneof(
  fc.record({
    fact: fc.constant("days"),
    operator: fc.constantFrom("equal", "notEqual", "lessThan", "greaterThanInclusive"),
    value: number,
  }),
  fc.record({
    fact: fc.constant("days"),
    operator: fc.constant("oneOf"),
    value: fc.array(number, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ fact: fc.constantFrom("days", "level", "vip"), operator: fc.constant("isEmpty") }),
);
const aboutLevel = fc.record({
  fact: fc.constant("level"),
  operator: fc.constantFrom("equal", "notEqual"),
  value: fc.constantFrom("low", "high"),
});
const aboutVip = fc.record({
  fact: fc.constant("vip"),
  operator: fc.constantFrom("equal", "notEqual"),
  value: fc.boolean(),
});
const { group } = fc.letrec<{ group: Condition; part: Condition }>((tie) => ({
  part: fc.oneof({ maxDepth: 2 }, fc.oneof(aboutDays, aboutLevel, aboutVip), tie("group")),
  group: fc.oneof(
    { maxDepth: 2 },
    fc.record({ all: fc.array(tie("part"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("part"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("part") }),
  ),
}));
const ruleTexts = fc.array(
  fc.record(
    {
      conditions: group,
      event: fc.record({ type: fc.constantFrom("a", "b", "c") }),
      priority: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ["conditions", "event"] },
  ),
  { minLength: 1, maxLength: 4 },
);

const DAYS = [0, 1, 2, 3, 4, 5, null];
const LEVELS = ["low", "high", null];
const VIPS = [true, false, null];
const fullFacts = fc.record({
  days: fc.constantFrom(...DAYS),
  level: fc.constantFrom(...LEVELS),
  vip: fc.constantFrom(...VIPS),
});
const anyFacts = fc.record(
  {
    days: fc.constantFrom(...DAYS, undefined, "wrong", -5),
    level: fc.constantFrom(...LEVELS, undefined, "wrong"),
    vip: fc.constantFrom(...VIPS, undefined, "wrong"),
  },
  { requiredKeys: [] },
);

describe("any rules over any facts", () => {
  it("decide as three-valued logic says", async () => {
    await fc.assert(
      fc.asyncProperty(ruleTexts, fc.array(anyFacts, { minLength: 1, maxLength: 5 }), async (rules, given) => {
        const set = ruleSetOf(rules, FACTS);
        for (const facts of given) {
          const decision = await decide(set, facts, NOW);
          expect(decision.failure).toBeUndefined();
          expect(decision.event).toBe(outcome(rules, facts));
          for (const { operator, fact, bound, verdict } of decision.why) {
            expect(verdict).toBe(String(leaf(operator, (facts as Given)[fact], bound) ?? "unknown"));
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("a decision made without a fact stands, whatever the fact turns out to be", async () => {
    await fc.assert(
      fc.asyncProperty(ruleTexts, fullFacts, fc.constantFrom("days", "level", "vip"), async (rules, full, without) => {
        const set = ruleSetOf(rules, FACTS);
        const { [without]: _, ...partial } = full;
        const before = (await decide(set, partial, NOW)).event;
        const completions = { days: DAYS, level: LEVELS, vip: VIPS }[without] ?? [];
        if (before === "unknown") return;
        for (const value of completions) {
          const after = (await decide(set, { ...partial, [without]: value }, NOW)).event;
          expect(after).toBe(before);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never reject, and answer in plain JSON", async () => {
    const conditions = ["status", "total", "delivered_at", "tags", "refund.status", "items[0].quantity", "insured"].map(
      (path) => ({
        not: { fact: "order", path, operator: "isEmpty" },
      }),
    );
    const set = ruleSetOf([
      { conditions: { any: conditions } },
      { conditions: { all: [{ fact: "days", operator: "lessThan", value: 3 }] } },
    ]);
    const anything = fc.anything({
      key: fc.oneof(
        fc.constantFrom("status", "total", "delivered_at", "tags", "refund", "items", "amountMinor", "__proto__"),
        fc.string(),
      ),
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
      withNullPrototype: true,
      withTypedArray: true,
    });
    await fc.assert(
      fc.asyncProperty(anything, anything, async (given, days) => {
        const decision = await decide(set, { order: given, days }, NOW);
        expect(decision.failure).toBeUndefined();
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
      { numRuns: 1_000 },
    );
  });

  it("a rule is called unreachable if and only if no facts reach it", async () => {
    const every = [0, 1, 2, 3, 4, 5, 6, null].flatMap((days) =>
      LEVELS.flatMap((level) => VIPS.map((vip) => ({ days, level, vip }))),
    );
    fc.assert(
      fc.property(ruleTexts, (rules) => {
        const warned = problemsIn(rules, FACTS).filter(({ code }) => code === "RULES_UNREACHABLE");
        const sorted = inOrder(rules);
        const unreachable = sorted.filter((rule, place) => {
          const holdsFirst = (facts: Given) =>
            holds(rule.conditions as Condition, facts) === true &&
            !sorted.slice(0, place).some((earlier) => holds(earlier.conditions as Condition, facts) === true);
          return !every.some(holdsFirst);
        });
        expect(warned.map(({ path }) => path).toSorted()).toEqual(
          unreachable.map(({ index }) => `rules[${index}]`).toSorted(),
        );
      }),
      { numRuns: 500 },
    );
  });
});
