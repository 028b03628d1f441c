import { describe, expect, it } from "vitest";
import { ask, decideWith, NOW } from "./helpers.js";

const on = (path: string, operator: string, value?: unknown) => ({ fact: "order", path, operator, value });
const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });

describe("a fact that is known to be empty", () => {
  it.each([
    ["equal", "x", "otherwise"],
    ["notEqual", "x", "allow"],
    ["oneOf", ["x"], "otherwise"],
    ["in", ["x"], "otherwise"],
    ["noneOf", ["x"], "allow"],
    ["notIn", ["x"], "allow"],
    ["textContains", "x", "otherwise"],
    ["isEmpty", undefined, "allow"],
    ["isNotEmpty", undefined, "otherwise"],
  ])("%s has an answer", async (operator, value, event) => {
    expect(await ask(on("status", operator, value), { order: { status: null } })).toBe(event);
    expect(await ask(on("status", operator, value), { order: {} }), "absent stays unknown").toBe("unknown");
  });

  it("lists: nothing is in an empty one", async () => {
    expect(await ask(on("tags", "contains", "gift"), { order: { tags: null } })).toBe("otherwise");
    expect(await ask(on("tags", "doesNotContain", "gift"), { order: { tags: null } })).toBe("allow");
    expect(await ask(on("tags", "doesNotContain", "gift"), { order: {} })).toBe("unknown");
  });

  it.each([
    [on("total", "lessThan", { amount: 1, currency: "USD" }), { total: null }],
    [on("total", "greaterThanInclusive", { amount: 1, currency: "USD" }), { total: null }],
    [on("delivered_at", "withinDays", 30), { delivered_at: null }],
    [on("delivered_at", "before", "now"), { delivered_at: null }],
  ])("order has none: %j", async (condition, order) => {
    expect(await ask(condition, { order })).toBe("unknown");
  });

  it("two empty values do not match each other", async () => {
    const same = { fact: "order", path: "total", operator: "equal", value: { fact: "order", path: "paid" } };
    expect(await ask(same, { order: { total: null, paid: null } })).toBe("unknown");
    expect(await ask({ not: same }, { order: { total: null, paid: null } })).toBe("unknown");
    expect(await ask(same, { order: { total: null, paid: usd(1) } })).toBe("otherwise");
    expect(await ask(same, { order: { total: usd(1), paid: null } })).toBe("otherwise");
    expect(await ask(same, { order: { total: usd(1), paid: usd(1) } })).toBe("allow");
  });
});

describe("isEmpty", () => {
  it.each([
    ["status", "", "allow"],
    ["status", "  ", "allow"],
    ["status", "shipped", "otherwise"],
    ["status", 5, "unknown"],
    ["tags", [], "allow"],
    ["tags", ["a"], "otherwise"],
    ["refund", null, "allow"],
    ["refund", { status: "done" }, "otherwise"],
    ["refund", "done", "unknown"],
  ])("%s %j: %s", async (path, value, event) => {
    expect(await ask(on(path, "isEmpty"), { order: { [path]: value } })).toBe(event);
  });
});

