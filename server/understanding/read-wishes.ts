import type { Classification } from "../../embeddings/index.js";
import { LANGUAGES, type Language } from "./languages/index.js";
import { plain } from "./words.js";

/** What words alone are taken to be worth: enough to begin with, less than what was learned and is sure. */
const BY_WORDS = 0.9;
const LONGEST = 600;
/** Who denies one of these wants something else; "has not come" is a wish all the same. */
const DENIABLE = new Set([
  "cancel_subscription",
  "cancel_order",
  "skip_shipment",
  "swap_product",
  "refund",
  "change_address",
]);
/** "ich will mein Abo nicht mehr" denies nothing. */
const NO_MORE =
  /(?<!\p{L})(?:nicht mehr|kein\p{L}*(?: \p{L}+){0,2} mehr|no (?:quiero )?(?:mas|seguir)|ya no)(?!\p{L})/u;
const PARTS = /[,.;:!?\n]+|(?<!\p{L})(?:sondern|und|aber|sino|pero|y|e)(?!\p{L})/u;

/**
 * The wishes that a message in German or Spanish names by its words, put in the place of what the classifier could not make
 * of it. What it is sure of stays, and so does everything that is written in English.
 */
export function withWishesByWords(text: string, classified: Classification): Classification {
  const isSure =
    classified.outcome === "accept" && classified.intent !== "out_of_scope" && classified.intent !== "greeting";
  if (isSure) return classified;
  for (const language of LANGUAGES) {
    const [intent, ...also] = wishesIn(text, language).filter((wish) =>
      classified.ranking.some((ranked) => ranked.intent === wish),
    );
    if (intent === undefined) continue;
    return ledBy(classified, intent, also);
  }
  return classified;
}

/** Nothing but a greeting, thanks or a goodbye is no wish, whatever it resembles. */
export function asSmallTalk(classified: Classification): Classification {
  const isKnown = classified.ranking.some(({ intent }) => intent === "greeting");
  return isKnown && classified.intent !== "greeting" ? ledBy(classified, "greeting", []) : classified;
}

const CANCELING = ["cancel_order", "cancel_subscription"];
/** What is likelier than this is worth a question. */
const WORTH_ASKING = 0.1;

/**
 * "Please don't cancel my subscription", "I never said cancel": nothing is canceled on such words. What else may be meant
 * is asked about; where there is nothing else, nothing was wanted that could be done.
 */
export function withoutCanceling(classified: Classification): Classification {
  if (!CANCELING.includes(classified.intent)) {
    return { ...classified, also: classified.also.filter((intent) => !CANCELING.includes(intent)) };
  }
  const left = classified.ranking.filter(({ intent }) => !CANCELING.includes(intent));
  const refused = classified.ranking.filter(({ intent }) => CANCELING.includes(intent));
  const [best] = left;
  const ranking = [...left, ...refused.map(({ intent }) => ({ intent, probability: 0 }))];
  if (best === undefined) return { ...classified, outcome: "unsure" };
  const outcome = best.probability >= WORTH_ASKING && best.intent !== "out_of_scope" ? "ask" : "unsure";
  return { ...classified, intent: best.intent, confidence: best.probability, outcome, ranking, also: [] };
}

/** "Stop asking and cancel it" names one thing to cancel, whichever it is; only who speaks of an order, too, means both. */
export function withOneToCancel(text: string, classified: Classification): Classification {
  const { intent, also } = classified;
  if (!CANCELING.includes(intent) || /(?<!\p{L})(?:order|bestell|auftrag|pedido|compra)/iu.test(text))
    return classified;
  return { ...classified, also: also.filter((other) => !CANCELING.includes(other)) };
}

function ledBy(classified: Classification, intent: string, also: readonly string[]): Classification {
  const others = classified.ranking.filter((ranked) => ranked.intent !== intent);
  const left = others.reduce((sum, { probability }) => sum + probability, 0);
  const share = left === 0 ? 0 : Math.min(1, (1 - BY_WORDS) / left);
  return {
    ...classified,
    intent,
    also,
    outcome: "accept",
    confidence: BY_WORDS,
    ranking: [
      { intent, probability: BY_WORDS },
      ...others.map((ranked) => ({ ...ranked, probability: ranked.probability * share })),
    ],
  };
}

/** In the order in which they are named; each once. */
function wishesIn(text: string, { wishes, signals }: Language): string[] {
  if (wishes.length === 0) return [];
  const found: string[] = [];
  const said = plain(text.slice(0, LONGEST));
  // What stretches over a comma ("zugestellt, aber nicht da") is one thing, and names the whole message.
  const spanning = wishes.find(({ intent, pattern }) => intent === "lost_package" && pattern.test(said));
  if (spanning !== undefined) return [spanning.intent];
  for (const part of said.split(PARTS)) {
    const wish = wishes.find(({ pattern }) => pattern.test(part));
    if (wish === undefined || found.includes(wish.intent)) continue;
    if (DENIABLE.has(wish.intent) && signals.negated.test(part) && !NO_MORE.test(part)) continue;
    found.push(wish.intent);
  }
  return found;
}
