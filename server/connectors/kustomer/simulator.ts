/** Kustomer as a plain HTTP server: customers, conversations, notes and recorded messages, as far as our tools need them. */
import { createHash } from "node:crypto";
import { sameEmail, type World, type WorldCustomer } from "../../../sandbox/world/index.js";
import { escapeHtml } from "../handoff-text.js";
import {
  createRateLimit,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { type TicketRecord, ticketRecord } from "../ticket-record.js";
import { known } from "../values.js";

export const KUSTOMER_KEY = "ku-simulator-key";
/** Custom attributes of this make-believe organization. */
export const KUSTOMER_ORDER_FIELD = "orderNumberStr";

export interface KustomerSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Requests a minute; Kustomer's own limit is 1,000 on the Enterprise plan. */
  readonly perMinute?: number;
  /** Errors in the other shape, which some endpoints have: `title`, `detail`, `source`. */
  readonly jsonApiErrors?: boolean;
}

interface Person {
  readonly id: string;
  readonly name?: string;
  readonly emails: readonly string[];
  readonly externalId?: string;
}

interface Conversation {
  readonly id: string;
  readonly customer: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly notes: string[];
  readonly messages: Readonly<Record<string, unknown>>[];
  readonly record: TicketRecord;
}

export function startKustomerSimulator(world: World, options: KustomerSimulatorOptions = {}): Promise<Simulator> {
  const newcomers: Person[] = [];
  const conversations: Conversation[] = [];
  const perMinute = options.perMinute ?? 1_000;
  const limit = createRateLimit(perMinute, 60_000);

  const errors = (status: number, code: string, message: string): SimulatorAnswer => ({
    status,
    json: {
      errors: [
        options.jsonApiErrors === true
          ? { status: String(status), code, title: code, detail: message }
          : { code, message },
      ],
    },
  });
  const bad = (message: string) => errors(400, "bad_request", message);
  const gone = errors(404, "not_found", "Not found");

  const everybody = (): Person[] => [
    ...world.customers.map(({ email, name }) => known({ id: customerId(email), name, emails: [email] })),
    ...newcomers,
  ];

  function getCustomer({ params, world: shown }: SimulatorRequest): SimulatorAnswer {
    const [, by, value = ""] = /^(?:(email|externalId)=)?(.*)$/.exec(params.id ?? "") ?? [];
    const person = everybody().find(({ id, emails, externalId }) => {
      if (by === "email") return emails.some((email) => sameEmail(email, value));
      return by === "externalId" ? externalId === value : id === value;
    });
    if (person === undefined) return gone;
    const entry = shown.customers.find(({ email }) => person.emails.some((own) => sameEmail(own, email)));
    return { status: 200, json: { data: customerData(person, entry) } };
  }

  function createCustomer({ json }: SimulatorRequest): SimulatorAnswer {
    const body = (json ?? {}) as { name?: string; emails?: { email?: unknown }[]; externalId?: string };
    const wrapped = refuseWrapping(body);
    if (wrapped !== undefined) return wrapped;
    const emails = (body.emails ?? []).map(({ email }) => String(email));
    const { name, externalId } = body;
    const taken = everybody().some(
      (person) =>
        (externalId !== undefined && person.externalId === externalId) ||
        person.emails.some((own) => emails.some((email) => sameEmail(own, email))),
    );
    if (taken) return errors(409, "conflict", "A customer with this email or externalId exists");
    const person = known({ id: hexId(`newcomer-${newcomers.length}`), name, emails, externalId });
    newcomers.push(person);
    return { status: 201, json: { data: customerData(person, undefined) } };
  }

  function createConversation({ json, alreadyDone }: SimulatorRequest): SimulatorAnswer {
    const body = (json ?? {}) as Record<string, unknown>;
    const wrong = refuseWrapping(body) ?? objectionTo(body);
    if (wrong !== undefined) return wrong;
    const person = everybody().find(({ id }) => id === body.customer);
    if (person === undefined) return bad("customer is not known");
    const { externalId } = body;
    const conflict = errors(409, "conflict", "A conversation with this externalId exists");
    if (externalId !== undefined && conversations.some(({ attributes }) => attributes.externalId === externalId)) {
      return conflict;
    }
    const id = hexId(`conversation-${conversations.length}`);
    const email = person.emails[0] ?? null;
    const record = {
      ...ticketRecord(id, escapeHtml(String(body.name ?? "")), email),
      customer: person.id,
      level: body.priority,
      ...known({ routed: body.queue, teams: body.assignedTeams, custom: body.custom }),
    };
    conversations.push({ id, customer: person.id, attributes: body, notes: [], messages: [], record });
    world.record("kustomer", "tickets", record);
    return alreadyDone ? conflict : { status: 201, json: { data: conversationData(id, body) } };
  }

  function objectionTo({
    priority,
    status,
    assignedTeams,
    custom,
  }: Record<string, unknown>): SimulatorAnswer | undefined {
    if (priority !== undefined && !(Number.isInteger(priority) && Number(priority) >= 1 && Number(priority) <= 5))
      return bad("priority must be an integer from 1 to 5");
    if (status !== undefined && status !== "open" && status !== "done") return bad("status must be open or done");
    if (Array.isArray(assignedTeams) && assignedTeams.length > 10) return bad("assignedTeams has more than 10 entries");
    for (const [name, value] of Object.entries((custom ?? {}) as Record<string, unknown>)) {
      if (!/(Num|At|Str|Txt|Bool|Url)$/.test(name)) return bad(`custom.${name} has no known suffix`);
      if (/(Str|Txt)$/.test(name) && String(value).length > 1_024) return bad(`custom.${name} is too long`);
    }
    return undefined;
  }

  function refuseWrapping(body: object): SimulatorAnswer | undefined {
    return "data" in body || "attributes" in body ? bad("Send attributes flat, not in data") : undefined;
  }

  const inConversation =
    (handle: (conversation: Conversation, request: SimulatorRequest) => SimulatorAnswer) =>
    (request: SimulatorRequest): SimulatorAnswer => {
      const [, external, id = ""] = /^(externalId=)?(.*)$/.exec(request.params.id ?? "") ?? [];
      const found = conversations.find((each) => (external ? each.attributes.externalId : each.id) === id);
      return found === undefined ? gone : handle(found, request);
    };

  function addNote({ notes, record, id }: Conversation, { json }: SimulatorRequest): SimulatorAnswer {
    const { body } = (json ?? {}) as { body?: unknown };
    if (typeof body !== "string" || body === "") return bad("body is required");
    notes.push(body);
    Object.assign(record, ticketRecord(id, escapeHtml(body), record.email), { notes: notes.length });
    return {
      status: 201,
      json: { data: { type: "note", id: hexId(`${id}-note-${notes.length}`), attributes: { body } } },
    };
  }

  /** Only records what was said elsewhere: it reaches nobody. */
  function addMessage({ messages, id, record }: Conversation, { json }: SimulatorRequest): SimulatorAnswer {
    const body = (json ?? {}) as Record<string, unknown>;
    if (body.channel === undefined || body.app === undefined) return bad("channel and app are required");
    if (String(body.preview ?? "").length > 10_240) return bad("preview is too long");
    messages.push(body);
    record.said = body.preview;
    const data = { type: "message", id: hexId(`${id}-message-${messages.length}`), attributes: body };
    return { status: 201, json: { data } };
  }

  return startSimulator({
    system: "kustomer",
    world,
    ...options,
    authorized: ({ headers }) => headers.authorization === `Bearer ${KUSTOMER_KEY}`,
    error: (kind) => {
      if (kind === "auth") return errors(401, "unauthorized", "Unauthorized");
      if (kind === "not_found") return gone;
      if (kind === "server") return errors(500, "server_error", "Something went wrong");
      if (kind === "refused") return bad("Refused");
      const limited = errors(429, "rate_limited", "Too many requests");
      return kind === "rate_limited" ? limited : { ...limited, headers: { "retry-after": "1" } };
    },
    limit: () => {
      const { passed, left } = limit();
      if (passed) return undefined;
      const reset = String(Math.ceil(world.clock.now() / 1_000) + 60);
      const headers = {
        "x-ratelimit-limit": String(perMinute),
        "x-ratelimit-remaining": String(left),
        "x-ratelimit-reset": reset,
      };
      return { ...errors(429, "rate_limited", "Too many requests"), headers };
    },
    routes: [
      {
        method: "GET",
        path: "/v1/auth/tokens/current",
        handle: () => ({ status: 200, json: { data: { type: "token", id: hexId("token"), attributes: {} } } }),
      },
      { method: "GET", path: "/v1/customers/:id", handle: getCustomer },
      // A customer alone is no ticket: faults of hand-overs strike the conversation.
      { method: "POST", path: "/v1/customers", effect: false, handle: createCustomer },
      { method: "POST", path: "/v1/conversations", handle: createConversation },
      {
        method: "GET",
        path: "/v1/conversations/:id",
        handle: inConversation(({ id, attributes }) => ({
          status: 200,
          json: { data: conversationData(id, attributes) },
        })),
      },
      {
        method: "GET",
        path: "/v1/conversations/:id/notes",
        handle: inConversation(({ id, notes }) => ({
          status: 200,
          json: {
            data: notes.map((body, at) => ({ type: "note", id: hexId(`${id}-note-${at + 1}`), attributes: { body } })),
            meta: { page: 1, pageSize: 100 },
            links: { self: `/v1/conversations/${id}/notes`, next: null },
          },
        })),
      },
      { method: "POST", path: "/v1/conversations/:id/notes", handle: inConversation(addNote) },
      { method: "POST", path: "/v1/conversations/:id/messages", handle: inConversation(addMessage) },
    ],
  });
}

function customerData({ id, name, emails, externalId }: Person, entry: WorldCustomer | undefined): object {
  const { phone, address } = entry ?? {};
  const shownName = entry === undefined ? name : entry.name;
  return {
    type: "customer",
    id,
    attributes: known({
      name: shownName,
      displayName: shownName,
      emails: emails.map((email) => ({ type: "home", email, verified: true })),
      phones: phone === undefined ? undefined : [{ type: "mobile", phone }],
      locations: address === undefined ? undefined : [{ type: "home", address }],
      externalId,
    }),
    relationships: {},
    links: { self: `/v1/customers/${id}` },
  };
}

function conversationData(id: string, { customer, ...attributes }: Readonly<Record<string, unknown>>): object {
  return {
    type: "conversation",
    id,
    attributes,
    relationships: { customer: { data: { type: "customer", id: customer } } },
    links: { self: `/v1/conversations/${id}` },
  };
}

/** The same for the same address, so that a test can name it. */
export function customerId(email: string): string {
  return hexId(`customer-${email.toLowerCase()}`);
}

function hexId(seed: string): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, 24);
}
