import type { Tx } from "./tables.js";

/** How many codes were really mailed since `since`, to whomever. */
export async function countMailedCodes(tx: Tx, since: number): Promise<number> {
  const row = await tx
    .selectFrom("code")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("created_at", ">", since)
    .where("address", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
