/** Tools of our own that look into our own books, or pick from a list that was read. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { effectsOf, intendEffect, moveEffect } from "../../server/store/index.js";
import { ANN, caller, fakeTool, type Stage, startStage } from "./outside.js";

const DAY = 86_400_000;
const MARCH = "2026-03-19T12:00:00.000Z";
const APRIL = "2026-04-19T12:00:00.000Z";
const ann = (turn = 0) => ({ ...caller("verified", ANN), turn });

let stage: Stage;
beforeEach(async () => {
  stage = await startStage([fakeTool("get_subscription", () => ({ result: "not_found" }))]);
});
afterEach(() => stage.end());
const call = (tool: string, args: Record<string, unknown>, who = ann()) => stage.tools.call(tool, args, who);

describe("offers to keep a subscription", () => {
  const offersOf = async (subscription_id: string) => (await call("retention_offers", { subscription_id })).value;
  const note = (subscription_id: string, turn: number) =>
    call("note_offer", { subscription_id, offer: "discount_10" }, ann(turn));

  it("are none before one is noted", async () => {
    expect(await offersOf("S-77")).toEqual({ count: 0, last_at: null, last_offer: null });
  });

  it("are remembered with their number, the day of the last, and what it was", async () => {
    await note("S-77", 1);
    stage.world.now += 200 * DAY;
    await note("S-77", 2);
    const last_at = new Date(stage.world.now).toISOString();
    expect(await offersOf("S-77")).toEqual({ count: 2, last_at, last_offer: "discount_10" });
  });

  it("count for their own subscription alone", async () => {
    await note("S-77", 1);
    expect(await offersOf("S-78")).toMatchObject({ count: 0 });
  });

  it("outlast a crash, and are noted once when the turn is taken again", async () => {
    await note("S-77", 1);
    const again = await stage.asNewProcess();
    await again.tools.call("note_offer", { subscription_id: "S-77", offer: "discount_10" }, ann(1));
    const { value } = await again.tools.call("retention_offers", { subscription_id: "S-77" }, ann(2));
    expect(value).toMatchObject({ count: 1 });
    stage = again;
  });

  it("stand among the receipts that a person is given", async () => {
    await note("S-77", 1);
    expect(await stage.tools.receiptsOf("c1")).toEqual(["note_offer at aftersale: done (offered: discount_10)"]);
    const [line] = await stage.store.read((tx) => effectsOf(tx, "c1"));
    expect(line).toMatchObject({ family: "offer:subscription:S-77", system: "aftersale", status: "done" });
  });
});

describe("the last skip", () => {
  const skipped = (date: string, status: "done" | "refused" = "done") =>
    write("skip_shipment", "next_charge", date, status);
  const broughtBack = (date: string) => write("unskip_shipment", "skipped", date, "done");
  const lastSkip = () => call("last_skip", { subscription_id: "S-77" });
  let lines = 0;
  async function write(capability: string, name: string, date: string, status: "done" | "refused"): Promise<void> {
    const key = `line-${++lines}`;
    stage.world.now += 1_000;
    const at = stage.world.now;
    await stage.store.write(async (tx) => {
      await intendEffect(tx, {
        key,
        family: `delivery:subscription:S-77:${date}`,
        conversation: "c1",
        turn: 0,
        tool: `smartrr_${capability}`,
        capability,
        system: "smartrr",
        arguments: { subscription_id: "S-77", [name]: date },
        authorisedBy: {},
        at,
      });
      await moveEffect(tx, key, ["intended"], status, { at });
    });
  }

  it("is not found where nothing was skipped, or only tried", async () => {
    expect((await lastSkip()).result).toBe("not_found");
    await skipped(MARCH, "refused");
    expect((await lastSkip()).result).toBe("not_found");
  });

  it("is the latest that was not brought back", async () => {
    await skipped(MARCH);
    await skipped(APRIL);
    expect((await lastSkip()).value).toEqual({ skipped: APRIL });
    await broughtBack(APRIL);
    expect((await lastSkip()).value).toEqual({ skipped: MARCH });
    await broughtBack(MARCH);
    expect((await lastSkip()).result).toBe("not_found");
    await skipped(MARCH);
    expect((await lastSkip()).value, "skipped, brought back, and skipped again").toEqual({ skipped: MARCH });
  });

  it("is that of the subscription that is asked about", async () => {
    await skipped(MARCH);
    expect((await call("last_skip", { subscription_id: "S-78" })).result).toBe("not_found");
  });
});

it.each(["retention_offers", "note_offer", "last_skip"])("%s answers nobody who is not proved", async (tool) => {
  const args = { subscription_id: "S-77", ...(tool === "note_offer" && { offer: "swap" }) };
  for (const who of [caller("anonymous"), caller("order_known", ANN), caller("verified")])
    expect((await call(tool, args, who)).result).toBe("refused");
  expect((await call("retention_offers", { subscription_id: "S-77" })).value).toMatchObject({ count: 0 });
});

describe("a product named in a text", () => {
  const products = ["House blend 1 kg", "Dark roast 1 kg", "Dark roast 250 g", "Café crème", "Tea"].map((name) => ({
    name,
  }));
  it.each([
    ["swap my house blend for cafe creme", "Café crème"],
    ["DARK ROAST, the 250g one", "Dark roast 250 g"],
    ["the 1kg dark roast please", "Dark roast 1 kg"],
    ["tea!", "Tea"],
    ["dark roast", undefined],
    ["tea or café crème", "Café crème"],
    ["something dark", undefined],
    ["steak", undefined],
    ["", undefined],
  ])("%j means %j", async (text, name) => {
    const { result, value } = await call("named_product", { products, text, except: "House blend 1 kg" });
    expect([result, value]).toEqual(name === undefined ? ["not_found", undefined] : ["ok", { name }]);
  });

  it("is never the one that is to be replaced", async () => {
    expect((await call("named_product", { products, text: "no more tea", except: "Tea" })).result).toBe("not_found");
  });

  it.each([[undefined], [null], ["tea"], [{}], [[null, 7]]])("is not found in %j", async (list) => {
    expect((await call("named_product", { products: list, text: "tea" })).result).toBe("not_found");
  });
});
