/** Whole copies of a SQLite database, made while a server runs, looked into, and put in its place when none does. */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { StoreUnavailable, translateSqliteError } from "./errors.js";
import { isKnownStep } from "./migrations.js";
import { holdLock } from "./sqlite.js";

/** What a database says of itself. */
export interface CopyFacts {
  readonly conversations: number;
  /** When anything was last said or done, milliseconds since 1970; absent in an empty one. */
  readonly lastAt?: number;
  readonly bytes: number;
}

/**
 * Copies the database as it stands at this moment into `to`, which only its owner may read. The server beside it goes on
 * writing. The copy is whole, checked and on disk when this returns.
 *
 * @throws {StoreUnavailable}
 */
export function copyDatabase(file: string, to: string): CopyFacts {
  // SQLite fills an empty file, and leaves its mode as it is.
  closeSync(openSync(to, "wx", 0o600));
  try {
    const from = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      // One consistent view, without what was deleted; the backup interface would begin anew at each write beside it.
      from.prepare("vacuum into ?").run(to);
    } finally {
      from.close();
    }
    const facts = inspectDatabase(to);
    sync(to);
    return facts;
  } catch (error) {
    rmSync(to, { force: true });
    throw translateSqliteError(error, file);
  }
}

/**
 * Reads a database from end to end without changing it.
 *
 * @throws {StoreUnavailable} `STORE_DAMAGED` or `STORE_NEWER`
 */
export function inspectDatabase(file: string): CopyFacts {
  const refuse = (code: "STORE_DAMAGED" | "STORE_NEWER", why: string): never => {
    throw new StoreUnavailable(code, `${file}: ${why}`);
  };
  try {
    const copy = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      const verdict = copy.pragma("integrity_check(1)", { simple: true });
      if (verdict !== "ok")
        refuse("STORE_DAMAGED", `this is not a sound database (${String(verdict).replace(/\s+/g, " ")}).`);
      const isTable = copy.prepare("select count(*) from sqlite_master where type = 'table' and name = ?").pluck();
      for (const table of ["kysely_migration", "conversation", "entry", "effect"])
        if (isTable.get(table) === 0) refuse("STORE_DAMAGED", `this is no database of Aftersale: it has no ${table}.`);
      const newer = (copy.prepare("select name from kysely_migration order by name").pluck().all() as string[]).find(
        (step) => !isKnownStep(step),
      );
      if (newer !== undefined)
        refuse("STORE_NEWER", `a newer version of Aftersale wrote it (${newer}). Install that version first.`);
      const { conversations, lastAt } = copy
        .prepare("select count(*) as conversations, max(updated_at) as lastAt from conversation")
        .get() as { conversations: number; lastAt: number | null };
      return { conversations, ...(lastAt !== null && { lastAt }), bytes: statSync(file).size };
    } finally {
      copy.close();
    }
  } catch (error) {
    throw translateSqliteError(error, file);
  }
}

/**
 * Puts `draft` (on the same disk, already inspected) in the database's place; the old one stands under `aside` then. A
 * crash at any point leaves one whole database under the name.
 *
 * @throws {StoreUnavailable} `STORE_IN_USE` while a server runs on it
 */
export async function replaceDatabase(file: string, draft: string, aside: string): Promise<void> {
  const lock = holdLock(file);
  try {
    if (existsSync(file)) {
      foldIn(file);
      for (const part of ["-wal", "-shm"]) if (existsSync(file + part)) renameSync(file + part, aside + part);
      linkSync(file, aside);
    }
    sync(draft);
    renameSync(draft, file);
    sync(dirname(file));
  } finally {
    lock.close();
  }
}

/** What stands in the log only goes into the main file: a log left behind would be read into the new database. */
function foldIn(file: string): void {
  try {
    const old = new Sqlite(file, { timeout: 2_000 });
    try {
      old.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      old.close();
    }
  } catch {
    // A damaged one is kept as it is, log and all.
  }
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
