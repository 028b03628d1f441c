/**
 * Kustomer's REST API, as far as our tools need it. A ticket is a conversation; what only agents may read is a note on it.
 * Requests are flat, answers are JSON:API.
 * @see https://developer.kustomer.com/api.md
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpAnswer, HttpCall } from "../http.js";

const text = z.string().nullish();
const one = <T extends z.ZodType>(attributes: T) =>
  z.looseObject({ data: z.looseObject({ id: z.string(), attributes }) });

const CustomerAttributes = z.looseObject({
  name: text,
  displayName: text,
  emails: z.array(z.looseObject({ email: text })).nullish(),
  phones: z.array(z.looseObject({ phone: text })).nullish(),
  // Seen as a list of objects with a type; that the whole address stands in `address` is assumed.
  locations: z.array(z.looseObject({ type: text, address: text })).nullish(),
  custom: z.record(z.string(), z.unknown()).nullish(),
});
const Customer = one(CustomerAttributes);
const Conversation = one(z.looseObject({ status: text }));
const Notes = z.looseObject({ data: z.array(z.looseObject({ attributes: z.looseObject({ body: text }) })) });

export interface KustomerCustomer extends z.infer<typeof CustomerAttributes> {
  readonly id: string;
}

export interface NewConversation {
  readonly customer: string;
  readonly name: string;
  readonly status: "open";
  /** 1 to 5. */
  readonly priority: number;
  readonly direction: "in";
  /** Ours; a second conversation with it is refused. */
  readonly externalId: string;
  readonly queue?: string;
  readonly assignedTeams?: readonly string[];
  readonly custom?: Readonly<Record<string, string>>;
}

/** Nothing is documented for notes; it is what a recorded message may hold. */
export const NOTE_LIMIT = 10_000;
const PREVIEW_LIMIT = 10_240;

export type Made = { readonly result: "ok"; readonly id: string } | { readonly result: "refused"; reason: string };

/** @returns undefined when Kustomer does not know the address or id */
export async function findCustomer(
  http: HttpCall,
  by: { readonly email: string } | { readonly externalId: string },
): Promise<KustomerCustomer | undefined> {
  const [name, value] = "email" in by ? ["email", by.email] : ["externalId", by.externalId];
  // The equals sign is part of the path.
  const answer = await http.request({ path: `/v1/customers/${name}=${encodeURIComponent(value)}`, schema: Customer });
  if (answer.ok) return { ...answer.body.data.attributes, id: answer.body.data.id };
  // What Kustomer does not take for an address (400) is not known to it either.
  if (answer.status === 404 || answer.status === 400) return undefined;
  throw new CallFailed("unexpected_status", { cause: answer.status });
}

/** A customer without conversations is nothing yet: when the answer is lost, the next look finds it. */
export async function createCustomer(
  http: HttpCall,
  customer: {
    readonly name?: string;
    readonly emails?: readonly { readonly email: string; readonly type: string; readonly verified: boolean }[];
    readonly externalId?: string;
  },
): Promise<Made | { readonly result: "taken" }> {
  const answer = await http.request({
    method: "POST",
    path: "/v1/customers",
    json: customer,
    effect: "staging",
    schema: Customer,
  });
  return answer.status === 409 ? { result: "taken" } : made(answer);
}

/** @returns undefined when there certainly is no such conversation */
export async function findConversation(http: HttpCall, externalId: string): Promise<string | undefined> {
  const answer = await http.request({
    path: `/v1/conversations/externalId=${encodeURIComponent(externalId)}`,
    schema: Conversation,
  });
  if (answer.ok) return answer.body.data.id;
  if (answer.status === 404) return undefined;
  throw new CallFailed("unexpected_status", { cause: answer.status });
}

export async function createConversation(
  http: HttpCall,
  conversation: NewConversation,
): Promise<Made | { readonly result: "taken" }> {
  const answer = await http.request({
    method: "POST",
    path: "/v1/conversations",
    json: conversation,
    schema: Conversation,
  });
  return answer.status === 409 ? { result: "taken" } : made(answer);
}

/** Whether one of the newest hundred notes holds the mark. */
export async function hasNote(http: HttpCall, conversation: string, mark: string): Promise<boolean> {
  const answer = await http.request({
    path: `/v1/conversations/${encodeURIComponent(conversation)}/notes`,
    query: { pageSize: 100 },
    schema: Notes,
  });
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
  return answer.body.data.some(({ attributes }) => attributes.body?.includes(mark));
}

export async function addNote(http: HttpCall, conversation: string, body: string): Promise<void> {
  const answer = await http.request({
    method: "POST",
    path: `/v1/conversations/${encodeURIComponent(conversation)}/notes`,
    json: { body },
  });
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: reasonOf(answer) });
}

/** Records what the shopper said; nothing is sent to anybody. With it the conversation counts as waiting for an answer. */
export async function recordMessage(
  http: HttpCall,
  conversation: string,
  message: { readonly subject: string; readonly preview: string; readonly externalId: string },
): Promise<void> {
  await http.request({
    method: "POST",
    path: `/v1/conversations/${encodeURIComponent(conversation)}/messages`,
    json: {
      ...message,
      preview: message.preview.slice(0, PREVIEW_LIMIT),
      channel: "chat",
      app: "aftersale",
      direction: "in",
    },
  });
}

function made(answer: HttpAnswer<{ data: { id: string } }>): Made {
  if (answer.ok) return { result: "ok", id: answer.body.data.id };
  return { result: "refused", reason: reasonOf(answer) };
}

/** `message` in the usual shape of an error, `detail` or `title` in the one that some endpoints have. */
function reasonOf({ status, body }: { readonly status: number; readonly body: unknown }): string {
  const [first] = (body as { errors?: Record<string, unknown>[] } | null | undefined)?.errors ?? [];
  const told = first?.message ?? first?.detail ?? first?.title ?? first?.code;
  return typeof told === "string" && told !== "" ? told : `status ${status}`;
}
