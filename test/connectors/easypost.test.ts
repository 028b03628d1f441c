import { afterEach, describe, expect, test } from "vitest";
import { type Rig, runConnectorContract, startRig } from "./contract.js";
import { ann } from "./handoff-payload.js";

const parcel = {
  id: "5501",
  email: ann,
  status: "In transit",
  ordered: "-6d",
  ship: "-5d",
  eta: "+2d",
  tracking: "TRK5501",
  carrier: "in_transit",
  insured: true,
  items: [{ sku: "HB1", name: "House blend 1kg", price: 24 }],
};
const world = { customers: [{ email: ann }], orders: [parcel] };
// The suite lists claims more than five times a second.
const simulators = { easypost: { listsPerSecond: 10_000 } };
const claim = {
  order_id: "5501",
  tracking_number: "TRK5501",
  type: "loss",
  amount: { amountMinor: 2_400, currency: "USD" },
  description: "Never arrived; last scan five days ago.",
  email: ann,
  name: "Ann Reed",
};
const daysAgo = (days: number) => Date.now() - days * 86_400_000;

runConnectorContract({
  system: "easypost",
  world,
  simulators,
  reads: [
    {
      tool: "get_tracking_info",
      args: { order_id: "5501", tracking_number: "TRK 5501" },
      value: { tracking_number: "TRK5501", status: "in_transit", carrier: "USPS", delivered_at: null, signed_by: null },
      missing: { order_id: "5501", tracking_number: "TRK9999" },
      bare: { tracking_number: "TRK5501" },
    },
  ],
  effects: [
    {
      tool: "file_carrier_claim",
      args: claim,
      ledger: "claims",
      repeatable: true,
      refused: { ...claim, tracking_number: "TRK9999" },
    },
  ],
});

describe("what EasyPost says of a parcel", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const say = async (order: object, args: object = {}) => {
    rig = await startRig("easypost", { orders: [{ ...parcel, ...order }] }, simulators);
    return rig.tool("get_tracking_info").run({ order_id: "5501", tracking_number: "TRK5501", ...args } as never, {});
  };

  test("is its last scan and when it is expected", async () => {
    const outcome = await say({});
    const { last_scan, last_scan_at, estimated_delivery } = (outcome as { value: Record<string, string> }).value;
    expect(last_scan).toBe("Accepted by the carrier");
    expect(Date.parse(String(last_scan_at))).toBeCloseTo(daysAgo(5), -4);
    expect(Date.parse(String(estimated_delivery))).toBeCloseTo(daysAgo(-2), -4);
  });

  test.each([
    ["delivered", { status: "delivered" }],
    ["Delivered", { status: "delivered" }],
    ["out for delivery", { status: "out_for_delivery" }],
    ["return_to_sender", { status: "return_to_sender" }],
    ["failure", { status: "failure" }],
    ["lost", { status: "failure", status_detail: "lost" }],
    ["delayed", { status: "in_transit", status_detail: "delayed" }],
    ["pre_transit", { status: "pre_transit" }],
    ["ask again tomorrow", { status: "unknown" }],
  ])("%s is told in EasyPost's words", async (carrier, value) => {
    expect(await say({ carrier })).toMatchObject({ result: "ok", value });
  });

  test("the day of delivery is known where there is a scan of it", async () => {
    const outcome = await say({ carrier: "delivered", delivered: "-1d" });
    const { delivered_at } = (outcome as { value: Record<string, string> }).value;
    expect(Date.parse(String(delivered_at))).toBeCloseTo(daysAgo(1), -4);
  });

  test("delivered without a scan is delivered on an unknown day", async () => {
    const outcome = await say({ carrier: "delivered" });
    expect("delivered_at" in (outcome as { value: object }).value).toBe(false);
  });

  test("a shop that says delivered does not change what the carrier says", async () => {
    expect(await say({ status: "Delivered", delivered: "-1d" })).toMatchObject({
      result: "ok",
      value: { status: "in_transit", delivered_at: null },
    });
  });

  test("a carrier's name that is the shop's own is left out, and the parcel found all the same", async () => {
    expect(await say({}, { carrier: "UPS® Ground (2 days)" })).toMatchObject({
      result: "ok",
      value: { status: "in_transit" },
    });
  });

  test.each([[undefined], [null], [""], ["  "]])("without a number (%j) nobody is asked", async (tracking_number) => {
    expect(await say({}, { tracking_number })).toEqual({ result: "not_found" });
    expect(rig.simulators.log("easypost")).toEqual([]);
  });
});

describe("a claim with the carrier's insurer", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const file = (change: object = {}) =>
    rig.tool("file_carrier_claim").run({ ...claim, ...change } as never, { key: "k1" });
  const claims = () => rig.world.ledger.easypost?.claims ?? [];

  test("is filed with the amount in major units and our reference", async () => {
    rig = await startRig("easypost", world, simulators);
    expect(await file()).toMatchObject({ result: "ok", value: { status: "submitted" } });
    expect(claims()).toMatchObject(
      [{ order: "5501", tracking: "TRK5501", type: "loss", amount: 24, email: ann, reference: /^AS-/ }].map((each) => ({
        ...each,
        reference: expect.stringMatching(each.reference),
      })),
    );
  });

  test.each([[false], [undefined]])("for a parcel that was not insured (%s) is refused as such", async (insured) => {
    const { insured: _, ...rest } = parcel;
    rig = await startRig(
      "easypost",
      { orders: [insured === undefined ? rest : { ...rest, insured }] },
      { easypost: { ...simulators.easypost, plainErrors: insured === false } },
    );
    expect(await file()).toEqual({ result: "refused", reason: "not_insured" });
    expect(claims()).toHaveLength(0);
  });

  test("without a number is refused, and nobody is asked", async () => {
    rig = await startRig("easypost", world, simulators);
    expect(await file({ tracking_number: null })).toEqual({ result: "refused", reason: "no_tracking_number" });
    expect(rig.simulators.log("easypost")).toEqual([]);
  });

  test("in a currency that is not insured is refused instead of filed as dollars", async () => {
    rig = await startRig("easypost", world, simulators);
    const outcome = await file({ amount: { amountMinor: 2_400, currency: "EUR" } });
    expect(outcome).toEqual({ result: "refused", reason: "currency_not_insured" });
  });

  test.each([false, true])("of damage is refused in EasyPost's words without pictures (%s)", async (plainErrors) => {
    rig = await startRig("easypost", world, { easypost: { ...simulators.easypost, plainErrors } });
    const outcome = await file({ type: "damage" });
    expect(outcome.result).toBe("refused");
    expect(outcome.result === "refused" && outcome.reason).toContain("Missing required parameter.");
  });

  test("a second one for the parcel, under another key, is refused", async () => {
    rig = await startRig("easypost", world, simulators);
    await file();
    const again = await rig.tool("file_carrier_claim").run(claim as never, { key: "k2" });
    expect(again).toEqual({ result: "refused", reason: "A claim was filed for this insurance before." });
    expect(claims()).toHaveLength(1);
  });

  test("is found again behind pages of newer ones", async () => {
    rig = await startRig("easypost", world, { easypost: { ...simulators.easypost, otherClaims: 250 } });
    await file();
    const readBack = await rig.tool("file_carrier_claim").readBack?.(claim as never, { key: "k1" });
    expect(readBack).toMatchObject({ result: "ok" });
    expect(await file()).toMatchObject({ result: "ok" });
    expect(claims()).toHaveLength(1);
  });
});
