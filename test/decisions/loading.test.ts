import { describe, expect, it } from "vitest";
import { decide, jsonSchema, loadRuleSets, RULE_PROBLEMS } from "../../server/decisions/index.js";
import { FACTS, NOW, problemsIn, type RuleText, ruleFile, ruleSetOf, shapes } from "./helpers.js";

const recent = { fact: "days", operator: "lessThanInclusive", value: 30 };
const one = (condition: unknown): RuleText[] => [{ conditions: { all: [condition] } }];
const order = (path: string | undefined, operator: string, value?: unknown) => ({
  fact: "order",
  path,
  operator,
  value,
});

/** One bad file each, with the problem that a merchant reads. */
const BAD: [code: string, rules: RuleText[], facts: unknown, path: string, words: string][] = [
  ["RULES_SCHEMA", [{ ...one(recent)[0], because: "x" }], FACTS, "rules[0].because", "not a known key"],
  ["RULES_SCHEMA", one({ ...recent, params: {} }), FACTS, "rules[0].conditions.all[0].params", "not a known key"],
  ["RULES_SCHEMA", [], FACTS, "rules", "expected array to have >=1"],
  ["RULES_SCHEMA", one({ operator: "isEmpty" }), FACTS, "rules[0].conditions.all[0].fact", "found nothing"],
  ["RULES_SCHEMA", one(recent), { days: { type: "nmber" } }, "facts.days.type", '"nmber"'],
  ["RULES_SCHEMA", [{ ...one(recent)[0], event: { type: "Not Allowed" } }], FACTS, "rules[0].event.type", "lower-case"],
  [
    "RULES_DUPLICATE_NAME",
    [
      { ...one(recent)[0], name: "a" },
      { ...one(recent)[0], name: "a" },
    ],
    FACTS,
    "rules[1].name",
    "rules[0]",
  ],
  [
    "RULES_RESERVED_EVENT",
    [{ ...one(recent)[0], event: { type: "unknown" } }],
    FACTS,
    "rules[0].event.type",
    '"unknown"',
  ],
  [
    "RULES_RESERVED_EVENT",
    [{ ...one(recent)[0], event: { type: "otherwise" } }],
    FACTS,
    "rules[0].event.type",
    '"otherwise"',
  ],
  [
    "RULES_RESERVED_FACT",
    one({ fact: "today", operator: "after", value: "2025-01-01" }),
    { today: { type: "date" } },
    "facts.today",
    "built in",
  ],
  [
    "RULES_FACT_DECLARATION",
    one(recent),
    { ...FACTS, amount: { type: "number", min: 5, max: 1 } },
    "facts.amount.min",
    "above",
  ],
  [
    "RULES_FACT_DECLARATION",
    one(recent),
    { ...FACTS, vip: { type: "yes_no", min: 1 } },
    "facts.vip.min",
    "for numbers",
  ],
  [
    "RULES_FACT_DECLARATION",
    one(recent),
    { ...FACTS, level: { type: "text", oneOf: ["a", 1] } },
    "facts.level.oneOf",
    "1 cannot be",
  ],
  [
    "RULES_FACT_DECLARATION",
    one(recent),
    { ...FACTS, level: { type: "text", of: "text" } },
    "facts.level.of",
    "for lists",
  ],
  [
    "RULES_UNKNOWN_TOOL_RESULT",
    one(order("delivered_at", "before", "now")),
    { order: { result: "get_ordr" } },
    "facts.order.result",
    '"get_ordr"',
  ],
  [
    "RULES_UNKNOWN_FACT",
    one({ fact: "dayz", operator: "isEmpty" }),
    FACTS,
    "rules[0].conditions.all[0].fact",
    '"dayz"',
  ],
  [
    "RULES_UNKNOWN_FACT",
    one({ ...recent, value: { fact: "limit" } }),
    FACTS,
    "rules[0].conditions.all[0].value.fact",
    '"limit"',
  ],
  ["RULES_BAD_PATH", one(order("a..b", "isEmpty")), FACTS, "rules[0].conditions.all[0].path", '"a..b"'],
  ["RULES_UNKNOWN_PATH", one(order("statuss", "isEmpty")), FACTS, "rules[0].conditions.all[0].path", '"statuss"'],
  ["RULES_UNKNOWN_PATH", one(order("items.sku", "isEmpty")), FACTS, "rules[0].conditions.all[0].path", "is a list"],
  [
    "RULES_UNKNOWN_PATH",
    one(order("status.code", "isEmpty")),
    FACTS,
    "rules[0].conditions.all[0].path",
    "has no parts",
  ],
  [
    "RULES_UNKNOWN_PATH",
    one({ fact: "days", path: "x", operator: "isEmpty" }),
    FACTS,
    "rules[0].conditions.all[0].path",
    "has no parts",
  ],
  [
    "RULES_UNKNOWN_OPERATOR",
    one({ ...recent, operator: "constructor" }),
    FACTS,
    "rules[0].conditions.all[0].operator",
    '"constructor"',
  ],
  [
    "RULES_OPERATOR_TYPE",
    one(order("status", "lessThan", 5)),
    FACTS,
    "rules[0].conditions.all[0].operator",
    "which is text",
  ],
  [
    "RULES_OPERATOR_TYPE",
    one(order("total", "before", "now")),
    FACTS,
    "rules[0].conditions.all[0].operator",
    "an amount of money",
  ],
  [
    "RULES_OPERATOR_TYPE",
    one(order(undefined, "equal", "x")),
    FACTS,
    "rules[0].conditions.all[0].operator",
    "an object",
  ],
  ["RULES_VALUE_TYPE", one({ ...recent, value: "30" }), FACTS, "rules[0].conditions.all[0].value", 'found "30"'],
  ["RULES_VALUE_TYPE", one({ ...recent, value: 1.5 }), FACTS, "rules[0].conditions.all[0].value", "a whole number"],
  [
    "RULES_VALUE_TYPE",
    one({ ...recent, value: undefined }),
    FACTS,
    "rules[0].conditions.all[0].value",
    "needs a value",
  ],
  ["RULES_VALUE_TYPE", one({ ...recent, value: [30] }), FACTS, "rules[0].conditions.all[0].value", "takes one value"],
  ["RULES_VALUE_TYPE", one({ ...recent, value: null }), FACTS, "rules[0].conditions.all[0].value", "cannot be null"],
  [
    "RULES_VALUE_TYPE",
    one({ ...recent, value: { fact: "vip" } }),
    FACTS,
    "rules[0].conditions.all[0].value",
    '"vip" is true or false',
  ],
  [
    "RULES_VALUE_TYPE",
    one({ ...recent, operator: "isEmpty" }),
    FACTS,
    "rules[0].conditions.all[0].value",
    "takes no value",
  ],
  [
    "RULES_VALUE_TYPE",
    one(order("delivered_at", "before", "soon")),
    FACTS,
    "rules[0].conditions.all[0].value",
    'found "soon"',
  ],
  [
    "RULES_VALUE_TYPE",
    one(order("total", "lessThan", 200)),
    FACTS,
    "rules[0].conditions.all[0].value",
    "an amount of money",
  ],
  [
    "RULES_VALUE_TYPE",
    one(order("total", "lessThan", { amount: 1.005, currency: "USD" })),
    FACTS,
    "rules[0].conditions.all[0].value",
    "an amount of money",
  ],
  [
    "RULES_VALUE_TYPE",
    one(order("status", "textContains", " ")),
    FACTS,
    "rules[0].conditions.all[0].value",
    "textContains",
  ],
  [
    "RULES_VALUE_TYPE",
    one(order("delivered_at", "oneOf", ["today"])),
    FACTS,
    "rules[0].conditions.all[0].value",
    "in a list",
  ],
  ["RULES_VALUE_RANGE", one({ ...recent, value: -1 }), FACTS, "rules[0].conditions.all[0].value", "below 0 days"],
  [
    "RULES_VALUE_RANGE",
    one(order("delivered_at", "withinDays", -1)),
    FACTS,
    "rules[0].conditions.all[0].value",
    "below 0 days",
  ],
  [
    "RULES_VALUE_RANGE",
    one({ fact: "level", operator: "equal", value: "hihg" }),
    FACTS,
    "rules[0].conditions.all[0].value",
    '"hihg"',
  ],
  [
    "RULES_TOO_MANY_CONDITIONS",
    [{ conditions: { any: Array(51).fill(recent) } }],
    FACTS,
    "rules[0].conditions",
    "at most 50",
  ],
  ["RULES_TOO_MANY_CONDITIONS", many(12, 45), FACTS, "rules", "at most 500"],
];

