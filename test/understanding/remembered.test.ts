import { expect, it } from "vitest";
import type { Classification } from "../../embeddings/index.js";
import { rememberingShortTexts } from "../../server/understanding/index.js";

function counting() {
  const asked: string[] = [];
  const classifier = rememberingShortTexts({
    classify: async (text) => {
      asked.push(text);
      return { text } as Classification;
    },
  });
  return { asked, classifier };
}

it("a short text is looked at once, a long one each time", async () => {
  const { asked, classifier } = counting();
  const long = "where is my parcel, it has been ages and nobody can tell me anything about it";
  for (const text of ["yes", "no", "yes", long, long, "yes"])
    expect(await classifier.classify(text)).toMatchObject({ text });
  expect(asked).toEqual(["yes", "no", long, long]);
});

it("keeps the lately used and forgets the others: what it holds has an end", async () => {
  const { asked, classifier } = counting();
  for (let n = 0; n < 2_000; n++) {
    await classifier.classify(`number ${n}`);
    await classifier.classify("yes");
  }
  expect(asked.filter((text) => text === "yes")).toHaveLength(1);
  await classifier.classify("number 1999");
  await classifier.classify("number 0");
  expect(asked.filter((text) => text === "number 1999")).toHaveLength(1);
  expect(asked.filter((text) => text === "number 0")).toHaveLength(2);
});

it("keeps nothing of a text that could not be read", async () => {
  let isBusy = true;
  const classifier = rememberingShortTexts({
    classify: async (text) => {
      if (isBusy) throw new Error("busy");
      return { text } as Classification;
    },
  });
  await expect(classifier.classify("yes")).rejects.toThrow("busy");
  isBusy = false;
  expect(await classifier.classify("yes")).toMatchObject({ text: "yes" });
});
