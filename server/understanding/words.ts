import { LANGUAGES } from "./languages/index.js";

/** Lower case, straight apostrophes, no accents, `ß` as `ss`, no `¿` and `¡`, "yesss" as "yess", single blanks. For comparing, not for positions. */
export function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/ß/g, "ss")
    .replace(/[¿¡]/g, "")
    .replace(/(\p{L})\1{2,}/gu, "$1$1")
    .replace(/\s+/g, " ")
    .trim();
}

/** The words of a text in `plain` form: letters and digits, with apostrophes inside. */
export function wordsOf(text: string): string[] {
  return plain(text).match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? [];
}

/** Words that say nothing about which of several things is meant, in whatever language. */
const FILLERS = new Set(LANGUAGES.flatMap(({ choice }) => [...choice.fillers]));

export function isFiller(word: string): boolean {
  return FILLERS.has(word);
}

export function contentWords(text: string): string[] {
  return wordsOf(text).filter((word) => !isFiller(word));
}

/** A word in `plain` form, and where it stands in the text as it was typed. */
export interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+)?/gu)].map(({ 0: word, index }) => ({
    word: plain(word),
    start: index,
    end: index + word.length,
  }));
}

/** Typing errors between two words: inserted, left out, changed or swapped letters. Gives up above `limit`. */
export function typingErrors(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/** Whether two words are the same up to the typing errors that their length allows; plural or not. */
export function sameWord(a: string, b: string): boolean {
  if (a === b) return true;
  if (/\d/.test(a) || /\d/.test(b)) return false;
  const shorter = Math.min(a.length, b.length);
  if (shorter >= 3 && (a === `${b}s` || b === `${a}s`)) return true;
  const allowed = shorter >= 8 ? 2 : shorter >= 4 ? 1 : 0;
  return allowed > 0 && typingErrors(a, b, allowed) <= allowed;
}
