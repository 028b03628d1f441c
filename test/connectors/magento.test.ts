import { afterEach, describe, expect, test } from "vitest";
import { signatureBase } from "../../server/connectors/magento/oauth.js";
import { type Rig, runConnectorContract, startRig } from "./contract.js";

const ann = "ann.reed@example.com";
const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });
const world = {
  customers: [
    { email: ann, name: "Ann Reed", phone: "+15550100", address: "12 Orchard Way, Springfield, IL 62704, US" },
  ],
  orders: [
    {
      id: "5501",
      email: ann,
      status: "In transit",
      ordered: "-6d",
      ship: "-5d",
      eta: "+2d",
      tracking: "TRK5501",
      shipTo: "12 Orchard Way, Springfield, IL 62704, US",
      insured: true,
      reshipEligible: true,
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
      shipTo: "12 Orchard Way, Springfield",
      items: [{ sku: "MUG", name: "Mug", price: 9.99 }],
    },
  ],
  catalog: [
    { sku: "HB1", name: "House blend 1kg", price: 24.5, stock: 12 },
    { sku: "MUG", name: "Mug", price: 9.99, stock: 0 },
  ],
};
const five501 = { number: "5501", email: ann, status: "in_transit" };

runConnectorContract({
  system: "magento",
  world,
  reads: [
    {
      tool: "get_magento_account_details",
      args: { email: "ANN.reed@example.com" },
      value: { email: ann, name: "Ann Reed", phone: "+15550100", address: "12 Orchard Way, Springfield, IL 62704, US" },
      missing: { email: "nobody@example.com" },
      bare: { id: "1", email: ann },
    },
    {
      tool: "get_magento_orders",
      args: { email: ann },
      value: [{ number: "5502" }, { ...five501, total: usd(5899) }],
      missing: { email: "nobody@example.com" },
      bare: [
        { number: "5501", id: "100", email: ann },
        { number: "5502", id: "101", email: ann },
      ],
    },
    {
      tool: "magento_order_details",
      args: { order_id: "5501" },
      value: {
        ...five501,
        tracking_number: "TRK5501",
        total: usd(5899),
        refunded: usd(0),
        insured: true,
        ship_to: "12 Orchard Way, Springfield, IL 62704, US",
        items: [
          { sku: "HB1", quantity: 2, price: usd(2450) },
          { sku: "MUG", quantity: 1, price: usd(999) },
        ],
      },
      missing: { order_id: "9999" },
      bare: { number: "5501", id: "100", email: ann },
    },
    {
      tool: "magento_reship_eligibility",
      args: { order_id: "5501" },
      value: { eligible: true },
      missing: { order_id: "9999" },
      bare: {},
    },
    {
      tool: "get_magento_products",
      args: { query: "blend" },
      value: [{ sku: "HB1", name: "House blend 1kg", price: usd(2450), stock: 12, available: true }],
      missing: { query: "teapot" },
      bare: [{ sku: "House blend 1kg", name: "House blend 1kg" }],
    },
  ],
  effects: [
    {
      tool: "magento_issue_refund",
      args: { order_id: "5501", amount: usd(5899) },
      ledger: "refunds",
      repeatable: true,
      refused: { order_id: "5501", amount: usd(5900) },
    },
    {
      tool: "magento_apply_discount",
      args: { order_id: "5501", percent: 15, on: "this" },
      ledger: "discounts",
      repeatable: true,
      refused: { order_id: "5501", percent: 20, on: "next" },
    },
    {
      tool: "magento_cancel_order",
      args: { order_id: "5502" },
      ledger: "cancellations",
      repeatable: true,
      refused: { order_id: "5501" },
    },
    {
      tool: "magento_update_address",
      args: { order_id: "5502", address: "1 New Street, Salem, OR 97301, US" },
      ledger: "addressChanges",
      repeatable: false,
      refused: { order_id: "5501", address: "1 New Street, Salem" },
    },
    {
      tool: "magento_mark_paid",
      args: { order_id: "5502" },
      ledger: "payments",
      repeatable: true,
      refused: { order_id: "9999" },
    },
    {
      tool: "magento_exchange_order",
      args: {
        order_id: "5501",
        take_back: [{ sku: "MUG", name: "Mug", quantity: 1 }],
        send: [{ sku: "HB1", name: "House blend 1kg", quantity: 1 }],
      },
      ledger: "replacements",
      repeatable: true,
      refused: {
        order_id: "5501",
        take_back: [{ sku: "POT", name: "Pot", quantity: 1 }],
        send: [{ name: "Mug", quantity: 1 }],
      },
    },
    {
      tool: "magento_store_credit",
      args: { email: ann, order_id: "5501", amount: usd(1000) },
      ledger: "credits",
      repeatable: true,
    },
    {
      tool: "magento_create_order",
      args: {
        order_id: "5501",
        email: ann,
        address: "12 Orchard Way, Springfield, IL 62704, US",
        items: [{ sku: "HB1", name: "House blend 1kg", quantity: 2 }],
      },
      ledger: "replacements",
      repeatable: true,
      refused: { order_id: "5501", email: ann, address: "1 A, B", items: [{ sku: "MUG", name: "Mug", quantity: 1 }] },
    },
  ],
});

