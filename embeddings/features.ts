import { splitClauses } from "./clauses.js";
import type { Row } from "./head-train.js";
import type { Ngrams } from "./ngrams.js";

/** Vectors count half against n-grams: the encoder was tuned on the shipped examples and would drown them. */
const VECTOR_SCALE = 0.5;
/** The whole message; what its first clause adds to that; what its last clause adds. */
export const BLOCKS = 3;

export type Embed = (text: string) => Promise<Float32Array>;

/**
 * A message (already spelled as the examples are) as the head sees it. Without an encoder only the n-grams speak.
 * `asOneClause` spares two encodings of three, for the perturbed copies of examples.
 */
export async function featuresOf(
  spelled: string,
  ngrams: Ngrams,
  embed: Embed | undefined,
  asOneClause = false,
): Promise<Row> {
  const sparse = ngrams.vector(spelled);
  if (embed === undefined) return { blocks: [], sparse };
  const whole = await embed(spelled);
  const clauses = asOneClause ? [] : splitClauses(spelled);
  const blocks: (Float32Array | undefined)[] = [scaled(whole), undefined, undefined];
  if (clauses.length > 1) {
    blocks[1] = difference(await embed(clauses[0] ?? spelled), whole);
    blocks[2] = difference(await embed(clauses.at(-1) ?? spelled), whole);
  }
  return { blocks, sparse };
}

/** All texts that `featuresOf` will ask the encoder for. */
export function textsToEmbed(spelled: string): string[] {
  const clauses = splitClauses(spelled);
  return clauses.length > 1 ? [spelled, clauses[0] ?? spelled, clauses.at(-1) ?? spelled] : [spelled];
}

function scaled(vector: Float32Array): Float32Array {
  return vector.map((value) => VECTOR_SCALE * value);
}

function difference(part: Float32Array, whole: Float32Array): Float32Array {
  return part.map((value, i) => VECTOR_SCALE * (value - (whole[i] ?? 0)));
}
