/**
 * What a language says. Patterns are held against `plain` text (lower case, no accents, `ß` as `ss`), so that "Übermorgen"
 * and "uebermorgen" need no second spelling unless people really write it.
 */
export interface Language {
  /** ISO 639-1. */
  readonly code: string;
  readonly yesNo: YesNoWords;
  readonly unknown: UnknownWords;
  readonly choice: ChoiceWords;
  readonly numbers: NumberWords;
  readonly signals: SignalWords;
  readonly things: ThingWords;
  /** Where the classifier, which learned from English, has nothing to go by; none for English. */
  readonly wishes: readonly WishWords[];
}

export interface WishWords {
  readonly intent: string;
  readonly pattern: RegExp;
}

export interface YesNoWords {
  /** At the beginning of a message; longest alternatives first. */
  readonly yes: RegExp;
  /** Held against what `yes` found: whatever comes behind, it is a yes. */
  readonly decidedYes: RegExp;
  readonly no: RegExp;
  readonly decidedNo: RegExp;
  /** "no problem, go ahead" begins with a no and is a yes. */
  readonly noThatIsYes: RegExp;
  /** "yes no": whoever takes it back in one breath is asked again. */
  readonly takenBack: RegExp;
  /** Anywhere behind a yes: it has a condition. */
  readonly qualified: RegExp;
  /** For questions of whether something came. */
  readonly gotIt: RegExp;
  readonly didNotGetIt: RegExp;
}

export interface UnknownWords {
  readonly any: RegExp;
  /** "I don't have it" is an answer to "did you get it?", not ignorance. */
  readonly yesNo: RegExp;
  /** That a one-time code never came. */
  readonly code: RegExp;
}

export interface ChoiceWords {
  /** A whole message that takes none of what is offered. */
  readonly none: RegExp;
  /** The label of the choice that stands for "none of these". */
  readonly optOut: RegExp;
  /** What is named after it is not wanted … */
  readonly refused: RegExp;
  /** … up to this. */
  readonly contrast: RegExp;
  /** A whole message that takes more than one. */
  readonly both: RegExp;
  /** With the last digits of a value in group 1. */
  readonly ending: RegExp;
  /** A whole message that is a position, with its digits in group 1. */
  readonly position: RegExp;
  readonly newest: RegExp;
  /** At the end of a message; of orders it may be the newest or the lowest in the list. */
  readonly last: RegExp;
  readonly first: RegExp;
  /** Words that say nothing about which of several things is meant. */
  readonly fillers: ReadonlySet<string>;
}

export interface NumberWords {
  /** A whole number in one word, compounds included. */
  value(word: string): number | undefined;
  readonly hundred: ReadonlySet<string>;
  readonly and: ReadonlySet<string>;
  /** Means 1 where no other number stands: "eine, bitte". */
  readonly article: ReadonlySet<string>;
  ordinal(word: string): number | undefined;
}

export interface SignalWords {
  readonly person: readonly RegExp[];
  readonly refusesPerson: RegExp;
  readonly stop: RegExp;
  readonly repeat: RegExp;
  readonly startOver: RegExp;
  /** With the flag g, as the three below: what is left without them is more than small talk. */
  readonly thanks: RegExp;
  readonly greeting: RegExp;
  readonly goodbye: RegExp;
  readonly filler: RegExp;
  readonly correction: RegExp;
  readonly insists: readonly RegExp[];
  readonly refusesCanceling: RegExp;
  /** Speaks of canceling at all. */
  readonly cancels: RegExp;
  readonly justDoIt: RegExp;
  readonly undo: RegExp;
  readonly negative: RegExp;
  /** "actually", "instead": something else than before is wanted. */
  readonly instead: RegExp;
  /** Takes back what was said before in the same breath; as it was typed, with the flag g. */
  readonly retracts: RegExp;
  /** "just skip it": this and no more. */
  readonly justThat: RegExp;
  /** Something in it is denied. */
  readonly negated: RegExp;
  /** Begins as requests and questions do, not as what somebody tells. */
  readonly request: RegExp;
}

export interface ThingWords {
  /** Before a number: it is an order's. */
  readonly orderNamed: string;
  /** Behind a number: it is a measure. */
  readonly units: string;
  /** What leads to an address, at the beginning of a message as it was typed. */
  readonly addressLeadIn: RegExp;
  /** Words of streets, as they stand in an address as it was typed. */
  readonly street: RegExp;
  /** A whole address inside a message, as it was typed: street and house number, with postcode and town where they follow. */
  readonly address: RegExp;
  /** Words without which no date is named; cheap to test. */
  readonly date: RegExp;
  /** Days that the parser of dates does not know, counted from today; held against the text as it was typed. */
  readonly days: readonly { readonly pattern: RegExp; readonly days?: number; readonly months?: number }[];
}

const EDGE_BEFORE = "(?<![\\p{L}'])";
const EDGE_AFTER = "(?![\\p{L}'])";

/** Any of these as whole words, anywhere. */
export function anywhere(alternatives: string, flags = "u"): RegExp {
  return new RegExp(`${EDGE_BEFORE}(?:${alternatives})${EDGE_AFTER}`, flags);
}

/** Any of these at the beginning, behind words that say nothing. */
export function atBeginning(leadIn: string, alternatives: string): RegExp {
  return new RegExp(`^(?:(?:${leadIn})[ ,.!]+)*(?:${alternatives})(?![\\p{L}\\p{N}'])`, "iu");
}

/** A whole message of one of these, with words that say nothing before and behind. */
export function wholly(leadIn: string, alternatives: string, behind: string): RegExp {
  return new RegExp(`^(?:(?:${leadIn})[ ,.!:;-]+)*(?:${alternatives})(?:[ ,.!;:-]+(?:${behind}))*[ ,.!?;:-]*$`, "u");
}

export function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** "one two three" → one is `from`, two the next. */
export function counted(words: string, from: number, step = 1): [string, number][] {
  return words.split(" ").map((word, i) => [word, from + i * step]);
}
