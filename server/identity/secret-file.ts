import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { IdentityError } from "./errors.js";

/**
 * The server's secret, 32 random bytes, made at the first start and kept in `<folder>/secret.key` (mode 0600, hex). All
 * keys derive from it: without it no conversation can be resumed and no code checked, so it belongs into the backup,
 * but not beside the database's.
 *
 * @throws {IdentityError} `IDENTITY_SECRET_EXPOSED`: others on this machine can read it; `IDENTITY_SECRET_DAMAGED`
 */
export function loadOrCreateSecret(folder: string): Buffer {
  const file = join(folder, "secret.key");
  if (!existsSync(file)) create(folder, file);
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new IdentityError(
      "IDENTITY_SECRET_EXPOSED",
      `${file}: other users of this machine can read it (mode ${mode.toString(8)}). ` +
        `Run "chmod 600" on it; if the machine is shared, delete it instead, which ends all open conversations.`,
    );
  }
  const text = readFileSync(file, "utf8").trim();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new IdentityError(
      "IDENTITY_SECRET_DAMAGED",
      `${file}: expected 64 hexadecimal digits. Put back the backup, or delete it, which ends all open conversations.`,
    );
  }
  return Buffer.from(text, "hex");
}

/** Whole or not at all: a crash leaves no half-written secret, and of two servers starting at once one wins. */
function create(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, `${randomBytes(32).toString("hex")}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
