import { announce } from "./scoped-tx.js";
import type { Row, Tx } from "./tables.js";

/** Announced when a mail was queued. */
export const MAIL_QUEUED = "mail";

/** A mail that waits to be sent. */
export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  /** Plain text. Sealed where `server/identity` wrote it. */
  readonly text: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
  /** How often sending failed. */
  readonly tries: number;
}

export interface NewMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: number;
  /** Not sent from then on: a code that has run out helps nobody. */
  readonly expiresAt?: number;
  /**
   * Why it is not to be sent. The row is written all the same, without address and text, so that whether somebody gets
   * a mail cannot be told from the time that it takes.
   */
  readonly withheld?: string;
}

/** Puts a mail into the outbox: it leaves if, and only if, this transaction is committed. */
export async function queueMail(tx: Tx, mail: NewMail): Promise<void> {
  const withheld = mail.withheld !== undefined;
  announce(tx, MAIL_QUEUED);
  await tx
    .insertInto("mail")
    .values({
      id: mail.id,
      to_address: withheld ? "" : mail.to,
      subject: withheld ? "" : mail.subject,
      body: withheld ? "" : mail.text,
      created_at: mail.at,
      expires_at: mail.expiresAt ?? null,
      next_try_at: mail.at,
      tries: 0,
      sent_at: null,
      failed: mail.withheld ?? null,
    })
    .execute();
}

/** Mails whose time has come, the oldest first. */
export async function dueMails(tx: Tx, now: number, limit = 20): Promise<Mail[]> {
  const rows = await waiting(tx).selectAll().where("next_try_at", "<=", now).limit(limit).execute();
  return rows.map(mailOf);
}

/** Whether a mail is still to be sent: another server may have sent it since it was read. */
export async function isMailDue(tx: Tx, id: string, now: number): Promise<boolean> {
  const row = await waiting(tx).select("id").where("id", "=", id).where("next_try_at", "<=", now).executeTakeFirst();
  return row !== undefined;
}

/** When the next waiting mail is due; absent when none waits. */
export async function nextMailDue(tx: Tx): Promise<number | undefined> {
  const row = await waiting(tx).select("next_try_at").limit(1).executeTakeFirst();
  return row?.next_try_at;
}

/** Notes that a mail server took the mail, and empties it: what was said is the addressee's alone from now on. */
export async function markMailSent(tx: Tx, id: string, now: number): Promise<void> {
  await tx
    .updateTable("mail")
    .set({ sent_at: now, to_address: "", subject: "", body: "" })
    .where("id", "=", id)
    .execute();
}

/** Notes a failed attempt and when to try again. */
export async function postponeMail(tx: Tx, id: string, nextTryAt: number): Promise<void> {
  await tx
    .updateTable("mail")
    .set((eb) => ({ tries: eb("tries", "+", 1), next_try_at: nextTryAt }))
    .where("id", "=", id)
    .execute();
}

/** Gives a mail up; it is emptied like a sent one, only `reason` stays. */
export async function markMailFailed(tx: Tx, id: string, reason: string): Promise<void> {
  await tx
    .updateTable("mail")
    .set((eb) => ({ failed: reason, tries: eb("tries", "+", 1), to_address: "", subject: "", body: "" }))
    .where("id", "=", id)
    .execute();
}

function waiting(tx: Tx) {
  return tx
    .selectFrom("mail")
    .where("sent_at", "is", null)
    .where("failed", "is", null)
    .orderBy("next_try_at")
    .orderBy("created_at")
    .orderBy("id");
}

function mailOf(row: Row<"mail">): Mail {
  return {
    id: row.id,
    to: row.to_address,
    subject: row.subject,
    text: row.body,
    createdAt: row.created_at,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    tries: row.tries,
  };
}
