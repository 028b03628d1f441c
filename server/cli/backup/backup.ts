import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { backupKeyOf, databaseOf, dataDirOf } from "../../config.js";
import { PROJECT } from "../../shop-files.js";
import { copyDatabase } from "../../store/index.js";
import { NoDataError } from "../data.js";
import { BackupError } from "./errors.js";
import { sealFile } from "./sealed-file.js";

export interface BackupOptions {
  /** The folder of the database; the server's own by default. */
  readonly data?: string;
}

/**
 * Writes the database as it stands now into a new file, whether the server runs or not. With `AFTERSALE_BACKUP_KEY` the
 * file is sealed and holds the server's secret too; without, it is a plain SQLite database.
 *
 * @returns the exit code
 * @throws {BackupError | StoreUnavailable | NoDataError} nothing is left behind then
 */
export async function backup(file: string, { data }: BackupOptions, io = process): Promise<number> {
  refusePostgres();
  const folder = data ?? dataDirOf(PROJECT);
  const database = join(folder, "aftersale.db");
  if (!existsSync(database)) throw new NoDataError(folder);
  const to = resolve(file);
  if (existsSync(to))
    throw new BackupError("BACKUP_EXISTS", `${file}: it is there already, and a backup never overwrites one.`);
  const key = backupKeyOf();
  const mark = randomBytes(6).toString("hex");
  // The open copy stays beside the database, where it is as safe as the database itself.
  const copy = join(folder, `.backup-${mark}.db`);
  const draft = `${to}.${mark}.unfinished`;
  try {
    const { conversations, bytes } = copyDatabase(database, copy);
    const secret = await secretIn(folder);
    if (key === undefined) await copyFile(copy, draft);
    else await sealFile(copy, draft, secret === undefined ? {} : { secret }, key);
    await keep(draft, to);
    const mb = (bytes / 1_048_576).toFixed(1);
    io.stderr.write(`${file}: ${conversations} conversations, ${mb} MB${key === undefined ? "" : ", sealed"}.\n`);
    if (key === undefined) {
      io.stderr.write(
        "It is not sealed: whoever has it reads every conversation. Set AFTERSALE_BACKUP_KEY to seal it.\n" +
          `The server's secret is not in it: keep ${join(folder, "secret.key")} elsewhere, or shoppers cannot come back.\n`,
      );
    }
    return 0;
  } finally {
    await rm(copy, { force: true });
    await rm(draft, { force: true });
  }
}

export function refusePostgres(): void {
  if (databaseOf().databaseUrl?.startsWith("postgres") !== true) return;
  const how = "pg_dump --format=custom and pg_restore (docs/operations.md)";
  throw new BackupError("BACKUP_NOT_FOUND", `DATABASE_URL names a Postgres database: use ${how}.`);
}

async function secretIn(folder: string): Promise<string | undefined> {
  return readFile(join(folder, "secret.key"), "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** Under its name only when it is whole and on disk. */
async function keep(draft: string, to: string): Promise<void> {
  const file = await open(draft, "r+");
  await file.chmod(0o600);
  await file.sync();
  await file.close();
  await rename(draft, to);
  const folder = await open(dirname(to), "r");
  await folder.sync();
  await folder.close();
}
