/** Tools of our own: proving who is asking, and the little that may be told without. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolOutcome } from "../../server/connectors/index.js";
import { findConversation } from "../../server/store/index.js";
import { ANN, caller, fakeTool, type Stage, startStage } from "./outside.js";

const ORDER = {
  number: "5501",
  email: ANN,
  status: "in_transit",
  carrier: "UPS",
  estimated_delivery: "2026-03-12T12:00:00Z",
  ship_to: "12 Orchard Way, Springfield SW1A 1AA",
  tracking_number: "TRK5501",
  total: { amountMinor: 2400, currency: "USD" },
};

let stage: Stage;
beforeEach(async () => {
  const lookUp = fakeTool("lookup_customer", (args: { email: string }) =>
    args.email === ANN ? { result: "ok", value: { email: ANN, name: "Ann Reed" } } : { result: "not_found" },
  );
  const read = fakeTool(
    "get_order",
    (args: { order_id: string }): ToolOutcome<unknown> =>
      args.order_id === "5501" ? { result: "ok", value: ORDER } : { result: "not_found" },
  );
  stage = await startStage([lookUp, read]);
});
afterEach(() => stage.end());

describe("a one-time code", () => {
  async function sendTo(email: string, asking = caller("anonymous")) {
    const { value } = await stage.tools.call("do_lookup_customer", { email }, asking);
    return stage.tools.call("send_code", { account: value }, asking);
  }

  it("goes to the address on file of an account that was found, and to nobody else", async () => {
    expect(await sendTo("nobody@example.com")).toEqual({ result: "ok", value: {} });
    expect(await stage.world.mails()).toEqual([]);
    expect(await sendTo(ANN)).toEqual({ result: "ok", value: {} });
    expect((await stage.world.mails()).map(({ to }) => to)).toEqual([ANN]);
  });

  it.each([[{ claim: "made-up" }], [{ email: ANN }], [ANN], [undefined]])(
    "goes nowhere for an account %j that was not looked up in this turn",
    async (account) => {
      expect(await stage.tools.call("send_code", { account }, caller("anonymous"))).toEqual({
        result: "ok",
        value: {},
      });
      expect(await stage.world.mails()).toEqual([]);
    },
  );

  it("that is right makes the shopper verified, on disk with the same commit", async () => {
    await sendTo(ANN);
    const code = await stage.world.lastCode();
    const asking = caller("anonymous");
    const called = await stage.tools.call("check_code", { code }, asking);
    expect(called).toEqual({ result: "ok", value: {}, shopper: { level: "verified", email: ANN } });
    stage = await stage.asNewProcess();
    const stored = await stage.store.read((tx) => findConversation(tx, "c1"));
    expect(stored).toMatchObject({ level: "verified", customer: { email: ANN } });

    // The turn that spent it crashed: taken again, by somebody who is verified by now, it goes on.
    expect((await stage.tools.call("check_code", { code }, caller("verified", ANN))).result).toBe("ok");
    expect((await stage.tools.call("check_code", { code }, asking)).result, "and is no proof for another").toBe(
      "refused",
    );
  });

  it("that is wrong is refused and proves nothing", async () => {
    await sendTo(ANN);
    const code = await stage.world.lastCode();
    const wrong = code === "000000" ? "000001" : "000000";
    const called = await stage.tools.call("check_code", { code: wrong }, caller("anonymous"));
    expect(called).toMatchObject({ result: "refused" });
    expect(called.shopper).toBeUndefined();
    expect(await stage.store.read((tx) => findConversation(tx, "c1"))).toMatchObject({ level: "anonymous" });
  });
});

describe("the stage of one order", () => {
  const ask = (proof: Record<string, string>, conversation = "c1", order = "do_get_order") =>
    stage.tools.call("order_stage", { order: `@${order}`, ...proof }, { ...caller("anonymous"), conversation });

  it.each([
    ["e-mail address", { email: ` ${ANN.toUpperCase()}` }],
    ["postcode", { postcode: "sw1a1aa" }],
  ])("is told for its number and %s, with nothing personal in it", async (_, proof) => {
    const called = await ask({ order_number: "5501", ...proof });
    expect(called.value).toEqual({
      number: "5501",
      status: "in_transit",
      carrier: "UPS",
      estimated_delivery: "2026-03-12T12:00:00Z",
    });
    expect(called.shopper).toEqual({ level: "order_known" });
  });

  it("is the same answer for a wrong address as for an order that does not exist", async () => {
    const wrong = await ask({ order_number: "5501", email: "bob@example.com" });
    const none = await ask({ order_number: "9999", email: ANN });
    const { trace: _, ...toldWrong } = wrong;
    const { trace: __, ...toldNone } = none;
    expect(JSON.stringify(toldWrong)).toBe(JSON.stringify(toldNone));
    expect(toldWrong).toEqual({ result: "not_found" });
  });

  it.each([[{}], [{ postcode: "" }], [{ postcode: "way" }], [{ email: "" }]])(
    "is not told for the number with %j alone",
    async (proof) => expect((await ask({ order_number: "5501", ...(proof as object) })).result).toBe("not_found"),
  );

  it("is not told to those who go on guessing, not even when the guess is right at last", async () => {
    for (let n = 0; n < 5; n++) await ask({ order_number: "5501", postcode: `1000${n}` });
    expect((await ask({ order_number: "5501", email: ANN })).result).toBe("refused");
    expect((await ask({ order_number: "5501", email: ANN }, "c2")).result, "another shopper may").toBe("ok");
    for (let n = 0; n < 5; n++) await ask({ order_number: "5501", postcode: `2000${n}` }, `d${n}`);
    expect((await ask({ order_number: "5501", email: ANN }, "e1")).result, "ten an order a day").toBe("refused");
    stage.world.now += 25 * 3_600_000;
    expect((await ask({ order_number: "5501", email: ANN }, "e1")).result).toBe("ok");
  });

  it("reads orders by a tool that reads orders, and by no other", async () => {
    expect((await ask({ order_number: "5501", email: ANN }, "c1", "do_lookup_customer")).result).toBe("refused");
    expect((await ask({ order_number: "5501", email: ANN }, "c1", "send_code")).result).toBe("refused");
  });
});
