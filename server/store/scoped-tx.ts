import {
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  type KyselyProps,
  SqliteDialect,
  type SqliteDialectConfig,
} from "kysely";
import type { Tables, Tx } from "./tables.js";

/** What a piece of work may use until it has settled; afterwards every query is refused. */
export interface ScopedTx {
  readonly tx: Tx;
  /** What the work announced. */
  readonly topics: ReadonlySet<string>;
  /** The conversations in which it changed what shoppers see. */
  readonly changed: ReadonlySet<string>;
  end(): void;
}

const announced = new WeakMap<Tx, Set<string>>();
const changes = new WeakMap<Tx, Set<string>>();

/**
 * Has everybody who listens to the store told of `topic` once this transaction is on disk, and nobody if it never is.
 * A hint that there is work, not the work: after a crash nobody is told, so whoever listens also looks at start-up.
 */
export function announce(tx: Tx, topic: string): void {
  announced.get(tx)?.add(topic);
}

/** Has other nodes told, once this is on disk, that there is something new in a conversation. */
export function noteChange(tx: Tx, conversation: string): void {
  changes.get(tx)?.add(conversation);
}

/**
 * A `Tx` over one open transaction. A query that comes after the work has settled would run inside a stranger's
 * transaction, or in none: it is refused instead. So is one after the database has itself rolled back (a full disk).
 */
export function scopeTx(db: Kysely<Tables>, connection: DatabaseConnection, isOpen: () => boolean): ScopedTx {
  let ended = false;
  const guarded: DatabaseConnection = {
    executeQuery: async (query) => {
      if (ended) throw new Error("this transaction has ended: await every query before the work returns.");
      if (!isOpen()) throw new Error("the database has rolled this transaction back: nothing more can be done in it.");
      return connection.executeQuery(query);
    },
    streamQuery: () => {
      throw new Error("streaming is not possible inside a transaction of the store: read in pages.");
    },
  };
  const executor = db.getExecutor().withConnectionProvider({ provideConnection: (consumer) => consumer(guarded) });
  const tx: Tx = new Kysely<Tables>({ ...nestingRefused, executor });
  const topics = new Set<string>();
  announced.set(tx, topics);
  const changed = new Set<string>();
  changes.set(tx, changed);
  return {
    tx,
    topics,
    changed,
    end: () => {
      ended = true;
    },
  };
}

/** `tx.transaction()` would begin a second transaction inside the first. */
class NoNesting extends DummyDriver {
  override async beginTransaction(): Promise<void> {
    throw new Error("this is a transaction already: call the functions with this same tx.");
  }
}

const noConfig: SqliteDialectConfig = {
  database: async () => {
    throw new Error("a scoped transaction opens no database of its own.");
  },
};
const nestingRefused: Omit<KyselyProps, "executor"> = {
  config: { dialect: new SqliteDialect(noConfig) },
  driver: new NoNesting(),
  dialect: new SqliteDialect(noConfig),
};
