import { SHORT_FORMS } from "./short-forms.js";
import { typingErrors } from "./typing-errors.js";

/** Words used this often in the examples are the shop's own; rarer ones may be typing errors themselves. */
const OFTEN = 4;
/** A word that nobody knows and that is one error away from one this many times as frequent is a misspelling of it. */
const TIMES_AS_FREQUENT = 5;
const SHORTEST = 4;
const TWO_ERRORS_FROM = 7;
/** More unknown words than this in one message is not a message with typing errors. */
const MAX_CORRECTIONS = 40;
const WORD = /[a-z0-9']*[a-z][a-z']*/g;
const ENDINGS = ["s", "es", "ed", "d", "ing", "er", "ers", "ly", "est", "y", "ness", "able", "'s", "'ll", "'d"];

/**
 * Rewrites a message as the examples would spell it: lower case, short forms written out, misspelled words replaced by
 * the nearest word that the examples use often. Words that the examples or the encoder know are never touched.
 */
export class Spelling {
  private readonly counts = new Map<string, number>();
  /** Words to correct towards, by length. */
  private readonly targets: string[][] = [];
  private readonly known = new Map<string, string>();

  constructor(
    examples: readonly string[],
    private readonly encoderKnows: (word: string) => boolean,
  ) {
    for (const example of examples) {
      for (const word of plainCase(example).match(WORD) ?? []) this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
    }
    const frequent = [...this.counts].filter(([word, count]) => count >= OFTEN && /^[a-z]{3,}$/.test(word));
    for (const [word, count] of frequent) {
      const misspelled =
        !this.isWord(word) &&
        frequent.some(
          ([other, more]) =>
            more >= TIMES_AS_FREQUENT * count && other.length >= SHORTEST && typingErrors(word, other, 1) === 1,
        );
      if (misspelled) continue;
      const sameLength = this.targets[word.length] ?? [];
      sameLength.push(word);
      this.targets[word.length] = sameLength;
    }
  }

  correct(text: string): string {
    let corrections = 0;
    return withoutGreeting(withoutNumbers(plainCase(text))).replace(WORD, (word) => {
      const known = this.known.get(word);
      if (known !== undefined) return known;
      if (corrections >= MAX_CORRECTIONS) return word;
      const corrected = this.correctWord(word);
      if (corrected !== word) corrections += 1;
      // Bounded, so that made-up words cannot fill the memory.
      if (this.known.size < 20_000) this.known.set(word, corrected);
      return corrected;
    });
  }

  private correctWord(word: string): string {
    const short = SHORT_FORMS.get(word);
    if (short !== undefined) return short;
    if (word.length < SHORTEST || word.length > 24 || !/^[a-z]+$/.test(word)) return word;
    if (this.targets[word.length]?.includes(word) || this.isWord(word)) return word;
    return this.nearest(word, 1) ?? (word.length >= TWO_ERRORS_FROM ? this.nearest(word, 2) : undefined) ?? word;
  }

  private nearest(word: string, errors: number): string | undefined {
    let best: string | undefined;
    let bestWeight = 0;
    for (let length = word.length - errors; length <= word.length + errors; length++) {
      for (const target of this.targets[length] ?? []) {
        // Hardly anybody gets the first letter wrong, and two errors are believed only then.
        if (errors > 1 && (target[0] !== word[0] || target.length < 6)) continue;
        const weight =
          (this.counts.get(target) ?? 0) * (target[0] === word[0] ? 3 : 1) * (target.at(-1) === word.at(-1) ? 2 : 1);
        if (weight > bestWeight && typingErrors(word, target, errors) <= errors) {
          best = target;
          bestWeight = weight;
        }
      }
    }
    return best;
  }

  /** Whether the encoder has the word, or it is a known word with a usual ending. */
  private isWord(word: string): boolean {
    if (this.encoderKnows(word)) return true;
    return ENDINGS.some((ending) => {
      if (!word.endsWith(ending) || word.length - ending.length < 3) return false;
      const stem = word.slice(0, -ending.length);
      const doubled = stem.length > 3 && stem.at(-1) === stem.at(-2);
      return (
        this.encoderKnows(stem) || this.encoderKnows(`${stem}e`) || (doubled && this.encoderKnows(stem.slice(0, -1)))
      );
    });
  }
}

/** "order 5501" is "order": which one it is says nothing about what is wanted, and no two shoppers write the same. */
const NUMBERED =
  /(?<![a-z])(orders?|ordr|odrer|purchase|parcel|package|shipment|delivery|subscription|tracking|invoice|ticket|reference|ref|number|no\.?|nr\.?)(?: ?(?:number|no\.?|nr\.?|id|#|is|:))* ?#? ?(?:[a-z]{1,5}-?)?\d[\d-]{2,20}(?![a-z0-9])/g;
const NUMBER = /#(?:[a-z]{1,5}-?)?\d[\d-]{2,20}(?![a-z0-9])/g;

function withoutNumbers(text: string): string {
  return text.replace(NUMBERED, "$1").replace(NUMBER, "#1");
}

/** A greeting before something else says nothing about it. */
const GREETED =
  /^\W*(?:hi+|hello|hey+|hiya|good (?:morning|afternoon|evening|day)|greetings)(?: (?:there|all|team|guys|everyone))?[\s,.!;:-]+(?=\S+\s+\S+\s+\S)/;

function withoutGreeting(text: string): string {
  return text.replace(GREETED, "");
}

function plainCase(text: string): string {
  return text.toLowerCase().replace(/[’‘`´]/g, "'");
}
