import { ConversationMoved, NoSuchConversation, type StoreErrorCode, StoreUnavailable } from "../errors.js";

/** Another transaction was faster: the whole work can be done anew, and then sees what that one has written. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01";
}

/** The database server is not there, or the way to it is broken. Before a commit was sent, nothing has happened. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  if (/^(08...|57P0[123]|E[A-Z]{3,})$/.test(code)) return true;
  // What pg says by itself has no code.
  return (
    error instanceof Error &&
    /^(Connection terminated|Client (has|was)|timeout e|Query read timeout)/.test(error.message)
  );
}

export const QUERY_TIMED_OUT = "Query read timeout";

const SAID: readonly (readonly [RegExp, StoreErrorCode, string])[] = [
  [/^(40001|40P01|55P03|57014|25P03)$/, "STORE_BUSY", "too much at once wanted the same rows. Trying again helps; if it goes on, look for a program that holds locks (pg_locks)."],
  [/^(53300|53200)$/, "STORE_BUSY", "the server has no connection or memory left. Raise max_connections, or run fewer nodes (docs/scaling.md)."],
  [/^53100$/, "STORE_DISK_FULL", "there is no room left on the server. Free disk space; nothing stored before is lost."],
  [/^25006$/, "STORE_READ_ONLY", "the database takes no writes. Is it a standby, or set to default_transaction_read_only? Name the primary."],
  [/^(XX001|XX002)$/, "STORE_DAMAGED", "the server reports damaged data. Put back the last good backup."],
  [/^(58030|58P01)$/, "STORE_IO", "the server's disk refused. Check the disk of the database server."],
  [/^(28...|3D000|42501)$/, "STORE_LOGIN", "the server refuses this user, password or database. Check DATABASE_URL, and that the user may create tables."],
]; // biome-ignore format: one code a line

/** What pg threw, as an error of ours where the database itself is the trouble. */
export function translatePostgresError(error: unknown, place: string): unknown {
  if (error instanceof StoreUnavailable || error instanceof ConversationMoved || error instanceof NoSuchConversation)
    return error;
  const code = codeOf(error);
  const cause = bare(error);
  for (const [codes, ours, text] of SAID) {
    if (code !== undefined && codes.test(code)) return new StoreUnavailable(ours, `${place}: ${text}`, { cause });
  }
  if (isConnectionLost(error)) {
    const text =
      "the database server cannot be reached, or the connection broke. Nothing is needed here once it is back.";
    return new StoreUnavailable("STORE_UNREACHABLE", `${place}: ${text}`, { cause });
  }
  // Its own fields may hold whole rows, or the connection with its password.
  return isPostgresError(error) ? cause : error;
}

function bare(error: unknown): Error {
  const { message, stack } = error instanceof Error ? error : new Error("unknown");
  const plain = Object.assign(new Error(message), { code: codeOf(error) });
  if (stack !== undefined) plain.stack = stack;
  return plain;
}

function isPostgresError(error: unknown): boolean {
  return error instanceof Error && typeof (error as { severity?: unknown }).severity === "string";
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
