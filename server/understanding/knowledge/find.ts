/** Finds the passage that answers a question, by meaning and by words; says nothing where none certainly does. */
import { join } from "node:path";
import { DEFAULT_CACHE_DIR, type Encoder, embedAll } from "../../../embeddings/index.js";
import { type Bar, chanceOf, fused, type Signs, shippedBar } from "./chance.js";
import { type Passage, speaks } from "./passage.js";
import { indexWords } from "./words.js";

const SHOWN = 3;

/** A passage that was weighed, for the trace. */
export interface Compared extends Signs {
  readonly id: string;
  /** That it answers the question, 0 to 1. */
  readonly chance: number;
}

export interface Found {
  /** The likeliest, where it is above the bar. */
  readonly passage?: Passage;
  /** The likeliest first; three at most. */
  readonly compared: readonly Compared[];
}

export interface Knowledge {
  readonly passages: readonly Passage[];
  /** @param locale of the conversation: passages of other languages are not looked at */
  find(question: string, locale: string): Promise<Found>;
}

/** What tells texts by meaning; the classifier has it. */
export interface Reader {
  readonly encoder: Pick<Encoder, "id" | "dimension" | "embed" | "knowsWord" | "close"> | undefined;
  /** With typing errors mended, so that the vector is the one that the classifier has made of it already. */
  spell(text: string): string;
}

export interface KnowledgeOptions {
  /** Where vectors are kept between starts. */
  readonly cacheDir?: string;
  readonly bar?: Bar;
}

interface Vectors {
  readonly asked: readonly Float32Array[];
  readonly said: readonly Float32Array[];
}

/** Encodes what is new among the passages (3 ms a sentence); the rest is kept. The same passages give the same answers. */
export async function openKnowledge(
  passages: readonly Passage[],
  { encoder, spell }: Reader,
  { cacheDir = join(DEFAULT_CACHE_DIR, "knowledge"), bar = shippedBar() }: KnowledgeOptions = {},
): Promise<Knowledge> {
  const words = indexWords(passages);
  const vectors = encoder === undefined ? undefined : await vectorsOf(passages, encoder, cacheDir);
  return {
    passages,
    async find(question, locale) {
      const text = spell(question);
      const here = passages.flatMap((passage, place) => (speaks(passage, locale) ? [{ passage, place }] : []));
      if (here.length === 0 || !/[\p{L}\p{N}]/u.test(text)) return { compared: [] };
      const shares = words.sharesOf(text);
      const vector = await encoder?.embed(text);
      const ranked = here
        .map(({ passage, place }) => {
          const { asked = [], said = [] } = vectors?.[place] ?? {};
          const signs = { asked: nearest(vector, asked), said: nearest(vector, said), words: shares.get(place) ?? 0 };
          return { passage, signs, score: fused(signs) };
        })
        .sort((a, b) => b.score - a.score || (a.passage.id < b.passage.id ? -1 : 1));
      const best = ranked[0]?.score ?? 0;
      const compared = ranked.slice(0, SHOWN).map(({ passage, signs, score }, at) => {
        const lead = at === 0 ? score - (ranked[1]?.score ?? 0) : score - best;
        return { id: passage.id, chance: chanceOf(signs, lead, bar), ...signs };
      });
      const passage = (compared[0]?.chance ?? 0) >= bar.least ? ranked[0]?.passage : undefined;
      return { ...(passage && { passage }), compared };
    },
  };
}

async function vectorsOf(
  passages: readonly Passage[],
  encoder: NonNullable<Reader["encoder"]>,
  cacheDir: string,
): Promise<Vectors[]> {
  const parts = passages.map(({ title, questions, text }) => ({
    asked: [title, ...questions],
    said: text.split(/(?<=[.!?:;])\s+/),
  }));
  const texts = [...new Set(parts.flatMap(({ asked, said }) => [...asked, ...said]))];
  const vectors = await embedAll(texts, encoder, cacheDir);
  const known = new Map(texts.map((text, at) => [text, vectors[at] as Float32Array]));
  const look = (text: string): Float32Array => known.get(text) as Float32Array;
  return parts.map(({ asked, said }) => ({ asked: asked.map(look), said: said.map(look) }));
}

/** The cosine with the nearest of them; vectors have length 1. */
function nearest(vector: Float32Array | undefined, others: readonly Float32Array[]): number {
  if (vector === undefined) return 0;
  let best = 0;
  for (const other of others) {
    let product = 0;
    for (let at = 0; at < vector.length; at++) product += (vector[at] as number) * (other[at] as number);
    if (product > best) best = product;
  }
  return best;
}
