import { afterEach, describe, expect, test } from "vitest";
import { createShopify } from "../../server/connectors/index.js";
import { SHOPIFY_CLIENT } from "../../server/connectors/shopify/simulator.js";
import { type Rig, runConnectorContract, startRig } from "./contract.js";

const ann = "ann.reed@example.com";
const home = "12 Orchard Way, Springfield, IL 62704, US";
const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });
const world = {
  customers: [{ email: ann, name: "Ann Reed", phone: "+15550100", address: home }],
  orders: [
    {
      id: "5501",
      email: ann,
      status: "In transit",
      ordered: "-6d",
      ship: "-5d",
      eta: "+2d",
      tracking: "TRK5501",
      shipTo: home,
      insured: true,
      reshipEligible: false,
      reason: "already sent twice",
      subscription: "S-77",
      items: [
        { sku: "HB1", name: "House blend 1kg", qty: 2, price: 24.5 },
        { sku: "MUG", name: "Mug", price: 9.99 },
      ],
    },
    {
      id: "5502",
      email: ann,
      status: "Approved",
      ordered: "-1d",
      shipTo: home,
      items: [{ sku: "MUG", name: "Mug", price: 10 }],
    },
  ],
  catalog: [
    { sku: "HB1", name: "House blend 1kg", price: 24.5, stock: 12 },
    { sku: "MUG", name: "Mug", price: 9.99, stock: 0 },
  ],
};
const id = (number: string) => `gid://shopify/Order/${number}`;
const bare = (number: string) => ({ number, id: id(number), email: ann });

runConnectorContract({
  system: "shopify",
  world,
  reads: [
    {
      tool: "get_shopify_account_details",
      args: { email: "ANN.reed@example.com" },
      value: { email: ann, name: "Ann Reed", phone: "+15550100", address: home },
      missing: { email: "nobody@example.com" },
      bare: { id: "gid://shopify/Customer/1", email: ann },
    },
    {
      tool: "get_shopify_orders",
      args: { email: ann },
      value: [{ number: "5502" }, { number: "5501", status: "in_transit", total: usd(5899) }],
      missing: { email: "nobody@example.com" },
      bare: [bare("5501"), bare("5502")],
    },
    {
      tool: "shopify_order_details",
      args: { order_id: "#5501" },
      value: {
        number: "5501",
        status: "in_transit",
        tracking_number: "TRK5501",
        ship_to: home,
        total: usd(5899),
        refunded: usd(0),
        insured: true,
        subscription_id: "S-77",
        items: [{ sku: "HB1", quantity: 2, price: usd(2450) }, { sku: "MUG" }],
      },
      missing: { order_id: "9999" },
      bare: bare("5501"),
    },
    {
      tool: "check_reshipment_eligibility",
      args: { order_id: "5501" },
      value: { eligible: false, reason: "already sent twice", replacements: 0 },
      missing: { order_id: "9999" },
      bare: { replacements: 0 },
    },
    {
      tool: "get_shopify_products",
      args: { query: "blend" },
      value: [{ sku: "HB1", name: "House blend 1kg", price: usd(2450), stock: 12, available: true }],
      missing: { query: "teapot" },
      bare: [{ name: "House blend 1kg" }],
    },
  ],
  // A parcel without its number is no parcel: the bare world has none to tell of.
  partial: ["shopify_tracking_info"],
  effects: [
    {
      tool: "shopify_issue_refund",
      args: { order_id: "5501", amount: usd(5899) },
      ledger: "refunds",
      repeatable: true,
      refused: { order_id: "5501", amount: usd(5900) },
    },
    {
      tool: "shopify_store_credit",
      args: { email: ann, order_id: "5501", amount: usd(1000) },
      ledger: "credits",
      repeatable: true,
      refused: { email: ann, order_id: "5501", amount: usd(1_000_000) },
    },
    {
      tool: "shopify_cancel_order",
      args: { order_id: "5502" },
      ledger: "cancellations",
      repeatable: true,
      refused: { order_id: "5501" },
    },
    {
      tool: "set_order_to_paid",
      args: { order_id: "5502" },
      ledger: "payments",
      repeatable: true,
      refused: { order_id: "9" },
    },
    {
      tool: "set_discount_to_order",
      args: { order_id: "5502", percent: 15, on: "this" },
      ledger: "discounts",
      repeatable: true,
      refused: { order_id: "9", percent: 15, on: "this" },
    },
    {
      tool: "upgrade_shipping",
      args: { order_id: "5502" },
      ledger: "upgrades",
      repeatable: true,
      refused: { order_id: "5501" },
    },
    {
      tool: "shopify_update_address",
      args: { order_id: "5502", address: "1 New Street, Salem, OR 97301, US" },
      ledger: "addressChanges",
      repeatable: false,
      refused: { order_id: "5501", address: "1 New Street, Salem" },
    },
    {
      tool: "shopify_exchange_order",
      args: {
        order_id: "5501",
        take_back: [{ sku: "MUG", name: "Mug", quantity: 1 }],
        send: [{ sku: "HB1", name: "House blend 1kg", quantity: 1 }],
      },
      ledger: "replacements",
      repeatable: true,
      refused: { order_id: "5501", take_back: [{ name: "Pot", quantity: 1 }], send: [{ name: "Mug", quantity: 1 }] },
    },
    {
      tool: "shopify_create_order",
      args: {
        order_id: "5501",
        email: ann,
        address: home,
        items: [{ sku: "HB1", name: "House blend 1kg", quantity: 2 }],
      },
      ledger: "replacements",
      repeatable: true,
      refused: { order_id: "9", email: ann, address: home, items: [{ name: "Mug", quantity: 1 }] },
    },
  ],
});

