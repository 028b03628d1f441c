/** The way of a refund: whose it is, a yes to these very figures, a code for them, the shop's limits, and once. */
import { afterEach, describe, expect, it } from "vitest";
import type { Level, ToolOutcome } from "../../server/connectors/index.js";
import { digestOf } from "../../server/dialogue/index.js";
import { effectsOf } from "../../server/store/index.js";
import type { Agreed, ShopOfTools } from "../../server/tools/index.js";
import { ANN, caller, type FakeTool, fakeTool, type Stage, startStage } from "./outside.js";

const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });
const REFUND = { order_id: "5501", amount: usd(2400) };
const DONE: ToolOutcome<unknown> = { result: "ok", value: { id: "R-1", amount: usd(2400) }, receipt: "refund R-1" };
const LOST: ToolOutcome<unknown> = { result: "unknown_outcome", reason: "timeout" };
const DOWN: ToolOutcome<unknown> = { result: "unavailable", reason: "vendor_error" };

let stage: Stage;
let refund: FakeTool;
afterEach(() => stage.end());

interface Shop extends Partial<ShopOfTools> {
  readonly answer?: ToolOutcome<unknown>;
  readonly readBack?: ToolOutcome<unknown>;
  readonly owner?: string;
}
async function open({ answer = DONE, readBack, owner = ANN, ...shop }: Shop = {}): Promise<void> {
  const order = fakeTool("get_order", (args: { order_id: string }) =>
    args.order_id === "5501" || args.order_id === "5502"
      ? { result: "ok", value: { number: args.order_id, email: owner } }
      : { result: "not_found" },
  );
  refund = fakeTool("issue_refund", () => answer, { ...(readBack && { readBack: () => readBack }) });
  const credit = fakeTool("store_credit", () => ({ result: "ok", value: { id: "C-1", amount: usd(2400) } }));
  stage = await startStage([order, refund, credit], shop);
}

/** The yes that the interpreter hands over: bound to one step, one tool, these arguments. */
function yesTo(args: object, tool = "do_issue_refund", more: Partial<Agreed> = {}) {
  const calls = [{ step: "pay", tool, args: args as Record<string, unknown> }];
  const agreed: Agreed = { agreement: { digest: digestOf(calls), calls }, macro: "refund.sure", at: 0, ...more };
  return { step: "pay", agreed, words: "Refund $24.00" };
}
const ask = (args: object = REFUND, more: Partial<Agreed> = {}, level: Level = "verified", turn = 0, email = ANN) =>
  stage.tools.call(
    "do_issue_refund",
    args as never,
    { ...caller(level, email), turn },
    yesTo(args, "do_issue_refund", more),
  );

/** A yes, the code that it asks for, and the refund. */
async function pay(args: object = REFUND, turn = 0) {
  stage.world.now += 1_000;
  const first = await ask(args, {}, "verified", turn);
  return first.result === "needs_code" ? ask(args, { code: await stage.world.lastCode() }, "verified", turn) : first;
}

describe("a refund", () => {
  it("needs a code for this very refund, sent to the address on file and saying what it allows", async () => {
    await open();
    expect(await ask()).toEqual({ result: "needs_code" });
    expect(refund.calls).toEqual([]);
    const [mail] = await stage.world.mails();
    expect(mail?.to).toBe(ANN);
    expect(mail?.text).toContain("Refund $24.00");
    const paid = await ask(REFUND, { code: await stage.world.lastCode() });
    expect(paid).toMatchObject({ result: "ok", effect: { status: "done", receipt: "refund R-1" } });
    expect(refund.calls).toEqual([REFUND]);
    const [line] = await stage.store.read((tx) => effectsOf(tx, "c1"));
    expect(line?.authorisedBy).toMatchObject({
      level: "verified",
      email: ANN,
      policy: "wismo@1",
      codeId: paid.authorisedBy,
    });
  });

  it("is not made with a wrong code, nor with one for another amount", async () => {
    await open();
    await ask();
    const code = await stage.world.lastCode();
    expect((await ask(REFUND, { code: code === "000000" ? "000001" : "000000" })).result).toBe("wrong_code");
    const more = { ...REFUND, amount: usd(240_000) };
    expect((await ask(more, { code })).result).toBe("wrong_code");
    expect(refund.calls).toEqual([]);
  });

  it.each([
    ["no yes at all", undefined],
    ["a yes to another amount", yesTo({ ...REFUND, amount: usd(100) })],
    ["a yes to another order", yesTo({ ...REFUND, order_id: "5502" })],
    ["a yes to another tool", yesTo(REFUND, "do_store_credit")],
    ["a yes to another step", { ...yesTo(REFUND), step: "other" }],
    [
      "a yes that was tampered with",
      yesTo(REFUND, "do_issue_refund", { agreement: { ...yesTo(REFUND).agreed.agreement, digest: "x" } }),
    ],
  ])("is not made on %s", async (_, yes) => {
    await open();
    const called = await stage.tools.call("do_issue_refund", REFUND, caller("stepped_up", ANN), yes);
    expect(called).toMatchObject({ result: "refused", reason: "not_confirmed" });
    expect(refund.calls).toEqual([]);
  });

  it.each<[string, Level, string | undefined, string]>([
    ["nobody in particular", "anonymous", undefined, "refused"],
    ["somebody who knows the order", "order_known", undefined, "refused"],
    ["somebody else", "stepped_up", "bob@example.com", "not_found"],
  ])("is not made for %s", async (_, level, email, result) => {
    await open();
    const called = await stage.tools.call("do_issue_refund", REFUND, caller(level, email), yesTo(REFUND));
    expect(called.result).toBe(result);
    expect(refund.calls).toEqual([]);
    expect(await stage.world.mails(), "and no code is sent").toEqual([]);
  });

  it("of an order that does not exist, or whose owner is unknown, is not made", async () => {
    await open({ owner: "" });
    expect((await ask()).result).toBe("not_found");
    expect((await ask({ ...REFUND, order_id: "9999" })).result).toBe("not_found");
  });

  it("needs a person where the shop says so", async () => {
    await open({ levels: { issue_refund: "person" } });
    expect(await ask()).toMatchObject({ result: "refused", reason: "needs_person" });
  });

  it("with arguments that are none is not even looked at", async () => {
    await open();
    for (const args of [{}, { order_id: "5501" }, { ...REFUND, amount: 24 }, { ...REFUND, more: 1 }]) {
      expect(await ask(args)).toMatchObject({ result: "refused", reason: "wrong_arguments" });
    }
  });
});

