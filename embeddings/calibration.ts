import { z } from "zod";
import { OUT_OF_SCOPE } from "./intents-load.js";

/**
 * How scores become probabilities, and what is sure enough. Few numbers, chosen on messages that were held back from
 * training; `howChosen` says which, and by what rule.
 */
export const Calibration = z.strictObject({
  /** Factor on the head's scores. Below 1: the head is surer than it should be. */
  sharpness: z.number(),
  /** Weight of the nearest examples' votes (as log shares) beside the scores. */
  votes: z.number(),
  /** Added to the score of `out_of_scope`. */
  outOfScope: z.number(),
  /** Added to it for each unit of distance (1 - cosine) from the nearest example. */
  distance: z.number(),
  /** Added to the scores of intents that cost money when started wrongly: in doubt, the other reading is taken. */
  costly: z.number(),
  /** Least probability at which an intent is acted on without asking. */
  accept: z.number(),
  /** The same for intents that cost money when started wrongly. */
  acceptCostly: z.number(),
  /** Least probability at which "did you mean …?" is worth asking. */
  ask: z.number(),
  howChosen: z.string(),
});
export type Calibration = z.infer<typeof Calibration>;

/** Intents whose policies move money: started without being asked for, they cost it. */
export const COSTLY: ReadonlySet<string> = new Set(["refund", "cancel_order", "cancel_subscription"]);

export interface ScoredMessage {
  readonly scores: Float64Array;
  readonly votes: Float64Array | undefined;
  readonly nearest: readonly { readonly similarity: number }[];
}

/** Labels that a classifier can answer: those it learned, and out_of_scope in any case. */
export function answerable(labels: readonly string[]): string[] {
  return labels.includes(OUT_OF_SCOPE) ? [...labels] : [...labels, OUT_OF_SCOPE];
}

/** One probability for each of `answerable(labels)`; they add up to 1. */
export function probabilities(
  message: ScoredMessage,
  labels: readonly string[],
  calibration: Pick<Calibration, "sharpness" | "votes" | "outOfScope" | "distance" | "costly">,
): Float64Array {
  const { scores, votes, nearest } = message;
  const all = answerable(labels);
  const outOfScope = all.indexOf(OUT_OF_SCOPE);
  const distance = nearest[0] === undefined ? 0 : 1 - nearest[0].similarity;
  const logits = new Float64Array(all.length);
  for (let c = 0; c < all.length; c++) {
    // A classifier that never saw anything out of scope weighs its best guess against a constant.
    const score = c < scores.length ? (scores[c] as number) : 0;
    const vote = votes === undefined || c >= scores.length ? 0 : Math.log(votes[c] as number);
    const costly = COSTLY.has(all[c] ?? "") ? calibration.costly : 0;
    logits[c] = calibration.sharpness * score + calibration.votes * vote + costly;
  }
  logits[outOfScope] = (logits[outOfScope] as number) + calibration.outOfScope + calibration.distance * distance;
  const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const odds = logits.map((logit) => Math.exp(logit - highest));
  const sum = odds.reduce((a, b) => a + b, 0);
  return odds.map((odd) => odd / sum);
}

export function outcomeOf(
  intent: string,
  probability: number,
  { accept, acceptCostly, ask }: Pick<Calibration, "accept" | "acceptCostly" | "ask">,
): "accept" | "ask" | "unsure" {
  if (probability >= (COSTLY.has(intent) ? acceptCostly : accept)) return "accept";
  return probability >= ask ? "ask" : "unsure";
}
