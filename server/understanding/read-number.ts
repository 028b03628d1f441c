import { wordsOf } from "./words.js";

const SMALL = new Map(
  (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
    "eighteen nineteen"
  )
    .split(" ")
    .map((word, value) => [word, value]),
);
const TENS = new Map(
  "twenty thirty forty fifty sixty seventy eighty ninety".split(" ").map((word, i) => [word, (i + 2) * 10]),
);
const AMOUNTS = new Map([
  ["once", 1],
  ["twice", 2],
  ["couple", 2],
  ["dozen", 12],
  ["none", 0],
]);
const ORDINALS = new Map(
  "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ").map((word, i) => [word, i + 1]),
);

/** A number in words, 0 to 999: "twenty two", "a hundred and five", "half a dozen". */
export function numberInWords(text: string): number | undefined {
  const words = wordsOf(text.replaceAll("-", " ")).filter((word) => word !== "and");
  if (words.join(" ").includes("half a dozen")) return 6;
  let total: number | undefined;
  for (const word of words) {
    const value = SMALL.get(word) ?? TENS.get(word) ?? AMOUNTS.get(word);
    if (value !== undefined) {
      // "twenty two" goes on; "two three" are two numbers, and then neither is meant for sure.
      if (total !== undefined && (total % 10 !== 0 || total === 0 || value > 19)) return undefined;
      total = (total ?? 0) + value;
    } else if (word === "hundred") {
      total = (total ?? 1) * 100;
    } else if (total !== undefined) {
      break;
    }
  }
  return total;
}

/** The position that a text names: "the second one", "2nd". */
export function ordinalIn(text: string): number | undefined {
  for (const word of wordsOf(text)) {
    const position = ORDINALS.get(word) ?? Number(/^(\d{1,2})(?:st|nd|rd|th)$/.exec(word)?.[1] ?? Number.NaN);
    if (Number.isFinite(position)) return position;
  }
  return undefined;
}

/** Digits spoken as words: "one two three four five six" is 123456. */
export function digitsInWords(text: string): string {
  return wordsOf(text)
    .map((word) => (word === "oh" ? 0 : SMALL.get(word)))
    .filter((value) => value !== undefined && value < 10)
    .join("");
}
