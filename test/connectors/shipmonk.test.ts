import { afterEach, describe, expect, test } from "vitest";
import { createShipMonk, ORDER_STATUSES } from "../../server/connectors/index.js";
import { FAST, type Rig, runConnectorContract, startRig } from "./contract.js";

const ann = "ann.reed@example.com";
const world = {
  customers: [{ email: ann, name: "Ann Reed", phone: "+15550100", address: "12 Orchard Way, Springfield" }],
  orders: [
    {
      id: "5501",
      email: ann,
      status: "In transit",
      ordered: "-6d",
      ship: "-5d",
      eta: "+2d",
      tracking: "TRK5501",
      shipTo: "12 Orchard Way, Flat 2, Springfield, IL 62704, US",
      items: [{ sku: "HB1", name: "House blend 1kg", qty: 2, price: 24.5 }],
    },
    {
      id: "5502",
      email: "bob@example.com",
      status: "Approved",
      ordered: "-1d",
      shipTo: "3 Hill Road, Leeds, LS1 4AP, GB",
      items: [{ sku: "MUG", name: "Mug", price: 9 }],
    },
  ],
};

runConnectorContract({
  system: "shipmonk",
  world,
  reads: [
    {
      tool: "get_shipmonk_account_details",
      args: { email: "Ann.Reed@Example.com " },
      value: {
        email: ann,
        name: "Ann Reed",
        phone: "+15550100",
        address: "12 Orchard Way, Flat 2, Springfield, IL 62704, US",
      },
      missing: { email: "nobody@example.com" },
      bare: { email: ann },
    },
    {
      tool: "get_shipmonk_orders",
      args: { email: ann },
      value: [{ number: "5501", status: "in_transit", email: ann }],
      missing: { email: "nobody@example.com" },
      bare: [{ number: "5501", id: "5501", email: ann }],
    },
    {
      tool: "shipmonk_order_details",
      args: { order_id: "5501" },
      value: {
        number: "5501",
        tracking_number: "TRK5501",
        ship_to: "12 Orchard Way, Flat 2, Springfield, IL 62704, US",
        items: [{ sku: "HB1", name: "House blend 1kg", quantity: 2, price: { amountMinor: 2450, currency: "USD" } }],
      },
      missing: { order_id: "9999" },
      bare: { number: "5501", id: "5501", email: ann },
    },
  ],
  effects: [
    {
      tool: "shipmonk_cancel_order",
      args: { order_id: "5502" },
      ledger: "cancellations",
      repeatable: true,
      refused: { order_id: "5501" },
    },
    {
      tool: "shipmonk_update_address",
      args: { order_id: "5502", address: "1 New Street, Salem, OR 97301, US" },
      ledger: "addressChanges",
      repeatable: true,
      refused: { order_id: "5501", address: "1 New Street, Salem" },
    },
  ],
});

describe("ShipMonk's orders", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const details = async (id: string) => {
    const outcome = await rig.tool("shipmonk_order_details").run({ order_id: id } as never, {});
    if (outcome.result !== "ok") throw new Error(outcome.result);
    return outcome.value as Record<string, unknown>;
  };

  test.each([
    ["Approved", "approved"],
    ["Processing", "processing"],
    ["Pending shipment", "pending_shipment"],
    ["Shipped", "shipped"],
    ["In transit", "in_transit"],
    ["Delivered", "delivered"],
    ["Canceled", "canceled"],
    ["Lost in the warehouse", "lost_in_the_warehouse"],
    ["on_hold", "on_hold"],
    ["undeliverable", "undeliverable"],
  ])("the shop's status %s comes out as %s", async (status, word) => {
    rig = await startRig("shipmonk", { orders: [{ id: "1", email: ann, status }] });
    expect((await details("1")).status).toBe(word);
    expect(ORDER_STATUSES.length).toBe(7);
  });

  test("a date that nobody gave stays unknown", async () => {
    rig = await startRig("shipmonk", { orders: [{ id: "1", email: ann, status: "In transit", ship: "-3d" }] });
    const order = await details("1");
    expect(order).not.toHaveProperty("estimated_delivery");
    expect(order).not.toHaveProperty("delivered_at");
    expect(order).not.toHaveProperty("tracking_number");
    expect(order.ship_date).toMatch(/^\d{4}-/);
  });

  test("before it has left, the ship date is the day on which it is expected to", async () => {
    rig = await startRig("shipmonk", {
      orders: [
        { id: "1", email: ann, status: "Pending shipment", ship: "2030-01-05" },
        { id: "2", email: ann, status: "Pending shipment" },
      ],
    });
    expect((await details("1")).ship_date).toBe("2030-01-05T00:00:00.000Z");
    expect(await details("2")).not.toHaveProperty("ship_date");
  });

  test("markup in a name passes through as the text it is", async () => {
    const name = '<img src=x onerror="alert(1)"> & Söhne 𝓍';
    rig = await startRig("shipmonk", {
      customers: [{ email: ann, name }],
      orders: [{ id: "1", email: ann, items: [{ name: "<b>Mug</b>" }] }],
    });
    expect(await rig.tool("get_shipmonk_account_details").run({ email: ann } as never, {})).toMatchObject({
      value: { name },
    });
    expect((await details("1")).items).toEqual([{ name: "<b>Mug</b>", quantity: 1 }]);
  });

  test("one shopper's orders never include another's", async () => {
    rig = await startRig("shipmonk", {
      orders: [{ id: "1", email: ann }, { id: "2", email: "bob@example.com" }, { id: "3" }],
    });
    const outcome = await rig.tool("get_shipmonk_orders").run({ email: ann } as never, {});
    expect(outcome).toMatchObject({ result: "ok", value: [{ number: "1" }] });
  });

  test("the newest ten of a faithful customer's orders are listed, newest first", async () => {
    const orders = Array.from({ length: 14 }, (_, at) => ({ id: `${100 + at}`, email: ann, ordered: `-${at + 1}d` }));
    rig = await startRig("shipmonk", { orders });
    const outcome = await rig.tool("get_shipmonk_orders").run({ email: ann } as never, {});
    const numbers = outcome.result === "ok" ? (outcome.value as { number: string }[]).map(({ number }) => number) : [];
    expect(numbers).toEqual(orders.slice(0, 10).map(({ id }) => id));
  });
});

