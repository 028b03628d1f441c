/** "Just cancel it", "keep it", "undo that": short words that mean something only where they are said. */
import { expect, it } from "vitest";
import { type Files, file, type Json, load, returns } from "./shop.js";
import { heard, no, slot, Talk, value, wish, yes } from "./talk.js";

const CONFIRM = { id: "sure", confirm: "returns.sure", for: ["cancel"], on: { yes: "cancel", no: "kept" } as Json };
const STEPS: Json[] = [
  { id: "read", call: "@shipmonk_order_details", with: { order_id: "5501" }, as: "order" },
  {
    id: "why",
    ask: "returns.why",
    slot: "why",
    type: "reason",
    choices: [{ label: "returns.dear", value: "dear" }],
    on: { insists: "sure" },
  },
  { id: "offer", confirm: "returns.offer", for: ["gift"], on: { yes: "gift", no: "sure", insists: "sure" } },
  { id: "gift", call: "@magento_apply_discount", with: { order_id: "$order.number", percent: 10 }, then: "kept" },
  { ...CONFIRM, on: { ...CONFIRM.on, insists: "cancel" } },
  { id: "cancel", call: "@magento_cancel_order", with: { order_id: "$order.number" } },
  { id: "gone", say: "returns.gone" },
  { id: "done", end: "canceled" },
  { id: "kept", end: "kept" },
];
const insists = { insists: true };
const justDoIt = { justDoIt: true };

function shop(steps = STEPS, change: (files: Files) => void = () => undefined): Talk {
  const files = returns();
  files.policy = { ...files.policy, steps, remembers: ["wish"] };
  files.macros = Object.fromEntries(["why", "dear", "offer", "sure", "gone"].map((name) => [name, `${name}.`]));
  change(files);
  const { rooms, problems } = load(files);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const t = new Talk(rooms);
  t.answers.set("shipmonk_order_details", { result: "ok", value: { number: "5501", email: "a@b.c" } });
  t.answers.set("magento_cancel_order", { result: "ok", value: {} });
  t.answers.set("magento_apply_discount", { result: "ok", value: {} });
  return t;
}

async function offered(): Promise<Talk> {
  const t = shop();
  await t.say(wish("refund"));
  await t.say(heard({ answer: value("it is dear") }));
  expect(t.said).toEqual(["returns.offer"]);
  return t;
}

it("what was wished is known to the policy that remembers it", async () => {
  const t = shop();
  await t.say(wish("refund", { text: "cancel, and no offers", signals: insists }));
  expect(t.state.memory.wish).toEqual({ text: "cancel, and no offers", undo: false, insists: true, date: null });
});

it.each([insists, justDoIt])("%j is no reason, and leads where the question says", async (signals) => {
  const t = shop();
  await t.say(wish("refund"));
  expect((await t.say(heard({ answer: value("just cancel it"), signals }))).said).toEqual(["returns.sure"]);
});

it.each([insists, justDoIt])("%j at an offer is a no to the offer, and no yes to anything", async (signals) => {
  const t = await offered();
  for (const answer of [undefined, yes, no]) {
    const each = await offered();
    await each.say(heard({ signals, ...(answer && { answer }) }));
    expect([each.said, each.calls]).toEqual([["returns.sure"], []]);
  }
  expect(t.state.question?.kind).toBe("confirm");
});

it.each([insists, justDoIt])("%j is a yes where that is what was asked", async (signals) => {
  const t = await offered();
  await t.say(heard({ answer: no }));
  await t.say(heard({ signals }));
  expect([t.calls, t.said]).toEqual([['magento_cancel_order {"order_id":"5501"}'], ["returns.gone"]]);
});

it("a late `just cancel it` is no yes either", async () => {
  const t = await offered();
  await t.say(heard({ answer: no }));
  t.at += 2 * 3_600_000;
  await t.say(heard({ signals: justDoIt }));
  expect(t.calls).not.toContain('magento_cancel_order {"order_id":"5501"}');
});

