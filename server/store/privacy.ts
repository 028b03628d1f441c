/** What is stored of one person, found and forgotten. `server/privacy` says what is whose. */
import { sql } from "kysely";
import { type Conversation, findConversation } from "./conversations.js";
import type { Effect } from "./effects.js";
import type { Mail } from "./mails.js";
import type { Tx } from "./tables.js";

/** Conversations of which this is the proven customer, the oldest first. */
export async function conversationsOf(tx: Tx, email: string): Promise<Conversation[]> {
  const rows = await tx
    .selectFrom("conversation")
    .select("id")
    .where(sql<boolean>`lower(customer_email) = ${email.toLowerCase()}`)
    .orderBy("created_at")
    .execute();
  return existing(tx, rows);
}

/** Conversations in which a text stands anywhere, in whatever case: said, decided or waited for. Reads all of them. */
export async function conversationsNaming(tx: Tx, text: string): Promise<Conversation[]> {
  const says = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like ${like(text)} escape '!'`;
  const ids = new Set<string>();
  const add = (rows: readonly { id: string }[]): void => {
    for (const { id } of rows) ids.add(id);
  };
  const ofEntries = tx.selectFrom("entry").select("conversation as id");
  for (const column of ["text", "parts", "asks", "choice"]) add(await ofEntries.where(says(column)).execute());
  add(await tx.selectFrom("trace").select("conversation as id").where(says("body")).execute());
  add(await tx.selectFrom("timer").select("conversation as id").where(says("body")).execute());
  add(await tx.selectFrom("conversation").select("id").where(says("dialogue")).execute());
  return existing(
    tx,
    [...ids].map((id) => ({ id })),
  );
}

/** Puts `by` in place of a text wherever it stands in a conversation, in whatever case. */
export async function replaceInConversation(tx: Tx, id: string, text: string, by: string): Promise<void> {
  const swap = (value: string): string => replaceAll(value, text, by);
  const orNull = (value: string | null): string | null => (value === null ? null : swap(value));
  const { dialogue } = await tx
    .selectFrom("conversation")
    .select("dialogue")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  await tx
    .updateTable("conversation")
    .set({ dialogue: orNull(dialogue) })
    .where("id", "=", id)
    .execute();
  for (const entry of await tx.selectFrom("entry").selectAll().where("conversation", "=", id).execute()) {
    // `choice` is set once in the life of a row, as far as everybody else is concerned.
    await sql`update entry set text = ${swap(entry.text)}, parts = ${swap(entry.parts)}, asks = ${orNull(entry.asks)},
      choice = ${orNull(entry.choice)} where conversation = ${id} and seq = ${entry.seq}`.execute(tx);
  }
  for (const line of await tx.selectFrom("trace").selectAll().where("conversation", "=", id).execute()) {
    await tx
      .updateTable("trace")
      .set({ body: swap(line.body) })
      .where("conversation", "=", id)
      .where("turn", "=", line.turn)
      .where("n", "=", line.n)
      .execute();
  }
  for (const timer of await tx.selectFrom("timer").selectAll().where("conversation", "=", id).execute()) {
    await tx
      .updateTable("timer")
      .set({ body: swap(timer.body) })
      .where("conversation", "=", id)
      .where("name", "=", timer.name)
      .execute();
  }
}

/** Removes a conversation with its entries, traces, timers and codes. What was done stays in the journal. */
export async function deleteConversation(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("conversation").where("id", "=", id).execute();
}

/** Keys of effects in which a text stands anywhere, in whatever case. */
export async function effectsNaming(tx: Tx, text: string): Promise<string[]> {
  const says = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like ${like(text)} escape '!'`;
  const rows = await tx
    .selectFrom("effect")
    .select("key")
    .where((eb) => eb.or(["arguments", "result", "receipt", "reason", "authorised_by"].map(says)))
    .orderBy("created_at")
    .execute();
  return rows.map(({ key }) => key);
}

/** Rewrites what the books say about a settled effect; its key, family, kind and status stay. */
export async function rewriteEffect(
  tx: Tx,
  key: string,
  books: Pick<Effect, "arguments" | "result" | "receipt" | "reason" | "authorisedBy">,
): Promise<void> {
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  await tx
    .updateTable("effect")
    .set({
      arguments: JSON.stringify(books.arguments ?? null),
      result: json(books.result),
      receipt: books.receipt ?? null,
      reason: books.reason ?? null,
      authorised_by: JSON.stringify(books.authorisedBy ?? null),
    })
    .where("key", "=", key)
    .execute();
}

/** All mails that wait to be sent, due or not. */
export async function waitingMails(tx: Tx): Promise<Mail[]> {
  const rows = await tx
    .selectFrom("mail")
    .selectAll()
    .where("sent_at", "is", null)
    .where("failed", "is", null)
    .orderBy("created_at")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    to: row.to_address,
    subject: row.subject,
    text: row.body,
    createdAt: row.created_at,
    tries: row.tries,
  }));
}

export async function deleteMail(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("mail").where("id", "=", id).execute();
}

/** Codes that were made for an address, in whosever conversation. @returns how many there were */
export async function deleteCodesFor(tx: Tx, addressHash: string): Promise<number> {
  const gone = await tx.deleteFrom("code").where("address_hash", "=", addressHash).returning("id").execute();
  // An address that is locked is under attack: that stays known, under a hash.
  await tx.deleteFrom("address_limit").where("address_hash", "=", addressHash).where("locked_at", "is", null).execute();
  return gone.length;
}

/** Puts `by` in place of each `text`, in whatever case that is written. */
export function replaceAll(value: string, text: string, by: string): string {
  return value.replace(new RegExp(text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "gi"), by);
}

async function existing(tx: Tx, rows: readonly { id: string }[]): Promise<Conversation[]> {
  const found: Conversation[] = [];
  for (const { id } of rows) {
    const conversation = await findConversation(tx, id);
    if (conversation !== undefined) found.push(conversation);
  }
  return found;
}

function like(text: string): string {
  return `%${text.toLowerCase().replace(/[!%_]/g, "!$&")}%`;
}

/** Conversations in which nothing has happened since the bound of their kind, the longest silent first. */
export async function silentSince(
  tx: Tx,
  bounds: { readonly customers: number; readonly anonymous: number },
  { limit, skip }: { readonly limit: number; readonly skip: number },
): Promise<Conversation[]> {
  const rows = await tx
    .selectFrom("conversation")
    .select("id")
    .where((eb) =>
      eb.or([
        eb.and([eb("customer_email", "is not", null), eb("updated_at", "<", bounds.customers)]),
        eb.and([eb("customer_email", "is", null), eb("updated_at", "<", bounds.anonymous)]),
      ]),
    )
    .orderBy("updated_at")
    .orderBy("id")
    .limit(limit)
    .offset(skip)
    .execute();
  return existing(tx, rows);
}

/** What is left of mails that were sent or given up before `before`: empty rows. */
export async function deleteOldMails(tx: Tx, before: number): Promise<void> {
  await tx
    .deleteFrom("mail")
    .where("created_at", "<", before)
    .where((eb) => eb.or([eb("sent_at", "is not", null), eb("failed", "is not", null)]))
    .execute();
}
