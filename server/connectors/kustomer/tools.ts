import type { Customer, HandoffPayload, Ticket } from "../capabilities.js";
import type { Tool, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import { CallFailed } from "../failure.js";
import { handoffText, PLAIN } from "../handoff-text.js";
import type { Http, HttpCall } from "../http.js";
import { defineTool } from "../tool.js";
import { known, sameEmail } from "../values.js";
import {
  addNote,
  createConversation,
  createCustomer,
  findConversation,
  findCustomer,
  hasNote,
  type KustomerCustomer,
  NOTE_LIMIT,
  recordMessage,
} from "./client.js";

export interface KustomerToolOptions {
  readonly baseUrl: string;
  /** Routing queue and teams by the name of a queue in the policies. */
  readonly queues: Readonly<Record<string, string>>;
  readonly teams: Readonly<Record<string, readonly string[]>>;
  readonly priorities: Readonly<Record<HandoffPayload["priority"], number>>;
  readonly orderField: string | undefined;
  readonly addressField: string | undefined;
}

export function kustomerTools(http: Http, options: KustomerToolOptions): Tool[] {
  const system = "kustomer";
  return [
    defineTool(http, {
      name: "get_kustomer_account_details",
      capability: "lookup_customer",
      system,
      async run({ email }, call) {
        const found = await findCustomer(call, { email });
        const customer = found && customerOf(found, email, options.addressField);
        return customer === undefined ? { result: "not_found" } : ok(customer);
      },
    }),
    defineTool(http, {
      name: "kustomer_handoff",
      capability: "handoff",
      system,
      async run(payload, call) {
        // A try before this one may have come as far as the conversation.
        const before = await findConversation(call, payload.handoff_id);
        if (before !== undefined) return finish(call, payload, before);
        const customer = await customerFor(call, payload);
        if (customer.result !== "ok") return customer;
        const { handoff_id, queue, order_number } = payload;
        const made = await createConversation(
          call,
          known({
            customer: customer.id,
            name: payload.summary.slice(0, 250),
            status: "open" as const,
            priority: options.priorities[payload.priority],
            direction: "in" as const,
            externalId: handoff_id,
            queue: options.queues[queue],
            assignedTeams: options.teams[queue],
            custom:
              options.orderField === undefined || order_number === null
                ? undefined
                : { [options.orderField]: order_number },
          }),
        );
        if (made.result === "refused") return made;
        const id = made.result === "ok" ? made.id : await findConversation(call, handoff_id);
        if (id === undefined)
          return { result: "refused", reason: "Kustomer knows the hand-over, but does not show it." };
        const outcome = await finish(call, payload, id);
        await recordLastWords(call, payload, id);
        return outcome;
      },
      async readBack(payload, call) {
        const id = await findConversation(call, payload.handoff_id);
        return id === undefined ? { result: "not_found" } : finish(call, payload, id);
      },
    }),
  ];

  /**
   * A conversation without its note tells an agent next to nothing: it is not done, and whoever finds it so adds the note.
   * So a look afterwards also finishes what a crash cut in two.
   */
  async function finish(call: HttpCall, payload: HandoffPayload, id: string): Promise<ToolOutcome<Ticket>> {
    try {
      if (!(await hasNote(call, id, payload.handoff_id))) {
        await addNote(call, id, handoffText(payload, { ...PLAIN, limit: NOTE_LIMIT }));
      }
    } catch (error) {
      const reason = error instanceof CallFailed ? error.reason : "internal";
      throw new CallFailed(reason, { outcomeUnknown: true, cause: error });
    }
    return ok(ticketOf(id), `Kustomer conversation ${id}`);
  }

  function ticketOf(id: string): Ticket {
    const { protocol, host } = new URL(options.baseUrl);
    // Where agents see a conversation. Assumed: Kustomer documents the addresses of its API only.
    const url = host.endsWith(".api.kustomerapp.com")
      ? `${protocol}//${host.replace(".api.", ".")}/app/conversations/${id}`
      : undefined;
    return known({ id, url, mode: "async" as const });
  }
}

/** The conversation is what counts: that it does not count as waiting does not undo it. */
async function recordLastWords(call: HttpCall, payload: HandoffPayload, id: string): Promise<void> {
  const { summary, handoff_id, transcript } = payload;
  const last = transcript.findLast(({ from }) => from === "shopper")?.text;
  try {
    await recordMessage(call, id, { subject: summary, preview: last ?? summary, externalId: handoff_id });
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
  }
}

type Found = { readonly result: "ok"; readonly id: string } | { readonly result: "refused"; reason: string };

/** By the shopper's address; somebody without one becomes a customer of this hand-over alone. */
async function customerFor(call: HttpCall, { customer, handoff_id }: HandoffPayload): Promise<Found> {
  const { email, name } = customer;
  const by = email === null ? { externalId: `chat-${handoff_id}` } : { email };
  const before = await findCustomer(call, by);
  if (before !== undefined) return { result: "ok", id: before.id };
  const fresh = "email" in by ? { emails: [{ email: by.email, type: "home", verified: false }] } : by;
  const made = await createCustomer(call, { name: name ?? email ?? "Chat visitor", ...fresh });
  if (made.result !== "taken") return made;
  const other = await findCustomer(call, by);
  return other === undefined
    ? { result: "refused", reason: "Kustomer knows the customer, but does not show them." }
    : { result: "ok", id: other.id };
}

function customerOf(found: KustomerCustomer, asked: string, addressField: string | undefined): Customer | undefined {
  const email = found.emails?.find((each) => typeof each.email === "string" && sameEmail(each.email, asked))?.email;
  if (typeof email !== "string") return undefined;
  const { id, phones, locations } = found;
  const custom = addressField === undefined ? undefined : found.custom?.[addressField];
  return known({
    email,
    id,
    name: found.displayName ?? found.name,
    phone: firstOf(
      phones?.map(({ phone }) => phone),
      phones,
    ),
    address:
      typeof custom === "string" && custom !== ""
        ? custom
        : firstOf(
            locations?.map(({ address }) => address),
            locations,
          ),
  });
}

/** An empty list says that there is none; a list that was left out says nothing. */
function firstOf(
  values: readonly (string | null | undefined)[] | undefined,
  list: readonly unknown[] | null | undefined,
): string | null | undefined {
  if (list === undefined || list === null) return list;
  return values?.find((value) => typeof value === "string" && value !== "") ?? null;
}
