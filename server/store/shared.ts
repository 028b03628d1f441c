import type { Tx } from "./tables.js";

/** A word that all nodes on one database agree on; the first one stands. @returns the one that stands */
export async function agreeOn(tx: Tx, name: string, value: string): Promise<string> {
  const row = { name, value };
  await tx
    .insertInto("shared")
    .values(row)
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
  const standing = await tx.selectFrom("shared").select("value").where("name", "=", name).executeTakeFirstOrThrow();
  return standing.value;
}

export async function setShared(tx: Tx, name: string, value: string): Promise<void> {
  await tx
    .insertInto("shared")
    .values({ name, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}
