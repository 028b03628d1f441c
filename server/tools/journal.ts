/**
 * Effects happen once. The journal's line is committed before a call goes out, under a key that is a business fact; after
 * a crash or a time-out the line says that a call may have gone out, and only reading back or the vendor's own idempotency
 * decides what happened. Never a blind retry.
 */
import type { ToolCall, ToolOutcome } from "../connectors/index.js";
import type { Ports } from "../ports/index.js";
import { type Effect, findEffect, intendEffect, moveEffect, type NewEffect, type Store } from "../store/index.js";
import type { CatalogueEntry } from "./catalogue.js";

export interface Settled {
  readonly status: Effect["status"];
  readonly value?: unknown;
  readonly receipt?: string;
  readonly reason?: string;
  /** False when the journal already held the answer: nothing was called now. */
  readonly called: boolean;
}

export interface Journal {
  /** Writes the intent if it is new, and carries it out unless that has been done. */
  perform(entry: CatalogueEntry, effect: Omit<NewEffect, "at" | "tool" | "capability" | "system">): Promise<Settled>;
  /** Once more for what stands unsettled: after a restart, or when a system is back. */
  resume(entry: CatalogueEntry, key: string): Promise<Settled>;
  /**
   * For what a turn began that crashed, and went another way when it was taken again: nothing is sent for it any more, and
   * what became of the call that may be out is found out.
   *
   * @param isLast whether a person is to find out what cannot be found out now
   */
  withdraw(entry: CatalogueEntry, key: string, isLast: boolean): Promise<Settled>;
}

export function createJournal(store: Store, ports: Ports): Journal {
  const now = (): number => ports.clock.now();
  /**
   * Effects at work in this process: whoever wants the same one meanwhile waits for the same answer. On another server it
   * waits until this one has let go: only who holds an effect may ask the vendor about it, or call.
   */
  const atWork = new Map<string, Promise<Settled>>();

  function once(key: string, work: () => Promise<Settled>): Promise<Settled> {
    const standing = atWork.get(key);
    if (standing !== undefined) return standing.then((settled) => ({ ...settled, called: false }));
    const begun = store.hold(`effect:${key}`, work).finally(() => atWork.delete(key));
    atWork.set(key, begun);
    return begun;
  }

  async function settle(entry: CatalogueEntry, effect: Effect): Promise<Settled> {
    const { key, status, capability } = effect;
    // The key is one business fact: what another tool has begun for it is not done again in another way.
    if (capability !== entry.capability) {
      return { status: "refused", reason: `already_${capability}`, called: false };
    }
    if (status === "done" || status === "refused" || status === "needs_person") {
      return { ...settledFields(effect), called: false };
    }
    const claimed = await store.write((tx) => moveEffect(tx, key, [status], "sending", { at: now(), tried: true }));
    if (!claimed) return resumeNow(entry, key);
    let outcome = await (status === "sending" ? ask(entry, effect) : send(entry, effect));
    const wasOpen = status === "sending" || outcome.result === "unknown_outcome";
    for (let tries = 0; outcome.result === "unknown_outcome" && canBeAsked(entry) && tries < READ_BACKS; tries++) {
      // A shopper is waiting, and the vendor's books mostly know within a moment.
      await ports.clock.pause(READ_BACK_PAUSE_MS);
      outcome = await ask(entry, effect);
    }
    return record(entry, effect, wasOpen ? inDoubt(outcome) : outcome);
  }

  async function send({ served }: CatalogueEntry, effect: Effect): Promise<ToolOutcome<unknown>> {
    // A server that stood still may have been taken for dead: then another one calls, and this one begins anew.
    store.requireHold?.();
    return orUnknown(served.run(effect.arguments as never, callOf(effect)));
  }

  /** A call may have gone out before: asks what came of it, and sends again only what certainly is not there. */
  async function ask(entry: CatalogueEntry, effect: Effect): Promise<ToolOutcome<unknown>> {
    const { served } = entry;
    if (served.readBack === undefined) return { result: "unknown_outcome", reason: "cannot_be_asked" };
    const found = await orUnknown(served.readBack(effect.arguments as never, callOf(effect)));
    if (found.result === "ok") return found;
    // The call goes out in the same turn of the event loop as the answer that allows it.
    if (found.result === "not_found") return send(entry, effect);
    // No answer about the first call is not a "no": whatever kept it from coming, the effect may stand.
    return { result: "unknown_outcome", reason: found.reason };
  }

  /** Writes down what came of the call. An effect that may have happened stays `sending`, to be read back later. */
  async function record(entry: CatalogueEntry, effect: Effect, outcome: ToolOutcome<unknown>): Promise<Settled> {
    const move = async (to: Effect["status"], fields: Partial<Settled>): Promise<Settled> => {
      await store.write((tx) =>
        moveEffect(tx, effect.key, ["sending"], to, {
          at: now(),
          ...(fields.receipt !== undefined && { receipt: fields.receipt }),
          ...(fields.value !== undefined && { result: fields.value }),
          ...(fields.reason !== undefined && { reason: fields.reason }),
        }),
      );
      return { status: to, called: true, ...fields };
    };
    switch (outcome.result) {
      case "ok":
        return move("done", { value: outcome.value, ...(outcome.receipt && { receipt: outcome.receipt }) });
      case "not_found":
        return move("refused", { reason: "not_found" });
      case "refused":
        return move("refused", { reason: outcome.reason });
      case "unavailable":
        // A ticket is tried until it is there. Anything else was not done, and is not done later behind people's backs.
        return move(entry.capability === "handoff" ? "intended" : "refused", { reason: "unavailable" });
      case "unknown_outcome":
        if (entry.capability === "handoff" && canBeAsked(entry) && effect.tries < MAX_TICKET_TRIES)
          return move("sending", { reason: outcome.reason });
        return move("needs_person", { reason: outcome.reason });
    }
  }

  async function withdrawNow({ served }: CatalogueEntry, key: string, isLast: boolean): Promise<Settled> {
    const effect = await store.read((tx) => findEffect(tx, key));
    if (effect === undefined) return { status: "refused", reason: "no such effect", called: false };
    const { status } = effect;
    if (status !== "intended" && status !== "sending") return { ...settledFields(effect), called: false };
    const move = async (to: Effect["status"], fields: Omit<Settled, "status" | "called">): Promise<Settled> => {
      const { value, ...rest } = fields;
      const change = { at: now(), ...rest, ...(value !== undefined && { result: value }) };
      const moved = await store.write((tx) => moveEffect(tx, key, [status], to, change));
      return moved ? { status: to, called: false, ...fields } : { status, called: false };
    };
    if (status === "intended") return move("refused", { reason: WITHDRAWN });
    const found: ToolOutcome<unknown> =
      served.readBack === undefined
        ? { result: "unknown_outcome", reason: "cannot_be_asked" }
        : await orUnknown(served.readBack(effect.arguments as never, callOf(effect)));
    if (found.result === "ok")
      return move("done", { value: found.value, ...(found.receipt && { receipt: found.receipt }) });
    if (found.result === "not_found" && now() - effect.updatedAt >= LATEST_ARRIVAL_MS)
      return move("refused", { reason: WITHDRAWN });
    if (isLast || served.readBack === undefined) return move("needs_person", { reason: WITHDRAWN });
    return { status, called: false };
  }

  async function resumeNow(entry: CatalogueEntry, key: string): Promise<Settled> {
    const effect = await store.read((tx) => findEffect(tx, key));
    if (effect === undefined) return { status: "refused", reason: "no such effect", called: false };
    return settle(entry, effect);
  }

  return {
    async perform(entry, fresh) {
      const { name: tool, capability } = entry;
      const line = { ...fresh, tool, capability, system: entry.served.system, at: now() };
      const { effect } = await store.write((tx) => intendEffect(tx, line));
      return once(effect.key, () => settle(entry, effect));
    },
    resume: (entry, key) => once(key, () => resumeNow(entry, key)),
    withdraw: (entry, key, isLast) => once(key, () => withdrawNow(entry, key, isLast)),
  };
}

