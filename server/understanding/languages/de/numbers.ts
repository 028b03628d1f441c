import { counted, type NumberWords, setOf } from "../language.js";

const UNITS = new Map<string, number>([
  ...counted(
    "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn",
    0,
  ),
  ["zwo", 2],
  ["fuenf", 5],
  ["zwoelf", 12],
  ["ein", 1],
]);
const TENS = new Map<string, number>([
  ...counted("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", 20, 10),
  ["fuenfzig", 50],
]);
const AMOUNTS = new Map<string, number>([
  ["einmal", 1],
  ["zweimal", 2],
  ["dreimal", 3],
  ["paar", 2],
  ["dutzend", 12],
  ["keine", 0],
]);
const STEMS: readonly [string, number][] = [
  ["dritt", 3],
  ["sieb", 7],
  ["siebent", 7],
  ["acht", 8],
  ...counted("erst zweit", 1),
  ...counted("viert funft sechst siebt", 4),
  ...counted("neunt zehnt", 9),
];
const ORDINALS = new Map(
  STEMS.flatMap(([stem, value]) =>
    ["e", "er", "es", "en", "em"].map((ending): [string, number] => [stem + ending, value]),
  ),
);

export const numbers: NumberWords = {
  value: valueOfWord,
  hundred: setOf("hundert"),
  and: setOf("und"),
  article: setOf("ein eine einen einem einer"),
  ordinal: (word) => ORDINALS.get(word),
};

/** "zweihundertfünfundzwanzig" is one word. */
function valueOfWord(word: string): number | undefined {
  if (word === "ein") return undefined;
  const simple = UNITS.get(word) ?? TENS.get(word) ?? AMOUNTS.get(word);
  if (simple !== undefined) return simple;
  const [, hundreds, rest = ""] = /^(\p{L}*?)hundert(?:und)?(\p{L}*)$/u.exec(word) ?? [];
  if (hundreds !== undefined && word !== "hundert") {
    const many = hundreds === "" ? 1 : UNITS.get(hundreds);
    const more = rest === "" ? 0 : belowHundred(rest);
    return many === undefined || many > 9 || more === undefined ? undefined : many * 100 + more;
  }
  return belowHundred(word);
}

function belowHundred(word: string): number | undefined {
  const simple = UNITS.get(word) ?? TENS.get(word);
  if (simple !== undefined) return simple;
  const [, unit = "", ten = ""] = /^(\p{L}+?)und(\p{L}+)$/u.exec(word) ?? [];
  const [ones, tens] = [UNITS.get(unit), TENS.get(ten)];
  return ones === undefined || ones > 9 || tens === undefined ? undefined : tens + ones;
}