describe("numbers and amounts", () => {
  it.each([
    ["lessThan", 199_99, "allow"],
    ["lessThan", 200_00, "otherwise"],
    ["lessThanInclusive", 200_00, "allow"],
    ["lessThanInclusive", 200_01, "otherwise"],
    ["greaterThan", 200_00, "otherwise"],
    ["greaterThan", 200_01, "allow"],
    ["greaterThanInclusive", 200_00, "allow"],
    ["greaterThanInclusive", 199_99, "otherwise"],
    ["equal", 200_00, "allow"],
    ["notEqual", 200_00, "otherwise"],
  ])("%s 200 USD, with %i cents: %s", async (operator, cents, event) => {
    const condition = on("total", operator, { amount: 200, currency: "USD" });
    expect(await ask(condition, { order: { total: usd(cents) } })).toBe(event);
  });

  it("never compares two currencies", async () => {
    for (const operator of ["lessThan", "greaterThan", "equal", "notEqual"]) {
      const condition = on("total", operator, { amount: 200, currency: "USD" });
      expect(await ask(condition, { order: { total: { amountMinor: 100, currency: "EUR" } } })).toBe("unknown");
    }
  });

  it("reads major units by the currency's own digits", async () => {
    const total = (amountMinor: number, currency: string) => ({ order: { total: { amountMinor, currency } } });
    expect(await ask(on("total", "equal", { amount: 1500, currency: "JPY" }), total(1500, "JPY"))).toBe("allow");
    expect(await ask(on("total", "equal", { amount: 1.5, currency: "KWD" }), total(1500, "KWD"))).toBe("allow");
    expect(await ask(on("total", "equal", { amount: 19.99, currency: "USD" }), total(1999, "USD"))).toBe("allow");
  });

  it.each([[1.5], ["5"], [true], [{}], [Number.POSITIVE_INFINITY], [2 ** 60]])(
    "%j is no whole number",
    async (days) => {
      expect(await ask({ fact: "days", operator: "lessThan", value: 30 }, { days })).toBe("unknown");
      expect(await ask({ not: { fact: "days", operator: "lessThan", value: 30 } }, { days })).toBe("unknown");
    },
  );

  it.each([
    [{ amountMinor: 1.5, currency: "USD" }],
    [{ amountMinor: 1, currency: "usd" }],
    [{ amountMinor: 1 }],
    [1],
    ["1"],
  ])("%j is no amount of money", async (total) => {
    expect(await ask(on("total", "lessThan", { amount: 200, currency: "USD" }), { order: { total } })).toBe("unknown");
  });
});

describe("texts and lists", () => {
  it("compares text exactly, and looks for words in any case", async () => {
    const order = { status: "On Hold (Address)" };
    expect(await ask(on("status", "equal", "on hold (address)"), { order })).toBe("otherwise");
    expect(await ask(on("status", "textContains", "on hold"), { order })).toBe("allow");
    expect(await ask(on("status", "textContains", ".*"), { order })).toBe("otherwise");
  });

  it("does not find a blank text in every text", async () => {
    const other = on("status", "textContains", { fact: "order", path: "email" });
    expect(await ask(other, { order: { status: "for ann@example.com", email: "ann@example.com" } })).toBe("allow");
    expect(await ask(other, { order: { status: "for ann@example.com", email: " " } })).toBe("unknown");
  });

  it("refuses a value that the fact's own list of values does not have", async () => {
    expect(await ask({ fact: "level", operator: "notEqual", value: "low" }, { level: "medium" })).toBe("unknown");
  });

  it("is unsure of a list with an entry that cannot be read, unless another entry decides", async () => {
    expect(await ask(on("tags", "contains", "gift"), { order: { tags: ["gift", 5] } })).toBe("allow");
    expect(await ask(on("tags", "contains", "gift"), { order: { tags: ["sale", 5] } })).toBe("unknown");
    expect(await ask(on("tags", "doesNotContain", "gift"), { order: { tags: ["sale", undefined] } })).toBe("unknown");
    expect(await ask(on("tags", "doesNotContain", "gift"), { order: { tags: ["sale"] } })).toBe("allow");
  });

  it("takes a hole in a list for an entry that is not known", async () => {
    const holed = new Array(2).fill("sale", 0, 1);
    const decision = await decideWith([{ conditions: { all: [on("tags", "contains", "gift")] } }], {
      order: { tags: holed },
    });
    expect(decision).toMatchObject({ event: "unknown", why: [{ note: "has an entry that is missing" }] });
  });

  it("reads a place in a list; a place past its end is unknown", async () => {
    const first = on("items[0].sku", "equal", "HB1");
    expect(await ask(first, { order: { items: [{ sku: "HB1" }] } })).toBe("allow");
    expect(await ask({ not: first }, { order: { items: [] } })).toBe("unknown");
    expect(await ask({ ...first, path: "$.items[0].sku" }, { order: { items: [{ sku: "HB1" }] } })).toBe("allow");
  });
});

