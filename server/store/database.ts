import type { Kysely } from "kysely";
import type { Tables } from "./tables.js";

/** One opened database engine: what `store.ts` needs to know of SQLite or Postgres. */
export interface Database {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  /** The statement that begins a writing transaction. */
  readonly begin: string;
  /** False when the engine has rolled the writer's transaction back by itself. */
  readonly isOpen: () => boolean;
  /** Throws when what is committed now would not be found again. Called before each commit. */
  readonly checkPlace: () => void;
  /**
   * A statement that leaves something to be synced to disk and changes nothing that counts; run in a transaction of its
   * own by `Store.check`.
   */
  readonly probe: () => string;
  /** Turns the engine's own errors into the store's. */
  readonly translate: (error: unknown) => unknown;
  /** See `Store.scrub`. */
  readonly scrub?: () => Promise<boolean>;
  close(): Promise<void>;
}

/** Told after each commit; for measuring. */
export type CommitWatcher = (commit: { readonly works: number }) => void;

export type StoreLog = (event: { readonly level: "info" | "warn"; readonly message: string }) => void;
