/**
 * The way of an effect: whose it is, whether it was done before, whether a yes and a code cover it, whether the shop allows
 * it without a person; then through the journal.
 */
import type { Offered } from "../dialogue/index.js";
import { isAgreed, isSameValue } from "../dialogue/index.js";
import type { Identity } from "../identity/index.js";
import { includes } from "../identity/index.js";
import type { Ports } from "../ports/index.js";
import {
  type Effect,
  effectsOf,
  effectsOfFamily,
  effectsSince,
  intendEffect,
  type Store,
  type Tx,
} from "../store/index.js";
import { readAbout } from "./about.js";
import type { Caller } from "./carry-out.js";
import type { Catalogue, CatalogueEntry } from "./catalogue.js";
import { type Args, effectKind, NEEDS_NO_YES, placeIn } from "./effects.js";
import type { Journal, Settled } from "./journal.js";
import { type EffectLimit, limitWindowMs, overLimit } from "./limits.js";

/** The yes that an effect rests on, as the interpreter hands it over. */
export type Agreed = Offered & { readonly codeId?: string; readonly code?: string };

export interface EffectCall {
  readonly entry: CatalogueEntry;
  readonly args: Args;
  readonly caller: Caller;
  readonly step: string;
  readonly agreed: Agreed | undefined;
  /** The arguments as the policy gave them, before defaults were filled in: what the yes was given to. */
  readonly given: Args;
  /** What the code in a mail allows, in words. */
  readonly words: string;
}

export type Performed =
  | { readonly kind: "settled"; readonly settled: Settled; readonly key: string; readonly codeId?: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string }
  | { readonly kind: "not_found" }
  | { readonly kind: "needs_code" | "wrong_code" };

export interface PerformRooms {
  readonly catalogue: Catalogue;
  readonly store: Store;
  readonly identity: Identity;
  readonly ports: Ports;
  readonly journal: Journal;
  readonly limits: Readonly<Record<string, EffectLimit>>;
}

export async function performEffect(rooms: PerformRooms, call: EffectCall): Promise<Performed> {
  const { store, journal } = rooms;
  const { entry, args, caller } = call;
  // The turn was taken before and crashed: what it began is gone on with, and nothing is asked again.
  const begun = (await store.read((tx) => effectsOf(tx, caller.conversation))).find(
    (effect) =>
      effect.turn === caller.turn && effect.capability === entry.capability && isSameValue(effect.arguments, args),
  );
  if (begun !== undefined) return { kind: "settled", settled: await journal.resume(entry, begun.key), key: begun.key };

  const about = await readAbout(rooms.catalogue, entry, args, caller);
  if (about.result !== "ok")
    return about.result === "unavailable" ? { kind: "unavailable", reason: about.reason } : { kind: "not_found" };
  const kind = effectKind(entry.capability);
  const family =
    kind?.family(args, about.value) ?? `${entry.capability}:${caller.conversation}:${caller.turn}:${call.step}`;
  const standing = await store.read((tx) => effectsOfFamily(tx, family));
  const place = kind === undefined ? { key: family } : placeIn(kind, entry.capability, args, family, standing);
  if ("taken" in place) return { kind: "refused", reason: `already_${place.taken.capability}` };
  const known = standing.find(({ key }) => key === place.key);
  if (known !== undefined) return { kind: "settled", settled: await journal.resume(entry, known.key), key: known.key };

  const refusal = await refusalOf(rooms, call);
  if (refusal !== undefined) return refusal;
  const isCovered = !needsCode(entry, caller) || call.agreed?.codeId !== undefined;
  if (!isCovered && call.agreed?.code === undefined) return sendStepUpCode(rooms, call);
  const intended = await store.write(async (tx) => {
    const codeId = isCovered ? call.agreed?.codeId : await spendCode(rooms, call, tx);
    if (!isCovered && codeId === undefined) return undefined;
    // In the commit that spends the code, and only if nobody else took the family meanwhile.
    const now =
      kind === undefined ? place : placeIn(kind, entry.capability, args, family, await effectsOfFamily(tx, family));
    if ("taken" in now) return { taken: now.taken };
    await intendEffect(tx, lineOf(rooms, call, family, now.key, codeId));
    return { key: now.key, codeId };
  });
  if (intended === undefined) return { kind: "wrong_code" };
  if ("taken" in intended) return { kind: "refused", reason: `already_${(intended.taken as Effect).capability}` };
  const { key, codeId } = intended;
  return { kind: "settled", settled: await journal.resume(entry, key), key, ...(codeId !== undefined && { codeId }) };
}