it("where a policy says nothing about it, `just do it` is no yes", async () => {
  const t = shop([STEPS[0], CONFIRM, ...STEPS.slice(5)]);
  await t.say(wish("refund"));
  await t.say(heard({ signals: justDoIt }));
  expect([t.calls, t.state.question?.kind]).toEqual([[], "confirm"]);
});

it("`keep it` is a no to what is about to be done, and no answer to an offer", async () => {
  const t = await offered();
  expect((await t.say(heard({ signals: { undo: true } }))).said).toEqual(["returns.offer"]);
  await t.say(heard({ answer: no }));
  await t.say(heard({ signals: { undo: true } }));
  expect([t.calls, t.state.last?.outcome]).toEqual([[], "kept"]);
});

it("`undo that` goes to the policy that did it, which knows that it is to be undone", async () => {
  const t = await offered();
  await t.say(heard({ answer: no }));
  await t.say(heard({ answer: yes }));
  expect(t.state.last?.outcome).toBe("canceled");
  await t.say(wish("wismo", { text: "undo that", signals: { undo: true } }));
  expect(t.place).toBe("returns/why");
  expect(t.state.memory.wish).toMatchObject({ undo: true });
});

it("where nothing was done, there is nothing to undo", async () => {
  const t = await offered();
  await t.say(heard({ answer: no }));
  await t.say(heard({ answer: no }));
  await t.say(heard({ text: "keep it", signals: { undo: true } }));
  expect([t.state.frames, t.said]).toEqual([[], ["repair.not_sure"]]);
});

it("a no with another wish is that wish", async () => {
  const other: Json = {
    id: "wismo",
    title: "Where is my order?",
    when: "The shopper asks where an order is.",
    intents: ["wismo"],
    steps: [
      { id: "number", ask: "returns.why", slot: "order_number", type: "order_number" },
      { id: "end", end: "answered" },
    ],
  };
  // "no, just tell me where it is" and "no, don't, just leave it".
  for (const [justThat, place] of [
    [true, "wismo/number"],
    [false, undefined],
  ] as const) {
    const t = shop(STEPS, (files) => files.more.push(file("wismo", other)));
    await t.say(wish("refund"));
    await t.say(heard({ answer: value("it is dear") }));
    await t.say(heard({ answer: no }));
    await t.say(wish("wismo", { signals: { justThat }, answer: no }));
    expect([t.place, t.calls]).toEqual([place, []]);
  }
});

it("`cancel it` means the subscription that was spoken of, unless an order is named", async () => {
  const sub: Json = {
    id: "cancel-sub",
    title: "Cancel a subscription",
    when: "The shopper wants to cancel a subscription.",
    intents: ["cancel_subscription"],
    remembers: ["subscription_id"],
    steps: [
      { id: "which", ask: "returns.why", slot: "subscription_id", type: "text" },
      { id: "end", end: "canceled" },
    ],
  };
  const order = { ...sub, id: "cancel-order", intents: ["cancel_order"], remembers: [] };
  const skip = { ...sub, id: "skip", intents: ["skip_shipment"] };
  const start = async (first: string): Promise<Talk> => {
    const t = shop(STEPS, (files) => {
      for (const id of ["cancel_subscription", "cancel_order", "skip_shipment"])
        files.intents.set(id, { title: "Cancel" });
      files.more.push(file("cancel-sub", sub), file("cancel-order", order), file("skip", skip));
    });
    await t.say(wish(first));
    return t;
  };
  const cancels = { signals: justDoIt, digression: true };
  const t = await start("skip_shipment");
  expect((await t.say(wish("cancel_order", { text: "cancel it", ...cancels }))).place).toBe("cancel-sub/which");
  const named = await start("skip_shipment");
  const text = "cancel my order";
  const slots = slot("order_number", "5501");
  expect((await named.say(wish("cancel_order", { text, slots, ...cancels }))).place).toBe("cancel-order/which");
  const elsewhere = await start("refund");
  expect((await elsewhere.say(wish("cancel_order", { text: "cancel it", ...cancels }))).place).not.toBe(
    "cancel-sub/which",
  );
});
