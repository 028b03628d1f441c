import type { Row, Tx } from "./tables.js";

/** A wake-up call that survives restarts. One of each name in a conversation. */
export interface Timer {
  readonly conversation: string;
  readonly name: string;
  /** Milliseconds since 1970, UTC. */
  readonly dueAt: number;
  readonly body: unknown;
}

/** Sets the timer, or moves it when it is already set. */
export async function setTimer(tx: Tx, timer: Timer): Promise<void> {
  const changing = { due_at: timer.dueAt, body: JSON.stringify(timer.body ?? null) };
  await tx
    .insertInto("timer")
    .values({ conversation: timer.conversation, name: timer.name, ...changing })
    .onConflict((conflict) => conflict.columns(["conversation", "name"]).doUpdateSet(changing))
    .execute();
}

/** @returns false when there was none */
export async function clearTimer(tx: Tx, conversation: string, name: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom("timer")
    .where("conversation", "=", conversation)
    .where("name", "=", name)
    .returning("name")
    .execute();
  return gone.length > 0;
}

/** Timers due at `now` or before, the earliest first. They stay set until cleared, in the work that deals with them. */
export async function dueTimers(tx: Tx, now: number, limit = 100): Promise<Timer[]> {
  const rows = await tx
    .selectFrom("timer")
    .selectAll()
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .orderBy("conversation")
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map(timerOf);
}

export async function timersOf(tx: Tx, conversation: string): Promise<Timer[]> {
  const rows = await tx
    .selectFrom("timer")
    .selectAll()
    .where("conversation", "=", conversation)
    .orderBy("due_at")
    .execute();
  return rows.map(timerOf);
}

/** When the next timer is due, in milliseconds since 1970; absent when none is set. */
export async function nextDue(tx: Tx): Promise<number | undefined> {
  const row = await tx.selectFrom("timer").select("due_at").orderBy("due_at").limit(1).executeTakeFirst();
  return row?.due_at;
}

function timerOf(row: Row<"timer">): Timer {
  return {
    conversation: row.conversation,
    name: row.name,
    dueAt: row.due_at,
    body: JSON.parse(row.body) as unknown,
  };
}
