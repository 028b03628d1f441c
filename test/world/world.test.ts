import { expect, test } from "vitest";
import { z } from "zod";
import { parseWorld, parseWorldText, WorldFile } from "../../sandbox/world/index.js";

const now = Date.parse("2026-03-10T12:00:00Z");

const example = {
  systems: {
    orders: "magento",
    subscriptions: "smartrr",
    tracking: "easypost",
    claims: "easypost",
    helpdesk: "gladly",
  },
  customers: [
    { email: "ann.reed@example.com", name: "Ann Reed", phone: "+15550100", address: "12 Orchard Way, Springfield" },
  ],
  orders: [
    {
      id: "5501",
      email: "ann.reed@example.com",
      status: "In transit",
      ordered: "-6d",
      ship: "-5d",
      eta: "+2d",
      delivered: "-1d",
      tracking: "TRK5501",
      carrier: "in_transit",
      shipTo: "12 Orchard Way, Springfield",
      insured: true,
      subscription: "S-77",
      items: [{ sku: "HB1", name: "House blend 1kg", qty: 1, price: 24 }],
      refundable: true,
      reason: "outside the 30-day window",
      refund: { status: "pending", amount: 24, when: "-2d" },
      reshipEligible: true,
    },
  ],
  subscriptions: [
    {
      id: "S-77",
      email: "ann.reed@example.com",
      product: "House blend 1kg",
      price: 24,
      interval: "1 month",
      status: "active",
      next: "+9d",
      cutoff: "+7d",
    },
  ],
  catalog: [{ sku: "HB1", name: "House blend 1kg", price: 24, stock: 12 }, "Dark roast 1kg"],
  faults: { issue_refund: "applied_then_timeout", list_orders: { kind: "unavailable", times: 2 } },
};

test("the example of the contract is a world, with relative times resolved once", () => {
  const { world, problems } = parseWorld(example, now);
  expect(problems).toEqual([]);
  const order = world?.findOrder("5501");
  expect(order).toMatchObject({
    ordered: "2026-03-04T12:00:00.000Z",
    eta: "2026-03-12T12:00:00.000Z",
    currency: "USD",
    items: [{ sku: "HB1", qty: 1, price: 24 }],
    refund: { when: "2026-03-08T12:00:00.000Z" },
  });
  expect(world?.catalog[1]).toEqual({ name: "Dark roast 1kg", currency: "USD" });
});

test("what is left out stays absent, it is not made empty", () => {
  const { world } = parseWorld({ orders: [{ id: 7, items: [{ name: "Mug" }] }], customers: [{ email: "a@b.c" }] }, now);
  expect(world?.orders[0]).toEqual({ id: "7", currency: "USD", items: [{ name: "Mug", qty: 1 }] });
  expect(Object.keys(world?.customers[0] ?? {})).toEqual(["email"]);
});

test("times may be ISO dates, ISO times with or without a zone, hours and minutes", () => {
  const orders = ["2026-03-01", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00+02:00", "2026-03-01T10:00", "-4h", "-30m"];
  const { world } = parseWorld({ orders: orders.map((ordered, at) => ({ id: `${at}`, ordered })) }, now);
  expect(world?.orders.map(({ ordered }) => ordered)).toEqual([
    "2026-03-01T00:00:00.000Z",
    "2026-03-01T10:00:00.000Z",
    "2026-03-01T08:00:00.000Z",
    "2026-03-01T10:00:00.000Z",
    "2026-03-10T08:00:00.000Z",
    "2026-03-10T11:30:00.000Z",
  ]);
});

test.each([
  [{ order: [] }, "order"],
  [{ orders: [{ id: "1", colour: "red" }] }, "orders[0].colour"],
  [{ orders: [{ email: "a@b.c" }] }, "orders[0].id"],
  [{ orders: [{ id: "1", ordered: "yesterday" }] }, "orders[0].ordered"],
  [{ orders: [{ id: "1", ordered: "2026-99-99" }] }, "orders[0].ordered"],
  [{ orders: [{ id: "1", items: [{ name: "Mug", price: "24" }] }] }, "orders[0].items[0].price"],
  [{ orders: [{ id: "1", currency: "dollars" }] }, "orders[0].currency"],
  [{ orders: [{ id: "1" }, { id: 1 }] }, "orders[1].id"],
  [{ customers: [{ email: "a@b.c" }, { email: "A@B.C " }] }, "customers[1].email"],
  [{ systems: { orders: "opencart" } }, "systems.orders"],
  [{ catalog: [{ name: "Mug", stok: 2 }] }, "catalog[0].stok"],
  [{ faults: { list_orders: "broken" } }, "faults.list_orders"],
  [{ faults: { list_orders: { kind: "slow", time: 2 } } }, "faults.list_orders.time"],
  [{ faults: { list_ordesr: "slow" } }, "faults.list_ordesr"],
])("%j is refused, and the problem names %s and a fix", (json, path) => {
  const { world, problems } = parseWorld(json, now, { faultNames: ["list_orders", "get_shipmonk_orders"] });
  expect(world).toBeUndefined();
  expect(problems.map((problem) => problem.path)).toContain(path);
  for (const { message, fix, severity } of problems) {
    expect(message).not.toBe("");
    expect(fix).not.toBe("");
    expect(severity).toBe("error");
  }
});

test("all problems of a file are told at once", () => {
  const { problems } = parseWorld({ ordres: [], orders: [{ id: "1", eta: "soon" }], catalog: [3] }, now);
  expect(problems.map(({ path }) => path).sort()).toEqual(["catalog[0]", "orders[0].eta", "ordres"]);
});

test("text that is not JSON is a problem, not a crash", () => {
  expect(parseWorldText('{"orders": [', now).problems[0]?.code).toBe("FILE_NOT_JSON");
});

test("a fault with times strikes that often; a tool's own fault goes before its capability's", () => {
  const { world } = parseWorld(
    { faults: { list_orders: { kind: "unavailable", times: 2 }, get_magento_orders: { kind: "slow", times: 1 } } },
    now,
  );
  const taken = [1, 2, 3, 4].map(() => world?.takeFault("get_magento_orders", "list_orders"));
  expect(taken).toEqual(["slow", "unavailable", "unavailable", undefined]);
});

test("the ledger keeps each system's changes apart, with every category there", () => {
  const { world } = parseWorld({}, now);
  world?.record("gladly", "tickets", { id: "t1" });
  expect(world?.ledger.gladly?.tickets).toEqual([{ id: "t1" }]);
  expect(Object.keys(world?.ledger.gladly ?? {})).toHaveLength(13);
  expect(world?.ledger.shipmonk).toBeUndefined();
});

test("the schema can be written as JSON Schema for editors", () => {
  const schema = z.toJSONSchema(WorldFile) as { properties: object; additionalProperties: boolean };
  expect(Object.keys(schema.properties)).toContain("faults");
  expect(schema.additionalProperties).toBe(false);
});
