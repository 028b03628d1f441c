import type { Connector } from "../connector.js";
import { type TicketBook, ticketFile } from "./tickets.js";
import { deskTools } from "./tools.js";

export { eraseTickets } from "./erase.js";
export type { DeskTicket, TicketBook } from "./tickets.js";

/** Either of the two. `file` is what can be written into `shop.json`. */
export interface DeskConfig {
  /** Where tickets are kept, handed in by the server. */
  readonly tickets?: TicketBook | undefined;
  /** A file of JSON lines, one ticket each, made when the first one is filed. */
  readonly file?: string | undefined;
  readonly clock?: { now(): number } | undefined;
}

/** Our own desk, for a shop that has no helpdesk: tickets are kept here, and answered by e-mail. */
export function createDesk({ tickets, file, clock = { now: () => Date.now() } }: DeskConfig): Connector {
  const book = tickets ?? (file === undefined ? undefined : ticketFile(file));
  if (book === undefined) {
    throw new Error('The desk has no place for its tickets. Write "desk": { "file": "tickets.jsonl" } in shop.json.');
  }
  return { system: "desk", tools: deskTools(book, () => clock.now()), close: async () => {} };
}
