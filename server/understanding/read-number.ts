import { type Language, languagesFor } from "./languages/index.js";
import type { Span } from "./understood.js";
import { type Token, tokensOf, wordsOf } from "./words.js";

export interface ReadNumber extends Span {
  readonly value: number;
}

/** A number in words, 0 to 999: "twenty two", "zweiundzwanzig", "treinta y dos"; in the shopper's language first. */
export function numberInWords(text: string, locale: string): ReadNumber | undefined {
  const tokens = tokensOf(text);
  if (/half a dozen|halbes dutzend|media docena/i.test(text)) return { value: 6, start: 0, end: text.length };
  for (const language of languagesFor(locale)) {
    const read = readIn(language, tokens);
    if (read !== undefined) return read;
  }
  return undefined;
}

function readIn({ numbers }: Language, tokens: readonly Token[]): ReadNumber | undefined {
  let read: { value: number; first: Token; last: Token } | undefined;
  for (const token of tokens) {
    const { word } = token;
    const value = numbers.value(word);
    if (value !== undefined) {
      // "twenty two" goes on; "two three" are two numbers, and then neither is meant for sure.
      if (read !== undefined && (read.value % 10 !== 0 || read.value === 0 || value > 99)) return undefined;
      if (read !== undefined && read.value % 100 !== 0 && value > 19) return undefined;
      read = { value: (read?.value ?? 0) + value, first: read?.first ?? token, last: token };
    } else if (numbers.hundred.has(word)) {
      read = { value: (read?.value ?? 1) * 100, first: read?.first ?? token, last: token };
    } else if (read !== undefined && !numbers.and.has(word)) break;
  }
  if (read !== undefined) return { value: read.value, start: read.first.start, end: read.last.end };
  const article = tokens.find(({ word }) => numbers.article.has(word));
  return article === undefined || tokens.length > 3 ? undefined : { value: 1, start: article.start, end: article.end };
}

/** The position that a text names: "the second one", "2nd", "das zweite", "el segundo". */
export function ordinalIn(text: string, locale: string): number | undefined {
  const words = wordsOf(text);
  for (const { numbers } of languagesFor(locale)) {
    for (const word of words) {
      const position = numbers.ordinal(word);
      if (position !== undefined) return position;
    }
  }
  return undefined;
}

/** Digits spoken as words: "one two three four five six" is 123456; all in one language. */
export function digitsInWords(
  text: string,
  locale: string,
): { readonly digits: string; readonly from: Span } | undefined {
  const tokens = tokensOf(text);
  let best: Token[] = [];
  let digits = "";
  for (const { numbers } of languagesFor(locale)) {
    const digit = ({ word }: Token): number | undefined => (word === "oh" ? 0 : numbers.value(word));
    const found = tokens.filter((token) => (digit(token) ?? 10) < 10);
    if (found.length <= best.length) continue;
    best = found;
    digits = found.map(digit).join("");
  }
  const [first, last] = [best[0], best.at(-1)];
  return first === undefined || last === undefined
    ? undefined
    : { digits, from: { start: first.start, end: last.end } };
}
