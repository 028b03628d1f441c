/**
 * What the ledger keeps of a ticket, read from the text that the helpdesk was given: if an agent could not find the order
 * in it, neither can a test.
 */
export interface TicketRecord extends Record<string, unknown> {
  id: string;
  queue: string | null;
  reason: string | null;
  order: string | null;
  priority: string | null;
  summary: string;
  email: string | null;
  handoff: string | null;
  /** The whole text, without markup. */
  body: string;
  /** The words of the chat, one a line. */
  transcript: string;
}

export function ticketRecord(id: string, markup: string, email: string | null): TicketRecord {
  const body = plainText(markup);
  const line = (label: string) => new RegExp(`^${label}: (.*)$`, "m").exec(body)?.[1] ?? null;
  const order = line("Order");
  return {
    id,
    queue: line("Queue"),
    reason: line("Reason"),
    order: order === "not known" ? null : order,
    priority: line("Priority"),
    summary: body.split("\n")[0] ?? "",
    email,
    handoff: line("Handoff"),
    body,
    transcript: body.split("\nTranscript:\n")[1] ?? "",
  };
}

/** Markup of the kind that handoff-text.ts writes, as a reader sees it. */
export function plainText(markup: string): string {
  return markup
    .replace(/<br ?\/?>/gi, "\n")
    .replace(/<\/(p|div)>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}