describe("a bad rule file", () => {
  it.each(BAD)("%s (%#)", (code, rules, facts, path, words) => {
    const { ruleSets, problems } = loadRuleSets([ruleFile(rules, facts)], { shapes });
    expect(ruleSets.size, "it does not go live").toBe(0);
    expect(problems).toMatchObject([{ file: "rules/test.rules.json", code, path, severity: "error" }]);
    expect(problems[0]?.message).toContain(words);
    expect(problems[0]?.fix).toMatch(/^[A-Z].*[.?\]}]$/);
  });

  it("is reported with all of its problems at once", () => {
    const rules = [
      ...one({ fact: "dayz", operator: "isEmpty" }),
      ...one({ ...recent, value: "30" }),
      { conditions: { all: [order("statuss", "isEmpty"), { not: order("total", "before", "now") }] } },
    ];
    expect(problemsIn(rules).map(({ path }) => path)).toEqual([
      "rules[0].conditions.all[0].fact",
      "rules[1].conditions.all[0].value",
      "rules[2].conditions.all[0].path",
      "rules[2].conditions.all[1].not.operator",
    ]);
  });

  it("does not keep another file from going live, and a second file with its id does not replace it", () => {
    const good = ruleFile(one(recent), FACTS, "good");
    const bad = ruleFile(one({ ...recent, value: "30" }), FACTS, "bad");
    const again = { ...ruleFile(one(recent), FACTS, "good"), file: "rules/again.rules.json" };
    const { ruleSets, problems } = loadRuleSets([bad, good, again], { shapes });
    expect([...ruleSets.keys()]).toEqual(["good"]);
    expect(ruleSets.get("good")?.file).toBe("rules/good.rules.json");
    expect(problems.map(({ code }) => code)).toEqual(["RULES_VALUE_TYPE", "RULES_DUPLICATE_ID"]);
  });

  it("is refused where it nests too deep or is no JSON", () => {
    let conditions: unknown = { all: [recent] };
    for (let depth = 0; depth < 20; depth++) conditions = { not: conditions };
    expect(problemsIn([{ conditions }])).toMatchObject([{ code: "FILE_TOO_DEEP" }]);
    expect(loadRuleSets([{ file: "x", text: "{" }], { shapes }).problems).toMatchObject([{ code: "FILE_NOT_JSON" }]);
    const polluted = ruleFile(one(recent)).text.replace('"title"', '"__proto__":{},"title"');
    expect(loadRuleSets([{ file: "x", text: polluted }], { shapes }).problems).toMatchObject([
      { code: "FILE_FORBIDDEN_KEY" },
    ]);
  });
});

