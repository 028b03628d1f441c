/** What shoppers wrote, as far as it said what they want: for seeing what an edit of the intents does to it. */
import type { Tx } from "./tables.js";

export interface RecordedMessage {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * The last messages that were no answer to an open question and no tap, newest first; those of one turn, which were read
 * as one, joined as they were then.
 */
export async function recordedMessages(tx: Tx, most: number): Promise<RecordedMessage[]> {
  const rows = await tx
    .selectFrom("entry")
    .innerJoin("trace", (join) =>
      join
        .onRef("trace.conversation", "=", "entry.conversation")
        .onRef("trace.turn", "=", "entry.taken_in_turn")
        .on("trace.kind", "=", "understood"),
    )
    .select(["entry.conversation", "entry.seq", "entry.text", "entry.at", "entry.taken_in_turn", "trace.body"])
    .where("entry.from_who", "=", "shopper")
    .where("entry.choice", "is", null)
    .orderBy("entry.at", "desc")
    .orderBy("entry.conversation")
    .orderBy("entry.seq", "desc")
    .limit(most)
    .execute();
  const turns = new Map<string, { text: string; at: number }>();
  for (const { conversation, taken_in_turn: turn, text, at, body } of rows) {
    const { answer } = (JSON.parse(body) ?? {}) as { answer?: unknown };
    if (answer !== undefined && answer !== null) continue;
    const key = JSON.stringify([conversation, turn]);
    const later = turns.get(key);
    turns.set(key, { text: later === undefined ? text : `${text}\n${later.text}`, at: later?.at ?? at });
  }
  return [...turns.values()];
}
