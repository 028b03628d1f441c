import { numberInWords, ordinalIn } from "./read-number.js";
import type { Answer } from "./understood.js";
import { contentWords, plain, sameWord, wordsOf } from "./words.js";

interface Choice {
  readonly label: string;
  readonly value: string;
}

const NONE =
  /^(?:(?:no|nope|sorry|i want|actually)[ ,.]*)?(?:none(?: of (?:them|these|those|the above|it))?|neither(?: of (?:them|these|those))?(?: one)?|not (?:any|one) of (?:them|these|those)|no|nope|nah|it's not (?:there|here|listed|on the list)|not (?:there|here|listed|on the list)|something else|another one|a different one|other)(?![\p{L}'])[ ,.!]*(?:of (?:them|these)|thanks?|please|sorry)?[.! ]*$/u;
const OPT_OUT = /^(?:none|neither|no\b|not\b|other|something else|another|different)/u;
const REFUSED_PART = /(?<![\p{L}'])(?:not|no|except|but not|instead of|rather than)(?![\p{L}'])/u;

/** Reads a message as one of the choices shown: its label, number, position, or the words that set it apart. */
export function readChoice(text: string, choices: readonly Choice[], orders = false): Answer | undefined {
  if (choices.length === 0) return undefined;
  const said = plain(text).replace(/[.!?,]+$/, "");
  const exact = choices.find(({ label, value }) => plain(label) === said || plain(value) === said.replace(/^#/, ""));
  if (exact !== undefined) return chosen(exact);
  if (NONE.test(said)) {
    const optOut = choices.find(({ label, value }) => OPT_OUT.test(plain(label)) || OPT_OUT.test(plain(value)));
    return optOut === undefined ? { kind: "no" } : chosen(optOut);
  }
  return byValue(said, choices) ?? byPosition(said, choices, orders) ?? byWords(said, choices);
}

function chosen({ label, value }: Choice): Answer {
  return { kind: "choice", value, label };
}

/** "order #1002 please", "the one ending in 02". */
function byValue(said: string, choices: readonly Choice[]): Answer | undefined {
  const words = said.split(/[^\p{L}\p{N}-]+/u).filter(Boolean);
  const named = choices.filter(({ value }) => words.includes(plain(value).replace(/^#/, "")));
  const [only] = named;
  if (only !== undefined && named.length === 1) return chosen(only);
  const ending =
    /(?:ending|ends|end)(?: (?:in|with|on))? #?(\d{1,8})/u.exec(said)?.[1] ??
    /^#?(?:\.\.\.|…)?(\d{2,8})$/u.exec(said)?.[1];
  if (ending === undefined) return undefined;
  const matching = choices.filter(({ value }) => value.endsWith(ending));
  return matching.length === 1 && matching[0] !== undefined ? chosen(matching[0]) : undefined;
}

/** "2", "number two", "the second one", "the last one". */
function byPosition(said: string, choices: readonly Choice[], orders: boolean): Answer | undefined {
  if (wordsOf(said).length > 8) return undefined;
  const at = (position: number | undefined): Answer | undefined => {
    const choice = position === undefined ? undefined : choices[position - 1];
    return choice === undefined ? undefined : chosen(choice);
  };
  if (REFUSED_PART.test(said) && !/^(?:no|number|nr)\.? ?\d/u.test(said)) return undefined;
  const digits =
    /^(?:(?:the|option|number|no\.?|nr\.?|choice|answer|#|it's|its|i want|i'd like|i choose|pick)\s*)*(\d{1,2})[).]?(?: (?:please|pls|thanks|one))?$/u.exec(
      said,
    )?.[1];
  if (digits !== undefined) return at(Number(digits));
  const ordinal = ordinalIn(said);
  if (ordinal !== undefined) return at(ordinal);
  // Lists of orders are shown newest first.
  if (/(?<![\p{L}])(?:latest|newest|most recent|recent one|top one|the top)(?![\p{L}])/u.test(said)) return at(1);
  // Of orders, "the last one" may be the newest or the lowest in the list: ask.
  if (/(?<![\p{L}])(?:last(?: one)?|bottom(?: one)?|oldest)$/u.test(said)) {
    if (orders && /last/u.test(said)) return undefined;
    return at(choices.length);
  }
  const words = contentWords(said);
  const one = wordsOf(said).length <= 3 && /(?:option|number|choice) one$|^one$/u.test(said);
  return one ? at(1) : words.length === 1 ? at(numberInWords(words[0] ?? "")) : undefined;
}

/** "the coffee one": the choice that shares most of the words that not all choices have. "not the coffee one" rules it out. */
function byWords(said: string, choices: readonly Choice[]): Answer | undefined {
  const refusal = REFUSED_PART.exec(said);
  const wanted = refusal === null ? said : said.slice(0, refusal.index);
  const refused = refusal === null ? "" : said.slice(refusal.index + refusal[0].length);
  const labels = choices.map(({ label, value }) => contentWords(`${label} ${value.replaceAll(/[_-]/g, " ")}`));
  const telling = (word: string): number => {
    const holders = labels.filter((label) => label.some((other) => sameWord(word, other))).length;
    // Of a single choice every word tells: there is nothing to tell it from.
    return holders === 0 || (holders === choices.length && choices.length > 1) ? 0 : 1 / holders;
  };
  const score = (part: string): number[] => {
    const words = contentWords(part);
    return labels.map((label) =>
      words.reduce((sum, word) => sum + (label.some((other) => sameWord(word, other)) ? telling(word) : 0), 0),
    );
  };
  const positive = score(wanted);
  const negative = score(refused);
  const left = choices.filter((_, i) => (negative[i] ?? 0) === 0);
  const best = Math.max(...positive);
  if (best > 0) {
    const winners = choices.filter((_, i) => positive[i] === best && (negative[i] ?? 0) === 0);
    const [winner] = winners;
    // A long message that happens to share one word with a label is not a choice.
    const share = best / Math.max(1, contentWords(wanted).length);
    return winner !== undefined && winners.length === 1 && share >= 0.25 ? chosen(winner) : undefined;
  }
  const [other] = left;
  return Math.max(...negative) > 0 && left.length === 1 && other !== undefined ? chosen(other) : undefined;
}
