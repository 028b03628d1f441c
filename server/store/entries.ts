import { sql } from "kysely";
import type { EntriesPage, Entry, Part, Question } from "../protocol/index.js";
import { NoSuchConversation } from "./errors.js";
import { noteChange } from "./scoped-tx.js";
import type { NewRow, Row, Tx } from "./tables.js";

export interface ShopperUtterance {
  readonly messageId: string;
  readonly text: string;
  readonly choice?: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
}

export interface NewEntry {
  readonly from: "bot" | "agent" | "system";
  readonly at: number;
  readonly text: string;
  readonly parts?: readonly Part[];
  readonly asks?: Question;
}

/** An utterance that no turn has dealt with yet. */
export interface UntakenEntry {
  readonly seq: number;
  readonly messageId: string;
  readonly text: string;
  readonly choice?: string;
  readonly at: number;
}

/**
 * Stores what the shopper said under the next number. The same `messageId` again stores nothing and returns the number
 * that it has already.
 *
 * @throws {NoSuchConversation}
 */
export async function appendShopperEntry(
  tx: Tx,
  conversation: string,
  utterance: ShopperUtterance,
): Promise<{ readonly seq: number; readonly isNew: boolean }> {
  const seq = await takeNumbers(tx, conversation, 1, utterance.at);
  const stored = await tx
    .insertInto("entry")
    .values({
      conversation,
      seq,
      from_who: "shopper",
      at: utterance.at,
      text: utterance.text,
      parts: "[]",
      asks: null,
      message_id: utterance.messageId,
      choice: utterance.choice ?? null,
      taken_in_turn: null,
    })
    .onConflict((conflict) => conflict.columns(["conversation", "message_id"]).doNothing())
    .returning("seq")
    .executeTakeFirst();
  if (stored !== undefined) return { seq, isNew: true };
  // The conversation's row is locked by takeNumbers, so giving the number back leaves no gap.
  await tx
    .updateTable("conversation")
    .set({ last_seq: seq - 1 })
    .where("id", "=", conversation)
    .execute();
  const known = await tx
    .selectFrom("entry")
    .select("seq")
    .where("conversation", "=", conversation)
    .where("message_id", "=", utterance.messageId)
    .executeTakeFirstOrThrow();
  return { seq: known.seq, isNew: false };
}

/**
 * Stores what the bot, an agent or the system says, under the next numbers, in this order.
 *
 * @throws {NoSuchConversation}
 */
export async function appendEntries(tx: Tx, conversation: string, entries: readonly NewEntry[]): Promise<Entry[]> {
  const last = entries.at(-1);
  if (last === undefined) return [];
  const first = (await takeNumbers(tx, conversation, entries.length, last.at)) - entries.length + 1;
  const rows = entries.map(
    (entry, index): NewRow<"entry"> => ({
      conversation,
      seq: first + index,
      from_who: entry.from,
      at: entry.at,
      text: entry.text,
      parts: JSON.stringify(entry.parts ?? []),
      asks: entry.asks === undefined ? null : JSON.stringify(entry.asks),
      message_id: null,
      choice: null,
      taken_in_turn: null,
    }),
  );
  const stored = await tx.insertInto("entry").values(rows).returningAll().execute();
  return stored.sort((one, other) => one.seq - other.seq).map(entryOf);
}

/** The entries after number `since`, oldest first, at most `limit`. */
export async function entriesAfter(tx: Tx, conversation: string, since: number, limit = 100): Promise<EntriesPage> {
  const rows = await tx
    .selectFrom("entry")
    .selectAll()
    .where("conversation", "=", conversation)
    .where("seq", ">", since)
    .orderBy("seq")
    .limit(limit + 1)
    .execute();
  return { entries: rows.slice(0, limit).map(entryOf), more: rows.length > limit };
}

/** What the shopper said and no turn has taken yet, oldest first. */
export async function untakenEntries(tx: Tx, conversation: string): Promise<UntakenEntry[]> {
  const rows = await tx
    .selectFrom("entry")
    .select(["seq", "message_id", "text", "choice", "at"])
    .where("conversation", "=", conversation)
    .where("from_who", "=", "shopper")
    .where("taken_in_turn", "is", null)
    .orderBy("seq")
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    messageId: row.message_id ?? "",
    text: row.text,
    ...(row.choice !== null && { choice: row.choice }),
    at: row.at,
  }));
}

/** Notes that `turn` has dealt with these utterances; ones that an earlier turn has taken keep its number. */
export async function markTaken(tx: Tx, conversation: string, seqs: readonly number[], turn: number): Promise<void> {
  if (seqs.length === 0) return;
  await tx
    .updateTable("entry")
    .set({ taken_in_turn: turn })
    .where("conversation", "=", conversation)
    .where("seq", "in", seqs)
    .where("taken_in_turn", "is", null)
    .execute();
}

/** Where work was left over, the longest waiting first. For starting up after a stop or a crash. */
export async function conversationsWithUntaken(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom("entry")
    .select("conversation")
    .where("from_who", "=", "shopper")
    .where("taken_in_turn", "is", null)
    .groupBy("conversation")
    .orderBy(sql`min(at)`)
    .execute();
  return rows.map((row) => row.conversation);
}

/** Raises the conversation's last number by `count` and returns it. On Postgres this also locks the row. */
async function takeNumbers(tx: Tx, conversation: string, count: number, at: number): Promise<number> {
  const row = await tx
    .updateTable("conversation")
    .set((eb) => ({ last_seq: eb("last_seq", "+", count), updated_at: at }))
    .where("id", "=", conversation)
    .returning("last_seq")
    .executeTakeFirst();
  if (row === undefined) throw new NoSuchConversation(conversation);
  noteChange(tx, conversation);
  return row.last_seq;
}

function entryOf(row: Row<"entry">): Entry {
  return {
    seq: row.seq,
    from: row.from_who as Entry["from"],
    at: new Date(row.at).toISOString(),
    text: row.text,
    parts: JSON.parse(row.parts) as Part[],
    ...(row.asks !== null && { asks: JSON.parse(row.asks) as Question }),
    ...(row.message_id !== null && { messageId: row.message_id }),
  };
}
