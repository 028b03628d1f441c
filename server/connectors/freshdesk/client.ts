/**
 * Freshdesk's REST API (v2), as far as our tools need it. It takes no idempotency key, so our reference goes onto each
 * ticket, and is looked for among the requester's tickets: the search has an index that lags by minutes, the list has not.
 * @see https://developers.freshdesk.com/api/
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpAnswer, HttpCall } from "../http.js";

const text = z.string().nullish();

const Contact = z.looseObject({
  id: z.number().int(),
  name: text,
  email: text,
  other_emails: z.array(z.string()).nullish(),
  phone: text,
  mobile: text,
  address: text,
});
export type FreshdeskContact = z.infer<typeof Contact>;

const Ticket = z.looseObject({
  id: z.number().int(),
  tags: z.array(z.string()).nullish(),
  custom_fields: z.record(z.string(), z.unknown()).nullish(),
});
const Entries = z.array(z.looseObject({ body: text, body_text: text, private: z.boolean().nullish() }));

/** Who asks: an address, or for somebody without one an id of ours. Freshdesk makes a contact of either. */
export type Requester =
  | { readonly email: string; readonly name?: string }
  | { readonly unique_external_id: string; readonly name: string };

export interface NewTicket {
  readonly subject: string;
  /** HTML. The requester sees it, in the portal and where the shop confirms tickets by mail. */
  readonly description: string;
  readonly priority: number;
  readonly group_id?: number;
  readonly type?: string;
  readonly tags: readonly string[];
  readonly custom_fields?: Readonly<Record<string, string>>;
}

export interface NewMail {
  readonly email: string;
  readonly subject: string;
  /** HTML. */
  readonly description: string;
  readonly email_config_id: number;
  readonly tags: readonly string[];
  readonly custom_fields?: Readonly<Record<string, string>>;
}

/** Where our reference stands: in a custom field of the shop's, else among the tags. */
export interface Mark {
  readonly reference: string;
  readonly field: string | undefined;
}

/** Nothing is documented; it has held far longer texts. */
export const NOTE_LIMIT = 30_000;
const OPEN = 2;
const CLOSED = 5;
const CHAT = 7;
const MOST_PAGES = 5;

export type Made = { readonly result: "ok"; readonly id: number } | { readonly result: "refused"; reason: string };

export async function findContact(http: HttpCall, email: string): Promise<FreshdeskContact | undefined> {
  const answer = await http.request({ path: "/api/v2/contacts", query: { email }, schema: z.array(Contact) });
  // An address that Freshdesk does not take as one (400) is not known to it either.
  if (!answer.ok && (answer.status === 404 || answer.status === 400)) return undefined;
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
  return answer.body[0];
}

export async function createTicket(http: HttpCall, requester: Requester, ticket: NewTicket): Promise<Made> {
  const json = { ...requester, ...ticket, status: OPEN, source: CHAT };
  return made(await http.request({ method: "POST", path: "/api/v2/tickets", json, schema: Ticket }));
}

/** Mails the customer, and keeps the mail as a ticket that nobody has to work on. */
export async function sendMail(http: HttpCall, mail: NewMail): Promise<Made> {
  const json = { ...mail, status: CLOSED, priority: 1 };
  return made(await http.request({ method: "POST", path: "/api/v2/tickets/outbound_email", json, schema: Ticket }));
}

/**
 * The ticket that carries our mark. Only tickets of the last 30 days are listed, and none that was taken for spam.
 *
 * @returns undefined when the requester has no such ticket
 */
export async function findTicket(http: HttpCall, requester: Requester, mark: Mark): Promise<number | undefined> {
  const who = "email" in requester ? { email: requester.email } : { unique_external_id: requester.unique_external_id };
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await http.request({
      path: "/api/v2/tickets",
      query: { ...who, order_by: "created_at", order_type: "desc", per_page: 100, page },
      schema: z.array(Ticket),
    });
    // Whom Freshdesk does not know has no tickets: it says so with a 400 about the field.
    if (!answer.ok && (answer.status === 404 || isAbout(answer.body, Object.keys(who)))) return undefined;
    if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
    const found = answer.body.find((ticket) => carries(ticket, mark));
    if (found !== undefined) return found.id;
    if (!/rel="?next"?/.test(answer.headers.link ?? "")) return undefined;
  }
  // More than can be looked through: whether it is there is not known.
  throw new CallFailed("oversized");
}

/** Whether one of the first hundred entries is a private note with the mark in it. */
export async function hasNote(http: HttpCall, ticket: number, mark: string): Promise<boolean> {
  const answer = await http.request({
    path: `/api/v2/tickets/${ticket}/conversations`,
    query: { per_page: 100 },
    schema: Entries,
  });
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
  return answer.body.some((entry) => entry.private === true && (entry.body_text ?? entry.body ?? "").includes(mark));
}

/** @param body HTML; only agents see it */
export async function addNote(http: HttpCall, ticket: number, body: string): Promise<void> {
  const answer = await http.request({
    method: "POST",
    path: `/api/v2/tickets/${ticket}/notes`,
    json: { body, private: true },
  });
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: reasonOf(answer) });
}

function carries({ tags, custom_fields }: z.infer<typeof Ticket>, { reference, field }: Mark): boolean {
  return field === undefined ? (tags ?? []).includes(reference) : custom_fields?.[field] === reference;
}

function made(answer: HttpAnswer<{ id: number }>): Made {
  return answer.ok ? { result: "ok", id: answer.body.id } : { result: "refused", reason: reasonOf(answer) };
}

interface Errors {
  readonly errors?: readonly { readonly field?: unknown; readonly message?: unknown; readonly code?: unknown }[];
  readonly message?: unknown;
  readonly description?: unknown;
}

function isAbout(body: unknown, fields: readonly string[]): boolean {
  const { errors } = (body ?? {}) as Errors;
  return Array.isArray(errors) && errors.some(({ field }) => fields.includes(String(field)));
}

/** The shop's settings can make any field mandatory, so Freshdesk's own words are what helps. */
function reasonOf({ status, body }: { readonly status: number; readonly body: unknown }): string {
  const { errors, message, description } = (typeof body === "object" ? (body ?? {}) : {}) as Errors;
  if (Array.isArray(errors) && errors.length > 0) {
    return (errors as NonNullable<Errors["errors"]>)
      .map(({ field, message: said, code }) => `${field === undefined ? "" : `${field}: `}${said ?? code ?? ""}`)
      .join("; ");
  }
  return String(message ?? description ?? `status ${status}`);
}
