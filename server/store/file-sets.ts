/** The merchant's files as they once went live: a conversation finishes on the set that it began with. */
import { gunzipSync, gzipSync } from "node:zlib";
import { appendAudit } from "./audit.js";
import type { Tx } from "./tables.js";

/** File texts by folder kind, such as `policies`; whoever stores them knows the kinds. */
export type FileTexts = Readonly<Record<string, readonly { readonly file: string; readonly text: string }[]>>;

/** One moment at which a set went live. */
export interface Publication {
  /** 1, 2, 3 …: the last one counts. */
  readonly n: number;
  readonly at: number;
  readonly set: string;
  /** Of a rollback: the set of the folders that it holds back, until they hold yet another one. */
  readonly insteadOf?: string;
}

export interface KeptSet {
  readonly id: string;
  /** When it first went live, milliseconds since 1970. */
  readonly at: number;
}

/** How many sets are kept: the last ones that went live. */
const KEPT = 20;

/** Puts a set in force, keeping its texts when they are new. */
export async function publishFileSet(
  tx: Tx,
  set: { readonly id: string; readonly at: number; readonly texts: FileTexts },
): Promise<void> {
  const packed = gzipSync(JSON.stringify(set.texts), { level: 1 }).toString("base64");
  await tx
    .insertInto("file_set")
    .values({ id: set.id, at: set.at, texts: packed })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  await publish(tx, { at: set.at, set: set.id }, "folders");
  await forgetOldest(tx);
}

/**
 * Puts a kept set in force instead of the one that the folders hold. With `insteadOf` left out it ends that: the set of the
 * folders counts again.
 *
 * @param by who asked for it, for the audit log
 */
export async function rollBackTo(tx: Tx, { by, ...request }: Omit<Publication, "n"> & { by: string }): Promise<void> {
  await publish(tx, request, by);
}

async function publish(tx: Tx, { at, set, insteadOf }: Omit<Publication, "n">, by: string): Promise<void> {
  const last = await lastPublication(tx);
  const body = { set, before: last?.set ?? null, instead_of: insteadOf ?? null, by };
  await appendAudit(tx, { at, kind: "publish", body });
  await tx
    .insertInto("publication")
    .values({ n: (last?.n ?? 0) + 1, at, file_set: set, instead_of: insteadOf ?? null })
    .execute();
}

async function forgetOldest(tx: Tx): Promise<void> {
  const rows = await tx
    .selectFrom("publication")
    .select(["file_set", (eb) => eb.fn.max("n").as("last")])
    .groupBy("file_set")
    .orderBy("last", "desc")
    .execute();
  const old = rows.slice(KEPT).map((row) => row.file_set);
  if (old.length > 0) await tx.deleteFrom("file_set").where("id", "in", old).execute();
}

export async function lastPublication(tx: Tx): Promise<Publication | undefined> {
  const row = await tx.selectFrom("publication").selectAll().orderBy("n", "desc").limit(1).executeTakeFirst();
  if (row === undefined) return undefined;
  return { n: row.n, at: row.at, set: row.file_set, ...(row.instead_of !== null && { insteadOf: row.instead_of }) };
}

/** @returns the texts of a set, or nothing when it is no longer kept */
export async function findFileSet(tx: Tx, id: string): Promise<FileTexts | undefined> {
  const row = await tx.selectFrom("file_set").select("texts").where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  return JSON.parse(gunzipSync(Buffer.from(row.texts, "base64")).toString("utf8")) as FileTexts;
}

/** The kept sets, the one that went live last first. */
export async function keptFileSets(tx: Tx): Promise<KeptSet[]> {
  const rows = await tx
    .selectFrom("file_set")
    .innerJoin("publication", "publication.file_set", "file_set.id")
    .select(["file_set.id", "file_set.at", (eb) => eb.fn.max("publication.n").as("last")])
    .groupBy(["file_set.id", "file_set.at"])
    .orderBy("last", "desc")
    .execute();
  return rows.map(({ id, at }) => ({ id, at: Number(at) }));
}
