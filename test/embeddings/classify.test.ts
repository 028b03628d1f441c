import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";

let classifier: Classifier;
beforeAll(async () => {
  classifier = await openClassifier();
});
afterAll(() => classifier.close());

describe("the classifier", () => {
  test.each([
    ["hey where's my stuff", "wismo"],
    ["I want my money back", "refund"],
    ["please cancel my subscription", "cancel_subscription"],
    ["can you skip the next box", "skip_shipment"],
    ["it says delivered but there is nothing here", "lost_package"],
    ["the mug arrived broken", "reshipment"],
    ["let me talk to a human", "human_agent"],
    ["i moved, send it to my new address please", "change_address"],
    ["cancel the order i placed an hour ago", "cancel_order"],
    ["swap the vanilla for chocolate in my next box", "swap_product"],
    ["hello there", "greeting"],
    ["do you sell gift cards", "out_of_scope"],
  ])("takes %j for %s and accepts it", async (text, intent) => {
    expect(await classifier.classify(text)).toMatchObject({ text, intent, outcome: "accept" });
  });

  test("answers in the public shape", async () => {
    const answer = await classifier.classify("where is my order");
    expect(Object.keys(answer)).toEqual([
      "text",
      "outcome",
      "intent",
      "confidence",
      "ranking",
      "also",
      "clauses",
      "nearest",
    ]);
    expect(answer.ranking.map(({ intent }) => intent).sort()).toEqual(classifier.intents.map(({ id }) => id).sort());
    expect(answer.ranking.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    expect(answer.ranking[0]).toEqual({ intent: answer.intent, probability: answer.confidence });
    expect(answer.nearest[0]).toEqual({
      text: expect.any(String),
      intent: expect.any(String),
      similarity: expect.any(Number),
    });
  });

  test.each(["", " ", "\0", "😭", "asdkjh qwlekj zzxm", "ą̷̢̛"])("does not act on %j", async (text) => {
    const { outcome, intent } = await classifier.classify(text);
    expect(outcome === "accept" && intent !== "out_of_scope" && intent !== "greeting").toBe(false);
  });
});
