/**
 * A file that is of no use without its key: AES-256-GCM over the whole, with a key drawn from a passphrase by scrypt.
 *
 *     magic, 20 bytes · salt, 16 · nonce, 12 · sealed: length of the head, 4, head as JSON, contents · tag, 16
 *
 * Read into a draft first: what came out counts only once the tag at the end has been checked.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { createReadStream, createWriteStream, readSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { BackupError } from "./errors.js";

const MAGIC = Buffer.from("AFTERSALE-SEALED-01\n", "ascii");
const SALT = 16;
const NONCE = 12;
const TAG = 16;
const LONGEST_HEAD = 4_096;
/** About a tenth of a second and 64 MB for each guess. */
const SCRYPT = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1_048_576 };

/** Beside the database itself: the server's secret, without which no shopper could come back. */
const Head = z.strictObject({
  secret: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type Head = z.infer<typeof Head>;

/** @returns whether the file is one that `sealFile` wrote */
export async function isSealed(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    return (await start(handle, MAGIC.length)).equals(MAGIC);
  } finally {
    await handle.close();
  }
}

/** Writes `to`, readable by its owner only, and syncs it. @throws when `to` exists */
export async function sealFile(from: string, to: string, head: Head, passphrase: string): Promise<void> {
  const salt = randomBytes(SALT);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", keyOf(passphrase, salt), nonce, { authTagLength: TAG });
  cipher.setAAD(MAGIC);
  const headBytes = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(headBytes.length);
  const output = await open(to, "wx", 0o600);
  try {
    await output.write(Buffer.concat([MAGIC, salt, nonce, cipher.update(Buffer.concat([length, headBytes]))]));
    for await (const chunk of createReadStream(from)) await output.write(cipher.update(chunk as Buffer));
    await output.write(Buffer.concat([cipher.final(), cipher.getAuthTag()]));
    await output.sync();
  } finally {
    await output.close();
  }
}

/**
 * Writes the contents into `to` and returns the head, once the whole has been checked.
 *
 * @throws {BackupError} `BACKUP_KEY_WRONG`: another key, or a single byte was changed; `to` is then worth nothing
 */
export async function unsealFile(from: string, to: string, passphrase: string): Promise<Head> {
  const wrong = (cause: unknown) =>
    new BackupError(
      "BACKUP_KEY_WRONG",
      `${from}: AFTERSALE_BACKUP_KEY does not open it. It was made with another key, or the file was damaged.`,
      { cause },
    );
  const { size } = statSync(from);
  const begin = MAGIC.length + SALT + NONCE;
  if (size < begin + 4 + TAG) throw wrong("cut short");
  const handle = await open(from, "r");
  try {
    const first = await start(handle, begin);
    const salt = first.subarray(MAGIC.length, MAGIC.length + SALT);
    const decipher = createDecipheriv("aes-256-gcm", keyOf(passphrase, salt), first.subarray(MAGIC.length + SALT), {
      authTagLength: TAG,
    });
    decipher.setAAD(MAGIC);
    const tag = Buffer.alloc(TAG);
    readSync(handle.fd, tag, 0, TAG, size - TAG);
    decipher.setAuthTag(tag);
    const splitter = new HeadSplitter();
    const sealed = createReadStream(from, { start: begin, end: size - TAG - 1 });
    await pipeline(sealed, decipher, splitter, createWriteStream(to, { flags: "wx", mode: 0o600, flush: true }));
    return Head.parse(JSON.parse(splitter.head.toString("utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" || (error as NodeJS.ErrnoException).code === "ENOSPC")
      throw error;
    throw wrong(error);
  } finally {
    await handle.close();
  }
}

/** Keeps the head for itself and passes the rest on. */
class HeadSplitter extends Transform {
  head = Buffer.alloc(0);
  #held = Buffer.alloc(0);
  #isPast = false;

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.#isPast) return done(null, chunk);
    this.#held = Buffer.concat([this.#held, chunk]);
    if (this.#held.length < 4) return done();
    const length = this.#held.readUInt32BE(0);
    if (length > LONGEST_HEAD) return done(new Error("the head is too long"));
    if (this.#held.length < 4 + length) return done();
    this.head = this.#held.subarray(4, 4 + length);
    this.#isPast = true;
    done(null, this.#held.subarray(4 + length));
  }
}

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize("NFKC"), salt, 32, SCRYPT);
}

async function start(handle: FileHandle, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}
