import type { Customer, HandoffPayload, Ticket } from "../capabilities.js";
import type { Tool, ToolCall, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import { CallFailed } from "../failure.js";
import { escapeHtml, HTML, handoffText } from "../handoff-text.js";
import type { Http, HttpCall } from "../http.js";
import { referenceOf } from "../reference.js";
import { defineTool } from "../tool.js";
import { known, sameEmail } from "../values.js";
import {
  addNote,
  createTicket,
  type FreshdeskContact,
  findContact,
  findTicket,
  hasNote,
  type Mark,
  NOTE_LIMIT,
  type Requester,
  sendMail,
} from "./client.js";

export interface FreshdeskToolOptions {
  readonly baseUrl: string;
  /** Group by the name of a queue in the policies; others go to `group`. */
  readonly groups: Readonly<Record<string, number>>;
  readonly group: number | undefined;
  readonly ticketType: string | undefined;
  readonly orderField: string | undefined;
  readonly referenceField: string | undefined;
  readonly emailConfigId: number | undefined;
  readonly subject: string;
}

const PRIORITIES = { low: 1, normal: 2, high: 3, urgent: 4 } as const;
const TAG = "aftersale";

export function freshdeskTools(http: Http, options: FreshdeskToolOptions): Tool[] {
  const system = "freshdesk";
  return [
    defineTool(http, {
      name: "get_freshdesk_account_details",
      capability: "lookup_customer",
      system,
      async run({ email }, call) {
        const found = await findContact(call, email);
        const customer = found && customerOf(found, email);
        return customer === undefined ? { result: "not_found" } : ok(customer);
      },
    }),
    defineTool(http, {
      name: "freshdesk_handoff",
      capability: "handoff",
      system,
      async run(payload, call) {
        const mark = markOf({ key: payload.handoff_id }, payload);
        const requester = requesterOf(payload);
        // A try before this one may have come as far as the ticket.
        const before = await findTicket(call, requester, mark);
        if (before !== undefined) return finish(call, payload, before);
        const { summary, priority, queue, order_number } = payload;
        const made = await createTicket(
          call,
          requester,
          known({
            subject: summary.slice(0, 250),
            // The requester can read it: what is only for agents stands in the note.
            description: `<div>${escapeHtml(summary)}</div>`,
            priority: PRIORITIES[priority],
            group_id: options.groups[queue] ?? options.group,
            type: options.ticketType,
            ...marked(mark, order_number),
          }),
        );
        if (made.result === "ok") return finish(call, payload, made.id);
        // What is refused because it is there already is done.
        const there = await findTicket(call, requester, mark);
        return there === undefined ? made : finish(call, payload, there);
      },
      async readBack(payload, call) {
        const id = await findTicket(call, requesterOf(payload), markOf({ key: payload.handoff_id }, payload));
        return id === undefined ? { result: "not_found" } : finish(call, payload, id);
      },
    }),
    defineTool(http, {
      name: "freshdesk_send_message",
      capability: "send_message",
      system,
      async run(args, call, tool) {
        const { emailConfigId } = options;
        if (emailConfigId === undefined) {
          return { result: "refused", reason: "No sender is set up: Freshdesk needs the id of a mail configuration." };
        }
        const mark = markOf(tool, args);
        const before = await findTicket(call, { email: args.email }, mark);
        if (before !== undefined) return sent(before);
        const made = await sendMail(call, {
          email: args.email,
          subject: args.subject ?? options.subject,
          description: `<div>${escapeHtml(args.message).replaceAll("\n", "<br>")}</div>`,
          email_config_id: emailConfigId,
          ...marked(mark, args.order_id ?? null),
        });
        return made.result === "ok" ? sent(made.id) : made;
      },
      async readBack(args, call, tool) {
        const id = await findTicket(call, { email: args.email }, markOf(tool, args));
        return id === undefined ? { result: "not_found" } : sent(id);
      },
    }),
  ];

  function markOf(call: Pick<ToolCall, "key">, args: unknown): Mark {
    return { reference: referenceOf(call, args), field: options.referenceField };
  }

  function marked({ reference, field }: Mark, order: string | null) {
    const { orderField } = options;
    const fields = {
      ...(field === undefined ? {} : { [field]: reference }),
      ...(orderField === undefined || order === null ? {} : { [orderField]: order }),
    };
    return {
      tags: field === undefined ? [TAG, reference] : [TAG],
      // An empty object is left out: some accounts refuse it.
      ...(Object.keys(fields).length === 0 ? {} : { custom_fields: fields }),
    };
  }

  /**
   * The ticket alone says no more than its subject: without the private note it is not done, and whoever finds it so adds
   * the note. So a look afterwards also finishes what a crash cut in two.
   */
  async function finish(call: HttpCall, payload: HandoffPayload, id: number): Promise<ToolOutcome<Ticket>> {
    try {
      if (!(await hasNote(call, id, payload.handoff_id))) {
        await addNote(call, id, `<div>${handoffText(payload, { ...HTML, limit: NOTE_LIMIT })}</div>`);
      }
    } catch (error) {
      const reason = error instanceof CallFailed ? error.reason : "internal";
      throw new CallFailed(reason, { outcomeUnknown: true, cause: error });
    }
    const url = new URL(`/a/tickets/${id}`, options.baseUrl).href;
    return ok({ id: String(id), url, mode: "async" as const }, `Freshdesk ticket ${id}`);
  }
}

function sent(id: number): ToolOutcome<{ id: string }> {
  return ok({ id: String(id) }, `Freshdesk mail, ticket ${id}`);
}

function requesterOf({ customer, handoff_id }: HandoffPayload): Requester {
  const { email, name } = customer;
  if (email === null) return { unique_external_id: `chat-${handoff_id}`, name: name ?? "Chat visitor" };
  return name === null ? { email } : { email, name };
}

function customerOf(found: FreshdeskContact, asked: string): Customer | undefined {
  const email = [found.email, ...(found.other_emails ?? [])].find(
    (each) => typeof each === "string" && sameEmail(each, asked),
  );
  if (typeof email !== "string") return undefined;
  const { id, name, phone, mobile, address } = found;
  return known({ email, id: String(id), name, phone: phone ?? mobile ?? phone, address });
}
