/** Which goods of an order a shopper speaks of. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ANN, caller, fakeTool, type Stage, startStage } from "./outside.js";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage([fakeTool("get_order", () => ({ result: "not_found" }))]);
});
afterAll(() => stage.end());

const usd = (amountMinor: number) => ({ amountMinor, currency: "USD" });
const order = [
  { name: "House blend 1kg", quantity: 1, price: usd(2_400) },
  { name: "Mug", quantity: 2, price: usd(1_200) },
  { name: "Wool socks", quantity: 1, price: usd(1_500) },
  { name: "Gift box", quantity: 1 },
];
const call = (args: Record<string, unknown>) => stage.tools.call("part_of_order", args, caller("verified", ANN));
const wordsFor = async (text: string, items: unknown = order): Promise<unknown> => {
  const { result, value } = await call({ items, text });
  return result === "ok" ? (value as { words: string }).words : result;
};

describe("the part of an order that a text speaks of", () => {
  it.each([
    ["the mug arrived broken", "1 × Mug"],
    ["one of the two mugs is broken", "1 × Mug"],
    ["both mugs are broken", "2 × Mug"],
    ["the mugs are broken", "2 × Mug"],
    ["refund only the socks", "Wool socks"],
    ["I want my money back for the house blend and the socks", "House blend 1kg, Wool socks"],
    ["eine Tasse? nein: ein Mug ist kaputt", "1 × Mug"],
  ])("%j is %j", async (text, words) => {
    expect(await wordsFor(text)).toBe(words);
  });

  it.each(["refund order 5501", "the box was broken", "please send it again", "smug", ""])(
    "is not found where none is named: %j",
    async (text) => {
      expect(await wordsFor(text)).toBe("not_found");
    },
  );

  it("is not found where all of the order is named: that is the order", async () => {
    const both = [order[1], order[2]];
    expect(await wordsFor("both mugs and the socks", both)).toBe("not_found");
    expect(await wordsFor("the socks are too small", [order[2]])).toBe("not_found");
  });

  it("is not told by a word that two things share", async () => {
    const shirts = ["Blue linen shirt", "White linen shirt"].map((name) => ({ name, quantity: 1 }));
    expect(await wordsFor("the linen shirt is torn", shirts)).toBe("not_found");
    expect(await wordsFor("the blue one is torn", shirts)).toBe("Blue linen shirt");
  });

  it("costs what its goods cost together, and nothing is said of the rest", async () => {
    const { value } = await call({ items: order, text: "one mug and the socks" });
    expect(value).toEqual({
      items: [
        { name: "Mug", quantity: 1, price: usd(1_200) },
        { name: "Wool socks", quantity: 1, price: usd(1_500) },
      ],
      words: "1 × Mug, Wool socks",
      amount: usd(2_700),
    });
  });

  it("is of no use to a refund where a price is not known", async () => {
    const items = [{ name: "Mug", quantity: 2 }, order[2]];
    expect((await call({ items, text: "the mug is broken" })).value).toMatchObject({ words: "1 × Mug" });
    expect((await call({ items, text: "the mug is broken", priced: true })).result).toBe("not_found");
  });

  it.each([[null], ["mug"], [{}], [[null, 7]]])("is not found in %j", async (items) => {
    expect(await wordsFor("the mug", items)).toBe("not_found");
  });
});
