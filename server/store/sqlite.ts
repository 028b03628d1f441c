import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { Kysely, SqliteDialect, type SqliteStatement } from "kysely";
import type { Database } from "./database.js";
import { StoreUnavailable, translateSqliteError } from "./errors.js";
import { migrate } from "./migrations.js";
import type { Tables } from "./tables.js";

export interface SqliteOptions {
  readonly file: string;
  /** The file never grows beyond this; what would not fit is refused as on a full disk. */
  readonly maxBytes?: number | undefined;
  /** Goes without the lock that keeps a second server out. */
  readonly beside?: boolean | undefined;
}

const PAGE_BYTES = 4096;
const BUSY_TIMEOUT_MS = 2_000;
/** How long readers of an old state are waited for. */
const SCRUB_MS = 5_000;
/** Checked whole at opening up to this size (well under a second); larger ones page by page as they are read. */
const QUICK_CHECK_BYTES = 64 * 1024 * 1024;

/** Opens or creates the file; one connection writes, one reads, both in this process. */
export async function openSqlite({ file, maxBytes, beside = false }: SqliteOptions): Promise<Database> {
  const translate = (error: unknown): unknown => translateSqliteError(error, file);
  let lock: Sqlite.Database | undefined;
  let writing: Sqlite.Database | undefined;
  let reading: Sqlite.Database | undefined;
  const closeAll = (): void => {
    for (const connection of [reading, writing, lock]) connection?.close();
  };
  try {
    createPrivately(file);
    lock = beside ? undefined : holdLock(file);
    writing = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS });
    prepareWriting(writing, file, maxBytes);
    const writer = kyselyOver(writing);
    await migrate(writer, file);
    reading = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS, readonly: true, fileMustExist: true });
    const reader = kyselyOver(reading);
    const connection = writing;
    const { ino: place } = statSync(file);
    return {
      writer,
      reader,
      // Deferred, a transaction that reads first could find itself unable to write later.
      begin: "begin immediate",
      isOpen: () => connection.inTransaction,
      checkPlace: () => {
        // SQLite does not notice in WAL mode: it would go on writing into a file that nobody can open any more.
        if (statSync(file, { throwIfNoEntry: false })?.ino === place) return;
        throw new StoreUnavailable(
          "STORE_READ_ONLY",
          `${file}: the file was moved, deleted or replaced under the running server. Stop the server, put it back, start again.`,
        );
      },
      // A number in the file's head that SQLite leaves to its users, and that nothing here reads.
      probe: () => `pragma user_version = ${Date.now() % 2_000_000_000}`,
      translate,
      scrub: async () => {
        for (const until = performance.now() + SCRUB_MS; ; ) {
          const [{ busy }] = connection.pragma("wal_checkpoint(TRUNCATE)") as [{ busy: number }];
          if (busy === 0) return true;
          if (performance.now() > until) return false;
          // Somebody is reading what was there before: a moment later they have finished.
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      },
      close: async () => {
        await reader.destroy();
        await writer.destroy();
        closeAll();
      },
    };
  } catch (error) {
    closeAll();
    throw translate(error);
  }
}

/** SQLite gives its journal and shared memory the mode of the main file. */
function createPrivately(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (cause) {
    throw new StoreUnavailable(
      "STORE_IO",
      `${file}: cannot be created or opened. Check that the folder exists and may be written by this user.`,
      { cause },
    );
  }
}

/**
 * Two servers on one file would each run every conversation. A lock file of its own, locked by SQLite for as long as
 * the process lives, leaves the database open to backup and export; the operating system frees it however we die.
 */
export function holdLock(file: string): Sqlite.Database {
  const name = `${file}.lock`;
  closeSync(openSync(name, "a", 0o600));
  const lock = new Sqlite(name, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
    return lock;
  } catch (cause) {
    lock.close();
    throw new StoreUnavailable(
      "STORE_IN_USE",
      `${file}: another server is running on this database. Stop it first, or give this one its own file.`,
      { cause },
    );
  }
}

function prepareWriting(connection: Sqlite.Database, file: string, maxBytes: number | undefined): void {
  if (statSync(file).size === 0) connection.pragma(`page_size = ${PAGE_BYTES}`);
  connection.pragma("secure_delete = ON");
  connection.pragma("journal_mode = WAL");
  // better-sqlite3 is built so that WAL means NORMAL, which may lose acknowledged messages when power fails.
  connection.pragma("synchronous = FULL");
  connection.pragma("fullfsync = ON");
  connection.pragma("foreign_keys = ON");
  connection.pragma("journal_size_limit = 67108864");
  connection.pragma("cache_size = -8000");
  if (maxBytes !== undefined) connection.pragma(`max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`);
  const wanted = { journal_mode: "wal", synchronous: 2, secure_delete: 1, foreign_keys: 1 };
  for (const [name, value] of Object.entries(wanted)) {
    const found = connection.pragma(name, { simple: true });
    if (found !== value) {
      throw new StoreUnavailable(
        "STORE_WEAK",
        `${file}: the disk or the SQLite library does not grant ${name} = ${value} (it says ${String(found)}). ` +
          "Without it an acknowledged message could be lost. Use a local disk.",
      );
    }
  }
  if (statSync(file).size > QUICK_CHECK_BYTES) return;
  const verdict = connection.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok") {
    throw new StoreUnavailable(
      "STORE_DAMAGED",
      `${file}: this is not a sound Aftersale database (${String(verdict)}). Put back the last good backup.`,
    );
  }
}

/** Kysely prepares a statement for each query; kept ones save most of a small query's time. */
function kyselyOver(connection: Sqlite.Database): Kysely<Tables> {
  const prepared = new Map<string, SqliteStatement>();
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        prepare: (text) => {
          const kept = prepared.get(text);
          if (kept !== undefined) return kept;
          if (prepared.size >= 300) prepared.clear();
          const statement = connection.prepare(text) as unknown as SqliteStatement;
          prepared.set(text, statement);
          return statement;
        },
        close: () => connection.close(),
      },
    }),
  });
}