describe("a good rule file", () => {
  it("says which events and facts it has, for the policies that branch on it", () => {
    const rules = [
      { ...one(recent)[0], event: { type: "a" } },
      { ...one({ ...recent, value: 40 })[0], event: { type: "b" } },
      { ...one({ ...recent, value: 50 })[0], event: { type: "a" } },
    ];
    expect(ruleSetOf(rules)).toMatchObject({ id: "test", events: ["a", "b"], facts: Object.keys(FACTS) });
  });

  it("takes the operator names of json-rules-engine for its own", async () => {
    const set = ruleSetOf(one(order("status", "in", ["shipped", "delivered"])));
    expect((await decide(set, { order: { status: "shipped" } }, NOW)).event).toBe("allow");
  });

  it("suggests the nearest name", () => {
    expect(problemsIn(one(order("statuss", "isEmpty")))[0]?.fix).toContain('did you mean "status"?');
    expect(problemsIn(one({ fact: "level", operator: "equal", value: "hihg" }))[0]?.fix).toContain(
      'did you mean "high"?',
    );
  });
});

describe("rules that do not fit together", () => {
  const warnings = (rules: RuleText[], gaps = false) =>
    problemsIn(rules, FACTS, gaps).map(({ code, path }) => [code, path]);
  const below = (value: number) => ({ fact: "days", operator: "lessThan", value });
  const from = (value: number) => ({ fact: "days", operator: "greaterThanInclusive", value });
  const rule = (all: unknown[], type = "allow", more = {}) => ({ conditions: { all }, event: { type }, ...more });

  it("warns of a rule that an earlier, weaker one always forestalls", () => {
    expect(warnings([rule([below(30)]), rule([below(14)], "b")])).toEqual([["RULES_UNREACHABLE", "rules[1]"]]);
    expect(warnings([rule([below(14)]), rule([below(30)], "b")])).toEqual([]);
    expect(warnings([rule([below(30)]), rule([below(14)], "b", { priority: 2 })])).toEqual([]);
    const status = order("status", "equal", "shipped");
    expect(warnings([rule([status]), rule([status, below(30)], "b")])).toEqual([["RULES_UNREACHABLE", "rules[1]"]]);
    expect(
      warnings([rule([order("delivered_at", "withinDays", 30)]), rule([order("delivered_at", "withinDays", 7)], "b")]),
    ).toEqual([["RULES_UNREACHABLE", "rules[1]"]]);
    const under = (amount: number) => order("total", "lessThan", { amount, currency: "USD" });
    expect(warnings([rule([under(100)]), rule([under(50)], "b")])).toEqual([["RULES_UNREACHABLE", "rules[1]"]]);
  });

  it("warns of a rule that several earlier ones forestall together", () => {
    const rules = [
      rule([below(20)], "a"),
      rule([from(10)], "b"),
      rule([{ fact: "days", operator: "equal", value: 15 }], "c"),
    ];
    expect(warnings(rules)).toEqual([["RULES_UNREACHABLE", "rules[2]"]]);
    const both = [
      rule([{ fact: "vip", operator: "equal", value: true }], "a"),
      rule([{ fact: "vip", operator: "equal", value: false }], "b"),
      rule([{ fact: "vip", operator: "isNotEmpty" }], "c"),
    ];
    expect(warnings(both)).toEqual([["RULES_UNREACHABLE", "rules[2]"]]);
  });

  it("warns of a rule whose conditions contradict each other", () => {
    expect(warnings([rule([below(5), from(10)])])).toEqual([["RULES_UNREACHABLE", "rules[0]"]]);
    const status = (value: string) => order("status", "equal", value);
    expect(warnings([rule([status("shipped"), status("delivered")])])).toEqual([["RULES_UNREACHABLE", "rules[0]"]]);
    expect(warnings([rule([from(10), { ...below(11) }])])).toEqual([]);
    expect(
      warnings([rule([order("delivered_at", "olderThanDays", 30), order("delivered_at", "withinDays", 30)])]),
    ).toEqual([["RULES_UNREACHABLE", "rules[0]"]]);
  });

  it("follows facts that are compared with each other", () => {
    const less = { ...order("total", "lessThan"), value: { fact: "order", path: "paid" } };
    const more = { ...order("total", "greaterThan"), value: { fact: "order", path: "paid" } };
    expect(warnings([rule([less, more])])).toEqual([["RULES_UNREACHABLE", "rules[0]"]]);
    expect(warnings([rule([less], "a"), rule([more], "b")])).toEqual([]);
    // Three amounts above 10 USD, each larger than the last: possible, though no rule names the other two.
    const stairs = [
      order("total", "greaterThan", { amount: 10, currency: "USD" }),
      less,
      order("paid", "lessThan", { fact: "order", path: "refund.amount" }),
    ];
    expect(warnings([rule(stairs)])).toEqual([]);
  });

  it("claims nothing where it cannot try everything out, such as dates against the clock and a fixed day at once", () => {
    const early = rule([order("delivered_at", "before", "2025-06-01")], "a");
    expect(warnings([early, rule([order("delivered_at", "olderThanDays", 5)], "b")])).toEqual([]);
  });

  it("warns of two rules of one explicit priority that say different things of the same facts", () => {
    const shared = { priority: 5 };
    const rules = [rule([below(30)], "a", shared), rule([from(10)], "b", shared)];
    const [problem, ...others] = problemsIn(rules, FACTS);
    expect(problem).toMatchObject({ code: "RULES_CONFLICT", path: "rules[1]", severity: "warning" });
    expect(problem?.message).toMatch(/both hold where days is 1\d\b/);
    expect(others).toEqual([]);
    expect(warnings([rule([below(30)], "a"), rule([from(10)], "b")]), "without priorities the order decides").toEqual(
      [],
    );
    expect(warnings([rule([below(10)], "a", shared), rule([from(10)], "b", shared)])).toEqual([]);
    expect(warnings([rule([below(30)], "a", shared), rule([from(10)], "a", shared)])).toEqual([]);
  });

  it("names a gap when asked to", () => {
    const [problem] = problemsIn(
      [rule([below(10)], "a"), rule([{ fact: "days", operator: "greaterThan", value: 10 }], "b")],
      FACTS,
      true,
    );
    expect(problem).toMatchObject({ code: "RULES_GAP", severity: "warning" });
    expect(problem?.message).toContain("No rule holds where days is 10;");
    expect(warnings([rule([below(10)], "a"), rule([from(10)], "b")], true)).toEqual([]);
  });

  it("keeps a rule set with warnings live", () => {
    expect(ruleSetOf([rule([below(30)]), rule([below(14)], "b")]).events).toEqual(["allow", "b"]);
  });
});

it("every problem in the list is reported by some test here, and every one reported is in the list", () => {
  const elsewhere = ["RULES_GROUP", "RULES_DUPLICATE_ID", "RULES_UNREACHABLE", "RULES_CONFLICT", "RULES_GAP"];
  const shown = new Set([...BAD.map(([code]) => code), ...elsewhere]);
  expect([...shown].toSorted()).toEqual(Object.keys(RULE_PROBLEMS).toSorted());
});

it("the editor's schema knows every operator and forbids unknown keys", () => {
  const text = JSON.stringify(jsonSchema());
  for (const operator of ["withinDays", "oneOf", "isEmpty"]) expect(text).toContain(`"${operator}"`);
  expect(text).toContain('"additionalProperties":false');
});

function many(rules: number, conditions: number): RuleText[] {
  return Array.from({ length: rules }, () => ({ conditions: { any: Array(conditions).fill(recent) } }));
}
