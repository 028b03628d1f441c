import type { CommitWatcher, StoreLog } from "./database.js";
import { openSqliteStore } from "./sqlite-store.js";
import type { Tx } from "./tables.js";

export interface StoreOptions {
  /**
   * Where the data lies: a file (`data/aftersale.db` or `sqlite:data/aftersale.db`), for one server; or
   * `postgres://user:password@host:5432/database`, for as many as there are. Only whole durability is offered:
   * `?synchronous=` with anything but `FULL` is refused, and so is a Postgres with `synchronous_commit` or `fsync` off.
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
  /** Postgres only: how soon a node that is not heard of is taken for dead, in milliseconds. Default: 3,000; 800. */
  readonly claims?: { readonly leaseMs?: number; readonly beatMs?: number };
}

export interface WriteOptions {
  /**
   * The work concerns one conversation alone: it reads and writes nothing but what belongs to that one, and first of all
   * changes the conversation itself (`saveConversation`, `appendEntries`, `appendShopperEntry`). Such works are carried
   * out in the order in which they were asked for, where others may overtake each other; on Postgres they wait for that
   * one row instead of being compared with everything that others do, which is many times faster. On SQLite all works
   * keep their order, and this changes nothing.
   */
  readonly conversation?: string;
}

export interface Store {
  /**
   * Runs `work` in a transaction of its own (a savepoint in a shared one) and resolves once it is **on disk**. When
   * `work` throws, all that it wrote is undone and only its caller hears of it.
   *
   * Inside `work` await nothing but queries on `tx`: everybody else's writes wait meanwhile. Never await another
   * `write` inside it: that one can only begin when this one has ended. What two works do is as if one had come after
   * the other. On Postgres `work` may be run several times for that, so let it change nothing outside of `tx`.
   *
   * @throws {StoreUnavailable} the database cannot take it now (full, read-only, damaged, closed)
   */
  write<T>(work: (tx: Tx) => Promise<T>, options?: WriteOptions): Promise<T>;
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
  /** Whether other servers may be at work on the same database. */
  readonly isShared: boolean;
  /**
   * Runs `work` while no other server holds `subject` (`conversation:…`, `effect:…`, `mail:…`), waiting until it is free.
   * A server that dies loses what it holds after a few seconds; one that was only slow then gets `ClaimLost` from every
   * `write` inside `work`, and nothing of it is kept. Within one server, a second `hold` waits on Postgres, and is
   * the caller's business on SQLite, where nobody is kept out.
   */
  hold<T>(subject: string, work: () => Promise<T>): Promise<T>;
  /** The same, without waiting. @returns undefined when it is held, and nothing was done */
  holdIfFree<T>(subject: string, work: () => Promise<T>): Promise<{ readonly value: T } | undefined>;
  /**
   * Throws `ClaimLost` when this server has stood still for so long that others may have taken over what the running code
   * holds. Answers at once, for right before a call that must not go out twice: no look into the database may come
   * between the decision and the call. Absent where nobody can take over.
   */
  readonly requireHold?: () => void;
  /** Conversations in which something waits for its turn, and that no living server holds. None on SQLite. */
  stranded(): Promise<readonly string[]>;
  /**
   * Calls back when other servers have changed conversations; `"all"` when the word of some change may have been missed.
   * A hint, as with `listen`.
   */
  onElsewhere(listener: (conversations: ReadonlySet<string> | "all") => void): () => void;
  /** Calls back after each commit in which something was announced, here or on another server. The returned function ends it. */
  listen(listener: (topics: ReadonlySet<string>) => void): () => void;
  /**
   * Leaves nothing of what was deleted or overwritten in the files: SQLite's journal still holds it after the commit. To
   * be called while nothing is being written. Absent where the files are not ours (Postgres: see docs/security.md).
   *
   * @returns false when a reader of the old state stood in the way for 5 seconds
   */
  readonly scrub?: () => Promise<boolean>;
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
  if (!/^postgres(ql)?:/i.test(options.url)) return openSqliteStore(options);
  // Who runs one server with a file never loads the driver.
  const { openPostgresStore } = await import("./postgres/open.js");
  return openPostgresStore(options);
}
