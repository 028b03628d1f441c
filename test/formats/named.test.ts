import { expect, it } from "vitest";
import { namedAmong } from "../../server/formats/index.js";

const SHELF = ["House blend 1 kg", "Dark roast 1 kg", "Dark roast 250 g", "Stone mug", "Café crème"];
const things = SHELF.map((name) => ({ thing: name, names: [name] }));
const orders = [
  { thing: "5501", names: ["House blend 1 kg", "Stone mug"] },
  { thing: "5502", names: ["House blend 1 kg"] },
];

it.each([
  ["cancel my house blend subscription", "House blend 1 kg"],
  ["the 250g dark roast, please", "Dark roast 250 g"],
  ["one of the mugs is broken", "Stone mug"],
  ["CAFE CREME", "Café crème"],
  ["dark roast", undefined],
  ["house blend or stone mug", undefined],
  ["cancel my subscription", undefined],
  ["smug", undefined],
  ["1 kg", undefined],
  ["", undefined],
])("%j names %j", (text, thing) => {
  expect(namedAmong(text, things)).toBe(thing);
});

it("of several orders, names the one that alone has the goods", () => {
  expect(namedAmong("my mug came in pieces", orders)).toBe("5501");
  expect(namedAmong("where is my house blend", orders)).toBeUndefined();
  expect(namedAmong("my mug", [])).toBeUndefined();
});