describe("once", () => {
  it("the same refund again, in another turn, is answered from the books", async () => {
    await open();
    await pay();
    const again = await pay(REFUND, 1);
    expect(again).toMatchObject({ result: "ok", effect: { status: "done", receipt: "refund R-1" } });
    expect(refund.calls.length).toBe(1);
  });

  it("a second remedy for the same order is refused, whatever it is", async () => {
    await open();
    await pay();
    const credit = { email: ANN, ...REFUND };
    const called = await stage.tools.call(
      "do_store_credit",
      credit,
      { ...caller("stepped_up", ANN), turn: 1 },
      yesTo(credit, "do_store_credit"),
    );
    expect(called).toMatchObject({ result: "refused", reason: "already_issue_refund" });
    expect((await pay({ ...REFUND, amount: usd(100) }, 2)).result, "nor is a further refund").toBe("refused");
    expect(refund.calls.length).toBe(1);
  });

  it("another order is another matter", async () => {
    await open();
    await pay();
    expect((await pay({ ...REFUND, order_id: "5502" }, 1)).result).toBe("ok");
    expect(refund.calls.length).toBe(2);
  });

  it("after a crash in mid-turn the turn goes on with what it began, and asks for no second code", async () => {
    await open();
    await pay();
    stage = await stage.asNewProcess();
    expect(await ask()).toMatchObject({ result: "ok", effect: { receipt: "refund R-1" } });
    expect(refund.calls.length).toBe(1);
  });

  it("two tabs at once pay once", async () => {
    await open();
    await ask();
    const code = await stage.world.lastCode();
    const both = await Promise.all([ask(REFUND, { code }), ask(REFUND, { code })]);
    expect(both.filter(({ result }) => result === "ok").length).toBeGreaterThanOrEqual(1);
    expect(refund.calls.length).toBe(1);
  });
});

describe("a refund of unknown outcome", () => {
  it("is read back, and paid once", async () => {
    await open({ answer: LOST, readBack: DONE });
    expect(await pay()).toMatchObject({ result: "ok", effect: { status: "done" } });
    expect(refund.calls.length).toBe(1);
  });

  it.each([
    ["that cannot be read back", {}],
    ["whose read-back is not answered", { readBack: DOWN }],
    ["whose read-back is refused", { readBack: { result: "refused", reason: "forbidden" } as const }],
  ])("%s goes to a person, and is never sent again, whoever asks", async (_, shop) => {
    await open({ answer: LOST, ...shop });
    expect(await pay()).toMatchObject({ result: "unknown_outcome", effect: { status: "needs_person" } });
    expect((await pay(REFUND, 1)).result).toBe("unknown_outcome");
    expect((await pay({ ...REFUND, amount: usd(100) }, 2)).result, "it may have been paid").toBe("refused");
    expect(refund.calls.length).toBe(1);
  });

  it("that the system certainly did not take is refused, and may be asked for again", async () => {
    await open({ answer: DOWN });
    expect((await pay()).result).toBe("unavailable");
    expect((await pay(REFUND, 1)).result).toBe("unavailable");
    expect(refund.calls.length).toBe(2);
  });
});

describe("the shop's limits", () => {
  it.each<[string, ShopOfTools["limits"], string]>([
    ["an amount below the limit", { issue_refund: { amount: 24 } }, "ok"],
    ["an amount above it", { issue_refund: { amount: 23.99 } }, "refused"],
    [
      "the limit of the one tool, over that of all",
      { issue_refund: { amount: 1 }, do_issue_refund: { amount: 100 } },
      "ok",
    ],
  ])("let pass or keep back %s", async (_, limits, result) => {
    await open({ limits });
    expect((await pay()).result).toBe(result);
  });

  it("count what one customer got within the days, and no longer", async () => {
    await open({ limits: { issue_refund: { perCustomer: { days: 30, count: 1 } } } });
    expect((await pay()).result).toBe("ok");
    expect(await pay({ ...REFUND, order_id: "5502" }, 1)).toMatchObject({ result: "refused", reason: "over_limit" });
    stage.world.now += 31 * 86_400_000;
    expect((await pay({ ...REFUND, order_id: "5502" }, 2)).result).toBe("ok");
  });
});
