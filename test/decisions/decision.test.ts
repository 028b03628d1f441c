import { describe, expect, it } from "vitest";
import { decide } from "../../server/decisions/index.js";
import { decideWith, NOW, type RuleText, ruleSetOf } from "./helpers.js";

const delivered = { fact: "order", path: "delivered_at", operator: "withinDays", value: 30 };
const cheap = { fact: "order", path: "total", operator: "lessThanInclusive", value: { amount: 150, currency: "USD" } };
const notFraud = { fact: "order", path: "flags.fraud", operator: "equal", value: false, tell: false };
const refund: RuleText[] = [
  { name: "Small and recent", conditions: { all: [delivered, cheap, notFraud] }, event: { type: "refund" } },
  {
    name: "A good customer",
    conditions: { all: [{ fact: "vip", operator: "equal", value: true }] },
    event: { type: "credit" },
  },
];
const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });
const facts = (order: object, vip: unknown = false) => ({
  order: { delivered_at: "2025-03-01T09:00:00Z", total: usd(4200), flags: { fraud: false }, ...order },
  vip,
});

describe("why", () => {
  it("names fact, value, operator, bound and verdict of each condition up to the rule that decided", async () => {
    expect(await decideWith(refund, facts({}))).toEqual({
      rules: "test",
      event: "refund",
      rule: "Small and recent",
      why: [
        {
          ...{ rule: "Small and recent", fact: "order", path: "delivered_at", value: "2025-03-01T09:00:00Z" },
          ...{ operator: "withinDays", bound: 30, verdict: "true", tell: true },
        },
        {
          ...{
            rule: "Small and recent",
            fact: "order",
            path: "total",
            value: usd(4200),
            operator: "lessThanInclusive",
          },
          ...{ bound: usd(15000), verdict: "true", tell: true },
        },
        {
          ...{ rule: "Small and recent", fact: "order", path: "flags.fraud", value: false, operator: "equal" },
          ...{ bound: false, verdict: "true", tell: false },
        },
      ],
      flip: "108.01 USD too little for otherwise (total)",
      flipForShopper: "108.01 USD too little for otherwise (total)",
    });
  });

  it("says of an unknown condition what is wrong with its fact", async () => {
    const { event, why } = await decideWith(refund, { order: { delivered_at: "soon", total: "42", flags: null } });
    expect(event).toBe("unknown");
    expect(why.map(({ verdict, note }) => [verdict, note])).toEqual([
      ["unknown", "is not an ISO 8601 day, or date and time with an offset"],
      ["unknown", "is text where an amount of money is meant"],
      ["unknown", "is unknown: flags is empty"],
      ["unknown", "is missing"],
    ]);
    expect(why.map(({ value }) => value)).toEqual(["soon", "42", undefined, undefined]);
  });

  it("names the other fact where two are compared", async () => {
    const late = {
      fact: "order",
      path: "delivered_at",
      operator: "after",
      value: { fact: "order", path: "estimated_delivery" },
    };
    const order = { delivered_at: "2025-03-03T00:00:00Z", estimated_delivery: "2025-03-01T00:00:00Z" };
    const { why, flip } = await decideWith([{ conditions: { all: [late] } }], { order });
    expect(why).toMatchObject([
      { bound: order.estimated_delivery, against: "order.estimated_delivery", verdict: "true" },
    ]);
    expect(flip).toBe("2 days too late for otherwise (delivered at)");
  });

  it("is plain JSON whatever the facts were", async () => {
    const strange = { order: { total: () => 1, delivered_at: Symbol("x"), flags: { fraud: 10n } }, vip: Number.NaN };
    const decision = await decideWith(refund, strange);
    expect(decision.event).toBe("unknown");
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  });

  it("keeps long values out of the trace", async () => {
    const [condition] = (
      await decideWith([{ conditions: { all: [{ fact: "order", path: "status", operator: "isEmpty" }] } }], {
        order: { status: "x".repeat(5_000) },
      })
    ).why;
    expect(String(condition?.value)).toHaveLength(200);
  });
});

