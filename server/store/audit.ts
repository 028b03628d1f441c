/**
 * The audit log: who did what that counts, in a chain of hashes. Each row holds the hash of the one before it, so that
 * nobody can change, remove or slip in a row without every later hash telling. Whoever can write the whole database can
 * also compute the whole chain anew: for that, note the last number and hash somewhere else now and then.
 */
import { createHash } from "node:crypto";
import type { Row, Tx } from "./tables.js";

/** What stands in it: ids, amounts and keyed hashes; no address, no name, no words of a conversation. */
export interface AuditEvent {
  readonly at: number;
  /** `effect`, `publish`, `read`, `erase`, …. */
  readonly kind: string;
  readonly body: Readonly<Record<string, string | number | boolean | null>>;
}

export interface AuditRow extends AuditEvent {
  /** 1, 2, 3 … without a gap. */
  readonly n: number;
  readonly hash: string;
}

export interface AuditVerdict {
  /** The rows that were looked at; all of them, unless one is broken. */
  readonly rows: number;
  /** The last number and hash, to be noted elsewhere. */
  readonly head: { readonly n: number; readonly hash: string };
  readonly broken?: { readonly n: number; readonly why: string };
}

/** What the first row follows. */
export const AUDIT_BEGINS = "0".repeat(64);
const PAGE = 1_000;

/** Adds a row; it is there if, and only if, the transaction is committed. */
export async function appendAudit(tx: Tx, event: AuditEvent): Promise<void> {
  // The head's row is locked until this commits: on several nodes, too, each row follows exactly one other.
  const head = await tx
    .updateTable("audit_head")
    .set((eb) => ({ n: eb("n", "+", 1) }))
    .where("id", "=", 1)
    .returning(["n", "hash"])
    .executeTakeFirstOrThrow();
  const row = { n: Number(head.n), at: event.at, kind: event.kind, body: canonicalJson(event.body) };
  const hash = hashOf(head.hash, row);
  await tx
    .insertInto("audit")
    .values({ ...row, before: head.hash, hash })
    .execute();
  await tx.updateTable("audit_head").set({ hash }).where("id", "=", 1).execute();
}

/**
 * Goes along the chain from its first row.
 *
 * @param noted a number and hash that were noted earlier: the row must still be there, unchanged
 */
export async function verifyAudit(
  tx: Tx,
  noted?: { readonly n: number; readonly hash: string },
): Promise<AuditVerdict> {
  let last = { n: 0, hash: AUDIT_BEGINS };
  const broken = (n: number, why: string): AuditVerdict => ({ rows: last.n, head: last, broken: { n, why } });
  for (;;) {
    const rows = await tx.selectFrom("audit").selectAll().where("n", ">", last.n).orderBy("n").limit(PAGE).execute();
    for (const row of rows) {
      const n = Number(row.n);
      if (n !== last.n + 1) return broken(last.n + 1, "it is missing");
      if (row.before !== last.hash) return broken(n, "it does not follow the row before it");
      const hash = hashOf(row.before, { n, at: Number(row.at), kind: row.kind, body: row.body });
      if (hash !== row.hash) return broken(n, "what it says is not what was written");
      if (noted?.n === n && noted.hash !== hash) return broken(n, "it is not the one that was noted");
      last = { n, hash };
    }
    if (rows.length < PAGE) break;
  }
  const head = await tx.selectFrom("audit_head").selectAll().where("id", "=", 1).executeTakeFirst();
  if (head === undefined) return broken(last.n + 1, "the end of the chain is missing");
  if (Number(head.n) !== last.n) return broken(last.n + 1, "it is missing, as the end of the chain says");
  if (head.hash !== last.hash) return broken(last.n, "it is not the one that the end of the chain names");
  if (noted !== undefined && noted.n > last.n) return broken(last.n + 1, "it is missing, as was noted");
  return { rows: last.n, head: last };
}

/** The latest rows first. */
export async function latestAudit(tx: Tx, limit = 100): Promise<AuditRow[]> {
  const rows = await tx.selectFrom("audit").selectAll().orderBy("n", "desc").limit(limit).execute();
  return rows.map(rowOf);
}

function rowOf(row: Row<"audit">): AuditRow {
  const body = JSON.parse(row.body) as AuditEvent["body"];
  return { n: Number(row.n), at: Number(row.at), kind: row.kind, body, hash: row.hash };
}

function hashOf(before: string, row: { n: number; at: number; kind: string; body: string }): string {
  return createHash("sha256")
    .update(`${before}\n${canonicalJson(row)}`)
    .digest("hex");
}

/** One text for one value: keys in order, no blanks. */
function canonicalJson(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value, Object.keys(value).sort());
}
