/** The examples that a head was learned from, kept beside it: what an edit is compared with. */
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { readIfThere, replaceFileWith, sha256 } from "./cache-files.js";
import type { Example } from "./learned.js";

const Kept = z.array(z.tuple([z.string(), z.string()]));

/** In a cache the examples of several shops lie side by side, each under the folder that they came from. */
export function examplesFile(dir: string, intentsDir?: string): string {
  return join(
    dir,
    intentsDir === undefined ? "examples.json.gz" : `examples-${sha256(intentsDir).slice(0, 16)}.json.gz`,
  );
}

/** Keeps what is there already, if it is the same. */
export async function keepExamples(file: string, examples: readonly Example[]): Promise<void> {
  const bytes = gzipSync(JSON.stringify(examples.map(({ text, label }) => [text, label])), { level: 9 });
  if ((await readIfThere(file))?.equals(bytes)) return;
  await replaceFileWith(file, bytes);
}

/** Undefined where nothing is kept, or it cannot be read. */
export async function readExamples(file: string): Promise<Example[] | undefined> {
  const bytes = await readIfThere(file);
  if (bytes === undefined) return undefined;
  try {
    const kept = Kept.parse(JSON.parse(gunzipSync(bytes).toString("utf8")));
    return kept.map(([text, label]) => ({ text, label }));
  } catch {
    return undefined;
  }
}
