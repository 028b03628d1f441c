import { counted, type NumberWords, setOf } from "../language.js";

const VALUES = new Map<string, number>([
  ...counted(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    0,
  ),
  ...counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
  ["once", 1],
  ["twice", 2],
  ["couple", 2],
  ["dozen", 12],
  ["none", 0],
]);
const ORDINALS = new Map(counted("first second third fourth fifth sixth seventh eighth ninth tenth", 1));

export const numbers: NumberWords = {
  value: (word) => VALUES.get(word),
  hundred: setOf("hundred"),
  and: setOf("and"),
  article: new Set(),
  ordinal: (word) => ORDINALS.get(word) ?? digits(word, /^(\d{1,2})(?:st|nd|rd|th)$/),
};

function digits(word: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(word)?.[1];
  return found === undefined ? undefined : Number(found);
}
