/** What can happen at any time, and stands in no policy. */
import { beforeEach, describe, expect, it } from "vitest";
import { type Json, load, returns } from "./shop.js";
import { heard, no, slot, Talk, value, wish, yes } from "./talk.js";

let t: Talk;
beforeEach(() => {
  const files = returns();
  files.policy.steps[0] = { ...files.policy.steps[0], attempts: 2, else: "agent" };
  const other: Json = {
    id: "wismo",
    title: "Where is my order?",
    when: "The shopper asks where an order is.",
    intents: ["wismo"],
    steps: [
      { id: "number", ask: "returns.which", slot: "order_number", type: "order_number" },
      { id: "read", call: "@shipmonk_order_details", with: { order_id: "$order_number" }, as: "order" },
      { id: "told", say: "returns.label" },
      { id: "done", end: "answered" },
    ],
  };
  files.more = [{ file: "policies/wismo.policy.json", text: JSON.stringify(other) }];
  files.intents.set("skip_shipment", { title: "Skip a delivery" });
  t = new Talk(load(files).rooms);
  t.answers.set("shipmonk_order_details", {
    result: "ok",
    value: { number: "5501", email: "a@b.c", status: "delivered" },
  });
});
const asked = () => t.say(wish("refund"));

describe("while a question is open", () => {
  it("thanks and greetings are met in kind, and the question stays, uncounted", async () => {
    await asked();
    for (let n = 0; n < 5; n++) {
      expect((await t.say(heard({ signals: { thanks: true } }))).said).toEqual(["repair.friendly + returns.which"]);
      expect((await t.say(heard({ signals: { greeting: true } }))).said[0]).toContain("returns.which");
    }
    expect(t.place).toBe("returns/which");
  });

  it("`say that again` says it again, uncounted", async () => {
    await asked();
    for (let n = 0; n < 5; n++)
      expect((await t.say(heard({ signals: { repeat: true } }))).said).toEqual(["returns.which"]);
  });

  it("`stop` stops, and nothing is left open", async () => {
    await asked();
    expect((await t.say(heard({ signals: { stop: true } }))).said).toEqual(["repair.stopped"]);
    expect(t.state).toMatchObject({ frames: [] });
    expect(t.state.question).toBeUndefined();
    expect(t.trace).toMatchObject([{ id: "returns", event: "left" }]);
  });

  it("a goodbye is one", async () => {
    await asked();
    expect((await t.say(heard({ signals: { goodbye: true } }))).said).toEqual(["repair.goodbye"]);
    expect(t.state.frames).toEqual([]);
  });

  it("`start over` forgets what was said", async () => {
    await t.say(wish("refund", { slots: slot("email", "ann@example.com") }));
    expect(t.state.memory.email).toBe("ann@example.com");
    expect((await t.say(heard({ signals: { startOver: true } }))).said).toEqual(["repair.start_over"]);
    expect(t.state).toMatchObject({ frames: [], memory: {} });
  });

  it("a person is to be had at once", async () => {
    await asked();
    expect((await t.say(heard({ signals: { wantsPerson: true } }))).handedOver).toBe("asked_for_person");
    expect(t.said).toEqual(["handoff.default + handoff.async"]);
    expect(t.state).toMatchObject({ mode: "with_person", frames: [] });
  });

  it("what nobody understands twice goes where the policy says", async () => {
    await asked();
    await t.say(heard());
    expect((await t.say(heard())).handedOver).toBe("return_unclear");
  });

  it("a wish that no policy serves goes to a person, with what was wanted", async () => {
    await asked();
    await t.say(wish("skip_shipment", { digression: true, slots: slot("order_number", "5501") }));
    expect(t.handedOver).toBe("wish_skip_shipment");
    expect(t.said).toEqual(["handoff.unserved + handoff.async"]);
    expect(t.of("handoff")[0]?.scope.order_number).toBe("5501");
  });

  it("the same wish again is no other one", async () => {
    await asked();
    await t.say(wish("refund", { digression: true }));
    expect([t.place, t.said]).toEqual(["returns/which", ["returns.which"]]);
  });

  it("a question in between is answered, and then the policy goes on where it stood", async () => {
    await asked();
    await t.say(wish("wismo", { digression: true, slots: slot("order_number", "5501") }));
    expect(t.said).toEqual(["returns.label", "repair.resume + returns.which"]);
    expect(t.place).toBe("returns/which");
    await t.say(heard({ answer: value("5502") }));
    expect(t.calls, "it is about its own order").toEqual(['shipmonk_order_details {"order_id":"5502"}']);
  });
});