/** The shop's own limits, the level, and the yes. */
async function refusalOf(
  { store, limits, ports, identity }: PerformRooms,
  call: EffectCall,
): Promise<Performed | undefined> {
  const { entry, args, given, caller, agreed, step } = call;
  if (entry.level === "person") return { kind: "refused", reason: "needs_person" };
  if (!NEEDS_NO_YES.has(entry.capability) && !(agreed && isAgreed(agreed.agreement, step, entry.name, given))) {
    return { kind: "refused", reason: "not_confirmed" };
  }
  const limit = limits[entry.name] ?? limits[entry.capability];
  if (limit === undefined) return undefined;
  const since = ports.clock.now() - limitWindowMs(limit);
  const earlier = await store.read((tx) => effectsSince(tx, entry.capability, since));
  const email = caller.who.email?.toLowerCase();
  // Who had their data erased begins no new allowance by that: the books still know them by a pseudonym.
  const pseudonym = email === undefined ? undefined : identity.pseudonymOf(email);
  const own = earlier.filter(({ status, authorisedBy }) => {
    const by = authorisedBy as { email?: unknown; customer?: unknown } | null;
    return status !== "refused" && (by?.customer === undefined ? by?.email === email : by.customer === pseudonym);
  });
  const reason = overLimit(limit, args, own);
  return reason === undefined ? undefined : { kind: "refused", reason };
}

function needsCode(entry: CatalogueEntry, caller: Caller): boolean {
  return entry.level === "stepped_up" && !includes(caller.who.level, "stepped_up");
}

async function sendStepUpCode(
  { store, identity }: PerformRooms,
  { agreed, caller, words }: EffectCall,
): Promise<Performed> {
  const { email } = caller.who;
  if (email === undefined || agreed === undefined) return { kind: "refused", reason: "not_identified" };
  const sent = await store.write((tx) =>
    identity.sendCode(tx, {
      conversation: caller.conversation,
      account: { email },
      purpose: "step_up",
      binding: agreed.agreement.digest,
      allows: words,
      ...(caller.locale !== undefined && { locale: caller.locale }),
      ...(caller.network !== undefined && { network: caller.network }),
    }),
  );
  return sent.answer === "sent" ? { kind: "needs_code" } : { kind: "refused", reason: "too_many_codes" };
}

async function spendCode(
  { identity }: PerformRooms,
  { agreed, caller }: EffectCall,
  tx: Tx,
): Promise<string | undefined> {
  if (agreed?.code === undefined) return undefined;
  const checked = await identity.checkCode(tx, {
    conversation: caller.conversation,
    code: agreed.code,
    purpose: "step_up",
    binding: agreed.agreement.digest,
  });
  return checked.ok ? checked.codeId : undefined;
}

function lineOf(
  { ports }: PerformRooms,
  { entry, args, caller, agreed }: EffectCall,
  family: string,
  key: string,
  codeId: string | undefined,
) {
  const { conversation, turn, who, policy } = caller;
  return {
    key,
    family,
    conversation,
    turn,
    tool: entry.name,
    capability: entry.capability,
    system: entry.served.system,
    arguments: args,
    // Committed before the call: nothing is done that nobody allowed.
    authorisedBy: { level: who.level, email: who.email?.toLowerCase(), codeId, yes: agreed?.agreement.digest, policy },
    at: ports.clock.now(),
  };
}
