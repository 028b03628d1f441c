/**
 * Gladly's REST API, as far as our tools need it. Gladly has no tickets: work for a person is a task in an inbox, and what
 * was said goes onto the customer's timeline.
 * @see https://developer.gladly.com/rest/
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpAnswer, HttpCall } from "../http.js";

const Profile = z.looseObject({ id: z.string(), name: z.string().nullish() });
const Task = z.looseObject({
  id: z.string().nullish(),
  customerId: z.string().nullish(),
  status: z.string().nullish(),
});

export interface NewTask {
  readonly id: string;
  readonly inboxId: string;
  /** Limited HTML, at most 10,000 characters. */
  readonly body: string;
  /** ISO 8601, in the future. */
  readonly dueAt: string;
}

export interface NewActivity {
  readonly id: string;
  readonly title: string;
  /** Limited HTML, at most 25,000 characters. */
  readonly body: string;
  readonly sourceName: string;
  readonly occurredAt: string;
  readonly link?: { readonly url: string; readonly text: string };
}

export const TASK_LIMIT = 10_000;
export const ACTIVITY_LIMIT = 25_000;

/** An id of Gladly's kind (22 URL-safe characters), always the same for the same seed: sending it twice gives 409. */
export function idFrom(seed: string): string {
  return createHash("sha256").update(seed).digest("base64url").slice(0, 22);
}

/** @returns the customer's id; undefined when Gladly does not know the address */
export async function findCustomer(http: HttpCall, email: string): Promise<string | undefined> {
  const answer = await http.request({
    path: "/api/v1/customer-profiles",
    query: { email },
    schema: z.array(Profile),
  });
  // An address that Gladly does not take as one (400) is not known to it either.
  if (!answer.ok && (answer.status === 404 || answer.status === 400)) return undefined;
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
  return answer.body[0]?.id;
}

export type Created = { readonly result: "ok" } | { readonly result: "refused"; readonly reason: string };

/** For a known customer by id, else by e-mail, which makes the customer. A task of that id that is there already is a success. */
export async function createTask(
  http: HttpCall,
  customer: { readonly id: string } | { readonly email: string },
  { id, inboxId, body, dueAt }: NewTask,
): Promise<Created> {
  const byId = "id" in customer;
  const answer = await http.request({
    method: "POST",
    path: byId ? `/api/v1/customers/${encodeURIComponent(customer.id)}/tasks` : "/api/v1/tasks",
    json: {
      id,
      assignee: { inboxId },
      body,
      dueAt,
      ...(byId ? {} : { customer: { emailAddress: customer.email } }),
    },
  });
  return created(answer);
}

export async function addActivity(http: HttpCall, email: string, activity: NewActivity): Promise<Created> {
  const { id, ...content } = activity;
  const answer = await http.request({
    method: "POST",
    path: "/api/v1/conversation-items",
    json: {
      id,
      customer: { emailAddress: email },
      content: { type: "CUSTOMER_ACTIVITY", activityType: "ISSUE", ...content },
    },
  });
  return created(answer);
}

/** @returns undefined when there certainly is no such task */
export async function findTask(
  http: HttpCall,
  id: string,
): Promise<{ customerId: string | null | undefined } | undefined> {
  const answer = await http.request({ path: `/api/v1/tasks/${encodeURIComponent(id)}`, schema: Task });
  if (answer.ok) return { customerId: answer.body.customerId };
  if (answer.status === 404) return undefined;
  throw new CallFailed("unexpected_status", { cause: answer.status });
}

function created(answer: HttpAnswer<unknown>): Created {
  // The id is ours alone: that it is taken means that an earlier try arrived.
  if (answer.ok || answer.status === 409) return { result: "ok" };
  return { result: "refused", reason: errorsOf(answer.body) ?? `status ${answer.status}` };
}

/** `errors` is a list in the documentation and an object in one of its examples. */
function errorsOf(body: unknown): string | undefined {
  const errors = (body as { errors?: unknown } | null | undefined)?.errors;
  const list = Array.isArray(errors) ? errors : errors === undefined || errors === null ? [] : [errors];
  const told = list.map((each: { attr?: unknown; code?: unknown }) =>
    `${String(each.attr ?? "")} ${String(each.code)}`.trim(),
  );
  return told.length === 0 ? undefined : told.join(", ");
}
