import type { Question } from "../protocol/index.js";
import type { Looked } from "./knowledge/look-up.js";

export interface UnderstandInput {
  readonly text: string;
  /** The value of the choice that was tapped; `text` is then its label. */
  readonly choice?: string | undefined;
}

/** A question, and of a reason what shoppers say who mean one of its choices, by the choice's value. */
export type AskedQuestion = Question & { readonly like?: Readonly<Record<string, readonly string[]>> };

export interface UnderstandContext {
  /** The question that the shopper was asked last, if it is still open. */
  readonly question?: AskedQuestion | undefined;
  /** Milliseconds since 1970: what "tomorrow" is counted from. */
  readonly now: number;
  /** BCP 47, such as `en` or `en-GB`: decides whether 3/4 is in March or April. */
  readonly locale: string;
  /** IANA name, such as `Europe/Paris`: where "tomorrow" begins. Default UTC. */
  readonly timeZone?: string | undefined;
  /** The shop's order numbers as a regular expression over one whole number, such as `[0-9]{4,6}`. */
  readonly orderNumberPattern?: string | undefined;
}

/** A value found in the text; `text.slice(start, end)` is where. */
export interface Slot {
  readonly value: string | number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What was probably meant, where `value` looks mistyped: `ann@example.com` for `ann@exmaple.com`. */
  readonly hint?: string;
  /** Of an amount, ISO 4217, where what was typed leaves no doubt: "$" alone does. */
  readonly currency?: string;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The message read as an answer to the open question. */
export type Answer =
  /** `qualified`: "yes, but …". Not enough for anything that costs money. */
  | { readonly kind: "yes"; readonly qualified?: true }
  | { readonly kind: "no" }
  | { readonly kind: "value"; readonly value: string; readonly from: Span; readonly hint?: string }
  /** Without a place where it was tapped. */
  | { readonly kind: "choice"; readonly value: string; readonly label: string; readonly from?: Span }
  /** "both", "all of them", of several choices. */
  | { readonly kind: "all" }
  /** The shopper does not know, does not have it, or it never came. */
  | { readonly kind: "unknown" };

/** What can be meant at any point of a conversation, whatever is asked. */
export interface Signals {
  readonly wantsPerson: boolean;
  /** "never mind", "forget it": leaves what is going on. */
  readonly stop: boolean;
  readonly repeat: boolean;
  readonly startOver: boolean;
  /** Nothing but thanks, a greeting, a goodbye. */
  readonly thanks: boolean;
  readonly greeting: boolean;
  readonly goodbye: boolean;
  /** "no, I meant 1002": replaces what was said before. */
  readonly correction: boolean;
  /** "no offers please", "my mind is made up": the wish itself, and nothing in its place. */
  readonly insists: boolean;
  /** "don't cancel it": whatever else is wanted, that is not. */
  readonly refusesCanceling: boolean;
  /** "cancel it", "yes, cancel my subscription please": the wish said again, and no more than that. */
  readonly justDoIt: boolean;
  /** "un-skip it", "undo that", "actually, keep it": what was just done is to be taken back. */
  readonly undo: boolean;
  /** Annoyed in so many words. */
  readonly negative: boolean;
  /** "actually", "instead", "lieber": something else than before is wanted. */
  readonly instead: boolean;
  /** "just skip it": this, and no more; and nothing in it is denied. */
  readonly justThat: boolean;
}

/** A part of a message that is a wish of its own, or none. */
export interface Clause {
  readonly text: string;
  readonly intent: string;
  readonly confidence: number;
  /** Those that stand in it, counted from its own beginning. */
  readonly slots?: Understood["slots"];
}

/** One message, understood in its context. Plain data: stored with the turn. */
export interface Understood {
  readonly text: string;
  readonly intent: string;
  readonly confidence: number;
  readonly outcome: "accept" | "ask" | "unsure";
  /** The likeliest intents, best first; five at most. */
  readonly ranking: readonly { readonly intent: string; readonly probability: number }[];
  /** Further wishes, in order. */
  readonly also: readonly string[];
  readonly clauses: readonly Clause[];
  /** By slot name: `email`, `order_number`, `date`, `amount`, `phone`, `address`, `postcode`. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** Absent when no question is open or the message does not answer it. */
  readonly answer?: Answer;
  /** A question is open, and the message clearly asks for something else. */
  readonly digression: boolean;
  /** What the shop's passages say to it; absent where they were not asked. */
  readonly knowledge?: Looked;
  readonly signals: Signals;
}
