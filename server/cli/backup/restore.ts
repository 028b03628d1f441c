import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { backupKeyOf, dataDirOf } from "../../config.js";
import { PROJECT } from "../../shop-files.js";
import { inspectDatabase, replaceDatabase } from "../../store/index.js";
import { type BackupOptions, refusePostgres } from "./backup.js";
import { BackupError } from "./errors.js";
import { isSealed, unsealFile } from "./sealed-file.js";

const HOUR_MS = 3_600_000;

/**
 * Puts a backup in the database's place while no server runs. The database that was there is kept beside it.
 *
 * @returns the exit code
 * @throws {BackupError | StoreUnavailable} nothing was changed then
 */
export async function restore(file: string, { data }: BackupOptions, io = process): Promise<number> {
  refusePostgres();
  const from = resolve(file);
  if (!existsSync(from)) throw new BackupError("BACKUP_NOT_FOUND", `${file}: there is no such file.`);
  const folder = data ?? dataDirOf(PROJECT);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const database = join(folder, "aftersale.db");
  const draft = join(folder, `.restore-${randomBytes(6).toString("hex")}.db`);
  try {
    const secret = await openBackup(file, from, draft);
    const { conversations, lastAt } = inspectDatabase(draft);
    const now = new Date();
    const mark = `before-restore-${now.toISOString().replace(/[:.]/g, "-")}`;
    const wasThere = existsSync(database);
    await replaceDatabase(database, draft, `${database}.${mark}`);
    const changed = await putSecret(folder, secret, mark);
    const say = (line: string): void => void io.stderr.write(`${line}\n`);
    say(`Restored ${conversations} conversations; the last thing in them is of ${when(lastAt)}.`);
    if (wasThere) say(`The database that was there is kept: ${database}.${mark}`);
    if (changed) say(`The server's secret is the backup's now; the one that was there is kept: secret.key.${mark}`);
    if (lastAt === undefined || now.getTime() - lastAt > HOUR_MS)
      say("What was done after that is not in its journal: look through the vendors' books before the server starts.");
    return 0;
  } finally {
    for (const part of ["", "-wal", "-shm", "-journal"]) await rm(draft + part, { force: true });
  }
}

/** @returns the secret that came with it, if any */
async function openBackup(name: string, from: string, draft: string): Promise<string | undefined> {
  if (!(await isSealed(from))) {
    await copyFile(from, draft);
    return undefined;
  }
  const key = backupKeyOf();
  if (key === undefined) {
    throw new BackupError("BACKUP_KEY_MISSING", `${name}: it is sealed. Set AFTERSALE_BACKUP_KEY to its key.`);
  }
  return (await unsealFile(from, draft, key)).secret;
}

/** @returns whether another secret stood there before */
async function putSecret(folder: string, secret: string | undefined, mark: string): Promise<boolean> {
  if (secret === undefined) return false;
  const file = join(folder, "secret.key");
  const standing = await readFile(file, "utf8").catch(() => undefined);
  if (standing?.trim() === secret) return false;
  if (standing !== undefined) await rename(file, `${file}.${mark}`);
  await writeFile(file, `${secret}\n`, { mode: 0o600, flush: true });
  return standing !== undefined;
}

function when(at: number | undefined): string {
  return at === undefined ? "nobody: it is empty" : new Date(at).toISOString();
}
