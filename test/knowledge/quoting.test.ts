/** When a passage is said, and when it is not: the interpreter alone, over the shipped policies, with the passage handed in. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Looked } from "../../server/understanding/index.js";
import { shipped } from "../dialogue/shop.js";
import { heard, slot, Talk, value, wish } from "../dialogue/talk.js";

let t: Talk;
beforeEach(() => {
  t = new Talk(shipped().rooms);
});

const passage = {
  id: "refunds",
  title: "How long a refund takes",
  source: "https://shop.example/refunds",
  text: "A week.",
};
const looked = (part: Partial<Looked> = {}): Looked => ({
  passage,
  general: false,
  isQuestion: true,
  compared: [],
  ...part,
});
const quoted = () => t.of("reply").flatMap((reply) => (reply.passage === undefined ? [] : [reply.passage.text]));
const notFound = { general: false, isQuestion: true, compared: [] };

describe("while nothing is open, a passage is quoted", () => {
  it.each([
    ["what is out of scope", wish("out_of_scope", { knowledge: looked() })],
    ["what nothing could be made of", heard({ knowledge: looked() })],
    ["a general question, whatever wish it resembles", wish("refund", { knowledge: looked({ general: true }) })],
  ])("for %s", async (_, understood) => {
    await t.say(understood);
    expect(quoted()).toEqual(["A week."]);
    expect([t.said, t.state.frames, t.state.question, t.trace]).toEqual([[""], [], undefined, []]);
  });

  it("with its source, https and nothing else", async () => {
    await t.say(heard({ knowledge: looked() }));
    expect(t.of("reply")[0]?.passage).toEqual({
      title: passage.title,
      text: passage.text,
      source: passage.source,
      label: { macro: "knowledge.source" },
    });
  });

  it("and what was not understood before counts no more", async () => {
    await t.say(heard());
    await t.say(heard({ knowledge: looked() }));
    expect((await t.say(heard())).said).toEqual(["repair.not_sure"]);
  });

  it("and a wish of the same message is offered, not begun", async () => {
    await t.say(wish("out_of_scope", { also: ["refund", "out_of_scope"], knowledge: looked() }));
    expect([quoted(), t.said[1], t.state.frames]).toEqual([["A week."], "repair.also_asked", []]);
    expect(t.state.question?.choices?.map((choice) => choice.value)).toEqual(["refund", "none"]);
  });
});

describe("while nothing is open, a passage is not quoted", () => {
  it("in place of a wish that was understood", async () => {
    await t.say(wish("refund", { knowledge: looked() }));
    expect([quoted(), t.state.frames[0]?.policy]).toEqual([[], "refund-order"]);
  });

  it("in place of a person", async () => {
    await t.say(wish("human_agent", { knowledge: looked({ general: true }) }));
    expect([quoted(), t.handedOver]).toEqual([[], "asked_for_person"]);
  });

  it("where a person may have been asked for", async () => {
    const ranking = [{ intent: "human_agent", probability: 0.6 }];
    await t.say(heard({ intent: "human_agent", outcome: "ask", ranking, knowledge: looked({ general: true }) }));
    expect([quoted(), t.handedOver]).toEqual([[], "asked_for_person"]);
  });

  it("when a person has the conversation", async () => {
    await t.say(wish("human_agent"));
    expect(t.state.mode).toBe("with_person");
    await t.say(heard({ answer: value("ann.reed@example.com") }));
    await t.say(wish("out_of_scope", { knowledge: looked({ general: true }) }));
    expect([quoted(), t.said]).toEqual([[], ["handoff.already"]]);
  });

  it("when none is likely enough: that is said, and a person offered; twice, and one takes over", async () => {
    const unanswered = wish("out_of_scope", { knowledge: notFound });
    await t.say(unanswered);
    expect([t.said, t.state.question?.choices?.map((choice) => choice.value)]).toEqual([
      ["knowledge.unknown"],
      ["human_agent", "none"],
    ]);
    expect((await t.say(unanswered)).handedOver).toBe("not_understood");
  });

  it("to what is no question and nothing is known of: it is said as before", async () => {
    await t.say(wish("out_of_scope", { knowledge: { ...notFound, isQuestion: false } }));
    expect(t.said).toEqual(["repair.out_of_scope"]);
  });
});

it("a question that may be a wish is answered, and the wish asked about; nothing is begun", async () => {
  const ranking = [{ intent: "refund", probability: 0.6 }];
  await t.say(heard({ intent: "refund", outcome: "ask", ranking, knowledge: looked() }));
  expect([quoted(), t.said[1], t.state.frames]).toEqual([["A week."], "knowledge.or_did_you_mean", []]);
  expect(t.of("call")).toEqual([]);
});

describe("while a question is open, a passage is quoted", () => {
  beforeEach(async () => {
    t.answers.set("get_magento_account_details", { value: { email: "ann.reed@example.com", name: "Ann" } });
    const order = (number: string) => ({ number, email: "ann.reed@example.com", status: "delivered", items: [] });
    t.answers.set("get_magento_orders", { value: [order("1"), order("2")] });
    await t.say(wish("refund"));
    expect(t.place).toBe("refund-order/which");
  });

  it("and then the question is put again, as often as it takes, and nothing else has changed", async () => {
    const before = t.state;
    for (let n = 0; n < 5; n++) {
      await t.say(wish("out_of_scope", { digression: true, knowledge: looked() }));
      expect([quoted(), t.said[1]?.startsWith("repair.resume + ")]).toEqual([["A week."], true]);
      const { opened: _, ...state } = t.state;
      const { opened: __, ...was } = before;
      expect(state).toEqual(was);
    }
    expect(t.calls).toEqual([]);
  });

  it("even where it resembles the wish that is being served, or another one", async () => {
    for (const intent of ["refund", "cancel_order"]) {
      await t.say(wish(intent, { digression: true, knowledge: looked({ general: true }) }));
      expect([quoted(), t.place]).toEqual([["A week."], "refund-order/which"]);
    }
  });

  it("but another wish is another wish", async () => {
    await t.say(wish("cancel_order", { digression: true, slots: slot("order_number", "1"), knowledge: looked() }));
    expect([quoted(), t.state.frames[0]?.policy]).toEqual([[], "single-order-cancellation"]);
  });
});
