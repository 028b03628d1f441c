/**
 * What a person reads when the chat is handed over: the line that says it all first, then what they need to act, then the
 * words. The same content for every helpdesk; each says how it writes a line break and how much it can hold.
 */
import type { HandoffPayload } from "./capabilities.js";

export interface TextStyle {
  /** Longest text the helpdesk takes, in characters of the finished markup. */
  readonly limit: number;
  readonly newline: string;
  readonly escape: (text: string) => string;
}

export const HTML: Omit<TextStyle, "limit"> = { newline: "<br>", escape: escapeHtml };
export const PLAIN: Omit<TextStyle, "limit"> = { newline: "\n", escape: (text) => text };

/** Summary, order, customer, reason, facts, reasons, receipts, and as much of the transcript as fits. */
export function handoffText(payload: HandoffPayload, style: TextStyle): string {
  const head = headLines(payload).map((line) => style.escape(shorten(line.replace(/\s*\n\s*/g, " / "), 600)));
  // However long facts and reasons are, the words of the shopper keep a third of the room.
  const top = squeeze(head, Math.floor(style.limit * 0.66), style.newline, "…");
  const start = [...top, "", style.escape("Transcript:")].join(style.newline) + style.newline;
  return start + transcriptText(payload, { ...style, limit: style.limit - start.length });
}

/** Oldest first, cut from the middle where it does not fit: how it began and how it ended matter most. */
export function transcriptText({ transcript }: HandoffPayload, style: TextStyle): string {
  const lines = transcript.map(({ from, at, text }) =>
    style.escape(`${at.slice(0, 16).replace("T", " ")} ${from}: ${text}`).replaceAll("\n", style.newline),
  );
  return squeeze(lines, style.limit, style.newline, "left out here").join(style.newline);
}

function headLines(payload: HandoffPayload): string[] {
  const { customer } = payload;
  const proven = customer.claimed
    ? "typed in the chat, not proven"
    : `identity: ${customer.level.replaceAll("_", " ")}`;
  const who = [customer.name, customer.email].filter((part) => part !== null).join(", ");
  return [
    payload.summary,
    `Order: ${payload.order_number ?? "not known"}`,
    `Customer: ${who === "" ? "not known" : who} (${who === "" ? "nothing proven" : proven})`,
    `Reason: ${payload.reason}`,
    `Queue: ${payload.queue}`,
    `Priority: ${payload.priority}`,
    ...(payload.policy === null ? [] : [`Policy: ${payload.policy}`]),
    ...payload.facts.map(({ label, value }) => `${label}: ${value}`),
    ...titled("Why it stopped:", payload.reasons),
    ...titled("Already done:", payload.receipts),
    `Language: ${payload.locale}`,
    `Handoff: ${payload.handoff_id}`,
  ];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `- ${line}`)];
}

/** Leaves lines out of the middle until the rest fits, and says how many. A single line too long is cut at its end. */
function squeeze(lines: readonly string[], limit: number, newline: string, mark: string): string[] {
  const size = (text: string) => text.length + newline.length;
  if (lines.reduce((sum, line) => sum + size(line), 0) <= limit) return [...lines];
  const room = limit - size(`… 99999 lines ${mark} …`);
  const first: string[] = [];
  const last: string[] = [];
  let used = 0;
  let from = 0;
  let to = lines.length - 1;
  while (from <= to) {
    // Two lines of the end for each of the beginning.
    const takeFirst = first.length * 2 <= last.length;
    const line = lines[takeFirst ? from : to] ?? "";
    const left = room - used - newline.length;
    if (line.length > left) {
      if (first.length === 0 && last.length === 0) first.push(shorten(line, Math.max(1, left)));
      break;
    }
    used += size(line);
    if (takeFirst) {
      first.push(line);
      from++;
    } else {
      last.unshift(line);
      to--;
    }
  }
  const missing = lines.length - first.length - last.length;
  return missing <= 0 ? [...first, ...last] : [...first, `… ${missing} lines ${mark} …`, ...last];
}

function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // Not in the middle of an escaped character, or of a pair that makes one.
  const cut = text.slice(0, Math.max(0, longest - 1)).replace(/&[a-z#\d]{0,6}$|[\uD800-\uDBFF]$/i, "");
  return `${cut}…`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
