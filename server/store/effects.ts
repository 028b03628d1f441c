import { appendAudit } from "./audit.js";
import type { Row, Tx } from "./tables.js";

/**
 * `intended` (decided, not begun), `sending` (a call is out, or was when we crashed: unknown), then one of `done`,
 * `refused`, `needs_person`.
 */
export type EffectStatus = "intended" | "sending" | "done" | "refused" | "needs_person";

/** A line of the effect journal. */
export interface Effect {
  /** The business fact: shop, order line, remedy family. */
  readonly key: string;
  /** Effects of one family exclude each other. */
  readonly family: string;
  readonly conversation: string;
  readonly turn: number;
  readonly tool: string;
  readonly capability: string;
  readonly system: string;
  readonly arguments: unknown;
  readonly status: EffectStatus;
  readonly receipt?: string;
  readonly result?: unknown;
  readonly reason?: string;
  /** How often a call was sent. */
  readonly tries: number;
  /** Who allowed it: identity level, id of the one-time code, policy and its version. */
  readonly authorisedBy: unknown;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type NewEffect = Pick<
  Effect,
  "key" | "family" | "conversation" | "turn" | "tool" | "capability" | "system" | "arguments" | "authorisedBy"
> & { readonly at: number };

export interface EffectChange {
  readonly at: number;
  readonly receipt?: string;
  readonly result?: unknown;
  readonly reason?: string;
  /** Counts one more call sent. */
  readonly tried?: boolean;
  readonly arguments?: unknown;
  readonly authorisedBy?: unknown;
}

/**
 * Writes the intent, unless the journal has this key: then nothing changes and the line that stands is returned, which
 * may be of another tool, another conversation and long settled.
 */
export async function intendEffect(
  tx: Tx,
  effect: NewEffect,
): Promise<{ readonly effect: Effect; readonly isNew: boolean }> {
  const row = await tx
    .insertInto("effect")
    .values({
      key: effect.key,
      family: effect.family,
      conversation: effect.conversation,
      turn: effect.turn,
      tool: effect.tool,
      capability: effect.capability,
      system: effect.system,
      arguments: JSON.stringify(effect.arguments ?? null),
      status: "intended",
      receipt: null,
      result: null,
      reason: null,
      tries: 0,
      authorised_by: JSON.stringify(effect.authorisedBy ?? null),
      created_at: effect.at,
      updated_at: effect.at,
    })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) return { effect: effectOf(row), isNew: true };
  const standing = await tx.selectFrom("effect").selectAll().where("key", "=", effect.key).executeTakeFirstOrThrow();
  return { effect: effectOf(standing), isNew: false };
}

/**
 * Moves an effect on, if it stands where the caller believes. What is `done` never moves again. What settles is written
 * into the audit log in the same transaction.
 *
 * @returns false when it stood elsewhere (another worker was faster): nothing was changed, and nothing must be called
 */
export async function moveEffect(
  tx: Tx,
  key: string,
  from: readonly Exclude<EffectStatus, "done">[],
  to: EffectStatus,
  change: EffectChange,
): Promise<boolean> {
  const moved = await tx
    .updateTable("effect")
    .set((eb) => ({
      status: to,
      updated_at: change.at,
      ...(change.receipt !== undefined && { receipt: change.receipt }),
      ...(change.result !== undefined && { result: JSON.stringify(change.result) }),
      ...(change.reason !== undefined && { reason: change.reason }),
      ...(change.tried === true && { tries: eb("tries", "+", 1) }),
      ...(change.arguments !== undefined && { arguments: JSON.stringify(change.arguments) }),
      ...(change.authorisedBy !== undefined && { authorised_by: JSON.stringify(change.authorisedBy) }),
    }))
    .where("key", "=", key)
    .where("status", "in", from)
    .where("status", "!=", "done")
    .returningAll()
    .executeTakeFirst();
  if (moved === undefined) return false;
  if (to === "done" || to === "refused" || to === "needs_person") await auditEffect(tx, moved, change.at);
  return true;
}

/** Ids and amounts: whose it was and where it went stands in the journal alone, which forgets when it is told to. */
async function auditEffect(tx: Tx, row: Row<"effect">, at: number): Promise<void> {
  const { level, codeId, policy } = (JSON.parse(row.authorised_by) ?? {}) as Record<string, unknown>;
  const { amount } = (JSON.parse(row.arguments) ?? {}) as { amount?: { amountMinor?: unknown; currency?: unknown } };
  const facts = { level, codeId, policy, amountMinor: amount?.amountMinor, currency: amount?.currency };
  const body = Object.fromEntries(
    Object.entries(facts).filter(([, fact]) => typeof fact === "string" || typeof fact === "number"),
  ) as Record<string, string | number>;
  const { key, tool, capability, system, conversation, status } = row;
  await appendAudit(tx, { at, kind: "effect", body: { ...body, key, tool, capability, system, conversation, status } });
}

export async function findEffect(tx: Tx, key: string): Promise<Effect | undefined> {
  const row = await tx.selectFrom("effect").selectAll().where("key", "=", key).executeTakeFirst();
  return row === undefined ? undefined : effectOf(row);
}

/** `intended` and `sending`, the oldest first: what a start after a crash has to settle. */
export async function unsettledEffects(tx: Tx): Promise<Effect[]> {
  const rows = await tx
    .selectFrom("effect")
    .selectAll()
    .where("status", "in", ["intended", "sending"])
    .orderBy("created_at")
    .orderBy("key")
    .execute();
  return rows.map(effectOf);
}

/** In the order in which they were intended. */
export async function effectsOf(tx: Tx, conversation: string): Promise<Effect[]> {
  return effectsWhere(tx, "conversation", conversation);
}

/** In the order in which they were intended. */
export async function effectsOfFamily(tx: Tx, family: string): Promise<Effect[]> {
  return effectsWhere(tx, "family", family);
}

/** Effects of one capability begun at `since` (milliseconds since 1970) or later, in the order of their intent. */
export async function effectsSince(tx: Tx, capability: string, since: number): Promise<Effect[]> {
  const rows = await tx
    .selectFrom("effect")
    .selectAll()
    .where("capability", "=", capability)
    .where("created_at", ">=", since)
    .orderBy("created_at")
    .orderBy("key")
    .execute();
  return rows.map(effectOf);
}

async function effectsWhere(tx: Tx, column: "conversation" | "family", value: string): Promise<Effect[]> {
  const rows = await tx
    .selectFrom("effect")
    .selectAll()
    .where(column, "=", value)
    .orderBy("created_at")
    .orderBy("key")
    .execute();
  return rows.map(effectOf);
}

function effectOf(row: Row<"effect">): Effect {
  return {
    key: row.key,
    family: row.family,
    conversation: row.conversation,
    turn: row.turn,
    tool: row.tool,
    capability: row.capability,
    system: row.system,
    arguments: JSON.parse(row.arguments) as unknown,
    status: row.status as EffectStatus,
    ...(row.receipt !== null && { receipt: row.receipt }),
    ...(row.result !== null && { result: JSON.parse(row.result) as unknown }),
    ...(row.reason !== null && { reason: row.reason }),
    tries: row.tries,
    authorisedBy: JSON.parse(row.authorised_by) as unknown,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
