import { afterEach, describe, expect, test } from "vitest";
import { type Rig, runConnectorContract, startRig } from "./contract.js";

const ann = "ann.reed@example.com";
const home = "12 Orchard Way, Springfield, IL 62704, US";
const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });
const next = "2030-01-31T09:00:00.000Z";
const world = {
  customers: [
    { email: ann, name: "Ann Reed", phone: "+15550100", address: home },
    { email: "not-ann.reed@example.com", name: "Joan Reed" },
  ],
  subscriptions: [
    { id: "S-76", email: "not-ann.reed@example.com", product: "Tea", status: "active" },
    {
      id: "S-77",
      email: ann,
      product: "House blend 1kg",
      price: 24,
      interval: "1 month",
      status: "active",
      next,
      cutoff: "2030-01-29",
    },
    { id: "S-78", email: ann, product: "Filters", price: 5, interval: "2 weeks", status: "cancelled" },
  ],
  orders: [
    {
      id: "5501",
      email: ann,
      status: "In transit",
      ordered: "-6d",
      eta: "+2d",
      tracking: "TRK5501",
      shipTo: home,
      subscription: "S-77",
      items: [{ sku: "HB1", name: "House blend 1kg", qty: 2, price: 24.5 }],
    },
  ],
  catalog: [
    { sku: "HB1", name: "House blend 1kg", price: 24, stock: 12 },
    { sku: "DR1", name: "Dark roast 1kg", price: 26, stock: 3 },
    { sku: "GT1", name: "Green tea", price: 9, stock: 0 },
  ],
};

runConnectorContract({
  system: "smartrr",
  world,
  reads: [
    {
      tool: "get_smartrr_account_details",
      args: { email: "ANN.reed@example.com" },
      value: { email: ann, name: "Ann Reed", phone: "+15550100", address: home },
      missing: { email: "nn.reed@example.com" },
      bare: { id: expect.any(String), email: ann },
    },
    {
      tool: "get_smartrr_orders",
      args: { email: ann },
      value: [{ number: "5501", email: ann, status: "in_transit" }],
      missing: { email: "nobody@example.com" },
      bare: [{ number: "5501", id: "705501", email: ann }],
    },
    {
      tool: "smartrr_order_details",
      args: { order_id: "#5501" },
      value: {
        number: "5501",
        status: "in_transit",
        tracking_number: "TRK5501",
        ship_to: home,
        total: usd(4900),
        subscription_id: "S-77",
      },
      missing: { order_id: "550" },
      bare: { number: "5501", id: "705501", email: ann },
    },
    {
      tool: "get_smartrr_subscriptions",
      args: { email: ann },
      value: [
        {
          id: "S-77",
          status: "active",
          product: "House blend 1kg",
          interval: "1 month",
          next_charge: next,
          price: usd(2400),
        },
        { id: "S-78", status: "canceled", interval: "2 weeks", next_charge: null },
      ],
      missing: { email: "nobody@example.com" },
      bare: [
        { id: "S-77", email: ann },
        { id: "S-78", email: ann },
      ],
    },
    {
      tool: "smartrr_subscription_details",
      args: { subscription_id: "S-77" },
      value: { id: "S-77", email: ann, sku: "HB1", cutoff: "2030-01-29T00:00:00.000Z", ship_to: home },
      missing: { subscription_id: "S-99" },
      bare: { id: "S-77", email: ann },
    },
  ],
  partial: ["smartrr_unskip_shipment"],
  effects: [
    {
      tool: "smartrr_skip_shipment",
      args: { subscription_id: "S-77", next_charge: next },
      ledger: "skips",
      repeatable: true,
      refused: { subscription_id: "S-78", next_charge: next },
    },
    {
      tool: "smartrr_pause_subscription",
      args: { subscription_id: "S-77", until: "2031-01-01T00:00:00.000Z" },
      ledger: "skips",
      repeatable: true,
      refused: { subscription_id: "S-78", until: "2031-01-01T00:00:00.000Z" },
    },
    {
      tool: "smartrr_cancel_subscription",
      args: { subscription_id: "S-77", reason: "too expensive" },
      ledger: "cancellations",
      repeatable: true,
      refused: { subscription_id: "S-99" },
    },
    {
      tool: "smartrr_swap_product",
      args: { subscription_id: "S-77", product: "Dark roast 1kg", sku: "DR1" },
      ledger: "swaps",
      repeatable: true,
      refused: { subscription_id: "S-77", product: "Green tea", sku: "GT1" },
    },
    {
      tool: "smartrr_upgrade_shipping",
      args: { subscription_id: "S-77" },
      ledger: "upgrades",
      repeatable: true,
      refused: { subscription_id: "S-78" },
    },
    {
      tool: "smartrr_apply_discount",
      args: { subscription_id: "S-77", percent: 15, on: "this" },
      ledger: "discounts",
      repeatable: true,
      refused: { subscription_id: "S-78", percent: 15, on: "this" },
    },
    {
      tool: "smartrr_update_address",
      args: { subscription_id: "S-77", address: "1 New Street, Salem, OR 97301, US" },
      ledger: "addressChanges",
      repeatable: false,
      refused: { subscription_id: "S-99", address: "1 New Street, Salem" },
    },
  ],
});

