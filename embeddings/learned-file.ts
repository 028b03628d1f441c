import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { readIfThere, readJsonIfThere, replaceFileWith, sha256 } from "./cache-files.js";
import type { Encoder } from "./encode.js";
import { type Example, type Learned, learnKey, spellingOf } from "./learned.js";
import { Ngrams } from "./ngrams.js";

/** What was learned from the shipped examples with the shipped encoder, so that a fresh shop need not train first. */
export const SHIPPED_DIR = fileURLToPath(new URL("./trained", import.meta.url));

const Sidecar = z.strictObject({
  format: z.literal(1),
  /** `learnKey` of the examples and the encoder. */
  key: z.string(),
  labels: z.array(z.string()),
  blockSize: z.number(),
  blockCount: z.number(),
  grams: z.number(),
  /** sha256 of head.bin. */
  head: z.string(),
});

/** Whether what is kept there was learned from these very examples with this encoder. */
export async function isLearnedFrom(dir: string, examples: readonly Example[], encoder: Encoder): Promise<boolean> {
  const sidecar = Sidecar.safeParse(await readJsonIfThere(join(dir, "head.json"))).data;
  return sidecar?.key === learnKey(examples, encoder.id);
}

/** The kept head, if it was learned from the very same examples with the same encoder. */
export async function readLearned(
  dir: string,
  key: string,
  examples: readonly Example[],
  encoder: Encoder | undefined,
): Promise<Learned | undefined> {
  const sidecar = Sidecar.safeParse(await readJsonIfThere(join(dir, "head.json"))).data;
  if (sidecar === undefined || sidecar.key !== key) return undefined;
  const bytes = await readIfThere(join(dir, "head.bin"));
  if (bytes === undefined || sha256(bytes) !== sidecar.head) return undefined;
  const { labels, blockSize, blockCount, grams } = sidecar;
  const classes = labels.length;
  // Float32Array over the file's bytes would need them to start at a multiple of four.
  const aligned = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const hashes = new Uint32Array(aligned, 0, grams);
  const idf = new Float32Array(aligned, grams * 4, grams);
  const scale = new Float32Array(aligned, grams * 8, classes);
  const packed = new Int16Array(aligned, grams * 8 + classes * 4);
  const weights = Float32Array.from(packed, (value, i) => value * (scale[i % classes] as number));
  return {
    labels,
    examples,
    spelling: spellingOf(examples, encoder),
    ngrams: new Ngrams(hashes, idf),
    head: { classes, blockSize, blockCount, weights },
  };
}

/**
 * Keeps a head: 16 bits a weight, one scale a label. What is returned is what a later start will read, so that the first
 * start decides exactly as every later one.
 */
export async function keepLearned(dir: string | undefined, key: string, learned: Learned): Promise<Learned> {
  const { labels, ngrams, head } = learned;
  const { classes, weights } = head;
  const scale = new Float32Array(classes);
  for (let i = 0; i < weights.length; i++) {
    const c = i % classes;
    scale[c] = Math.max(scale[c] as number, Math.abs(weights[i] as number) / 32_767);
  }
  const packed = Int16Array.from(weights, (weight, i) => Math.round(weight / ((scale[i % classes] as number) || 1)));
  const rounded = Float32Array.from(packed, (value, i) => value * (scale[i % classes] as number));
  if (dir !== undefined) {
    const bytes = Buffer.concat([ngrams.hashes, ngrams.idf, scale, packed].map(bytesOf));
    const sidecar: z.infer<typeof Sidecar> = {
      format: 1,
      key,
      labels: [...labels],
      blockSize: head.blockSize,
      blockCount: head.blockCount,
      grams: ngrams.dimension,
      head: sha256(bytes),
    };
    await replaceFileWith(join(dir, "head.bin"), bytes);
    await replaceFileWith(join(dir, "head.json"), `${JSON.stringify(sidecar, null, 2)}\n`);
  }
  return { ...learned, head: { ...head, weights: rounded } };
}

function bytesOf(array: Uint32Array | Float32Array | Int16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
