/** What is somebody's, among everything that is stored. */
import {
  type Conversation,
  conversationsNaming,
  conversationsOf,
  type Effect,
  effectsNaming,
  effectsOf,
  findEffect,
  type Tx,
} from "../store/index.js";

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

export async function findTheirs(tx: Tx, email: string): Promise<Theirs> {
  const proven = await conversationsOf(tx, email);
  const isProven = new Set(proven.map(({ id }) => id));
  const naming = (await conversationsNaming(tx, email)).filter(({ id }) => !isProven.has(id));
  const unproven = naming.filter(({ customer }) => customer === undefined);
  const others = naming.filter(({ customer }) => customer !== undefined);

  const theirs = new Map<string, Effect>();
  for (const { id } of [...proven, ...unproven]) {
    for (const effect of await effectsOf(tx, id)) if (isTheirs(effect, email, true)) theirs.set(effect.key, effect);
  }
  const othersEffects: Effect[] = [];
  for (const key of await effectsNaming(tx, email)) {
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
