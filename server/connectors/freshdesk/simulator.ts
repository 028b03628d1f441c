/** Freshdesk as a plain HTTP server: contacts, tickets, notes and mails, as far as our tools need them. */
import { sameEmail, type World } from "../../../sandbox/world/index.js";
import {
  createRateLimit,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { plainText, type TicketRecord, ticketRecord } from "../ticket-record.js";
import { known } from "../values.js";

export const FRESHDESK_KEY = "fd-simulator-key";
export const FRESHDESK_ORDER_FIELD = "cf_order_number";
export const FRESHDESK_REFERENCE_FIELD = "cf_reference";
/** The only mail configuration of this make-believe account. */
export const FRESHDESK_EMAIL_CONFIG = 5_000_001;

export interface FreshdeskSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Requests a minute; 400 on the Pro plan. Refused ones count too. */
  readonly perMinute?: number;
  /** Tickets that others have filed for everybody, so that a requester's list has several pages. */
  readonly olderTickets?: number;
  /** Fields that the account demands of each new ticket. */
  readonly required?: readonly string[];
}

interface Contact {
  readonly id: number;
  readonly name?: string;
  readonly email?: string;
  readonly unique_external_id?: string;
}

interface Ticket {
  readonly id: number;
  readonly requester_id: number;
  readonly tags: readonly string[];
  readonly [field: string]: unknown;
}

interface Entry {
  readonly id: number;
  readonly body: string;
  readonly private: boolean;
}

type Body = Readonly<Record<string, unknown>>;

const KNOWN_FIELDS = new Set([
  ...["email", "name", "requester_id", "unique_external_id", "subject", "description", "status", "priority", "source"],
  ...["type", "group_id", "responder_id", "tags", "custom_fields", "email_config_id"],
]);

