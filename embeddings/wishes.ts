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
/** What no policy acts on is mostly talk around a wish; only a question of its own counts, and only if clear. */
const OUTSIDE = 0.85;
/** A whole message this sure of something that no clause says stays as it is. */
const SURE_OF_WHOLE = 0.9;

/** "not …", "instead of …", "no need for …": names what is not wanted. */
const REFUSED =
  /^(?:(?:and|but|so|just|please|it's|this is|that's|i'm|i am|we're|i|we)[ ,]+)*(?:not|no|don'?t|do not|didn'?t|never|instead of|rather than|forget|never mind|without|won'?t)(?![\p{L}])/iu;
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
  const leading = wishesIn(clauses, TO_LEAD, true);
  const [first] = leading;
  const overruled = leading.length >= 2 && (leading.includes(best) || (whole[0]?.probability ?? 0) < SURE_OF_WHOLE);
  const intent = overruled && first !== undefined ? first : best;
  const following = wishesIn(clauses, TO_FOLLOW, false);
  const also = following.length >= 2 && following.includes(intent) ? following : overruled ? leading : [];
  return { intent, also: also.filter((wish) => wish !== intent) };
}

/** `strict`: both must be worded as wishes; else it is enough that the earlier one is. */
function wishesIn(clauses: readonly ReadClause[], sure: number, strict: boolean): string[] {
  const wishes: { intent: string; isRequest: boolean }[] = [];
  for (const clause of clauses) {
    const text = clause.text.trim();
    const [top] = clause.ranking;
    if (top === undefined || top.probability < sure || top.intent === "greeting" || REFUSED.test(text)) continue;
    const { intent, probability } = top;
    const isRequest = REQUEST.test(text) || POLITE_REQUEST.test(text);
    if (intent === OUT_OF_SCOPE && !(isRequest && text.endsWith("?") && probability >= OUTSIDE)) continue;
    if (wishes.some((wish) => wish.intent === intent)) continue;
    const [first] = wishes;
    if (first !== undefined) {
      const isFurther = FURTHER.test(text);
      if (ONE_STORY.has(`${first.intent} ${intent}`) && !ANOTHER.test(text)) continue;
      // "the mug broke. i want my money": a story and one wish.
      if (!(first.isRequest || isFurther || first.intent === "human_agent")) continue;
      if (strict && !(isRequest || isFurther || COMPLAINTS.has(intent))) continue;
    }
    wishes.push({ intent, isRequest });
  }
  return wishes.map(({ intent }) => intent);
}
