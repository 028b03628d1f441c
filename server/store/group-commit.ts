import { type DatabaseConnection, type Kysely, sql } from "kysely";
import type { CommitWatcher, Database, StoreLog } from "./database.js";
import { StoreUnavailable } from "./errors.js";
import { type ScopedTx, scopeTx } from "./scoped-tx.js";
import type { Tables, Tx } from "./tables.js";

type Work = (tx: Tx) => Promise<unknown>;

interface Done {
  readonly asked: Asked;
  readonly value: unknown;
  readonly topics: ReadonlySet<string>;
}

interface Asked {
  readonly work: Work;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds how long the first of a crowd waits for the commit it shares with the last. */
const MOST_WORKS_PER_COMMIT = 500;
/** Works wait for nothing but the database, so nothing else of the process runs meanwhile: not for longer than this … */
const MOST_MS_PER_COMMIT = 25;
/** … but enough of them share a sync, however slow the machine. */
const LEAST_WORKS_PER_COMMIT = 32;
const SLOW_MS = 2_000;

/**
 * One writer for the whole process. All work asked for in one turn of the event loop, or while a commit is running,
 * shares one transaction and one `fsync`: at 500 messages a second a commit each means seconds of delay, a shared one
 * a few milliseconds. Each work has its own savepoint, so that one that fails takes nothing else with it.
 */
export class GroupCommit {
  #waiting: Asked[] = [];
  #scheduled = false;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(
    private readonly database: Database,
    private readonly watch: CommitWatcher | undefined,
    private readonly tell: (topics: ReadonlySet<string>) => void,
    private readonly log: StoreLog | undefined,
  ) {}

  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(storeClosed());
      this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Refuses new work, commits what was asked for before. */
  async drain(): Promise<void> {
    this.#closed = true;
    while (this.#running !== undefined || this.#waiting.length > 0) await (this.#running ?? this.#run());
  }

  /** Refuses new work and forgets what was not begun, as a crash would. */
  async abandon(): Promise<void> {
    this.#closed = true;
    for (const asked of this.#waiting.splice(0)) asked.reject(storeClosed());
    await this.#running;
  }

  #schedule(): void {
    if (this.#scheduled || this.#running !== undefined) return;
    this.#scheduled = true;
    // After the poll phase: every message that arrived in this turn of the loop has asked by then.
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  #run(): Promise<void> {
    if (this.#running !== undefined || this.#waiting.length === 0) return this.#running ?? Promise.resolve();
    const batch = this.#waiting.splice(0, MOST_WORKS_PER_COMMIT);
    const slow = setTimeout(() => {
      const message =
        "a write has been holding up all others for 2 seconds: does it await another write, or something outside the store?";
      this.log?.({ level: "warn", message });
    }, SLOW_MS).unref();
    this.#running = this.#commitTogether(batch).finally(() => {
      clearTimeout(slow);
      this.#running = undefined;
      if (this.#waiting.length > 0) this.#schedule();
    });
    return this.#running;
  }

  async #commitTogether(batch: readonly Asked[]): Promise<void> {
    const { writer, translate } = this.database;
    const done: Done[] = [];
    let begun = 0;
    try {
      await writer.getExecutor().provideConnection(async (connection) => {
        await run(connection, writer, this.database.begin);
        const until = performance.now() + MOST_MS_PER_COMMIT;
        try {
          for (const asked of batch) {
            if (begun >= LEAST_WORKS_PER_COMMIT && performance.now() > until) break;
            begun += 1;
            await this.#inSavepoint(connection, asked, done);
          }
          this.database.checkPlace();
          await run(connection, writer, "commit");
        } catch (error) {
          if (this.database.isOpen()) await run(connection, writer, "rollback");
          throw error;
        }
      });
    } catch (error) {
      // Nothing of this transaction is on disk. Work not begun yet has another chance; the rest hears why.
      const why = translate(error);
      for (const { asked } of done) asked.reject(why);
      if (begun === 0) for (const asked of batch) asked.reject(why);
      else this.#waiting.unshift(...batch.slice(begun));
      return;
    }
    // First in the next one.
    if (begun < batch.length) this.#waiting.unshift(...batch.slice(begun));
    this.watch?.({ works: begun });
    for (const { asked, value } of done) asked.resolve(value);
    const topics = new Set(done.flatMap((one) => [...one.topics]));
    if (topics.size > 0) this.tell(topics);
  }

  /** Throws only when the whole transaction is lost; a failed work is told so here, once it is rolled back. */
  async #inSavepoint(connection: DatabaseConnection, asked: Asked, done: Done[]): Promise<void> {
    const { writer, translate } = this.database;
    let scoped: ScopedTx | undefined;
    try {
      await run(connection, writer, "savepoint work");
      scoped = scopeTx(writer, connection, this.database.isOpen);
      const value = await asked.work(scoped.tx);
      scoped.end();
      await run(connection, writer, "release savepoint work");
      done.push({ asked, value, topics: scoped.topics });
    } catch (error) {
      scoped?.end();
      try {
        if (!this.database.isOpen()) throw error;
        await run(connection, writer, "rollback to savepoint work");
        await run(connection, writer, "release savepoint work");
      } catch (lost) {
        asked.reject(translate(error));
        throw lost;
      }
      asked.reject(translate(error));
    }
  }
}

export function storeClosed(): StoreUnavailable {
  return new StoreUnavailable("STORE_CLOSED", "the store is closed: the server is stopping or has stopped.");
}

async function run(connection: DatabaseConnection, db: Kysely<Tables>, statement: string): Promise<void> {
  await connection.executeQuery(sql.raw(statement).compile(db));
}
