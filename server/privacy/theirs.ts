/** What is somebody's, among everything that is stored. */
import {
  type Conversation,
  conversationsNaming,
  conversationsOf,
  type Effect,
  effectsNaming,
  effectsOf,
  findConversation,
  findEffect,
  type Tx,
} from "../store/index.js";

/** Where to look: the result of reading everything, which takes its time and must hold up nobody who writes. */
export interface Places {
  readonly conversations: readonly string[];
  readonly effects: readonly string[];
}

export async function searchFor(tx: Tx, email: string): Promise<Places> {
  const found = [...(await conversationsOf(tx, email)), ...(await conversationsNaming(tx, email))];
  return { conversations: [...new Set(found.map(({ id }) => id))], effects: await effectsNaming(tx, email) };
}

export interface Theirs {
  /** Proved to be theirs, by a code or by the storefront. */
  readonly proven: readonly Conversation[];
  /** Nobody proved anything, and their address was typed: perhaps by them, perhaps by somebody else. */
  readonly unproven: readonly Conversation[];
  /** Somebody else's, in which their address stands. */
  readonly others: readonly Conversation[];
  /** Done for them or in their conversations. */
  readonly effects: readonly Effect[];
  /** Somebody else's, in which their address stands. */
  readonly othersEffects: readonly Effect[];
}

/** Reads those places and nothing else, as they stand now. */
export async function findTheirs(tx: Tx, email: string, places: Places): Promise<Theirs> {
  const standing: Conversation[] = [];
  for (const id of places.conversations) {
    const conversation = await findConversation(tx, id);
    if (conversation !== undefined) standing.push(conversation);
  }
  const isProven = ({ customer }: Conversation): boolean => customer?.email.toLowerCase() === email.toLowerCase();
  const proven = standing.filter(isProven);
  const unproven = standing.filter(({ customer }) => customer === undefined);
  const others = standing.filter((each) => each.customer !== undefined && !isProven(each));

  const theirs = new Map<string, Effect>();
  for (const { id } of [...proven, ...unproven]) {
    for (const effect of await effectsOf(tx, id)) if (isTheirs(effect, email, true)) theirs.set(effect.key, effect);
  }
  const othersEffects: Effect[] = [];
  for (const key of places.effects) {
    const effect = await findEffect(tx, key);
    if (effect === undefined || theirs.has(key)) continue;
    if (isTheirs(effect, email, false)) theirs.set(key, effect);
    else othersEffects.push(effect);
  }
  return { proven, unproven, others, effects: [...theirs.values()], othersEffects };
}

/** @param here whether it was done in a conversation of theirs; somebody else may have been signed in there, too */
function isTheirs({ authorisedBy }: Effect, email: string, here: boolean): boolean {
  const by = (authorisedBy as { email?: unknown } | null)?.email;
  return typeof by === "string" ? by.toLowerCase() === email.toLowerCase() : here;
}

/** A person's ticket at a helpdesk, which only the helpdesk can erase. */
export interface TicketElsewhere {
  readonly system: string;
  readonly ticket: string;
  readonly at: string;
}

export function ticketsOf(effects: readonly Effect[]): TicketElsewhere[] {
  return effects
    .filter(
      ({ capability, status }) => (capability === "handoff" || capability === "send_message") && status === "done",
    )
    .map(({ system, result, receipt, key, updatedAt }) => ({
      system,
      ticket: String((result as { id?: unknown } | undefined)?.id ?? receipt ?? key),
      at: new Date(updatedAt).toISOString(),
    }));
}
