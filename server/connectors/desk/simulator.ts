/** The desk's tickets in memory, noted in the world's ledger, with the faults that a disk or a database may have. */
import type { FaultKind, World } from "../../../sandbox/world/index.js";
import { CallFailed, type FailureReason } from "../failure.js";
import { escapeHtml } from "../handoff-text.js";
import { ticketRecord } from "../ticket-record.js";
import type { DeskTicket, TicketBook } from "./tickets.js";

const NOTHING_KEPT: Partial<Record<FaultKind, FailureReason>> = {
  unavailable: "vendor_error",
  auth: "auth",
  rate_limited: "rate_limited",
};
const NOT_KNOWN: Partial<Record<FaultKind, FailureReason>> = { timeout: "timeout", error_500: "vendor_error" };
const KEPT: Partial<Record<FaultKind, FailureReason>> = {
  applied_then_timeout: "timeout",
  malformed: "malformed",
  oversized: "oversized",
};

export function simulatedTickets(world: World): TicketBook {
  const tickets = new Map<string, DeskTicket>();
  world.ledgerOf("desk");
  return {
    async add(ticket) {
      const fault = world.takeFault("desk_handoff", "handoff");
      const fail = (reasons: Partial<Record<FaultKind, FailureReason>>, outcomeUnknown: boolean) => {
        const reason = fault === undefined ? undefined : reasons[fault];
        if (reason !== undefined) throw new CallFailed(reason, { outcomeUnknown });
      };
      fail(NOTHING_KEPT, false);
      fail(NOT_KNOWN, true);
      if (!tickets.has(ticket.id)) {
        tickets.set(ticket.id, ticket);
        world.record(
          "desk",
          "tickets",
          ticketRecord(ticket.id, escapeHtml(ticket.text), ticket.payload.customer.email),
        );
      }
      fail(KEPT, true);
    },
    find: async (id) => tickets.get(id),
  };
}
