import { OUT_OF_SCOPE } from "./intents-load.js";

export interface Ranked {
  readonly intent: string;
  readonly probability: number;
}

export interface ReadClause {
  readonly text: string;
  /** Likeliest first. */
  readonly ranking: readonly Ranked[];
}

interface Wish {
  readonly intent: string;
  readonly isRequest: boolean;
  readonly probability: number;
}

export interface Wishes {
  /** The wish that is named first. */
  readonly intent: string;
  /** The others, in order. */
  readonly also: readonly string[];
}

/**
 * How sure a clause must be, taken by itself, to be a wish. Chosen on the development messages: 24 with several wishes
 * against 638 with one. What changes the main intent must be surer than what is only offered afterwards.
 */
const TO_LEAD = 0.75;
const TO_FOLLOW = 0.65;
const FURTHER_REQUEST = 0.4;
const FURTHER_OR = 0.5;
/** Says in so many words that it is another thing. */
const EXTRA =
  /^(?:(?:and|oh|&|n)[ ,]+)*(?:also|plus|\+|btw|by the way|while you're at it|second|secondly|lastly|another|one more|too)(?![\p{L}'])/iu;
/** What no policy acts on is left for something that one does only where that is said as clearly as this. */
const OVER_OUTSIDE = 0.9;
const LEFT_OVER = /^[\s,;.:!-]+/u;
/** What no policy acts on is mostly talk around a wish; only a question of its own counts, and only if clear. */
const OUTSIDE = 0.85;
/** A whole message this sure of something that no clause says stays as it is. */
const SURE_OF_WHOLE = 0.9;

