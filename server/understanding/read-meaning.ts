import type { Encoder } from "../../embeddings/index.js";
import { LANGUAGES } from "./languages/index.js";
import type { Answer, AskedQuestion } from "./understood.js";
import { plain } from "./words.js";

/**
 * The cosine from which two texts say the same, and how much nearer the next reason must not be. Of 42 messages written for
 * this (27 with one of five reasons, 15 with none of them) 14 were taken at these two, all of them rightly; at 0.4 and 0.05
 * 18, and one of them was about a death.
 */
const SAME_MEANING = 0.5;
const APART = 0.1;
/** Whoever writes more than this tells a story, and a part of it must not stand for the rest. */
const MOST_WORDS = 25;
const MOST_KEPT = 2_000;

/** What tells texts by meaning; the classifier has it where a model is installed. */
export interface MeaningReader {
  readonly encoder?: Pick<Encoder, "embed"> | undefined;
  /** With typing errors mended. */
  spell?(text: string): string;
}

const kept = new WeakMap<object, Map<string, Promise<Float32Array>>>();

/**
 * A reason in the shopper's own words, read as the one of the policy's whose examples are nearest by meaning: "can't afford
 * it any more" as "too expensive". Undefined where none is near enough, or two are: then the words themselves are the reason.
 */
export async function readReasonByMeaning(
  text: string,
  { like, choices = [] }: AskedQuestion,
  { encoder, spell = (same) => same }: MeaningReader,
): Promise<Answer | undefined> {
  if (encoder === undefined || like === undefined || text.trim().split(/\s+/).length > MOST_WORDS) return undefined;
  const vector = await encoder.embed(spell(text));
  const reasons = await Promise.all(
    Object.entries(like).map(async ([value, examples]) => ({ value, ...(await nearest(vector, examples, encoder)) })),
  );
  const [best, next] = reasons.sort((a, b) => b.cosine - a.cosine || (a.value < b.value ? -1 : 1));
  if (best === undefined || best.cosine < SAME_MEANING || best.cosine - (next?.cosine ?? 0) < APART) return undefined;
  // "It's not too expensive" lies near "too expensive".
  if (isNegated(text) && !isNegated(best.example)) return undefined;
  const choice = choices.find(({ value }) => value === best.value);
  // "Another reason" is what its examples keep the others from; what it is, the words say better.
  if (choice === undefined || isCatchAll(choice)) return undefined;
  const start = text.length - text.trimStart().length;
  return { kind: "choice", ...choice, from: { start, end: start + text.trim().length } };
}

function isCatchAll({ label, value }: { readonly label: string; readonly value: string }): boolean {
  return LANGUAGES.some(({ choice }) => choice.optOut.test(plain(label)) || choice.optOut.test(plain(value)));
}

async function nearest(
  vector: Float32Array,
  examples: readonly string[],
  encoder: Pick<Encoder, "embed">,
): Promise<{ cosine: number; example: string }> {
  let found = { cosine: -1, example: "" };
  for (const example of examples) {
    const cosine = (await exampleVector(example, encoder)).reduce((sum, x, i) => sum + x * (vector[i] ?? 0), 0);
    if (cosine > found.cosine) found = { cosine, example };
  }
  return found;
}

function isNegated(text: string): boolean {
  const said = plain(text);
  return LANGUAGES.some(({ signals }) => signals.negated.test(said));
}

/** Examples are the same at every question, and encoded once; what shoppers write is not kept. */
function exampleVector(text: string, encoder: Pick<Encoder, "embed">): Promise<Float32Array> {
  const vectors = kept.get(encoder) ?? new Map<string, Promise<Float32Array>>();
  kept.set(encoder, vectors);
  const known = vectors.get(text);
  if (known !== undefined) return known;
  if (vectors.size >= MOST_KEPT) vectors.clear();
  const vector = encoder.embed(text);
  vectors.set(text, vector);
  // An encoder that was busy may not be so the next time.
  vector.catch(() => vectors.delete(text));
  return vector;
}
