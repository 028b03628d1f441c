import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ModelFileDamagedError, ModelFileMissingError } from "./errors.js";

/** The encoder that the product ships with. */
export const DEFAULT_MODEL_DIR = fileURLToPath(new URL("./model/minilm-l6-aftersale", import.meta.url));

const Checksums = z.record(z.string(), z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)));

export interface ModelFiles {
  /** Name of the model's folder. */
  readonly name: string;
  /** First 12 hexadecimal digits of the sha256 over all files' checksums: changes when any file changes. */
  readonly checksum: string;
}

/**
 * Reads every file of a model folder against `checksums.json` beside that folder.
 *
 * @throws {ModelFileMissingError} a file, or the list of checksums, is not there
 * @throws {ModelFileDamagedError} a file is not the one that the list names
 */
export async function checkModelFiles(modelDir: string): Promise<ModelFiles> {
  const name = basename(modelDir);
  const listFile = join(dirname(modelDir), "checksums.json");
  const expected = (await readChecksums(listFile))[name];
  if (expected === undefined) {
    throw new ModelFileDamagedError(listFile, "no entry", `an entry "${name}" with the sha256 of each file`);
  }
  const whole = createHash("sha256");
  for (const [file, sha256] of Object.entries(expected).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = await sha256Of(join(modelDir, file));
    if (found !== sha256) {
      throw new ModelFileDamagedError(join(modelDir, file), `sha256 ${short(found)}`, `sha256 ${short(sha256)}`);
    }
    whole.update(`${file} ${found}\n`);
  }
  return { name, checksum: whole.digest("hex").slice(0, 12) };
}

const Tokenizer = z.object({ model: z.object({ vocab: z.record(z.string(), z.number()) }) });

/** The whole words, of letters, that the model's tokeniser knows. */
export async function readWords(modelDir: string): Promise<ReadonlySet<string>> {
  const file = join(modelDir, "tokenizer.json");
  const { vocab } = Tokenizer.parse(JSON.parse(await readFile(file, "utf8"))).model;
  return new Set(Object.keys(vocab).filter((word) => /^[a-z]{2,}$/.test(word)));
}

async function readChecksums(file: string): Promise<z.infer<typeof Checksums>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new ModelFileMissingError(file);
  }
  try {
    return Checksums.parse(JSON.parse(text));
  } catch {
    throw new ModelFileDamagedError(file, "something else", "JSON: model name, then file name and its sha256");
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch {
    throw new ModelFileMissingError(file);
  }
  return hash.digest("hex");
}

function short(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}