describe("while nothing is open", () => {
  it("greetings, thanks and goodbyes are met in kind", async () => {
    expect((await t.say(heard({ signals: { greeting: true } }))).said).toEqual(["repair.greeting"]);
    expect((await t.say(heard({ signals: { thanks: true } }))).said).toEqual(["repair.welcome"]);
    expect((await t.say(heard({ signals: { goodbye: true } }))).said).toEqual(["repair.goodbye"]);
  });

  it("what nobody understands twice in a row goes to a person, and what was understood in between counts anew", async () => {
    expect((await t.say(heard())).said).toEqual(["repair.not_sure"]);
    await t.say(heard({ signals: { thanks: true } }));
    expect((await t.say(heard())).said).toEqual(["repair.not_sure"]);
    expect((await t.say(heard())).handedOver).toBe("not_understood");
    expect(t.said).toEqual(["handoff.not_understood + handoff.async"]);
  });

  it("what this chat is not for is said, and a person offered", async () => {
    await t.say(wish("out_of_scope"));
    expect([t.said, t.state.question?.kind]).toEqual([["repair.out_of_scope"], "intent"]);
    expect((await t.say(heard({ answer: yes }))).handedOver).toBe("asked_for_person");
  });

  it("and a `no` to that is taken for one", async () => {
    await t.say(wish("out_of_scope"));
    expect((await t.say(heard({ answer: no }))).said).toEqual(["repair.anything_else"]);
    expect(t.state.question).toBeUndefined();
  });

  describe("a wish that is not clear", () => {
    const unclear = heard({
      outcome: "ask",
      intent: "refund",
      ranking: ["refund", "wismo", "greeting", "out_of_scope", "skip_shipment", "human_agent"].map((intent, n) => ({
        intent,
        probability: n < 4 ? 0.4 : 0.05,
      })),
    });

    it("is asked for: only what is likely, and none of what is no wish", async () => {
      await t.say(unclear);
      expect(t.said).toEqual(["repair.did_you_mean"]);
      expect(t.of("reply")[0]?.question?.options?.map(({ value: v }) => v)).toEqual(["refund", "wismo", "none"]);
      expect(t.state.question?.choices?.[0]).toEqual({ label: "Get money back", value: "refund" });
    });

    it("is served when it is picked", async () => {
      await t.say(unclear);
      await t.say(heard({ answer: { kind: "choice", value: "wismo", label: "Where is my order?" } }));
      expect(t.place).toBe("wismo/number");
    });

    it("is dropped when it is none of these", async () => {
      await t.say(unclear);
      await t.say(heard({ answer: { kind: "choice", value: "none", label: "Something else" } }));
      expect([t.said, t.state.question]).toEqual([["repair.anything_else"], undefined]);
    });

    it("may be said in other words instead", async () => {
      await t.say(unclear);
      await t.say(wish("wismo"));
      expect(t.place).toBe("wismo/number");
    });
  });

  it("a second wish of the same message is offered when the first is done", async () => {
    await t.say(wish("refund", { also: ["wismo"], slots: slot("order_number", "5501") }));
    expect(t.said).toEqual(["returns.label", "repair.also_asked"]);
    await t.say(heard({ answer: yes }));
    expect(t.of("reply")[0]?.scope.order_number, "nobody is asked twice").toBe("5501");
    expect(t.state.wishes).toEqual([]);
  });

  it("an order number alone means the same as before, or where it is", async () => {
    await t.say(heard({ text: "5501", slots: slot("order_number", "5501") }));
    expect([t.said, t.state.last?.policy]).toEqual([["returns.label"], "wismo"]);
    await t.say(wish("refund", { slots: slot("order_number", "5501") }));
    await t.say(heard({ text: "and 5502?", slots: slot("order_number", "5502") }));
    expect(t.calls).toEqual(['shipmonk_order_details {"order_id":"5502"}']);
    expect(t.state.last?.policy).toBe("returns");
  });
});

describe("once a person has it", () => {
  beforeEach(async () => {
    await t.say(heard({ signals: { wantsPerson: true } }));
  });

  it("what cannot be made out is left to them", async () => {
    expect((await t.say(heard())).said).toEqual(["handoff.already"]);
    expect((await t.say(heard({ signals: { wantsPerson: true } }))).said, "one ticket is enough").toEqual([
      "handoff.already",
    ]);
    expect((await t.say(heard({ signals: { thanks: true } }))).said).toEqual(["repair.welcome"]);
    expect(t.of("handoff")).toEqual([]);
  });

  it("a clear wish is served all the same", async () => {
    await t.say(wish("wismo"));
    expect(t.state).toMatchObject({ mode: "open" });
    expect(t.place).toBe("wismo/number");
  });
});

it("a turn that fails again and again by our own fault goes to a person", async () => {
  await asked();
  await t.happens({ kind: "broken" });
  expect([t.handedOver, t.said]).toEqual(["internal_error", ["handoff.broken + handoff.async"]]);
});
