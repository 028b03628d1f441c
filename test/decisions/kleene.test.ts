import { describe, expect, it } from "vitest";
import { ask, decideWith } from "./helpers.js";

/** `total` below 100 USD, as true, false or unknown. */
const TRUE = { amountMinor: 5_000, currency: "USD" };
const FALSE = { amountMinor: 50_000, currency: "USD" };
const a = { fact: "order", path: "total", operator: "lessThan", value: { amount: 100, currency: "USD" } };
const b = { fact: "vip", operator: "equal", value: true };

const EVENT = { true: "allow", false: "otherwise", unknown: "unknown" } as const;
type Truth = keyof typeof EVENT;

function facts(left: Truth, right: Truth): Record<string, unknown> {
  const total = { true: TRUE, false: FALSE, unknown: undefined }[left];
  const vip = { true: true, false: false, unknown: undefined }[right];
  return { order: { ...(total && { total }) }, ...(vip !== undefined && { vip }) };
}

describe("conditions with unknown facts", () => {
  const table: [Truth, Truth, Truth, Truth][] = [
    // a, b, all, any
    ["true", "true", "true", "true"],
    ["true", "false", "false", "true"],
    ["true", "unknown", "unknown", "true"],
    ["false", "true", "false", "true"],
    ["false", "false", "false", "false"],
    ["false", "unknown", "false", "unknown"],
    ["unknown", "true", "unknown", "true"],
    ["unknown", "false", "false", "unknown"],
    ["unknown", "unknown", "unknown", "unknown"],
  ];
  it.each(table)("of %s and %s, all is %s and any is %s", async (left, right, all, any) => {
    expect(await ask({ all: [a, b] }, facts(left, right))).toBe(EVENT[all]);
    expect(await ask({ any: [a, b] }, facts(left, right))).toBe(EVENT[any]);
  });

  it.each([
    ["true", "false"],
    ["false", "true"],
    ["unknown", "unknown"],
  ] as [Truth, Truth][])("not %s is %s, and not not is itself", async (truth, opposite) => {
    expect(await ask({ not: a }, facts(truth, "true"))).toBe(EVENT[opposite]);
    expect(await ask({ not: { not: a } }, facts(truth, "true"))).toBe(EVENT[truth]);
    expect(await ask({ not: { not: { not: a } } }, facts(truth, "true"))).toBe(EVENT[opposite]);
  });

  it.each(table)("not all (%s, %s) is any of the opposites, and the other way round", async (left, right, all, any) => {
    const opposite = { true: "false", false: "true", unknown: "unknown" } as const;
    for (const deMorgan of [{ not: { all: [a, b] } }, { any: [{ not: a }, { not: b }] }]) {
      expect(await ask(deMorgan, facts(left, right))).toBe(EVENT[opposite[all]]);
    }
    for (const deMorgan of [{ not: { any: [a, b] } }, { all: [{ not: a }, { not: b }] }]) {
      expect(await ask(deMorgan, facts(left, right))).toBe(EVENT[opposite[any]]);
    }
  });
});

describe("rules in order", () => {
  const rule = (condition: unknown, event: unknown, more = {}) => ({
    conditions: { all: [condition] },
    event,
    ...more,
  });

  it("takes the first rule that holds", async () => {
    const rules = [rule(a, { type: "first" }), rule(b, { type: "second" })];
    expect(await decideWith(rules, facts("true", "true"))).toMatchObject({ event: "first", rule: "rule 1" });
    expect(await decideWith(rules, facts("false", "true"))).toMatchObject({ event: "second", rule: "rule 2" });
    expect((await decideWith(rules, facts("false", "false"))).event).toBe("otherwise");
  });

  it("asks rules of higher priority first, and rules without one last", async () => {
    const rules = [rule(a, { type: "low" }), rule(b, { type: "high" }, { priority: 2 })];
    expect((await decideWith(rules, facts("true", "true"))).event).toBe("high");
    expect((await decideWith(rules, facts("true", "unknown"))).event).toBe("unknown");
  });

  it("is unknown where an earlier rule may hold and would decide otherwise", async () => {
    const rules = [rule(a, { type: "first" }), rule(b, { type: "second" })];
    expect((await decideWith(rules, facts("unknown", "true"))).event).toBe("unknown");
    expect((await decideWith(rules, facts("unknown", "false"))).event).toBe("unknown");
    expect((await decideWith(rules, facts("true", "unknown"))).event).toBe("first");
  });

  it("is known where every rule that may hold says the same", async () => {
    const rules = [rule(a, { type: "same" }), rule(b, { type: "same" })];
    expect((await decideWith(rules, facts("unknown", "true"))).event).toBe("same");
    expect((await decideWith(rules, facts("unknown", "false"))).event).toBe("unknown");
  });

  it("takes events with other parameters for other events", async () => {
    const off = (percent: number) => ({ type: "discount", params: { percent } });
    const rules = [rule(a, off(20)), rule(b, off(10))];
    expect((await decideWith(rules, facts("unknown", "true"))).event).toBe("unknown");
    expect(await decideWith(rules, facts("false", "true"))).toMatchObject({
      event: "discount",
      params: { percent: 10 },
    });
  });

  it("takes any event name, also one that the engine gives a meaning to", async () => {
    for (const type of ["error", "success", "failure"]) {
      expect((await decideWith([rule(a, { type })], facts("true", "true"))).event).toBe(type);
    }
  });
});
