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
 * When is a clause a wish of its own, and not the story behind another? Chosen on the development messages: the
 * strictest numbers that still find most second wishes.
 */
const SURE_OF_CLAUSE = 0.5;
/** The whole message must carry it too: "the mug broke, I want my money" is one wish, and the whole says which. */
const SEEN_IN_WHOLE = 0.04;
/** From here on the second wish is strong enough to have been the first. */
const COULD_BE_FIRST = 0.12;

/** "not …", "instead of …", "no need for …": names what is not wanted. */
const REFUSED =
  /^(?:(?:and|but|so|just|please|it's|this is|that's|i'm|i am|we're|i|we)[ ,]+)*(?:not|no|don'?t|do not|didn'?t|never|instead of|rather than|forget|never mind|without|won'?t)(?![\p{L}])/iu;

/** All wishes of a message, in the order in which they are named. */
export function readWishes(whole: readonly Ranked[], clauses: readonly ReadClause[]): Wishes {
  const best = whole[0]?.intent ?? OUT_OF_SCOPE;
  if (clauses.length < 2) return { intent: best, also: [] };
  const wanted = clauses.map((clause, at) => ({ ...clause, at })).filter(({ text }) => !REFUSED.test(text.trim()));
  const clauseOf = (intent: string): { at: number; probability: number } => {
    let strongest = { at: -1, probability: 0 };
    for (const { at, ranking } of wanted) {
      const probability = ranking.find((ranked) => ranked.intent === intent)?.probability ?? 0;
      if (probability > strongest.probability) strongest = { at, probability };
    }
    return strongest;
  };
  const main = clauseOf(best);
  const found = whole.slice(1).flatMap(({ intent, probability }) => {
    const clause = clauseOf(intent);
    const own = clause.at >= 0 && clause.at !== main.at && clause.probability >= SURE_OF_CLAUSE;
    // What no policy acts on is mostly talk around a wish; only a question of its own counts.
    const isQuestion = /\?\s*$/.test(clauses[clause.at]?.text ?? "");
    if (!own || (intent === OUT_OF_SCOPE && !isQuestion) || intent === "greeting" || best === "greeting") return [];
    return probability >= SEEN_IN_WHOLE ? [{ intent, at: clause.at, probability }] : [];
  });
  const first = found
    .filter(({ at, probability }) => at < main.at && probability >= COULD_BE_FIRST)
    .sort((a, b) => a.at - b.at)[0];
  const all = [...found, { intent: best, at: main.at, probability: 1 }].sort((a, b) => a.at - b.at);
  const intent = first?.intent ?? best;
  return { intent, also: all.map((wish) => wish.intent).filter((other) => other !== intent) };
}
