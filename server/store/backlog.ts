import { sql } from "kysely";
import type { Tx } from "./tables.js";

/** What waits to be done, for whoever watches over the server. Costs as much as there is to count, not as was ever done. */
export interface Backlog {
  /** Effects by where they stand; what is done or refused waits for nothing. */
  readonly effects: { readonly intended: number; readonly sending: number; readonly needsPerson: number };
  readonly mails: number;
  /** When the mail that waits longest was queued, milliseconds since 1970. */
  readonly oldestMailAt?: number;
  /** Utterances that no turn has taken yet. */
  readonly utterances: number;
}

export async function backlogOf(tx: Tx): Promise<Backlog> {
  // Written out as the partial indexes have it: a bound value, or another wording, would read the whole journal.
  const unsettled = await tx
    .selectFrom("effect")
    .select((eb) => ["status", eb.fn.countAll<number>().as("count")])
    .where(sql<boolean>`status in ('intended', 'sending')`)
    .groupBy("status")
    .execute();
  const forPeople = await tx
    .selectFrom("effect")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where(sql<boolean>`status = 'needs_person'`)
    .executeTakeFirstOrThrow();
  const standing = (status: string): number => Number(unsettled.find((row) => row.status === status)?.count ?? 0);
  const mails = await tx
    .selectFrom("mail")
    .select((eb) => [eb.fn.countAll<number>().as("count"), eb.fn.min("created_at").as("oldest")])
    .where("sent_at", "is", null)
    .where("failed", "is", null)
    .executeTakeFirstOrThrow();
  const utterances = await tx
    .selectFrom("entry")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("from_who", "=", sql.lit("shopper"))
    .where("taken_in_turn", "is", null)
    .executeTakeFirstOrThrow();
  return {
    effects: {
      intended: standing("intended"),
      sending: standing("sending"),
      needsPerson: Number(forPeople.count),
    },
    mails: Number(mails.count),
    ...(mails.oldest !== null && { oldestMailAt: Number(mails.oldest) }),
    utterances: Number(utterances.count),
  };
}
