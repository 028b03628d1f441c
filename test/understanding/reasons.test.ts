/** Reasons in the shopper's own words, read by meaning against what the policy says shoppers say. Real encoder, real policy. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";
import { type Answer, type AskedQuestion, understand } from "../../server/understanding/index.js";

let classifier: Classifier;
beforeAll(async () => {
  classifier = await openClassifier();
});
afterAll(() => classifier.close());

interface Shipped {
  readonly steps: readonly { readonly id: string; readonly choices?: readonly { value: string; like?: string[] }[] }[];
}
const policy = JSON.parse(readFileSync("policies/cancel-subscription.policy.json", "utf8")) as Shipped;
const shipped = policy.steps.find(({ id }) => id === "reason")?.choices ?? [];
const words = JSON.parse(readFileSync("policies/macros/en/cancel-subscription.json", "utf8")) as Record<string, string>;
const reason: AskedQuestion = {
  slot: "reason",
  type: "reason",
  choices: shipped.map(({ value }) => ({ value, label: words[value] ?? value })),
  like: Object.fromEntries(shipped.map(({ value, like }) => [value, like ?? []])),
};

async function answerTo(
  text: string,
  question = reason,
  reader: Partial<Classifier> = {},
): Promise<Answer | undefined> {
  const { answer } = await understand({ text }, { question, now: 0, locale: "en" }, { ...classifier, ...reader });
  return answer;
}

describe("a reason in other words", () => {
  test.each<[string, string]>([
    ["can't afford it anymore", "too_expensive"],
    ["budget is very tight right now", "too_expensive"],
    ["the cupboard is full", "too_much"],
    ["i still have four bags left", "too_much"],
    ["don't need it anymore", "not_using"],
    ["tastes awful", "disliked"],
    ["the quality went down", "disliked"],
    ["shipping takes ages", "too_slow"],
    ["it always arrives late", "too_slow"],
  ])("%j is %s", async (text, value) => {
    expect(await answerTo(text)).toMatchObject({ kind: "choice", value, from: { start: 0, end: text.length } });
  });

  test.each([
    "my mother died",
    "my husband passed away and he was the one who drank it",
    "we moved to Spain",
    "none of your business",
    "i'm pregnant",
    "chemo makes me sick",
    "you guys were rude",
    "the delivery is not slow at all",
    "it isn't the price",
  ])("%j is none of them, and stays as it was said", async (text) => {
    expect(await answerTo(text)).toMatchObject({ kind: "value", value: text });
  });

  test("a story is not read by one of its parts", async () => {
    const story = `it costs too much ${"and then there was something else that happened to us ".repeat(3)}`.trim();
    expect(await answerTo(story)).toMatchObject({ kind: "value", value: story });
  });

  test("is read the same every time, and not at all where the policy has no examples or no model is there", async () => {
    const text = "can't afford it anymore";
    expect(await answerTo(text)).toEqual(await answerTo(text));
    const { like: _, ...bare } = reason;
    expect(await answerTo(text, bare)).toMatchObject({ kind: "value", value: text });
    expect(await answerTo(text, reason, { encoder: undefined })).toMatchObject({ kind: "value", value: text });
  });
});
