import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { ask, problemsIn } from "./helpers.js";

const refunded = { fact: "order", path: "refund.status", operator: "notEqual", value: "refunded" };
const cheap = { fact: "order", path: "total", operator: "lessThan", value: { amount: 200, currency: "USD" } };
const recent = { fact: "days", operator: "lessThanInclusive", value: 30 };

/** Conditions that json-rules-engine alone answers wrongly, mostly with "allow". */
describe("hostile conditions at run time", () => {
  it.each([
    ["a refund status that is not there", refunded, { order: {} }],
    ["a refund status below an order that is empty", refunded, { order: null }],
    ["an order that was never fetched", refunded, {}],
    ["tags that are not there, and a tag that must not be", noneOfTags(), { order: {} }],
    ["not (total above 200) without a total", { not: above(200) }, { order: {} }],
    [
      "not (flagged as fraud) without flags",
      { not: { fact: "order", path: "flags.fraud", operator: "equal", value: true } },
      { order: {} },
    ],
    ["an amount that is text", cheap, { order: { total: "1000.00" } }],
    ["a number inside a list", recent, { days: [5] }],
    ["a number of days below zero", recent, { days: -3 }],
    ["a number written as 1e3 in text", { fact: "amount", operator: "lessThan", value: 200 }, { amount: "1e3" }],
    ["empty text for a number", recent, { days: "" }],
    ["empty for a number", recent, { days: null }],
    ["not a number", recent, { days: Number.NaN }],
    [
      "a delivery in the future",
      { fact: "order", path: "delivered_at", operator: "withinDays", value: 30 },
      { order: { delivered_at: "2025-03-13T12:00:00Z" } },
    ],
  ])("%s is unknown, never allowed", async (_, condition, facts) => {
    expect(await ask(condition, facts)).toBe("unknown");
  });
});

describe("hostile conditions at load", () => {
  it.each([
    [
      "a comparison with a fact that nobody declared",
      { fact: "ordr", operator: "notEqual", value: "x" },
      "RULES_UNKNOWN_FACT",
      'did you mean "order"?',
    ],
    [
      "a limit written as text",
      { fact: "amount", operator: "lessThan", value: "200" },
      "RULES_VALUE_TYPE",
      "Write a number without quotes.",
    ],
    [
      "membership in a text",
      { fact: "order", path: "status", operator: "in", value: "delivered,shipped" },
      "RULES_VALUE_TYPE",
      "Write [ … ].",
    ],
    [
      "an operator that does not exist",
      { fact: "amount", operator: "lesThan", value: 2 },
      "RULES_UNKNOWN_OPERATOR",
      'did you mean "lessThan"?',
    ],
    [
      "a path with a filter that could run for seconds",
      { fact: "order", path: "$.items[?(@.sku.match(/^(a+)+$/))]", operator: "isEmpty" },
      "RULES_BAD_PATH",
      "Write names, dots and places only",
    ],
    [
      "a path through a constructor",
      { fact: "order", path: "constructor.constructor", operator: "isEmpty" },
      "RULES_BAD_PATH",
      "Write names, dots and places only",
    ],
    [
      "a path to a prototype",
      { fact: "order", path: "__proto__", operator: "isEmpty" },
      "RULES_BAD_PATH",
      "Write names, dots and places only",
    ],
    [
      "a wildcard path",
      { fact: "order", path: "items[*].sku", operator: "isEmpty" },
      "RULES_BAD_PATH",
      "Write names, dots and places only",
    ],
  ])("%s is refused", (_, condition, code, fix) => {
    const [problem, ...others] = problemsIn([{ conditions: { all: [condition] } }]);
    expect(problem).toMatchObject({ code, severity: "error" });
    expect(problem?.fix).toContain(fix);
    expect(others).toEqual([]);
  });

  it.each([
    ["an empty all", { all: [] }, "rules[0].conditions.all"],
    ["an empty any", { any: [] }, "rules[0].conditions.any"],
    ["an empty any deep inside", { all: [{ not: { any: [] } }] }, "rules[0].conditions.all[0].not.any"],
    ["all and any in one group", { all: [recent], any: [recent] }, "rules[0].conditions"],
    ["a group without conditions", {}, "rules[0].conditions"],
    ["a condition without a group", recent, "rules[0].conditions"],
  ])("%s is refused", (_, conditions, path) => {
    expect(problemsIn([{ conditions }])).toMatchObject([{ code: "RULES_GROUP", path, severity: "error" }]);
  });
});

it("never lets the engine's own path expressions run", async () => {
  // The engine loads its expression library; a decision must not use it.
  const fromEngine = createRequire(createRequire(import.meta.url).resolve("json-rules-engine"));
  const library = fromEngine("jsonpath-plus") as { JSONPath: unknown };
  const original = library.JSONPath;
  let calls = 0;
  library.JSONPath = () => calls++;
  try {
    const { Engine } = fromEngine("json-rules-engine") as typeof import("json-rules-engine");
    const bare = new Engine([
      { conditions: { all: [{ fact: "a", path: "$.b", operator: "equal", value: 1 }] }, event: { type: "x" } },
    ]);
    await bare.run({ a: { b: 1 } });
    expect(calls, "the trap works: the bare engine falls into it").toBe(1);
    expect(await ask(cheap, { order: { total: { amountMinor: 100, currency: "USD" } } })).toBe("allow");
    expect(calls).toBe(1);
  } finally {
    library.JSONPath = original;
  }
});

function above(amount: number) {
  return { fact: "order", path: "total", operator: "greaterThan", value: { amount, currency: "USD" } };
}

function noneOfTags() {
  return { fact: "order", path: "tags", operator: "doesNotContain", value: "fraud" };
}