describe("Shopify", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const call = (tool: string, args: object, key = "k1") => rig.tool(tool).run(args as never, { key });

  test.each([
    ["Approved", "approved"],
    ["Processing", "processing"],
    ["Pending shipment", "pending_shipment"],
    ["Shipped", "shipped"],
    ["In transit", "in_transit"],
    ["Delivered", "delivered"],
    ["Canceled", "canceled"],
    ["Held at customs", "held_at_customs"],
  ])("the status %s comes out as %s", async (status, word) => {
    rig = await startRig("shopify", { orders: [{ id: "1", email: ann, status }] });
    expect(await call("shopify_order_details", { order_id: "1" })).toMatchObject({ value: { status: word } });
  });

  test("tracking comes from the parcel; without one there is none", async () => {
    rig = await startRig("shopify", world);
    expect(await call("shopify_tracking_info", { order_id: "5501" })).toMatchObject({
      result: "ok",
      value: { tracking_number: "TRK5501", status: "in_transit" },
    });
    expect(await call("shopify_tracking_info", { order_id: "5502" })).toEqual({ result: "not_found" });
  });

  test("what nobody said about dates stays unknown", async () => {
    rig = await startRig("shopify", { orders: [{ id: "1", email: ann, status: "In transit" }] });
    const outcome = await call("shopify_order_details", { order_id: "1" });
    const order = outcome.result === "ok" ? (outcome.value as object) : {};
    expect(order).not.toHaveProperty("estimated_delivery");
    expect(order).not.toHaveProperty("ship_date");
    expect(order).not.toHaveProperty("delivered_at");
  });

  test("a replacement costs nothing, counts as paid, and is not made a second time after a crash half way", async () => {
    rig = await startRig("shopify", world);
    const args = {
      order_id: "5501",
      email: ann,
      address: home,
      items: [{ sku: "HB1", name: "House blend 1kg", quantity: 2 }],
    };
    rig.world.faults.set("shopify_create_order", { kind: "reset", left: 1 });
    expect((await call("shopify_create_order", args)).result).toBe("unknown_outcome");
    expect(rig.world.orders).toHaveLength(2);
    const outcome = await call("shopify_create_order", args);
    expect(outcome).toMatchObject({ result: "ok", value: { number: "5503", total: usd(0), paid: true } });
    expect(rig.world.ledger.shopify?.replacements).toMatchObject([
      { order: "5503", of: "5501", total: 0, address: home },
    ]);
    expect(rig.simulators.log("shopify").length).toBeGreaterThan(0);
    expect(await call("set_order_to_paid", { order_id: "5503" })).toMatchObject({ result: "ok" });
    expect(await call("set_discount_to_order", { order_id: "5503", percent: 100, on: "this" })).toMatchObject({
      result: "ok",
    });
    expect(rig.world.ledger.shopify).toMatchObject({ payments: [], discounts: [] });
    expect(await call("check_reshipment_eligibility", { order_id: "5501" })).toMatchObject({
      value: { replacements: 1 },
    });
  });

  test("what another app puts on a replacement is still to be paid, until it is taken off", async () => {
    rig = await startRig("shopify", { ...world, surcharge: 2.5 });
    const items = [{ sku: "HB1", name: "House blend 1kg", quantity: 2 }];
    const args = { order_id: "5501", email: ann, address: home, items };
    expect(await call("shopify_create_order", args)).toMatchObject({ value: { total: usd(250), paid: false } });
    const off = { order_id: "5503", percent: 100, on: "this" };
    expect((await call("set_discount_to_order", off)).result).toBe("ok");
    expect(await call("shopify_order_details", { order_id: "5503" })).toMatchObject({ value: { total: usd(0) } });
    expect((await call("set_order_to_paid", { order_id: "5503" })).result).toBe("ok");
    expect(rig.world.ledger.shopify).toMatchObject({ payments: [], discounts: [{ percent: 100 }] });
  });

  test.each([
    ["failed", usd(0), "failed"],
    ["pending", usd(1000), "pending"],
    ["success", usd(1000), "refunded"],
  ])("a refund whose payment is %s counts %j", async (status, refunded, word) => {
    const [, order] = world.orders;
    rig = await startRig("shopify", { orders: [{ ...order, refund: { status, amount: 10, when: "-1d" } }] });
    const outcome = await call("shopify_order_details", { order_id: "5502" });
    expect(outcome).toMatchObject({ value: { refunded, refund_status: word } });
  });

  test.each([
    ["shopify_cancel_order", { order_id: "5502", reason: "Asked for" }],
    ["shopify_issue_refund", { order_id: "5501", amount: usd(100) }],
    ["shopify_update_address", { order_id: "5502", address: "5 Elm Street, Shelbyville, IL 54321, US" }],
    ["set_discount_to_order", { order_id: "5502", percent: 10, on: "this" }],
  ])("%s that the shop does not allow is refused in the shop's words, and changes nothing", async (tool, args) => {
    rig = await startRig("shopify", world);
    rig.world.faults.set(tool, { kind: "refused" });
    expect(await call(tool, args)).toEqual({ result: "refused", reason: "The shop does not allow this." });
    const changes = Object.values(rig.world.ledger.shopify ?? {}).flat();
    expect(changes).toEqual([]);
  });

  test("a discount on the order shows in its total; one for later is a code that works once", async () => {
    rig = await startRig("shopify", world);
    await call("set_discount_to_order", { order_id: "5502", percent: 10, on: "this" });
    expect(await call("shopify_order_details", { order_id: "5502" })).toMatchObject({ value: { total: usd(900) } });
    const next = await call("set_discount_to_order", { order_id: "5502", percent: 20, on: "next" }, "k2");
    expect(next).toMatchObject({ result: "ok", value: { percent: 20, code: expect.stringMatching(/^THANKS-/) } });
    expect(await call("set_discount_to_order", { order_id: "5502", percent: 20, on: "next" }, "k2")).toEqual(next);
    expect(rig.world.ledger.shopify?.discounts).toHaveLength(2);
  });

  test("the same refund in two conversations at once is one refund: Shopify knows the key", async () => {
    rig = await startRig("shopify", world);
    const args = { order_id: "5501", amount: usd(1000) };
    const outcomes = await Promise.all([call("shopify_issue_refund", args), call("shopify_issue_refund", args)]);
    expect(outcomes.map(({ result }) => result)).toEqual(["ok", "ok"]);
    expect(rig.world.ledger.shopify?.refunds).toHaveLength(1);
  });

  test.each(["graphql", "http"] as const)("being throttled by %s is waited out", async (throttledBy) => {
    rig = await startRig("shopify", world, { shopify: { throttledBy } });
    rig.world.faults.set("shopify_order_details", { kind: "rate_limited", left: 1 });
    expect(await call("shopify_order_details", { order_id: "5501" })).toMatchObject({ result: "ok" });
  });

  test("an own-store app fetches its token once and keeps it", async () => {
    rig = await startRig("shopify", world);
    const config = rig.simulators.configs.shopify;
    if (config === undefined) throw new Error("no config");
    const { id: clientId, secret: clientSecret } = SHOPIFY_CLIENT;
    const app = createShopify({ ...config, apiKey: undefined, clientId, clientSecret });
    const details = app.tools.find(({ capability }) => capability === "get_order");
    const ask = () => details?.run({ order_id: "5501" } as never, {});
    expect(await Promise.all([ask(), ask(), ask()])).toMatchObject([
      { result: "ok" },
      { result: "ok" },
      { result: "ok" },
    ]);
    expect(rig.simulators.log("shopify").filter(({ path }) => path.endsWith("access_token"))).toHaveLength(1);
    const wrong = createShopify({ ...config, apiKey: undefined, clientId, clientSecret: "wrong" });
    const refused = wrong.tools.find(({ capability }) => capability === "get_order");
    expect(await refused?.run({ order_id: "5501" } as never, {})).toMatchObject({
      result: "unavailable",
      reason: "auth",
    });
    await app.close();
    await wrong.close();
  });

  test("a quote in an order number cannot widen the search", async () => {
    rig = await startRig("shopify", world);
    expect(await call("shopify_order_details", { order_id: "x' OR email:'ann.reed@example.com" })).toEqual({
      result: "not_found",
    });
  });
});
