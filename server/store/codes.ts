import type { Row, Tx } from "./tables.js";

/** A one-time code as it lies in the database: hashed, with whom it was sent for and what it is good for. */
export interface StoredCode {
  readonly id: string;
  readonly conversation: string;
  readonly addressHash: string;
  readonly networkHash?: string;
  /**
   * The address, sealed by `server/identity`. Absent when nothing was mailed: such a code can be tried like any other
   * and is always wrong.
   */
  readonly address?: string;
  readonly purpose: string;
  /** What exactly the code allows; empty for a plain proof of identity. */
  readonly binding: string;
  readonly codeHash: string;
  readonly salt: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly tries: number;
  readonly usedAt?: number;
}

export async function insertCode(tx: Tx, code: Omit<StoredCode, "tries" | "usedAt">): Promise<void> {
  await tx
    .insertInto("code")
    .values({
      id: code.id,
      conversation: code.conversation,
      address_hash: code.addressHash,
      network_hash: code.networkHash ?? null,
      address: code.address ?? null,
      purpose: code.purpose,
      binding: code.binding,
      code_hash: code.codeHash,
      salt: code.salt,
      created_at: code.createdAt,
      expires_at: code.expiresAt,
      tries: 0,
      used_at: null,
      voided_at: null,
    })
    .execute();
}

/** Makes all codes of this conversation and purpose worthless: only the newest counts. */
export async function voidCodes(tx: Tx, conversation: string, purpose: string, now: number): Promise<void> {
  await tx
    .updateTable("code")
    .set({ voided_at: now })
    .where("conversation", "=", conversation)
    .where("purpose", "=", purpose)
    .where("voided_at", "is", null)
    .execute();
}

/** The one code that may still be tried (or has just been used up or run out); absent when none was made. */
export async function currentCode(tx: Tx, conversation: string, purpose: string): Promise<StoredCode | undefined> {
  const row = await tx
    .selectFrom("code")
    .selectAll()
    .where("conversation", "=", conversation)
    .where("purpose", "=", purpose)
    .where("voided_at", "is", null)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : codeOf(row);
}

/**
 * Counts one try, before the code is looked at, if any is left.
 *
 * @returns the tries used up with this one; absent when there was none left, or the code is used or out of date
 */
export async function countTry(tx: Tx, id: string, most: number, now: number): Promise<number | undefined> {
  const row = await tx
    .updateTable("code")
    .set((eb) => ({ tries: eb("tries", "+", 1) }))
    .where("id", "=", id)
    .where("tries", "<", most)
    .where("used_at", "is", null)
    .where("voided_at", "is", null)
    .where("expires_at", ">", now)
    .returning("tries")
    .executeTakeFirst();
  return row?.tries;
}

/** @returns false when it was used before: then it is worth nothing */
export async function spendCode(tx: Tx, id: string, now: number): Promise<boolean> {
  const rows = await tx
    .updateTable("code")
    .set({ used_at: now })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .returning("id")
    .execute();
  return rows.length > 0;
}

/** How many codes were made since `since` for a conversation, an address or a network. */
export async function countCodes(
  tx: Tx,
  whose: { readonly conversation: string } | { readonly addressHash: string } | { readonly networkHash: string },
  since: number,
): Promise<number> {
  const [column, value] =
    "conversation" in whose
      ? (["conversation", whose.conversation] as const)
      : "addressHash" in whose
        ? (["address_hash", whose.addressHash] as const)
        : (["network_hash", whose.networkHash] as const);
  const row = await tx
    .selectFrom("code")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where(column, "=", value)
    .where("created_at", ">", since)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Failed tries for one address since the last right one, over all conversations, and since when it is locked. */
export interface AddressLimit {
  readonly failuresInARow: number;
  readonly lockedAt?: number;
}

export async function addressLimit(tx: Tx, addressHash: string): Promise<AddressLimit> {
  const row = await tx
    .selectFrom("address_limit")
    .selectAll()
    .where("address_hash", "=", addressHash)
    .executeTakeFirst();
  return limitOf(row);
}

/** Counts a wrong code; the `lockAt`-th in a row locks the address until `unlockAddress`. */
export async function countFailure(tx: Tx, addressHash: string, lockAt: number, now: number): Promise<AddressLimit> {
  const row = await tx
    .insertInto("address_limit")
    .values({ address_hash: addressHash, failures_in_a_row: 1, locked_at: lockAt <= 1 ? now : null })
    .onConflict((conflict) =>
      conflict.column("address_hash").doUpdateSet((eb) => ({
        failures_in_a_row: eb("address_limit.failures_in_a_row", "+", 1),
        locked_at: eb
          .case()
          .when("address_limit.locked_at", "is not", null)
          .then(eb.ref("address_limit.locked_at"))
          .when(eb("address_limit.failures_in_a_row", "+", 1), ">=", lockAt)
          .then(now)
          .end(),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return limitOf(row);
}

/** A right code: begins counting anew. A locked address stays locked. */
export async function forgetFailures(tx: Tx, addressHash: string): Promise<void> {
  await tx
    .updateTable("address_limit")
    .set({ failures_in_a_row: 0 })
    .where("address_hash", "=", addressHash)
    .where("locked_at", "is", null)
    .execute();
}

/** For a person at the shop who has made sure that the owner of the address is not under attack. */
export async function unlockAddress(tx: Tx, addressHash: string): Promise<void> {
  await tx.deleteFrom("address_limit").where("address_hash", "=", addressHash).execute();
}

function limitOf(row: Row<"address_limit"> | undefined): AddressLimit {
  return {
    failuresInARow: row?.failures_in_a_row ?? 0,
    ...(row !== undefined && row.locked_at !== null && { lockedAt: row.locked_at }),
  };
}

function codeOf(row: Row<"code">): StoredCode {
  return {
    id: row.id,
    conversation: row.conversation,
    addressHash: row.address_hash,
    ...(row.network_hash !== null && { networkHash: row.network_hash }),
    ...(row.address !== null && { address: row.address }),
    purpose: row.purpose,
    binding: row.binding,
    codeHash: row.code_hash,
    salt: row.salt,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    tries: row.tries,
    ...(row.used_at !== null && { usedAt: row.used_at }),
  };
}