export function startFreshdeskSimulator(world: World, options: FreshdeskSimulatorOptions = {}): Promise<Simulator> {
  const newcomers: Contact[] = [];
  const tickets: Ticket[] = [];
  const entries = new Map<number, Entry[]>();
  const records = new Map<number, TicketRecord>();
  const perMinute = options.perMinute ?? 400;
  const limit = createRateLimit(perMinute, 60_000);
  const credentials = `Basic ${Buffer.from(`${FRESHDESK_KEY}:X`).toString("base64")}`;

  const invalid = (field: string, message: string, code: string): SimulatorAnswer => ({
    status: 400,
    json: { description: "Validation failed", errors: [{ field, message, code }] },
  });
  const contacts = (): Contact[] => [
    ...world.customers.map(({ email, name }, at) => known({ id: 9_000_000 + at, name, email })),
    ...newcomers,
  ];

  function contactFor({ email, name, unique_external_id }: Body): Contact {
    const before = contacts().find((contact) => isContact(contact, { email, unique_external_id }));
    if (before !== undefined) return before;
    const fresh = known({
      id: 9_500_000 + newcomers.length,
      name: typeof name === "string" ? name : undefined,
      email: typeof email === "string" ? email : undefined,
      unique_external_id: typeof unique_external_id === "string" ? unique_external_id : undefined,
    });
    newcomers.push(fresh);
    return fresh;
  }

  function getContacts({ query, world: shown }: SimulatorRequest): SimulatorAnswer {
    const email = query.get("email") ?? "";
    const found = contacts().filter((contact) => isContact(contact, { email }));
    return {
      status: 200,
      json: found.map(({ id, name, email: own }) => {
        const entry = shown.customers.find((customer) => own !== undefined && sameEmail(customer.email, own));
        const { phone, address } = entry ?? {};
        return known({ id, email: own, name: entry === undefined ? name : entry.name, phone, address });
      }),
    };
  }

  function createTicket({ json, alreadyDone }: SimulatorRequest): SimulatorAnswer {
    const body = (json ?? {}) as Body;
    const wrong = objectionTo(body);
    if (wrong !== undefined) return wrong;
    if (body.email === undefined && body.unique_external_id === undefined)
      return invalid("email", "It should not be blank as this is a mandatory field", "missing_field");
    const ticket = keep(body);
    const { email = null } = contactFor(body);
    const record = {
      ...ticketRecord(String(ticket.id), String(body.description), email),
      ...known({ group: body.group_id, custom: body.custom_fields, level: body.priority }),
    };
    records.set(ticket.id, record);
    world.record("freshdesk", "tickets", record);
    // Freshdesk never notices that a ticket was filed before; a conflict is the nearest that it can say.
    return alreadyDone ? { status: 409, json: { message: "Conflict" } } : { status: 201, json: ticket };
  }

  function sendMail({ json }: SimulatorRequest): SimulatorAnswer {
    const body = (json ?? {}) as Body;
    const wrong = objectionTo(body);
    if (wrong !== undefined) return wrong;
    if (typeof body.email !== "string" || !body.email.includes("@"))
      return invalid("email", "It should be a valid email address", "invalid_value");
    if (body.email_config_id !== FRESHDESK_EMAIL_CONFIG)
      return invalid("email_config_id", "There is no email config with this id", "invalid_value");
    const ticket = keep({ ...body, source: 10 });
    const { email, subject } = body;
    world.record("freshdesk", "messages", {
      id: String(ticket.id),
      email,
      subject,
      text: plainText(String(body.description)).trim(),
    });
    return { status: 201, json: ticket };
  }

  function keep(body: Body): Ticket {
    const { email: _, name: __, unique_external_id: ___, ...fields } = body;
    const ticket = {
      ...fields,
      id: tickets.length + 1,
      requester_id: contactFor(body).id,
      tags: (body.tags ?? []) as string[],
      created_at: world.now(),
    };
    tickets.push(ticket);
    return ticket;
  }

  function objectionTo(body: Body): SimulatorAnswer | undefined {
    const one = (field: string, allowed: readonly number[]) => {
      const value = body[field];
      if (value === undefined) return undefined;
      if (typeof value !== "number")
        return invalid(field, "Value set is of type String. It should be a/an Integer", "datatype_mismatch");
      return allowed.includes(value)
        ? undefined
        : invalid(field, `It should be one of these values: '${allowed.join(",")}'`, "invalid_value");
    };
    for (const field of Object.keys(body)) {
      if (!KNOWN_FIELDS.has(field)) return invalid(field, "Unexpected/invalid field in request", "invalid_field");
    }
    for (const field of Object.keys((body.custom_fields ?? {}) as object)) {
      if (field !== FRESHDESK_ORDER_FIELD && field !== FRESHDESK_REFERENCE_FIELD)
        return invalid(`custom_fields.${field}`, "Unexpected/invalid field in request", "invalid_field");
    }
    if (Array.isArray(body.tags) && body.tags.some((tag) => String(tag).length > 32))
      return invalid("tags", "It should only contain elements that have maximum of 32 characters", "invalid_value");
    for (const field of ["subject", "description", ...(options.required ?? [])]) {
      if (body[field] === undefined || body[field] === "")
        return invalid(field, "It should not be blank as this is a mandatory field", "missing_field");
    }
    if (String(body.subject).length > 255) return invalid("subject", "Has too many characters", "invalid_value");
    return one("status", [2, 3, 4, 5]) ?? one("priority", [1, 2, 3, 4]) ?? one("source", [1, 2, 3, 7, 9, 10]);
  }

  function listTickets({ query, url }: SimulatorRequest): SimulatorAnswer {
    const field = query.has("email") ? "email" : "unique_external_id";
    const contact = contacts().find((each) => isContact(each, { [field]: query.get(field) }));
    if (contact === undefined)
      return invalid(field, `There is no contact matching the given ${field}`, "invalid_value");
    const older = Array.from({ length: options.olderTickets ?? 0 }, (_, at) => ({ id: 100_000 + at, tags: [] }));
    const own = [...older, ...tickets.filter(({ requester_id }) => requester_id === contact.id).reverse()];
    const page = Number(query.get("page") ?? "1");
    const size = Math.min(100, Number(query.get("per_page") ?? "30"));
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    const link: Record<string, string> = own.length > page * size ? { link: `<${next.href}>; rel="next"` } : {};
    return { status: 200, headers: link, json: own.slice((page - 1) * size, page * size) };
  }

  function addNote({ params, json }: SimulatorRequest): SimulatorAnswer {
    const id = Number(params.id);
    if (!tickets.some((ticket) => ticket.id === id)) return { status: 404 };
    const { body, private: hidden = true } = (json ?? {}) as { body?: unknown; private?: boolean };
    if (typeof body !== "string" || body === "")
      return invalid("body", "It should not be blank as this is a mandatory field", "missing_field");
    const list = entries.get(id) ?? [];
    entries.set(id, list);
    const entry = { id: id * 1_000 + list.length, body, body_text: plainText(body), private: hidden, incoming: false };
    list.push(entry);
    const record = records.get(id);
    if (record !== undefined)
      Object.assign(record, ticketRecord(String(id), body, record.email), {
        seenByRequester: record.body,
        notes: list.length,
      });
    return { status: 201, json: entry };
  }

  return startSimulator({
    system: "freshdesk",
    world,
    ...options,
    authorized: ({ headers }) => headers.authorization === credentials,
    error: (kind) => {
      if (kind === "auth") return { status: 401, json: { code: "invalid_credentials", message: "Not authenticated" } };
      if (kind === "not_found") return { status: 404 };
      if (kind === "server") return { status: 500 };
      if (kind === "refused") return invalid("type", "It should be one of these values: 'Question'", "invalid_value");
      return { status: 429, headers: kind === "rate_limited" ? {} : { "retry-after": "1" } };
    },
    limit: () => {
      const { passed, left } = limit();
      const headers = { "x-ratelimit-total": String(perMinute), "x-ratelimit-remaining": String(left) };
      return passed ? undefined : { status: 429, headers: { ...headers, "retry-after": "60" } };
    },
    routes: [
      { method: "GET", path: "/api/v2/agents/me", handle: () => ({ status: 200, json: { id: 1, available: true } }) },
      { method: "GET", path: "/api/v2/contacts", handle: getContacts },
      { method: "GET", path: "/api/v2/tickets", handle: listTickets },
      { method: "POST", path: "/api/v2/tickets", handle: createTicket },
      { method: "POST", path: "/api/v2/tickets/outbound_email", handle: sendMail },
      {
        method: "GET",
        path: "/api/v2/tickets/:id/conversations",
        handle: ({ params }) => {
          const id = Number(params.id);
          const exists = tickets.some((ticket) => ticket.id === id);
          return exists ? { status: 200, json: entries.get(id) ?? [] } : { status: 404 };
        },
      },
      { method: "POST", path: "/api/v2/tickets/:id/notes", handle: addNote },
    ],
  });
}

function isContact(contact: Contact, { email, unique_external_id }: Body): boolean {
  if (typeof email === "string") return contact.email !== undefined && sameEmail(contact.email, email);
  return typeof unique_external_id === "string" && contact.unique_external_id === unique_external_id;
}
