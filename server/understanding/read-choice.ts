import { type Language, languagesFor } from "./languages/index.js";
import { numberInWords, ordinalIn } from "./read-number.js";
import type { Answer, Span } from "./understood.js";
import { contentWords, isFiller, plain, sameWord, type Token, tokensOf, wordsOf } from "./words.js";

interface Choice {
  readonly label: string;
  readonly value: string;
}

/** A long message that happens to share one word with a label is not a choice. */
const LEAST_SHARE = 0.25;
const LONGEST_POSITION = 8;

/**
 * Reads a message as one of the choices shown: its label, number, position, or the words that set it apart; "both" is all
 * of them. `orders`: they are orders, newest first.
 */
export function readChoice(
  text: string,
  choices: readonly Choice[],
  { locale, orders = false }: { readonly locale: string; readonly orders?: boolean },
): Answer | undefined {
  if (choices.length === 0) return undefined;
  const said = plain(text).replace(/[.!?,]+$|^[¿¡]+/g, "");
  const exact = choices.find(({ label, value }) => plain(label) === said || plain(value) === said.replace(/^#/, ""));
  if (exact !== undefined) return chosen(exact, wholeOf(text));
  const languages = languagesFor(locale);
  if (languages.some(({ choice }) => choice.none.test(said))) {
    const optOut = choices.find(({ label, value }) =>
      languages.some(({ choice }) => choice.optOut.test(plain(label)) || choice.optOut.test(plain(value))),
    );
    return optOut === undefined ? { kind: "no" } : chosen(optOut, wholeOf(text));
  }
  if (choices.length > 1 && languages.some(({ choice }) => choice.both.test(said))) return { kind: "all" };
  const at = positionIn(said, choices.length, languages, { locale, orders });
  return byValue(text, said, choices, languages) ?? nth(choices, at, text) ?? byWords(text, choices, languages);
}

function chosen({ label, value }: Choice, from: Span): Answer {
  return { kind: "choice", value, label, from };
}

function wholeOf(text: string): Span {
  const start = text.length - text.trimStart().length;
  return { start, end: start + text.trim().length };
}

function nth(choices: readonly Choice[], position: number | undefined, text: string): Answer | undefined {
  const choice = position === undefined ? undefined : choices[position - 1];
  return choice === undefined ? undefined : chosen(choice, wholeOf(text));
}

/** "order #1002 please", "the one ending in 02". */
function byValue(
  text: string,
  said: string,
  choices: readonly Choice[],
  languages: readonly Language[],
): Answer | undefined {
  const words = said.split(/[^\p{L}\p{N}-]+/u).filter(Boolean);
  const named = choices.filter(({ value }) => words.includes(plain(value).replace(/^#/, "")));
  const [only] = named;
  if (only !== undefined && named.length === 1) {
    const start = text.toLowerCase().indexOf(only.value.toLowerCase().replace(/^#/, ""));
    return chosen(only, start < 0 ? wholeOf(text) : { start, end: start + only.value.replace(/^#/, "").length });
  }
  const ending =
    languages.map(({ choice }) => choice.ending.exec(said)?.[1]).find((digits) => digits !== undefined) ??
    /^#?(?:\.\.\.|…)?(\d{2,8})$/u.exec(said)?.[1];
  if (ending === undefined) return undefined;
  const matching = choices.filter(({ value }) => value.endsWith(ending));
  return matching.length === 1 && matching[0] !== undefined ? chosen(matching[0], wholeOf(text)) : undefined;
}

/** "2", "number two", "the second one", "the last one". */
function positionIn(
  said: string,
  count: number,
  languages: readonly Language[],
  { locale, orders }: { readonly locale: string; readonly orders: boolean },
): number | undefined {
  const words = wordsOf(said).length;
  if (words > LONGEST_POSITION) return undefined;
  for (const { choice } of languages) {
    const digits = choice.position.exec(said)?.[1];
    if (digits !== undefined) return Number(digits);
  }
  if (languages.some(({ choice }) => choice.refused.test(said))) return undefined;
  const ordinal = ordinalIn(said, locale);
  if (ordinal !== undefined) return ordinal;
  if (languages.some(({ choice }) => choice.newest.test(said))) return 1;
  // Of orders, "the last one" may be the newest or the lowest in the list: ask.
  const last = languages.some(({ choice }) => choice.last.test(said));
  if (last) return orders && !/oldest|alteste|antigu|bottom|unter|abajo/u.test(said) ? undefined : count;
  if (words <= 3 && languages.some(({ choice }) => choice.first.test(said))) return 1;
  const [word, ...more] = contentWords(said);
  return word === undefined || more.length > 0 ? undefined : numberInWords(word, locale)?.value;
}

/** "the coffee one": the choice that shares most of the words that not all choices have. "not the coffee one" rules it out. */
function byWords(text: string, choices: readonly Choice[], languages: readonly Language[]): Answer | undefined {
  const { wanted, refused } = sidesOf(text, languages);
  const labels = choices.map(({ label, value }) => contentWords(`${label} ${value.replaceAll(/[_-]/g, " ")}`));
  const holds = (label: readonly string[], { word }: Token): boolean => label.some((other) => sameWord(word, other));
  const telling = (token: Token): number => {
    const holders = labels.filter((label) => holds(label, token)).length;
    // Of a single choice every word tells: there is nothing to tell it from.
    return holders === 0 || (holders === choices.length && choices.length > 1) ? 0 : 1 / holders;
  };
  const score = (tokens: readonly Token[]): number[] =>
    labels.map((label) => tokens.reduce((sum, token) => sum + (holds(label, token) ? telling(token) : 0), 0));
  const positive = score(wanted);
  const negative = score(refused);
  const best = Math.max(...positive);
  if (best > 0) {
    const [winner, ...more] = choices.flatMap((choice, i) =>
      positive[i] === best && (negative[i] ?? 0) === 0 ? [{ choice, label: labels[i] ?? [] }] : [],
    );
    if (winner === undefined || more.length > 0 || best / wanted.length < LEAST_SHARE) return undefined;
    return chosen(winner.choice, spanOf(wanted.filter((token) => holds(winner.label, token))));
  }
  const [other, ...more] = choices.filter((_, i) => (negative[i] ?? 0) === 0);
  if (Math.max(...negative) === 0 || other === undefined || more.length > 0) return undefined;
  return chosen(other, spanOf(refused));
}

function spanOf(tokens: readonly Token[]): Span {
  return { start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? 0 };
}

/** "not the coffee, the tea", "nicht der Kaffee, sondern der Tee": what is wanted, and what is named as not wanted. */
function sidesOf(text: string, languages: readonly Language[]): { wanted: Token[]; refused: Token[] } {
  const tokens = tokensOf(text);
  const said = tokens.map(({ word }) => word).join(" ");
  const wanted: Token[] = [];
  const refused: Token[] = [];
  let isRefused = false;
  let at = 0;
  let before = 0;
  let skipTo = 0;
  for (const token of tokens) {
    if (isRefused && /[,.;:!\n–—]/u.test(text.slice(before, token.start))) isRefused = false;
    const begins = (which: "refused" | "contrast"): number =>
      Math.max(0, ...languages.map(({ choice }) => lengthAt(choice[which], said, at)));
    const refusal = begins("refused");
    if (refusal > 0) isRefused = true;
    else if (isRefused && begins("contrast") > 0) isRefused = false;
    skipTo = Math.max(skipTo, at + refusal);
    if (at >= skipTo && !isFiller(token.word)) (isRefused ? refused : wanted).push(token);
    at += token.word.length + 1;
    before = token.end;
  }
  return { wanted, refused };
}

const sticky = new Map<RegExp, RegExp>();

/** How many characters of a text a pattern takes that begins just there; 0 for none. */
function lengthAt(pattern: RegExp, text: string, at: number): number {
  let here = sticky.get(pattern);
  if (here === undefined) {
    here = new RegExp(pattern.source, "uy");
    sticky.set(pattern, here);
  }
  here.lastIndex = at;
  return here.exec(text)?.[0].length ?? 0;
}
