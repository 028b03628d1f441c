import { open, readFile } from "node:fs/promises";
import { HandoffPayload } from "../capabilities.js";

/** What an agent of the shop reads; `text` is the payload as one text, for mails and plain pages. */
export interface DeskTicket {
  /** The hand-over's own id. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
  readonly payload: HandoffPayload;
}

export interface TicketBook {
  /** Resolves when the ticket is kept for good. One of that id that is there already stays as it is. */
  add(ticket: DeskTicket): Promise<void>;
  find(id: string): Promise<DeskTicket | undefined>;
}

/** Tickets in a file that only its owner can read: one line of JSON each, on the disk before `add` resolves. */
export function ticketFile(path: string): TicketBook {
  let last: Promise<unknown> = Promise.resolve();
  /** One after another: two hand-overs must not write into each other's lines. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };

  async function textOfFile(): Promise<string> {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return "";
      throw error;
    }
  }

  return {
    add: (ticket) =>
      inTurn(async () => {
        const text = await textOfFile();
        if (ticketIn(text, ticket.id) !== undefined) return;
        const file = await open(path, "a", 0o600);
        try {
          // After a crash in mid-write the last line has no end: the new one must not become part of it.
          const begin = text === "" || text.endsWith("\n") ? "" : "\n";
          await file.appendFile(`${begin}${JSON.stringify(ticket)}\n`);
          await file.datasync();
        } finally {
          await file.close();
        }
      }),
    find: (id) => inTurn(async () => ticketIn(await textOfFile(), id)),
  };
}

function ticketIn(text: string, id: string): DeskTicket | undefined {
  for (const line of text.split("\n")) {
    if (!line.includes(JSON.stringify(id))) continue;
    const ticket = parseTicket(line);
    if (ticket?.id === id) return ticket;
  }
  return undefined;
}

/** Undefined for a line that was cut off. */
function parseTicket(line: string): DeskTicket | undefined {
  try {
    const { id, at, text, payload } = JSON.parse(line) as Record<string, unknown>;
    const parsed = HandoffPayload.safeParse(payload);
    if (typeof id !== "string" || typeof at !== "string" || typeof text !== "string") return undefined;
    return parsed.success ? { id, at, text, payload: parsed.data } : undefined;
  } catch {
    return undefined;
  }
}
