import type { ConversationState } from "../protocol/index.js";
import { ConversationMoved, NoSuchConversation } from "./errors.js";
import { noteChange } from "./scoped-tx.js";
import type { Row, Tx } from "./tables.js";

/** Times are milliseconds since 1970, UTC. */
export interface Conversation {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly locale: string;
  readonly state: ConversationState;
  /** The highest entry number; 0 for none. */
  readonly lastSeq: number;
  /** Identity level, in the words of `server/identity`. */
  readonly level: string;
  readonly customer?: { readonly email: string; readonly name?: string };
  /** The dialogue's own state as JSON text; not looked into here. */
  readonly dialogue?: string;
  /** Number of the last committed turn; 0 before the first. */
  readonly turn: number;
}

export interface NewConversation {
  readonly id: string;
  readonly at: number;
  readonly locale: string;
  readonly level?: string;
  readonly customer?: { readonly email: string; readonly name?: string };
  readonly dialogue?: string;
}

/** What a turn changes; left out stays as it is, `null` empties. */
export interface ConversationChange {
  readonly at: number;
  readonly state?: ConversationState;
  readonly locale?: string;
  readonly level?: string;
  readonly customer?: { readonly email: string; readonly name?: string } | null;
  readonly dialogue?: string | null;
  /** The number of the turn that is being committed. */
  readonly turn?: number;
}

export async function createConversation(tx: Tx, fresh: NewConversation): Promise<Conversation> {
  const row = await tx
    .insertInto("conversation")
    .values({
      id: fresh.id,
      created_at: fresh.at,
      updated_at: fresh.at,
      locale: fresh.locale,
      state: "open",
      last_seq: 0,
      level: fresh.level ?? "anonymous",
      customer_email: fresh.customer?.email ?? null,
      customer_name: fresh.customer?.name ?? null,
      dialogue: fresh.dialogue ?? null,
      turn: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return conversationOf(row);
}

export async function findConversation(tx: Tx, id: string): Promise<Conversation | undefined> {
  const row = await tx.selectFrom("conversation").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : conversationOf(row);
}

/** Where conversations stand, for those who look whether they have missed something. Unknown ones are left out. */
export async function newestOf(
  tx: Tx,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly lastSeq: number; readonly state: ConversationState }[]> {
  if (ids.length === 0) return [];
  const rows = await tx.selectFrom("conversation").select(["id", "last_seq", "state"]).where("id", "in", ids).execute();
  return rows.map(({ id, last_seq, state }) => ({ id, lastSeq: last_seq, state: state as ConversationState }));
}

/**
 * Saves what a turn changed, if `expectedTurn` is still the last committed one.
 *
 * @throws {ConversationMoved} it is not: two workers have run the same conversation; the whole work is to be undone
 * @throws {NoSuchConversation}
 */
export async function saveConversation(
  tx: Tx,
  id: string,
  expectedTurn: number,
  change: ConversationChange,
): Promise<Conversation> {
  const { customer } = change;
  const row = await tx
    .updateTable("conversation")
    .set({
      updated_at: change.at,
      ...(change.state !== undefined && { state: change.state }),
      ...(change.locale !== undefined && { locale: change.locale }),
      ...(change.level !== undefined && { level: change.level }),
      ...(customer !== undefined && {
        customer_email: customer?.email ?? null,
        customer_name: customer?.name ?? null,
      }),
      ...(change.dialogue !== undefined && { dialogue: change.dialogue }),
      ...(change.turn !== undefined && { turn: change.turn }),
    })
    .where("id", "=", id)
    .where("turn", "=", expectedTurn)
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) {
    if (change.state !== undefined) noteChange(tx, id);
    return conversationOf(row);
  }
  if ((await findConversation(tx, id)) === undefined) throw new NoSuchConversation(id);
  throw new ConversationMoved(id, expectedTurn);
}

function conversationOf(row: Row<"conversation">): Conversation {
  return {
    id: row.id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    locale: row.locale,
    state: row.state as ConversationState,
    lastSeq: row.last_seq,
    level: row.level,
    ...(row.customer_email !== null && {
      customer: { email: row.customer_email, ...(row.customer_name !== null && { name: row.customer_name }) },
    }),
    ...(row.dialogue !== null && { dialogue: row.dialogue }),
    turn: row.turn,
  };
}
