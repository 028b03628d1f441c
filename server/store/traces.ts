import type { Tx } from "./tables.js";

/** One line of why a turn did what it did. */
export interface TraceLine {
  readonly at: number;
  readonly kind: string;
  readonly body: unknown;
}

export interface StoredTraceLine extends TraceLine {
  readonly turn: number;
  /** 0, 1, 2 … within the turn. */
  readonly n: number;
}

/** Adds lines to a turn's trace, after those that it has. */
export async function appendTrace(
  tx: Tx,
  conversation: string,
  turn: number,
  lines: readonly TraceLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const { last } = await tx
    .selectFrom("trace")
    .select((eb) => eb.fn.max("n").as("last"))
    .where("conversation", "=", conversation)
    .where("turn", "=", turn)
    .executeTakeFirstOrThrow();
  const first = ((last as number | null) ?? -1) + 1;
  await tx
    .insertInto("trace")
    .values(
      lines.map((line, index) => ({
        conversation,
        turn,
        n: first + index,
        at: line.at,
        kind: line.kind,
        body: JSON.stringify(line.body ?? null),
      })),
    )
    .execute();
}

/** All lines of a conversation, oldest first. */
export async function traceOf(tx: Tx, conversation: string): Promise<StoredTraceLine[]> {
  const rows = await tx
    .selectFrom("trace")
    .select(["turn", "n", "at", "kind", "body"])
    .where("conversation", "=", conversation)
    .orderBy("turn")
    .orderBy("n")
    .execute();
  return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as unknown }));
}
