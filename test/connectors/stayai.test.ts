import { afterEach, describe, expect, test } from "vitest";
import { createStayAi } from "../../server/connectors/index.js";
import { type Rig, runConnectorContract, startRig } from "./contract.js";

const ann = "ann.reed@example.com";
const home = "12 Orchard Way, Springfield, IL 62704, US";
const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });
const next = "2030-01-31T09:00:00.000Z";
const world = {
  customers: [{ email: ann, name: "Ann Reed", phone: "+15550100", address: home }],
  subscriptions: [
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
      status: "Delivered",
      ordered: "-6d",
      delivered: "-1d",
      shipTo: home,
      items: [{ sku: "HB1", name: "House blend 1kg", qty: 1, price: 24 }],
    },
    { id: "5502", email: ann, status: "Approved", ordered: "-1d", shipTo: home, items: [{ name: "Mug", price: 9 }] },
  ],
  catalog: [
    { sku: "HB1", name: "House blend 1kg", price: 24, stock: 12 },
    { sku: "DR1", name: "Dark roast 1kg", price: 26, stock: 3 },
    { sku: "GT1", name: "Green tea", price: 9, stock: 0 },
  ],
};

runConnectorContract({
  system: "stayai",
  world,
  reads: [
    {
      tool: "get_stayai_account_details",
      args: { email: "ANN.reed@example.com" },
      value: { name: "Ann Reed", phone: "+15550100", address: home },
      missing: { email: "nobody@example.com" },
      bare: { email: "ANN.reed@example.com" },
    },
    {
      tool: "get_stayai_subscriptions",
      args: { email: ann },
      value: [
        {
          id: "S-77",
          email: ann,
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
      tool: "stayai_subscription_details",
      args: { subscription_id: "S-77" },
      value: { id: "S-77", email: ann, sku: "HB1", cutoff: "2030-01-29T00:00:00.000Z", ship_to: home },
      missing: { subscription_id: "S-99" },
      bare: { id: "S-77", email: ann },
    },
    {
      tool: "get_stayai_products",
      args: { query: "roast" },
      value: [{ sku: "DR1", name: "Dark roast 1kg", price: usd(2600), stock: 3, available: true }],
      missing: { query: "teapot" },
      bare: [{ name: "Dark roast 1kg" }],
    },
  ],
  // What Shopify lends is tested as Shopify's; here only that it is really lent.
  partial: [
    "stayai_unskip_shipment",
    "get_stayai_orders",
    "stayai_order_details",
    "stayai_tracking_info",
    "stayai_reship_eligibility",
    "create_stayai_order",
    "stayai_mark_paid",
    "stayai_issue_refund",
    "stayai_store_credit",
    "stayai_exchange_order",
    "stayai_cancel_order",
  ],
  effects: [
    {
      tool: "stayai_skip_shipment",
      args: { subscription_id: "S-77", next_charge: next },
      ledger: "skips",
      repeatable: true,
      refused: { subscription_id: "S-78", next_charge: next },
    },
    {
      tool: "stayai_pause_subscription",
      args: { subscription_id: "S-77", until: "2031-01-01T00:00:00.000Z" },
      ledger: "skips",
      repeatable: true,
      refused: { subscription_id: "S-78", until: "2031-01-01T00:00:00.000Z" },
    },
    {
      tool: "stayai_cancel_subscription",
      args: { subscription_id: "S-77", reason: "too expensive" },
      ledger: "cancellations",
      repeatable: true,
      refused: { subscription_id: "S-99" },
    },
    {
      tool: "stayai_swap_product",
      args: { subscription_id: "S-77", product: "Dark roast 1kg", sku: "DR1" },
      ledger: "swaps",
      repeatable: true,
      refused: { subscription_id: "S-77", product: "Green tea", sku: "GT1" },
    },
    {
      tool: "stayai_upgrade_shipping",
      args: { subscription_id: "S-77" },
      ledger: "upgrades",
      repeatable: true,
      refused: { subscription_id: "S-78" },
    },
    {
      tool: "stayai_apply_discount",
      args: { subscription_id: "S-77", percent: 15, on: "this" },
      ledger: "discounts",
      repeatable: true,
      refused: { subscription_id: "S-78", percent: 15, on: "this" },
    },
    {
      tool: "update_stayai_address",
      args: { subscription_id: "S-77", address: "1 New Street, Salem, OR 97301, US" },
      ledger: "addressChanges",
      repeatable: false,
      refused: { subscription_id: "S-99", address: "1 New Street, Salem" },
    },
  ],
});

describe("Stay AI", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const call = (tool: string, args: object, key = "k1") => rig.tool(tool).run(args as never, { key });

  test("a skip moves the next charge by one delivery and can be taken back", async () => {
    rig = await startRig("stayai", world);
    expect(await call("stayai_skip_shipment", { subscription_id: "S-77", next_charge: next })).toMatchObject({
      value: { skipped: next, next_charge: "2030-02-28T09:00:00.000Z" },
    });
    const unskip = { subscription_id: "S-77", skipped: next };
    expect(await call("stayai_unskip_shipment", unskip)).toMatchObject({ value: { next_charge: next } });
    expect(await call("stayai_unskip_shipment", unskip)).toMatchObject({ result: "ok" });
    expect(rig.world.ledger.stayai?.skips).toEqual([{ subscription: "S-77", date: next, undone: true }]);
  });

  test("the other spelling of the skip's path is a matter of configuration", async () => {
    rig = await startRig("stayai", world, { stayai: { skipPath: "skip-order" } });
    const args = { subscription_id: "S-77", next_charge: next };
    expect((await call("stayai_skip_shipment", args)).result).toBe("refused");
    const config = rig.simulators.configs.stayai;
    if (config === undefined) throw new Error("no config");
    const other = createStayAi({ ...config, paths: { skip: "skip-order" } });
    const skip = other.tools.find(({ capability }) => capability === "skip_shipment");
    expect(await skip?.run(args as never, { key: "k" })).toMatchObject({ result: "ok" });
    await other.close();
  });

  test("a swap says the new price, and what the subscription brings has changed", async () => {
    rig = await startRig("stayai", world);
    const swapped = await call("stayai_swap_product", { subscription_id: "S-77", product: "Dark roast 1kg" });
    expect(swapped).toMatchObject({ value: { price: usd(2600) } });
    expect(rig.world.ledger.stayai?.swaps).toMatchObject([{ from: "House blend 1kg", to: "Dark roast 1kg" }]);
  });

  test("orders, replacements and the address of an order are Shopify's", async () => {
    rig = await startRig("stayai", world);
    expect(await call("stayai_order_details", { order_id: "5501" })).toMatchObject({ value: { status: "delivered" } });
    const items = [{ sku: "HB1", name: "House blend 1kg", quantity: 1 }];
    const made = await call("create_stayai_order", { order_id: "5501", items, address: home, email: ann });
    expect(made).toMatchObject({ result: "ok", value: { number: "5503", paid: true } });
    expect(await call("stayai_mark_paid", { order_id: "5503" })).toMatchObject({ result: "ok" });
    const address = "1 New Street, Salem, OR 97301, US";
    expect(await call("update_stayai_address", { order_id: "5502", address })).toMatchObject({ result: "ok" });
    expect(rig.world.findOrder("5502")?.shipTo).toBe(address);
    expect(rig.world.ledger.shopify).toMatchObject({
      replacements: [{ of: "5501" }],
      addressChanges: [{ order: "5502" }],
    });
    expect(rig.world.ledger.stayai?.addressChanges).toEqual([]);
  });
});
