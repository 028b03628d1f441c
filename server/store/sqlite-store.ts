import { isAbsolute, resolve } from "node:path";
import { sql } from "kysely";
import type { Database } from "./database.js";
import { StoreUnavailable } from "./errors.js";
import { GroupCommit, storeClosed } from "./group-commit.js";
import { scopeTx } from "./scoped-tx.js";
import { openSqlite } from "./sqlite.js";
import type { Store, StoreOptions } from "./store.js";
import type { Tx } from "./tables.js";

/** The store in a file, for one server: the file is locked, so that nobody else works on it. */
export async function openSqliteStore(options: StoreOptions): Promise<Store> {
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
    isShared: false,
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
    // Nobody else is there to keep out.
    hold: (_subject, work) => work(),
    holdIfFree: async (_subject, work) => ({ value: await work() }),
    stranded: async () => [],
    onElsewhere: () => () => {},
    ...(database.scrub !== undefined && { scrub: database.scrub }),
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
    refuse("STORE_ADDRESS", "the database address must be a file path, sqlite:<file path> or postgres://…");
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
