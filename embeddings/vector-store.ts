import { join } from "node:path";
import { readIfThere, replaceFileWith, sha256 } from "./cache-files.js";
import type { Encoder } from "./encode.js";

const HASH_BYTES = 32;

/**
 * Vectors of texts that are encoded again at every start, by the hash of the text, so that changing one line of an
 * intent costs one encoding. File: one record a text (sha256 of the text, then the vector, little endian), and at the
 * end the sha256 of all records. The file's name holds the encoder's id: vectors of two encoders never meet. Without a
 * `cacheDir` nothing is kept.
 */
export async function embedAll(
  texts: readonly string[],
  encoder: Encoder,
  cacheDir: string | undefined,
  onProgress?: (done: number, total: number) => void,
): Promise<Float32Array[]> {
  const file = cacheDir === undefined ? undefined : vectorFile(encoder, cacheDir);
  const kept = file === undefined ? undefined : await readIfThere(file);
  const known = readRecords(kept, encoder.dimension);
  const vectors: Float32Array[] = [];
  const used = new Map<string, Float32Array>();
  let isNew = false;
  for (const [position, text] of texts.entries()) {
    const key = sha256(text);
    let vector = known.get(key);
    if (vector === undefined) {
      vector = await encoder.embed(text);
      known.set(key, vector);
      isNew = true;
    }
    vectors.push(vector);
    used.set(key, vector);
    onProgress?.(position + 1, texts.length);
  }
  if (isNew && file !== undefined) await replaceFileWith(file, toRecords(used, encoder.dimension)).catch(() => {});
  return vectors;
}

/** What is kept, by text; to be read only. */
export async function keptVectors(
  encoder: Encoder,
  cacheDir: string,
): Promise<(text: string) => Float32Array | undefined> {
  const records = readRecords(await readIfThere(vectorFile(encoder, cacheDir)), encoder.dimension);
  return (text) => records.get(sha256(text));
}

function vectorFile({ id }: Encoder, cacheDir: string): string {
  return join(cacheDir, `vectors-${sha256(id).slice(0, 16)}.bin`);
}

function readRecords(bytes: Buffer | undefined, dimension: number): Map<string, Float32Array> {
  const records = new Map<string, Float32Array>();
  const size = HASH_BYTES + dimension * 4;
  if (bytes === undefined || bytes.length < HASH_BYTES || (bytes.length - HASH_BYTES) % size !== 0) return records;
  const body = bytes.subarray(0, bytes.length - HASH_BYTES);
  if (sha256(body) !== bytes.subarray(body.length).toString("hex")) return records;
  for (let at = 0; at < body.length; at += size) {
    // A copy: a Float32Array over the file's own bytes would have to start at a multiple of four in memory.
    const vector = new Float32Array(dimension);
    Buffer.from(vector.buffer).set(body.subarray(at + HASH_BYTES, at + size));
    records.set(body.subarray(at, at + HASH_BYTES).toString("hex"), vector);
  }
  return records;
}

function toRecords(records: ReadonlyMap<string, Float32Array>, dimension: number): Buffer {
  const size = HASH_BYTES + dimension * 4;
  const bytes = Buffer.alloc(records.size * size + HASH_BYTES);
  let at = 0;
  for (const [key, vector] of records) {
    bytes.write(key, at, "hex");
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, dimension * 4), at + HASH_BYTES);
    at += size;
  }
  bytes.write(sha256(bytes.subarray(0, at)), at, "hex");
  return bytes;
}
