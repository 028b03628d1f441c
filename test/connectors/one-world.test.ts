/** One world, many vendors: whatever system a shop maps a capability to, policies and rules see the same facts. */
import { describe, expect, test } from "vitest";
import { CAPABILITIES, type CapabilityName, type ConnectorSystem } from "../../server/connectors/index.js";
import { startRig } from "./contract.js";

const ann = "ann.reed@example.com";
const home = "12 Orchard Way, Flat 2, Springfield, IL 62704, US";

async function ask(system: ConnectorSystem, world: object, capability: CapabilityName, args: object): Promise<unknown> {
  const rig = await startRig(system, world);
  try {
    const tool = rig.connector.tools.find((each) => each.capability === capability);
    const outcome = await tool?.run(args as never, { key: "k" });
    return outcome?.result === "ok" ? outcome.value : outcome?.result;
  } finally {
    await rig.close();
  }
}

test("the capabilities are those of the public contract, and pausing", () => {
  const contract =
    "lookup_customer, list_orders, get_order, list_subscriptions, get_subscription, get_tracking, check_reship, " +
    "list_products, file_claim, create_replacement, mark_paid, apply_discount, upgrade_shipping, issue_refund, " +
    "store_credit, exchange, cancel_order, cancel_subscription, skip_shipment, unskip_shipment, swap_product, " +
    "update_address, send_message, handoff";
  expect(Object.keys(CAPABILITIES).sort()).toEqual([...contract.split(", "), "pause_subscription"].sort());
});

describe.each(["shipmonk", "magento", "shopify", "smartrr", "stayai"] as const)("orders in %s", (system) => {
  test.each([
    ["Approved", "approved"],
    ["Processing", "processing"],
    ["Pending shipment", "pending_shipment"],
    ["Shipped", "shipped"],
    ["In transit", "in_transit"],
    ["Delivered", "delivered"],
    ["Canceled", "canceled"],
    ["Stuck at customs", "stuck_at_customs"],
  ])("%s is %s, with the same dates, parcel, address and goods as everywhere", async (status, word) => {
    const order = {
      id: "5501",
      email: ann,
      status,
      ordered: "2026-03-01T10:00:00Z",
      ship: "2026-03-02T10:00:00Z",
      eta: "2026-03-09T10:00:00Z",
      delivered: "2026-03-08T10:00:00Z",
      tracking: "TRK5501",
      shipTo: home,
      items: [{ sku: "HB1", name: "House blend 1kg", qty: 2, price: 24.5 }],
    };
    const found = (await ask(system, { orders: [order] }, "get_order", { order_id: "5501" })) as Record<
      string,
      unknown
    >;
    expect(found).toMatchObject({
      number: "5501",
      email: ann,
      status: word,
      ordered_at: "2026-03-01T10:00:00.000Z",
      ship_date: "2026-03-02T10:00:00.000Z",
      estimated_delivery: "2026-03-09T10:00:00.000Z",
      delivered_at: "2026-03-08T10:00:00.000Z",
      ship_to: home,
      items: [{ sku: "HB1", name: "House blend 1kg", quantity: 2, price: { amountMinor: 2450, currency: "USD" } }],
    });
    // Until something has left, a system may not know of a parcel yet; it never knows another.
    expect(["TRK5501", undefined]).toContain(found.tracking_number);
    if (["shipped", "in_transit", "delivered"].includes(word)) expect(found.tracking_number).toBe("TRK5501");
  });

  test.each(["status", "ordered", "ship", "eta", "delivered", "tracking", "shipTo", "items"])(
    "an order of which %s is not known does not seem to have one",
    async (left) => {
      const whole: Record<string, unknown> = {
        id: "5501",
        email: ann,
        status: "In transit",
        ordered: "-6d",
        ship: "-5d",
        eta: "+2d",
        delivered: "-1d",
        tracking: "TRK5501",
        shipTo: home,
        items: [{ name: "Mug", price: 9 }],
      };
      const { [left]: _, ...order } = whole;
      const fields: Record<string, string[]> = {
        status: ["status"],
        ordered: ["ordered_at"],
        ship: ["ship_date"],
        eta: ["estimated_delivery"],
        delivered: ["delivered_at"],
        tracking: ["tracking_number", "tracking_url"],
        shipTo: ["ship_to"],
        items: ["items", "total"],
      };
      const found = await ask(system, { orders: [order] }, "get_order", { order_id: "5501" });
      for (const field of fields[left] ?? []) expect(found).not.toHaveProperty(field);
      expect(found).toMatchObject({ number: "5501", email: ann });
    },
  );
});

