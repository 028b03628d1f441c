import { type DatabaseConnection, type Kysely, sql } from "kysely";
import type { CommitWatcher, StoreLog } from "../database.js";
import { storeClosed } from "../group-commit.js";
import { type ScopedTx, scopeTx } from "../scoped-tx.js";
import type { Tables, Tx } from "../tables.js";
import { isConflict, isConnectionLost } from "./errors.js";

export interface TransactionsOptions {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  readonly translate: (error: unknown) => unknown;
  /** Run first in each transaction that writes; throws when it must not be committed. */
  readonly guard: () => ((tx: Tx) => Promise<void>) | undefined;
  /** After each commit. */
  readonly committed: (scoped: ScopedTx) => void;
  readonly onCommit?: CommitWatcher | undefined;
  readonly log?: StoreLog | undefined;
}

const SERIALIZABLE = "begin isolation level serializable";
/** For works on one conversation, whose row each of them locks first: there is nobody to be compared with. */
const ROW_BY_ROW = "begin isolation level read committed";
const SNAPSHOT = "begin isolation level repeatable read, read only";
const MOST_TRIES = 40;
const SLOW_MS = 2_000;
const BROKEN_IN_A_ROW = 5;

/**
 * Each work in a transaction of its own, as if they came one after another: where two of them do not fit in any order, one
 * is undone and done anew. Transactions that commit at the same time share one sync, which Postgres sees to by itself.
 */
export class Transactions {
  readonly #underWay = new Set<Promise<unknown>>();
  /** Ends of the works that keep an order, by key. */
  readonly #ends = new Map<string, Promise<unknown>>();
  #closed = false;
  #abandoned = false;

  constructor(private readonly options: TransactionsOptions) {}

  write<T>(work: (tx: Tx) => Promise<T>, conversation?: string): Promise<T> {
    if (this.#closed) return Promise.reject(storeClosed());
    const guard = this.options.guard();
    if (conversation === undefined)
      return this.#during(Promise.resolve().then(() => this.#write(work, SERIALIZABLE, guard)));
    const before = this.#ends.get(conversation) ?? Promise.resolve();
    const result = before.then(() => this.#write(work, ROW_BY_ROW, guard));
    const end = result.catch(() => undefined);
    this.#ends.set(conversation, end);
    void end.then(() => {
      if (this.#ends.get(conversation) === end) this.#ends.delete(conversation);
    });
    return this.#during(result);
  }

  read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(storeClosed());
    return this.#during(
      this.#inTransaction(this.options.reader, SNAPSHOT, work).then(
        ({ value }) => value,
        (error: unknown) => {
          throw this.options.translate(error);
        },
      ),
    );
  }

  /** Refuses new work, and ends what was asked for before; without `drain` only what has begun. */
  async close(drain: boolean): Promise<void> {
    this.#closed = true;
    this.#abandoned ||= !drain;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #during<T>(result: Promise<T>): Promise<T> {
    this.#underWay.add(result);
    const over = (): void => void this.#underWay.delete(result);
    result.then(over, over);
    return result;
  }

  async #write<T>(
    work: (tx: Tx) => Promise<T>,
    begin: string,
    guard: ((tx: Tx) => Promise<void>) | undefined,
  ): Promise<T> {
    const { writer, log, committed, onCommit, translate } = this.options;
    const guarded = async (tx: Tx): Promise<T> => {
      await guard?.(tx);
      return work(tx);
    };
    const slow = setTimeout(() => {
      log?.({
        level: "warn",
        message: "a write has taken 2 seconds: does it await another write, or something outside the store?",
      });
    }, SLOW_MS).unref();
    try {
      for (let tries = 1; ; tries += 1) {
        if (this.#abandoned) throw storeClosed();
        try {
          const { value, scoped } = await this.#inTransaction(writer, begin, guarded);
          onCommit?.({ works: 1 });
          committed(scoped);
          return value;
        } catch (error) {
          if (!isConflict(error) || tries >= MOST_TRIES) throw translate(error);
          // The first ones at once: who has lost a race for one row has waited until the winner was done.
          if (tries > 3) await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(4 * tries, 100)));
        }
      }
    } finally {
      clearTimeout(slow);
    }
  }

  async #inTransaction<T>(
    db: Kysely<Tables>,
    begin: string,
    work: (tx: Tx) => Promise<T>,
  ): Promise<{ value: T; scoped: ScopedTx }> {
    for (let tries = 1; ; tries += 1) {
      let begun = false;
      try {
        return await db.getExecutor().provideConnection(async (connection) => {
          await run(connection, db, begin);
          begun = true;
          return this.#workIn(db, connection, work);
        });
      } catch (error) {
        // A connection that broke while it lay in the pool shows it only now, and nothing was done with it yet.
        if (begun || tries >= BROKEN_IN_A_ROW || !isConnectionLost(error)) throw error;
      }
    }
  }

  async #workIn<T>(
    db: Kysely<Tables>,
    connection: DatabaseConnection,
    work: (tx: Tx) => Promise<T>,
  ): Promise<{ value: T; scoped: ScopedTx }> {
    let failure: { readonly error: unknown } | undefined;
    const watched: DatabaseConnection = {
      executeQuery: (query) =>
        connection.executeQuery<never>(query).catch((error: unknown) => {
          failure ??= { error };
          throw error;
        }),
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    };
    const scoped = scopeTx(db, watched, () => failure === undefined);
    try {
      const value = await work(scoped.tx);
      scoped.end();
      // Postgres answers the commit of a failed transaction with a quiet rollback.
      if (failure !== undefined) throw failure.error;
      await run(connection, db, "commit");
      return { value, scoped };
    } catch (error) {
      scoped.end();
      await run(connection, db, "rollback").catch(() => {});
      const broken = failure?.error;
      throw broken !== undefined && (isConflict(broken) || isConnectionLost(broken)) ? broken : error;
    }
  }
}

async function run(connection: DatabaseConnection, db: Kysely<Tables>, statement: string): Promise<void> {
  await connection.executeQuery(sql.raw(statement).compile(db));
}
