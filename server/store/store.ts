import { isAbsolute, resolve } from "node:path";
import { sql } from "kysely";
import type { CommitWatcher, Database, StoreLog } from "./database.js";
import { StoreUnavailable } from "./errors.js";
import { GroupCommit, storeClosed } from "./group-commit.js";
import { scopeTx } from "./scoped-tx.js";
import { openSqlite } from "./sqlite.js";
import type { Tx } from "./tables.js";

export interface StoreOptions {
  /**
   * Where the data lies: a file (`data/aftersale.db` or `sqlite:data/aftersale.db`). Only whole durability is offered:
   * `?synchronous=` with anything but `FULL` is refused.
   */
  readonly url: string;
  readonly log?: StoreLog;
  /** Told after each commit, with the number of works that shared it. */
  readonly onCommit?: CommitWatcher;
  /**
   * For a short command of an administrator, perhaps beside a running server on the same data. SQLite: the lock that keeps a
   * second server out is not taken.
   */
  readonly beside?: boolean;
  /** SQLite only: the file never grows beyond this many bytes. Leaves room for others on a shared disk. */
  readonly maxBytes?: number;
}

export interface Store {
  /**
   * Runs `work` in a transaction of its own (a savepoint in a shared one) and resolves once it is **on disk**. When
   * `work` throws, all that it wrote is undone and only its caller hears of it.
   *
   * Inside `work` await nothing but queries on `tx`: everybody else's writes wait meanwhile. Never await another
   * `write` inside it: that one can only begin when this one has ended.
   *
   * @throws {StoreUnavailable} the database cannot take it now (full, read-only, damaged, closed)
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `work` over one consistent view of all that is committed. Writing is refused. One at a time: await nothing in
   * it but queries on `tx`, and never another `read`.
   */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Writes something that nobody reads, and resolves once it is on disk: whether the store can take anything now.
   *
   * @throws {StoreUnavailable}
   */
  check(): Promise<void>;
  /** Calls back after each commit in which something was announced. The returned function ends it. */
  listen(listener: (topics: ReadonlySet<string>) => void): () => void;
  /**
   * Refuses new work, finishes what was asked for before, closes the file. `drain: false` also forgets work that has
   * not begun (its callers hear `STORE_CLOSED`), as a crash would.
   */
  close(options?: { readonly drain?: boolean }): Promise<void>;
}

/**
 * Opens the store, creating and updating its tables as needed.
 *
 * @throws {StoreUnavailable} with a `code` and what to do: damaged, in use, newer than this program, too weak a disk
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = await openSqlite({
    file: fileOf(options.url),
    maxBytes: options.maxBytes,
    beside: options.beside,
  });
  const listeners = new Set<(topics: ReadonlySet<string>) => void>();
  const commits = new GroupCommit(
    database,
    options.onCommit,
    (topics) => {
      for (const listener of listeners) listener(topics);
    },
    options.log,
  );
  const reads = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  options.log?.({ level: "info", message: "store open, every commit synced to disk" });

  return {
    write: (work) => commits.write(work),
    read: (work) => {
      if (closing !== undefined) return Promise.reject(storeClosed());
      const reading = readConsistently(database, work);
      reads.add(reading);
      const forget = (): void => void reads.delete(reading);
      reading.then(forget, forget);
      return reading;
    },
    check: () => commits.write(async (tx) => void (await sql.raw(database.probe()).execute(tx))),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: ({ drain = true } = {}) => {
      closing ??= (async () => {
        await (drain ? commits.drain() : commits.abandon());
        await Promise.allSettled(reads);
        await database.close();
      })();
      return closing;
    },
  };
}

async function readConsistently<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const { reader, translate } = database;
  try {
    return await reader.getExecutor().provideConnection(async (connection) => {
      await connection.executeQuery(sql.raw("begin").compile(reader));
      const scoped = scopeTx(reader, connection, () => true);
      try {
        return await work(scoped.tx);
      } finally {
        scoped.end();
        await connection.executeQuery(sql.raw("commit").compile(reader));
      }
    });
  } catch (error) {
    throw translate(error);
  }
}

function fileOf(url: string): string {
  const refuse = (code: "STORE_ADDRESS" | "STORE_WEAK", message: string): never => {
    throw new StoreUnavailable(code, message);
  };
  if (/^[a-z]{2,}:\/\//i.test(url) && !url.startsWith("sqlite://")) {
    refuse("STORE_ADDRESS", "the database address must be a file path or sqlite:<file path>.");
  }
  const [path = "", query = ""] = url.replace(/^sqlite:(\/\/)?/, "").split("?", 2);
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== "synchronous") refuse("STORE_ADDRESS", `the database address has an unknown option "${name}".`);
    if (value.toUpperCase() !== "FULL") {
      refuse(
        "STORE_WEAK",
        `synchronous=${value} could lose messages that were acknowledged. Leave it out: FULL is the only setting.`,
      );
    }
  }
  if (path === "" || path.includes(":memory:")) {
    refuse("STORE_ADDRESS", "the database must be a file: what is only in memory cannot be acknowledged as stored.");
  }
  return isAbsolute(path) ? path : resolve(path);
}
