import type { Tx } from "./tables.js";

/** Longer than any vendor goes on trying: a call of which we remember the id is never taken up twice. */
const REMEMBERED_MS = 72 * 3_600_000;

/**
 * Notes that a vendor's call was taken up, in the commit of what it changes.
 *
 * @returns false when it was taken up before
 */
export async function takeWebhook(tx: Tx, system: string, id: string, at: number): Promise<boolean> {
  await tx
    .deleteFrom("webhook")
    .where("at", "<", at - REMEMBERED_MS)
    .execute();
  const taken = await tx
    .insertInto("webhook")
    .values({ system, id, at })
    .onConflict((conflict) => conflict.columns(["system", "id"]).doNothing())
    .returning("id")
    .execute();
  return taken.length > 0;
}

/** The conversation of which a helpdesk's ticket came, by the ticket's own id; absent when it is none of ours. */
export async function conversationOfTicket(tx: Tx, system: string, ticket: string): Promise<string | undefined> {
  const rows = await tx
    .selectFrom("effect")
    .select(["conversation", "result"])
    .where("capability", "=", "handoff")
    .where("system", "=", system)
    .where("result", "like", `%${JSON.stringify(ticket).replace(/[%_]/g, "_")}%`)
    .orderBy("created_at", "desc")
    .execute();
  return rows.find(({ result }) => (JSON.parse(result ?? "null") as { id?: unknown } | null)?.id === ticket)
    ?.conversation;
}
