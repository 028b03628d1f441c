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
}

export function createJournal(store: Store, ports: Ports): Journal {
  const now = (): number => ports.clock.now();

  async function settle(entry: CatalogueEntry, effect: Effect): Promise<Settled> {
    if (effect.status === "done" || effect.status === "refused" || effect.status === "needs_person") {
      return { ...settledFields(effect), called: false };
    }
    const tool = entry.served;
    const call: ToolCall = { key: effect.key, conversation: effect.conversation };
    const mayHaveHappened = effect.status === "sending";
    const claimed = await store.write((tx) =>
      moveEffect(tx, effect.key, ["intended", "sending"], "sending", { at: now(), tried: true }),
    );
    if (!claimed) return resume(entry, effect.key);
    let outcome: ToolOutcome<unknown>;
    if (mayHaveHappened && tool.readBack !== undefined) {
      outcome = await tool.readBack(effect.arguments as never, call);
      // Certainly not there: the call that follows goes out in this same turn of the event loop.
      if (outcome.result === "not_found") outcome = await tool.run(effect.arguments as never, call);
    } else if (mayHaveHappened) {
      outcome = {
        result: "unknown_outcome",
        reason: "a call may have gone out, and this system cannot be asked about it",
      };
    } else outcome = await tool.run(effect.arguments as never, call);
    for (
      let tries = 1;
      outcome.result === "unknown_outcome" && tool.readBack !== undefined && tries <= READ_BACKS;
      tries++
    ) {
      // A shopper is waiting, and the vendor's books mostly know within a moment.
      await ports.clock.pause(READ_BACK_PAUSE_MS);
      const seen = await tool.readBack(effect.arguments as never, call);
      if (seen.result === "not_found") outcome = await tool.run(effect.arguments as never, call);
      else if (seen.result !== "unavailable") outcome = seen;
    }
    return record(entry, effect, outcome);
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
        if (entry.capability === "handoff" && effect.tries < MAX_TICKET_TRIES)
          return move("sending", { reason: outcome.reason });
        return move("needs_person", { reason: outcome.reason });
    }
  }

  async function resume(entry: CatalogueEntry, key: string): Promise<Settled> {
    const effect = await store.read((tx) => findEffect(tx, key));
    if (effect === undefined) return { status: "refused", reason: "no such effect", called: false };
    return settle(entry, effect);
  }

  return {
    async perform(entry, fresh) {
      const { name: tool, capability } = entry;
      const line = { ...fresh, tool, capability, system: entry.served.system, at: now() };
      const { effect } = await store.write((tx) => intendEffect(tx, line));
      return settle(entry, effect);
    },
    resume,
  };
}

const READ_BACKS = 3;
const READ_BACK_PAUSE_MS = 400;
const MAX_TICKET_TRIES = 20;

function settledFields(effect: Effect): Omit<Settled, "called"> {
  return {
    status: effect.status,
    ...(effect.result !== undefined && { value: effect.result }),
    ...(effect.receipt !== undefined && { receipt: effect.receipt }),
    ...(effect.reason !== undefined && { reason: effect.reason }),
  };
}