/** "not …", "instead of …", "no need for …": names what is not wanted. */
const REFUSED =
  /^(?:(?:and|but|so|just|please|it's|this is|that's|i'm|i am|we're|i|we)[ ,]+)*(?:not|no|don'?t|do not|didn'?t|never|instead of|rather than|forget|never mind|without|won'?t)(?![\p{L}])/iu;
/** "not the subscription": of two things the other one, which ends nothing. */
const NOT_THIS =
  /^(?:(?:and|but|so|just|please)[ ,]+)*(?:not|instead of|rather than|forget|never mind|without)(?![\p{L}])/iu;
const ENDINGS = new Set(["cancel_order", "cancel_subscription", "skip_shipment"]);
const REFUSED_ENDING =
  /(?<!\p{L})(?:cancel|end|ending|stop|quit|unsubscrib|leav|skip|paus|hold|bin|swap|chang|refund|return)/iu;
/** Begins as requests do. */
const REQUEST =
  /^(?:(?:and|but|so|also|plus|then|ok|okay|hi|hello|hey|now|n|&|oh|btw|by the way|while you're at it|actually|just|first|second|lastly|finally|meanwhile|after that|one more thing|another thing)[ ,:!.]+)*(?:please|pls|plz|can|could|would|will|may|might|how|where|when|what|what's|whats|who|why|which|is|are|do|does|did|has|i want|i'd like|id like|i would|i need|i wanna|we want|we need|need|want|wanna|let|get|give|send|resend|ship|cancel|stop|end|kill|drop|scrap|skip|pause|hold|delay|push|move|postpone|swap|switch|change|make|update|replace|exchange|refund|credit|return|pay|put|add|remove|take|tell|check|help|connect|call|transfer|escalate|forward|deliver|redirect|keep|leave|quit|unsubscribe|close|delete|fix|sort|someone|somebody|a human|human|agent|operator|manager|no more)(?![\p{L}])/iu;
const POLITE_REQUEST =
  /\?\s*$|(?<!\p{L})(?:please|pls|plz|i want|i need|i'd like|(?:can|could) (?:you|i|u))(?!\p{L})/iu;
/** "and …", "also …": a further thing, not the story behind the last one. */
const FURTHER =
  /^(?:and|also|plus|n|&|\+|btw|by the way|oh and|then|while you're at it|second|lastly|another|one more)(?![\p{L}'])/iu;
/** Of these two, the later clause explains the earlier one ("where is it? it says delivered") unless it is about … */
const ONE_STORY = new Set(["wismo lost_package", "lost_package wismo"]);
/** … another order. */
const ANOTHER =
  /(?<!\p{L})(?:other|another|first|second|last|previous|one of|different|next|older|earlier|order [a-z]?#?\d*)(?!\p{L})/iu;
/** Of these, the bare complaint is already the wish. */
const COMPLAINTS = new Set(["reshipment", "lost_package", "refund", "wismo"]);

/** All wishes of a message, in the order in which they are named. `whole` is the message read as one. */
export function readWishes(whole: readonly Ranked[], clauses: readonly ReadClause[]): Wishes {
  const best = whole[0]?.intent ?? OUT_OF_SCOPE;
  if (clauses.length < 2) return { intent: best, also: [] };
  const strong = wishesIn(clauses, TO_LEAD, true);
  const leading = strong.map(({ intent }) => intent);
  const [first] = leading;
  const overruled = leading.length >= 2 && (leading.includes(best) || (whole[0]?.probability ?? 0) < SURE_OF_WHOLE);
  // What a policy can do something about goes before what it cannot.
  const isClear = ({ intent, isRequest, probability }: Wish): boolean =>
    intent !== OUT_OF_SCOPE && (best !== OUT_OF_SCOPE || (isRequest && probability >= OVER_OUTSIDE));
  const lead = overruled ? (strong.find(isClear)?.intent ?? (leading.includes(best) ? best : first)) : undefined;
  const intent = lead ?? best;
  const following = wishesIn(clauses, TO_FOLLOW, false).map(({ intent }) => intent);
  const also = following.length >= 2 && following.includes(intent) ? following : overruled ? leading : [];
  return { intent, also: also.filter((wish) => wish !== intent) };
}

/** `strict`: both must be worded as wishes; else it is enough that the earlier one is. */
function wishesIn(clauses: readonly ReadClause[], sure: number, strict: boolean): Wish[] {
  const wishes: Wish[] = [];
  for (const clause of clauses) {
    const text = clause.text.trim().replace(LEFT_OVER, "");
    const isFurther = FURTHER.test(text);
    const isRefused = REFUSED.test(text);
    const [first] = wishes;
    // What is the wish before once more is read as the next likeliest where it is worded as a further one.
    const top = clause.ranking.find(({ intent }) => !(isFurther && wishes.some((wish) => wish.intent === intent)));
    if (top === undefined || top.intent === "greeting") continue;
    const { intent, probability } = top;
    // "don't send it", "no more boxes": to end something is refused and wanted in the same words, "don't cancel" is not.
    const endsByRefusing = isRefused && ENDINGS.has(intent) && !REFUSED_ENDING.test(text) && !NOT_THIS.test(text);
    if (isRefused && !endsByRefusing) continue;
    const isRequest = endsByRefusing || REQUEST.test(text) || POLITE_REQUEST.test(text);
    const isExtra = EXTRA.test(text);
    const enough =
      first === undefined || strict
        ? sure
        : isFurther && isRequest
          ? FURTHER_REQUEST
          : isExtra || isRequest
            ? FURTHER_OR
            : sure;
    if (probability < enough) continue;
    if (
      intent === OUT_OF_SCOPE &&
      !((isExtra || (isRequest && (text.endsWith("?") || isFurther))) && probability >= OUTSIDE)
    )
      continue;
    if (wishes.some((wish) => wish.intent === intent)) continue;
    if (first !== undefined) {
      if (ONE_STORY.has(`${first.intent} ${intent}`) && !ANOTHER.test(text)) continue;
      // "the mug broke. i want my money": a story and one wish.
      if (!(first.isRequest || isFurther || first.intent === "human_agent" || !COMPLAINTS.has(first.intent))) continue;
      if (strict && !(isRequest || isFurther || COMPLAINTS.has(intent) || first.intent === "human_agent")) continue;
    }
    wishes.push({ intent, isRequest, probability });
  }
  return wishes;
}