describe("Smartrr", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const call = (tool: string, args: object, key = "k1") => rig.tool(tool).run(args as never, { key });

  test("a skip moves the next charge by one delivery, at the end of a short month too, and can be taken back", async () => {
    rig = await startRig("smartrr", world);
    const skip = await call("smartrr_skip_shipment", { subscription_id: "S-77", next_charge: next });
    expect(skip).toMatchObject({ value: { skipped: next, next_charge: "2030-02-28T09:00:00.000Z" } });
    const unskip = { subscription_id: "S-77", skipped: next };
    expect(await call("smartrr_unskip_shipment", unskip)).toMatchObject({ value: { next_charge: next } });
    expect(await call("smartrr_unskip_shipment", unskip)).toMatchObject({ result: "ok" });
    expect(rig.world.ledger.smartrr?.skips).toEqual([{ subscription: "S-77", date: next, undone: true }]);
  });

  test("the same skip asked twice skips one delivery, and another than the next one is not skipped", async () => {
    rig = await startRig("smartrr", world);
    const args = { subscription_id: "S-77", next_charge: next };
    await call("smartrr_skip_shipment", args);
    await call("smartrr_skip_shipment", args, "k2");
    expect(rig.world.ledger.smartrr?.skips).toHaveLength(1);
    const later = { subscription_id: "S-77", next_charge: "2030-03-28T09:00:00.000Z" };
    expect((await call("smartrr_skip_shipment", later)).result).toBe("refused");
  });

  test("a cancellation carries the merchant's reason that is nearest to the shopper's", async () => {
    rig = await startRig("smartrr", world);
    await call("smartrr_cancel_subscription", { subscription_id: "S-77", reason: "too much product" });
    expect(rig.world.ledger.smartrr?.cancellations).toMatchObject([{ reason: "I have too much product" }]);
  });

  test("a new product brings its price", async () => {
    rig = await startRig("smartrr", world);
    await call("smartrr_swap_product", { subscription_id: "S-77", product: "Dark roast 1kg", sku: "DR1" });
    expect(await call("smartrr_subscription_details", { subscription_id: "S-77" })).toMatchObject({
      value: { product: "Dark roast 1kg", price: usd(2600) },
    });
  });

  test.each([0, 1] as const)(
    "a subscriber with more subscriptions than a page holds gets all, pages from %i",
    async (firstPage) => {
      const subscriptions = Array.from({ length: 130 }, (_, at) => ({ id: `S-${at}`, email: ann, status: "active" }));
      rig = await startRig("smartrr", { subscriptions }, { smartrr: { firstPage } });
      const outcome = await call("get_smartrr_subscriptions", { email: ann });
      expect(outcome.result === "ok" && (outcome.value as object[]).length).toBe(130);
    },
  );

  test.each(["paused", "expired", "Waiting for card"])("the status %s is passed on", async (status) => {
    rig = await startRig("smartrr", { subscriptions: [{ id: "S-1", email: ann, status }] });
    expect(await call("smartrr_subscription_details", { subscription_id: "S-1" })).toMatchObject({
      value: { status: status.toLowerCase().replaceAll(" ", "_") },
    });
  });
});