describe("Magento's refunds", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const refund = (args: object, key = "k1") => rig.tool("magento_issue_refund").run(args as never, { key });
  const details = () => rig.tool("magento_order_details").run({ order_id: "5501" } as never, {});

  test("all of it goes back once, and the order says so", async () => {
    rig = await startRig("magento", world);
    expect(await refund({ order_id: "5501", amount: usd(5899) })).toMatchObject({ value: { amount: usd(5899) } });
    expect(rig.world.ledger.magento?.refunds).toMatchObject([{ order: "5501", amount: 58.99, currency: "USD" }]);
    expect(await details()).toMatchObject({ value: { refunded: usd(5899), refund_status: "pending" } });
    expect(await refund({ order_id: "5501", amount: usd(100) }, "k2")).toMatchObject({ result: "refused" });
  });

  test.each([
    ["an amount alone", { amount: usd(1234) }, 12.34],
    ["one line", { amount: usd(999), items: [{ sku: "MUG", name: "Mug", quantity: 1 }] }, 9.99],
    ["a line with something off", { amount: usd(500), items: [{ sku: "MUG", name: "Mug", quantity: 1 }] }, 5],
  ])("part of it: %s", async (_, args, amount) => {
    rig = await startRig("magento", world);
    expect((await refund({ order_id: "5501", ...args })).result).toBe("ok");
    expect(rig.world.ledger.magento?.refunds).toMatchObject([{ amount }]);
  });

  test("what went back before counts", async () => {
    const [order] = world.orders;
    rig = await startRig("magento", {
      ...world,
      orders: [{ ...order, refund: { status: "refunded", amount: 50, when: "-2d" } }],
    });
    expect(await details()).toMatchObject({ value: { refunded: usd(5000), refund_status: "refunded" } });
    expect(await refund({ order_id: "5501", amount: usd(900) })).toMatchObject({ result: "refused" });
    expect((await refund({ order_id: "5501", amount: usd(899) })).result).toBe("ok");
  });

  test("a memo that was canceled brought nothing back: its money can be refunded", async () => {
    const [order] = world.orders;
    const refunded = { status: "failed", amount: 58.99, when: "-2d" };
    rig = await startRig("magento", { ...world, orders: [{ ...order, refund: refunded }] });
    expect(await details()).toMatchObject({ value: { refunded: usd(0), refund_status: "canceled" } });
    expect((await refund({ order_id: "5501", amount: usd(5899) })).result).toBe("ok");
    expect(await details()).toMatchObject({ value: { refunded: usd(5899), refund_status: "pending" } });
  });

  test("an order keeps its number when another one is gone", async () => {
    rig = await startRig("magento", world);
    const order = () => rig.tool("magento_order_details").run({ order_id: "5501" } as never, {});
    const before = await order();
    rig.world.orders.unshift({ id: "1", currency: "USD" });
    rig.world.orders.shift();
    rig.world.orders.unshift({ id: "2", currency: "USD" });
    expect(await order()).toEqual(before);
  });

  test("paid by card, it goes through the payment provider", async () => {
    rig = await startRig("magento", world, { magento: { paymentMethod: "card" } });
    expect((await refund({ order_id: "5501", amount: usd(5899) })).result).toBe("ok");
    expect(rig.simulators.log("magento").map(({ path }) => path)).toContain("/rest/V1/invoice/8100/refund");
  });

  test("booked without reaching the payment provider, it is not called done", async () => {
    rig = await startRig("magento", world, { magento: { paymentMethod: "card", ignoresOnline: true } });
    expect((await refund({ order_id: "5501", amount: usd(5899) })).result).toBe("unknown_outcome");
  });

  test("another currency than the order's is refused", async () => {
    rig = await startRig("magento", world);
    const outcome = await refund({ order_id: "5501", amount: { amountMinor: 5899, currency: "EUR" } });
    expect(outcome.result).toBe("refused");
  });
});

describe("Magento's orders", () => {
  let rig: Rig;
  afterEach(() => rig.close());

  test("a guest is known by their orders", async () => {
    rig = await startRig("magento", { orders: [{ id: "1", email: "guest@example.com", shipTo: "1 A St, Leeds" }] });
    const outcome = await rig.tool("get_magento_account_details").run({ email: "guest@example.com" } as never, {});
    expect(outcome).toEqual({ result: "ok", value: { email: "guest@example.com", address: "1 A St, Leeds" } });
  });

  test.each([
    ["Approved", "approved"],
    ["Pending shipment", "pending_shipment"],
    ["Delivered", "delivered"],
    ["Canceled", "canceled"],
    ["Awaiting vendor", "awaiting_vendor"],
    ["complete", "shipped"],
    ["holded", "on_hold"],
  ])("the status %s comes out as %s", async (status, word) => {
    rig = await startRig("magento", { orders: [{ id: "1", email: ann, status }] });
    expect(await rig.tool("magento_order_details").run({ order_id: "1" } as never, {})).toMatchObject({
      value: { status: word },
    });
  });

  test("without a module for it, store credit is refused and not pretended", async () => {
    rig = await startRig("magento", world);
    const config = rig.simulators.configs.magento;
    if (config === undefined) throw new Error("no config");
    const { createMagento } = await import("../../server/connectors/index.js");
    const plain = createMagento({ ...config, storeCreditPath: undefined });
    const credit = plain.tools.find(({ capability }) => capability === "store_credit");
    expect(await credit?.run({ email: ann, order_id: "5501", amount: usd(1000) } as never, {})).toMatchObject({
      result: "refused",
    });
    await plain.close();
  });
});

test("requests are signed over exactly the text that OAuth 1.0a prescribes", () => {
  // The example of RFC 5849, section 3.4.1.1, as far as it concerns the query and the OAuth parameters.
  const base = signatureBase("post", new URL("http://EXAMPLE.COM/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q"), [
    ["oauth_consumer_key", "9djdj82h48djs9d2"],
    ["oauth_token", "kkk9d7dh3k39sjv7"],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", "137131201"],
    ["oauth_nonce", "7d8f3e4a"],
  ]);
  expect(base).toBe(
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26" +
      "oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26" +
      "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
  );
});
