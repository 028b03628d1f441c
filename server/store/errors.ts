/** Why the store could not do what it was asked. `code` is stable and listed in `docs/errors.md`. */
export type StoreErrorCode =
  | "STORE_CLOSED"
  | "STORE_DAMAGED"
  | "STORE_DISK_FULL"
  | "STORE_READ_ONLY"
  | "STORE_BUSY"
  | "STORE_IO"
  | "STORE_IN_USE"
  | "STORE_WEAK"
  | "STORE_NEWER"
  | "STORE_ADDRESS"
  | "STORE_UNREACHABLE"
  | "STORE_LOGIN";

/**
 * The database cannot be used right now, or not with these settings. Nothing of the failed work was kept. Waiting may
 * help with `STORE_DISK_FULL`, `STORE_BUSY`, `STORE_UNREACHABLE` and `STORE_IO`; the other codes need a person.
 */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A turn was saved on top of another one than it was computed from. Load the conversation again and redo the turn. */
export class ConversationMoved extends Error {
  override readonly name = "ConversationMoved";
  readonly code = "STORE_CONVERSATION_MOVED";
  constructor(
    readonly conversation: string,
    readonly expectedTurn: number,
  ) {
    super(
      `conversation ${conversation}: turn ${expectedTurn} is no longer the last one. ` +
        "Another worker has saved a turn meanwhile: load the conversation again and decide anew.",
    );
  }
}

/** The conversation does not exist (any more). */
export class NoSuchConversation extends Error {
  override readonly name = "NoSuchConversation";
  readonly code = "STORE_NO_CONVERSATION";
  constructor(readonly conversation: string) {
    super(`there is no conversation ${conversation}. Create it with createConversation first.`);
  }
}

/** What was claimed for this work is another node's by now; nothing of the transaction was kept. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
  readonly code = "STORE_CLAIM_LOST";
  constructor(readonly subject: string) {
    super(
      `${subject}: another node has taken it over, since this one was not heard of for too long. ` +
        "Begin anew: whatever the other one has done stands in the store.",
    );
  }
}

/** What better-sqlite3 threw, as an error of ours where the database itself is the trouble; anything else unchanged. */
export function translateSqliteError(error: unknown, file: string): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return error;
  const say = (ours: StoreErrorCode, text: string): StoreUnavailable =>
    new StoreUnavailable(ours, `${file}: ${text}`, { cause: error });
  if (code === "SQLITE_FULL")
    return say("STORE_DISK_FULL", "there is no room left. Free disk space; nothing stored before is lost.");
  if (code.startsWith("SQLITE_READONLY"))
    return say("STORE_READ_ONLY", "the database cannot be written. Was it moved, deleted or mounted read-only?");
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB")
    return say("STORE_DAMAGED", "this is not a sound Aftersale database. Put back the last good backup.");
  if (code.startsWith("SQLITE_BUSY") || code === "SQLITE_LOCKED")
    return say("STORE_BUSY", "another program holds the database. Close it, or wait until it has finished.");
  if (code.startsWith("SQLITE_IOERR") || code === "SQLITE_CANTOPEN" || code === "SQLITE_PERM")
    return say("STORE_IO", `the disk refused (${code}). Check the disk and the rights of the folder.`);
  return error;
}