describe("dates", () => {
  const delivered = (delivered_at: unknown) => ({ order: { delivered_at } });

  it.each([
    // 30 calendar days before 10 March 2025 is 8 February, from its first to its last second.
    ["2025-02-08T00:00:00Z", "allow", "otherwise"],
    ["2025-02-08T23:59:59Z", "allow", "otherwise"],
    ["2025-02-07T23:59:59Z", "otherwise", "allow"],
    ["2025-03-10T00:00:00Z", "allow", "otherwise"],
    ["2025-03-10T23:59:59Z", "allow", "otherwise"],
    ["2025-03-11T00:00:00Z", "unknown", "unknown"],
    ["2025-02-08", "allow", "otherwise"],
    ["2025-02-07", "otherwise", "allow"],
    // In New York it is still 7 February, 31 days ago.
    ["2025-02-07T23:30:00-05:00", "otherwise", "allow"],
  ])("delivered %s: within 30 days %s, older than 30 days %s", async (at, within, older) => {
    expect(await ask(on("delivered_at", "withinDays", 30), delivered(at))).toBe(within);
    expect(await ask(on("delivered_at", "olderThanDays", 30), delivered(at))).toBe(older);
  });

  it.each([
    ["2025-03-10T00:00:00Z", "allow"],
    ["2025-03-11T23:59:59Z", "allow"],
    ["2025-03-12T00:00:00Z", "otherwise"],
    ["2025-03-09T23:59:59Z", "unknown"],
  ])("leaves %s: in less than 2 days %s", async (at, event) => {
    expect(await ask(on("delivered_at", "inLessThanDays", 2), delivered(at))).toBe(event);
  });

  it.each([
    ["2025-03-10T11:59:59Z", "now", "allow", "otherwise"],
    ["2025-03-10T12:00:00Z", "now", "otherwise", "otherwise"],
    ["2025-03-10T12:00:01Z", "now", "otherwise", "allow"],
    ["2025-03-10T00:00:00Z", "today", "otherwise", "otherwise"],
    ["2025-03-09T23:59:59Z", "today", "allow", "otherwise"],
    ["2025-03-11T00:00:00Z", "today", "otherwise", "allow"],
    ["2025-03-10T23:00:00Z", "2025-03-10", "otherwise", "otherwise"],
    ["2025-03-09T23:00:00Z", "2025-03-10", "allow", "otherwise"],
    ["2025-03-10T13:00:00+01:00", "2025-03-10T12:00:00Z", "otherwise", "otherwise"],
  ])("%s against %s: before %s, after %s", async (at, value, before, after) => {
    expect(await ask(on("delivered_at", "before", value), delivered(at))).toBe(before);
    expect(await ask(on("delivered_at", "after", value), delivered(at))).toBe(after);
  });

  it("takes the day on the clock that the date was written in", async () => {
    const lateEvening = Date.parse("2025-03-11T02:00:00Z");
    const newYork = delivered("2025-03-10T12:00:00-05:00");
    expect(await ask(on("delivered_at", "before", "today"), newYork, lateEvening), "21:00 there, same day").toBe(
      "otherwise",
    );
    expect(await ask(on("delivered_at", "before", "today"), newYork, lateEvening + 4 * 3_600_000)).toBe("allow");
  });

  it.each([
    ["2025-02-30T00:00:00Z"],
    ["2025-03-10T12:00:00"],
    ["yesterday"],
    [NOW],
    [""],
    ["10/03/2025"],
    ["2025-13-01"],
  ])("%j is no date", async (at) => {
    expect(await ask(on("delivered_at", "before", "now"), delivered(at))).toBe("unknown");
  });

  it("compares with another date of the order, and with the clock as a fact", async () => {
    const late = {
      fact: "order",
      path: "delivered_at",
      operator: "after",
      value: { fact: "order", path: "estimated_delivery" },
    };
    const order = { delivered_at: "2025-03-02T08:00:00Z", estimated_delivery: "2025-03-01T20:00:00Z" };
    expect(await ask(late, { order })).toBe("allow");
    expect(await ask(late, { order: { delivered_at: order.delivered_at } })).toBe("unknown");
    const season = { fact: "now", operator: "before", value: "2025-03-11" };
    expect(await ask(season, {})).toBe("allow");
    expect(await ask(season, {}, NOW + 86_400_000)).toBe("otherwise");
    expect(await ask(season, { now: "2099-01-01T00:00:00Z" }), "the clock cannot be handed in as a fact").toBe("allow");
  });
});
