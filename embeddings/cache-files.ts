import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Where indexes and trained heads are kept between starts. Can be deleted at any time: they are made again. */
export const DEFAULT_CACHE_DIR = fileURLToPath(new URL("../.aftersale/understanding", import.meta.url));

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The file's bytes, or undefined when it cannot be read. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined);
}

/** Parsed JSON, or undefined when the file is not there or not JSON. */
export async function readJsonIfThere(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Nobody ever sees half a file: `write` fills a temporary one, which then takes the place of `file`. */
export async function replaceFile(file: string, write: (temporary: string) => Promise<unknown>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function replaceFileWith(file: string, content: string | Uint8Array): Promise<void> {
  await replaceFile(file, (temporary) => writeFile(temporary, content));
}