describe("the nearest flip", () => {
  it.each([
    ["2 days too late for refund (delivered at)", { delivered_at: "2025-02-06T09:00:00Z" }],
    ["1 day too late for refund (delivered at)", { delivered_at: "2025-02-07T23:00:00Z" }],
    ["12.00 USD too much for refund (total)", { total: usd(162_00) }],
    ["0.01 USD too much for refund (total)", { total: usd(150_01) }],
  ])("%s", async (flip, order) => {
    expect(await decideWith(refund, facts(order))).toMatchObject({ event: "otherwise", flip });
  });

  it("is absent where no single change of a number, an amount or a date changes the decision", async () => {
    const decision = await decideWith(refund, facts({ total: usd(162_00), delivered_at: "2025-01-01T09:00:00Z" }));
    expect(decision.event).toBe("otherwise");
    expect(decision.flip).toBeUndefined();
  });

  it("counts whole numbers with their unit, and stays inside the fact's range", async () => {
    const rules = (value: number): RuleText[] => [
      { conditions: { all: [{ fact: "days", operator: "lessThanInclusive", value }] } },
    ];
    expect((await decideWith(rules(30), { days: 33 })).flip).toBe("3 days too much for allow (days)");
    expect((await decideWith(rules(30), { days: 28 })).flip).toBe("3 days too little for otherwise (days)");
    const never: RuleText[] = [{ conditions: { all: [{ fact: "days", operator: "lessThan", value: 0 }] } }];
    expect((await decideWith(never, { days: 0 })).flip, "no days below zero").toBeUndefined();
  });

  it("never leads into the unknown", async () => {
    const rules: RuleText[] = [
      { conditions: { all: [delivered] }, event: { type: "recent" } },
      { conditions: { all: [{ ...delivered, operator: "after", value: "2025-03-20" }] }, event: { type: "later" } },
    ];
    // 21 March is nearer, but then it would not be known whether the parcel has arrived.
    const { event, flip } = await decideWith(rules, { order: { delivered_at: "2025-03-09T09:00:00Z" } });
    expect([event, flip]).toEqual(["recent", "30 days too early for otherwise (delivered at)"]);
  });

  it("names the fact that is missing, and the one that decides first", async () => {
    const missing = await decideWith(refund, { order: { total: usd(4200), flags: { fraud: false } }, vip: false });
    expect(missing).toMatchObject({ event: "unknown", flip: "delivered at is missing" });
    const future = await decideWith(refund, facts({ delivered_at: "2025-04-01T00:00:00Z" }));
    expect(future).toMatchObject({ event: "unknown", flip: "delivered at lies in the future" });
    const onlyVip = await decideWith(refund, { order: facts({ flags: {}, total: usd(999_00) }).order });
    expect(onlyVip).toMatchObject({ event: "unknown", flip: "vip is missing" });
  });

  it("tells shoppers nothing of conditions that are marked not to be told", async () => {
    const secret: RuleText[] = [
      { conditions: { all: [{ fact: "days", operator: "lessThan", value: 5, tell: false }] } },
    ];
    const decision = await decideWith(secret, { days: 6 });
    expect(decision.flip).toBe("2 days too much for allow (days)");
    expect(decision.flipForShopper).toBeUndefined();
    const whole = await decideWith([{ ...refund[0], tell: false }], facts({ total: usd(162_00) }));
    expect(whole.flip).toBe("12.00 USD too much for refund (total)");
    expect(whole.flipForShopper).toBeUndefined();
    expect(whole.why.every(({ tell }) => !tell)).toBe(true);
    const fraud = await decideWith(refund, facts({ flags: {} }));
    expect(fraud).toMatchObject({ event: "unknown", flip: "flags fraud is missing" });
    expect(fraud.flipForShopper).toBeUndefined();
  });
});

describe("facts from anywhere", () => {
  it("takes only what an object itself holds", async () => {
    const inherited = Object.create({ vip: true });
    const getter = Object.defineProperty({}, "vip", { get: () => true, enumerable: true });
    for (const given of [inherited, getter]) {
      expect((await decideWith(refund.slice(1), given)).event).toBe("unknown");
    }
  });

  it("survives facts that fight back", async () => {
    const trap = () => {
      throw new Error("no");
    };
    const proxy = new Proxy({}, { getOwnPropertyDescriptor: trap, get: trap, ownKeys: trap, getPrototypeOf: trap });
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const given of [
      proxy,
      revoked,
      { order: proxy, vip: proxy },
      { order: revoked, vip: revoked },
      { order: { flags: revoked } },
    ]) {
      expect((await decideWith(refund, given)).event).toBe("unknown");
    }
    for (const given of [null, undefined, 5, "order", []]) {
      expect((await decide(ruleSetOf(refund), given as never, NOW)).event).toBe("unknown");
    }
  });

  it("decides each of 2,000 overlapping questions as if it were alone", async () => {
    const set = ruleSetOf(refund);
    const orders = Array.from({ length: 2_000 }, (_, n) => ({
      order: {
        delivered_at: "2025-03-01T09:00:00Z",
        total: usd(n * 15),
        ...(n % 3 > 0 && { flags: { fraud: false } }),
      },
      vip: n % 2 === 0,
    }));
    const together = await Promise.all(orders.map((given) => decide(set, given, NOW)));
    for (const [n, given] of orders.entries()) expect(together[n]).toEqual(await decide(set, given, NOW));
    expect(new Set(together.map(({ event }) => event))).toEqual(new Set(["refund", "credit", "otherwise", "unknown"]));
  });

  it("answers the largest rule set that is allowed within 50 ms", async () => {
    const conditions = (n: number) =>
      Array.from({ length: 50 }, (_, i) => ({ fact: "days", operator: "greaterThan", value: n * 50 + i }));
    const rules = Array.from({ length: 10 }, (_, n) => ({
      conditions: { all: [{ any: conditions(n) }] },
      event: { type: `e${n}` },
    }));
    const set = ruleSetOf(rules.reverse());
    const times: number[] = [];
    for (let run = 0; run < 20; run++) {
      const start = performance.now();
      expect((await decide(set, { days: 250 }, NOW)).event).toBe("e4");
      times.push(performance.now() - start);
    }
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(50);
  });
});