const READ_BACKS = 3;
const READ_BACK_PAUSE_MS = 400;
const MAX_TICKET_TRIES = 20;
/** In the books of what was begun and given up. */
const WITHDRAWN = "withdrawn";
/** A request that was not done by then is not done any more, whatever held it up. */
const LATEST_ARRIVAL_MS = 20_000;

/**
 * A call before this one may still be on its way: that this one was not carried out does not say that nothing was. The
 * vendor's "no" to a second asking may even come from the first.
 */
function inDoubt(outcome: ToolOutcome<unknown>): ToolOutcome<unknown> {
  if (outcome.result === "ok" || outcome.result === "unknown_outcome") return outcome;
  return { result: "unknown_outcome", reason: outcome.result === "not_found" ? "not_found" : outcome.reason };
}

function canBeAsked({ served }: CatalogueEntry): boolean {
  return served.readBack !== undefined;
}

/** A fault of ours in mid-call leaves open what happened, as a broken connection does. */
function orUnknown(outcome: Promise<ToolOutcome<unknown>>): Promise<ToolOutcome<unknown>> {
  return outcome.catch(() => ({ result: "unknown_outcome", reason: "internal" }));
}

function callOf({ key, conversation }: Effect): ToolCall {
  return { key, conversation };
}

function settledFields(effect: Effect): Omit<Settled, "called"> {
  return {
    status: effect.status,
    ...(effect.result !== undefined && { value: effect.result }),
    ...(effect.receipt !== undefined && { receipt: effect.receipt }),
    ...(effect.reason !== undefined && { reason: effect.reason }),
  };
}
