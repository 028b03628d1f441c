/**
 * Nothing is kept for longer than it is good for. Conversations go after so many days of silence, with all that was said;
 * what was done stays in the books, which no longer say whose it was.
 */
import type { Identity } from "../identity/index.js";
import type { Clock } from "../ports/index.js";
import {
  appendAudit,
  deleteConversation,
  deleteOldMails,
  effectsOf,
  rewriteEffect,
  type Store,
  silentSince,
  type Tx,
} from "../store/index.js";
import { withoutPerson } from "./books.js";

export interface Retention {
  /** Conversations of customers, in days since the last word. */
  readonly days: number;
  /** The same for those of whom nobody knows who they were. */
  readonly anonymousDays: number;
}

export interface RetentionRooms {
  readonly store: Store;
  readonly identity: Pick<Identity, "pseudonymOf">;
  readonly clock: Clock;
  readonly log: (event: {
    readonly level: "info" | "warn";
    readonly message: string;
    readonly error?: unknown;
  }) => void;
}

const DAY_MS = 86_400_000;
/** So many in one commit: shoppers wait no longer than for any other. */
const BATCH = 50;
const FIRST_AFTER_MS = 10 * 60_000;

/** Forgets what is too old now. @returns how many conversations that were */
export async function forgetOld(
  { store, identity, clock }: Pick<RetentionRooms, "store" | "identity" | "clock">,
  { days, anonymousDays }: Retention,
): Promise<number> {
  const now = clock.now();
  const bounds = { customers: now - days * DAY_MS, anonymous: now - anonymousDays * DAY_MS };
  let forgotten = 0;
  for (let skip = 0; ; ) {
    const { gone, left } = await store.write((tx) => forgetBatch(tx, bounds, skip, identity));
    forgotten += gone;
    skip += left;
    if (gone + left < BATCH) break;
  }
  await store.write(async (tx) => {
    await deleteOldMails(tx, bounds.anonymous);
    if (forgotten > 0) await appendAudit(tx, { at: now, kind: "retention", body: { conversations: forgotten } });
  });
  return forgotten;
}

async function forgetBatch(
  tx: Tx,
  bounds: { readonly customers: number; readonly anonymous: number },
  skip: number,
  identity: Pick<Identity, "pseudonymOf">,
): Promise<{ gone: number; left: number }> {
  let gone = 0;
  let left = 0;
  for (const { id, customer } of await silentSince(tx, bounds, { limit: BATCH, skip })) {
    const effects = await effectsOf(tx, id);
    // What is under way is finished first, however old it is.
    if (effects.some(({ status }) => status === "intended" || status === "sending")) {
      left += 1;
      continue;
    }
    for (const effect of effects) {
      const by = (effect.authorisedBy as { email?: unknown; customer?: unknown } | null) ?? {};
      const email = typeof by.email === "string" ? by.email : customer?.email;
      const pseudonym = typeof by.customer === "string" ? by.customer : identity.pseudonymOf(email ?? id);
      await rewriteEffect(tx, effect.key, withoutPerson(effect, email ?? "@", pseudonym));
    }
    await deleteConversation(tx, id);
    gone += 1;
  }
  return { gone, left };
}

/** Once a day while the server runs, a while after its start. @returns ends it */
export function forgetDaily(rooms: RetentionRooms, retention: Retention): () => void {
  const { clock, log } = rooms;
  let cancel = clock.after(FIRST_AFTER_MS, run);
  function run(): void {
    cancel = clock.after(DAY_MS, run);
    forgetOld(rooms, retention).then(
      (conversations) =>
        log({ level: "info", message: `conversations past their time were forgotten: ${conversations}` }),
      (error: unknown) => log({ level: "warn", message: "old conversations could not be forgotten", error }),
    );
  }
  return () => cancel();
}
