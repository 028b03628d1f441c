/**
 * Forgetting a customer. One transaction, so that a crash leaves either all or nothing of it, and the same command again
 * finishes the rest: what is gone is not found a second time, and the files are scrubbed in any case.
 */
import type { Identity } from "../identity/index.js";
import {
  appendAudit,
  deleteCodesFor,
  deleteConversation,
  deleteMail,
  type Effect,
  replaceInConversation,
  rewriteEffect,
  type Store,
  type Tx,
  waitingMails,
} from "../store/index.js";
import { ERASED, withoutAddress, withoutPerson } from "./books.js";
import { findTheirs, type Places, searchFor, type TicketElsewhere, ticketsOf } from "./theirs.js";

export interface EraseRooms {
  readonly store: Store;
  readonly identity: Pick<Identity, "pseudonymOf" | "addressHashOf" | "openMail">;
  now(): number;
  /** Who asked for it, as the audit log names people. */
  readonly by: string;
}

export interface Erased {
  readonly conversations: number;
  /** Somebody else's, out of which the address was taken. */
  readonly changedConversations: number;
  /** Lines of the journal that keep the books and no longer say whose they are. */
  readonly effects: number;
  readonly mails: number;
  readonly codes: number;
  /** Only the helpdesks themselves can erase these. */
  readonly tickets: readonly TicketElsewhere[];
  /** Something is under way in these: they were left alone. The same command again, once it has settled. */
  readonly postponed: readonly { readonly conversation: string; readonly effect: string }[];
  /** False when old copies may still stand in the database's journal. Absent where its files are not ours. */
  readonly scrubbed?: boolean;
}

export async function eraseCustomer(rooms: EraseRooms, address: string): Promise<Erased> {
  const { store } = rooms;
  const email = address.trim().toLowerCase();
  const places = await store.read((tx) => searchFor(tx, email));
  const erased = await store.write((tx) => forget(tx, rooms, email, places));
  const scrubbed = await store.scrub?.();
  return { ...erased, ...(scrubbed !== undefined && { scrubbed }) };
}

async function forget(
  tx: Tx,
  { identity, now, by }: EraseRooms,
  email: string,
  places: Places,
): Promise<Omit<Erased, "scrubbed">> {
  const found = await findTheirs(tx, email, places);
  // A call may be out, and reads its arguments from the journal again when its answer is lost: it is let finish first.
  const open = found.effects.filter(isOpen);
  const busy = new Set(open.map(({ conversation }) => conversation));
  const conversations = [...found.proven, ...found.unproven].filter(({ id }) => !busy.has(id));
  const settled = found.effects.filter((effect) => !isOpen(effect) && !busy.has(effect.conversation));
  const othersSettled = found.othersEffects.filter((effect) => !isOpen(effect));

  const pseudonym = identity.pseudonymOf(email);
  for (const effect of settled) await rewriteEffect(tx, effect.key, withoutPerson(effect, email, pseudonym));
  for (const effect of othersSettled) await rewriteEffect(tx, effect.key, withoutAddress(effect, email));
  for (const { id } of found.others) await replaceInConversation(tx, id, email, ERASED);
  // Before the conversations, which take their codes along uncounted.
  const codes = await deleteCodesFor(tx, identity.addressHashOf(email));
  for (const { id } of conversations) await deleteConversation(tx, id);
  let mails = 0;
  for (const mail of await waitingMails(tx)) {
    if (identity.openMail(mail)?.to.toLowerCase() !== email) continue;
    await deleteMail(tx, mail.id);
    mails += 1;
  }
  const counts = { conversations: conversations.length, changedConversations: found.others.length, mails, codes };
  const effects = settled.length + othersSettled.length;
  await appendAudit(tx, { at: now(), kind: "erase", body: { by, customer: pseudonym, ...counts, effects } });
  return {
    ...counts,
    effects,
    tickets: ticketsOf(settled),
    postponed: open.map(({ conversation, key }) => ({ conversation, effect: key })),
  };
}

function isOpen({ status }: Effect): boolean {
  return status === "intended" || status === "sending";
}
