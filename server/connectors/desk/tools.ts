import type { Ticket } from "../capabilities.js";
import type { Tool, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import { CallFailed } from "../failure.js";
import { handoffText, PLAIN } from "../handoff-text.js";
import type { TicketBook } from "./tickets.js";

const TEXT_LIMIT = 30_000;

export function deskTools(book: TicketBook, now: () => number): Tool[] {
  const handoff: Tool<"handoff"> = {
    name: "desk_handoff",
    capability: "handoff",
    system: "desk",
    async run(payload) {
      const id = payload.handoff_id;
      try {
        const text = handoffText(payload, { ...PLAIN, limit: TEXT_LIMIT });
        await book.add({ id, at: new Date(now()).toISOString(), text, payload });
        return filed(id);
      } catch (error) {
        if (error instanceof CallFailed) return error.toOutcome();
        // Whatever broke, the ticket may have been kept before: a look tells.
        return { result: "unknown_outcome", reason: "internal" };
      }
    },
    async readBack({ handoff_id }) {
      try {
        return (await book.find(handoff_id)) === undefined ? { result: "not_found" } : filed(handoff_id);
      } catch {
        return { result: "unavailable", reason: "internal" };
      }
    },
  };
  return [handoff as unknown as Tool];
}

function filed(id: string): ToolOutcome<Ticket> {
  return ok({ id, mode: "async" as const }, `Desk ticket ${id}`);
}