describe.each(["smartrr", "stayai"] as const)("subscriptions in %s", (system) => {
  const whole = {
    id: "S-77",
    email: ann,
    product: "House blend 1kg",
    price: 24,
    interval: "2 weeks",
    status: "active",
    next: "2030-01-31T09:00:00Z",
    cutoff: "2030-01-29T09:00:00Z",
  };

  test.each([
    ["active", "active"],
    ["Paused", "paused"],
    ["Cancelled", "canceled"],
    ["Waiting for payment", "waiting_for_payment"],
  ])("%s is %s, with the same product, price and dates as everywhere", async (status, word) => {
    const world = { customers: [{ email: ann, address: home }], subscriptions: [{ ...whole, status }] };
    const found = await ask(system, world, "get_subscription", { subscription_id: "S-77" });
    expect(found).toMatchObject({
      id: "S-77",
      email: ann,
      status: word,
      product: "House blend 1kg",
      price: { amountMinor: 2400, currency: "USD" },
      interval: "2 weeks",
      cutoff: "2030-01-29T09:00:00.000Z",
      next_charge: word === "canceled" ? null : "2030-01-31T09:00:00.000Z",
      ship_to: home,
    });
  });

  test.each([
    ["product", "product"],
    ["price", "price"],
    ["interval", "interval"],
    ["status", "status"],
    ["next", "next_charge"],
    ["cutoff", "cutoff"],
  ])("a subscription of which %s is not known does not seem to have one", async (left, field) => {
    const { [left as keyof typeof whole]: _, ...subscription } = whole;
    const found = await ask(system, { subscriptions: [subscription] }, "get_subscription", { subscription_id: "S-77" });
    expect(found).not.toHaveProperty(field);
    expect(found).toMatchObject({ id: "S-77", email: ann });
  });
});

describe.each(["magento", "shopify"] as const)("money in %s", (system) => {
  const amount = { amountMinor: 1000, currency: "USD" };
  const world = {
    customers: [{ email: ann, name: "Ann Reed" }],
    orders: [
      { id: "5501", email: ann, status: "Delivered", shipTo: home, items: [{ sku: "M", name: "Mug", price: 25 }] },
    ],
    catalog: [{ sku: "M", name: "Mug", price: 25 }],
  };
  const items = [{ sku: "M", name: "Mug", quantity: 1 }];

  test.each([
    ["issue_refund", { order_id: "5501", amount }, "refunds", { order: "5501", amount: 10, currency: "USD" }],
    ["store_credit", { order_id: "5501", amount, email: ann }, "credits", { order: "5501", amount: 10, email: ann }],
    ["apply_discount", { order_id: "5501", percent: 10, on: "this" }, "discounts", { order: "5501", percent: 10 }],
    [
      "exchange",
      { order_id: "5501", take_back: items, send: items },
      "replacements",
      { kind: "exchange", order: "5501" },
    ],
    [
      "create_replacement",
      { order_id: "5501", items, address: home, email: ann },
      "replacements",
      { total: 0, paid: true },
    ],
  ] as const)("%s shows in the ledger as it does everywhere", async (capability, args, category, record) => {
    const rig = await startRig(system, world);
    const tool = rig.connector.tools.find((each) => each.capability === capability);
    expect(await tool?.run(args as never, { key: "k" })).toMatchObject({ result: "ok" });
    expect(rig.world.ledgerOf(system)[category]).toMatchObject([record]);
    await rig.close();
  });

  test("what the shop itself says about refunds comes through, with its reason", async () => {
    const [order] = world.orders;
    const verdict = { ...world, orders: [{ ...order, refundable: false, reason: "outside the 30-day window" }] };
    expect(await ask(system, verdict, "get_order", { order_id: "5501" })).toMatchObject({
      refundable: false,
      not_refundable_reason: "outside the 30-day window",
    });
    expect(await ask(system, world, "get_order", { order_id: "5501" })).not.toHaveProperty("refundable");
  });

  test("a refund made before the chat is seen: how much, how far, since when", async () => {
    const [order] = world.orders;
    const before = {
      ...world,
      orders: [{ ...order, refund: { status: "pending", amount: 5, when: "2026-03-01T00:00:00Z" } }],
    };
    expect(await ask(system, before, "get_order", { order_id: "5501" })).toMatchObject({
      refunded: { amountMinor: 500, currency: "USD" },
      refund_status: "pending",
      refunded_at: "2026-03-01T00:00:00.000Z",
    });
  });
});