describe("ShipMonk's index of orders by e-mail", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const lookUp = (email: string) => rig.tool("get_shipmonk_account_details").run({ email } as never, {});
  const listCalls = () => rig.simulators.log("shipmonk").filter(({ path }) => path.endsWith("orders-list"));

  test("reads page after page until one is not full", async () => {
    const orders = Array.from({ length: 230 }, (_, at) => ({ id: `${at}`, email: `shopper${at}@example.com` }));
    rig = await startRig("shipmonk", { orders });
    expect(listCalls()).toHaveLength(3);
    expect(await lookUp("shopper229@example.com")).toMatchObject({ result: "ok" });
    expect(await lookUp("shopper230@example.com")).toEqual({ result: "not_found" });
  });

  test("finds every order of a shop that has more than ShipMonk gives out at once", async () => {
    const orders = Array.from({ length: 10_150 }, (_, at) => ({
      id: `${at}`,
      email: `shopper${at}@example.com`,
      ordered: `-${1 + (at % 300)}d`,
    }));
    rig = await startRig("shipmonk", { orders });
    expect(await lookUp("shopper10149@example.com")).toMatchObject({ result: "ok" });
  });

  test("until it has been filled once, nobody is told that they do not exist", async () => {
    rig = await startRig("shipmonk", world);
    rig.world.faults.set("order_index", { kind: "unavailable" });
    rig.world.faults.set("get_shipmonk_account_details", { kind: "unavailable" });
    const config = rig.simulators.configs.shipmonk;
    if (config === undefined) throw new Error("no config");
    const fresh = createShipMonk(config);
    await fresh.start?.();
    const look = fresh.tools.find(({ name }) => name === "get_shipmonk_account_details");
    expect(await look?.run({ email: "nobody@example.com" } as never, {})).toMatchObject({ result: "unavailable" });
    expect(await look?.run({ email: ann } as never, {})).toMatchObject({ result: "unavailable" });
    await fresh.close();
  });

  test("an order made since the last look is found, at the price of one more look", async () => {
    rig = await startRig("shipmonk", world);
    const config = rig.simulators.configs.shipmonk;
    if (config === undefined) throw new Error("no config");
    const eager = createShipMonk({ ...config, index: { minIntervalMs: 0 } });
    await eager.start?.();
    rig.world.orders.push({ id: "7001", email: "new@example.com", currency: "USD", ordered: rig.world.now() });
    const look = eager.tools.find(({ name }) => name === "get_shipmonk_account_details");
    expect(await look?.run({ email: "new@example.com" } as never, {})).toMatchObject({ result: "ok" });
    await eager.close();
  });

  test("many questions about unknown e-mails at once cost one look, not many", async () => {
    rig = await startRig("shipmonk", world);
    const config = rig.simulators.configs.shipmonk;
    if (config === undefined) throw new Error("no config");
    const eager = createShipMonk({ ...config, index: { minIntervalMs: 0 } });
    await eager.start?.();
    const before = listCalls().length;
    const look = eager.tools.find(({ name }) => name === "get_shipmonk_account_details");
    await Promise.all([1, 2, 3, 4, 5].map((at) => look?.run({ email: `x${at}@example.com` } as never, {})));
    expect(listCalls().length - before).toBe(1);
    await eager.close();
  });

  test("a guesser of e-mails cannot use up the vendor's limit", async () => {
    rig = await startRig("shipmonk", world);
    const before = listCalls().length;
    for (let at = 0; at < 20; at++) await lookUp(`guess${at}@example.com`);
    expect(listCalls().length).toBe(before);
  });

  test("the vendor's own limit on the list reads as unavailable, with the time to wait", async () => {
    rig = await startRig("shipmonk", world, { shipmonk: { listLimit: 0 }, timings: FAST });
    const outcome = await lookUp("nobody@example.com");
    expect(outcome).toMatchObject({ result: "unavailable", reason: "rate_limited" });
    expect(outcome.result === "unavailable" && outcome.retryAfterMs).toBeGreaterThan(50_000);
  });
});
