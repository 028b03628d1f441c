/** Gladly as a plain HTTP server: customers, tasks and timeline items, as far as hand-overs need them. */
import { randomBytes } from "node:crypto";
import { sameEmail, type World } from "../../../sandbox/world/index.js";
import {
  createRateLimit,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { plainText, type TicketRecord, ticketRecord } from "../ticket-record.js";

export const GLADLY_AGENT = "aftersale@example.com";
export const GLADLY_TOKEN = "gl-simulator-token";
export const GLADLY_INBOX = "inbox-support";

export interface GladlySimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Requests a second and method; Gladly's own limit is 10. */
  readonly perSecond?: number;
  /** Errors as an object instead of a list, as one example of the documentation has it. */
  readonly errorsAsObject?: boolean;
}

interface Profile {
  readonly id: string;
  readonly name?: string;
  readonly emails: { readonly original: string }[];
}

interface Task {
  readonly id: string;
  readonly customerId: string;
  readonly assignee: { readonly inboxId: string };
  readonly body: string;
  readonly dueAt: string;
  readonly status: "OPEN";
}

export function startGladlySimulator(world: World, options: GladlySimulatorOptions = {}): Promise<Simulator> {
  const profiles: Profile[] = world.customers.map(({ email, name }) => ({
    id: newId(),
    emails: [{ original: email }],
    ...(name === undefined ? {} : { name }),
  }));
  const tasks = new Map<string, Task>();
  const items = new Set<string>();
  const perSecond = options.perSecond ?? 10;
  const limits = new Map<string, ReturnType<typeof createRateLimit>>();
  const credentials = `Basic ${Buffer.from(`${GLADLY_AGENT}:${GLADLY_TOKEN}`).toString("base64")}`;

  const errors = (status: number, ...list: GladlyError[]): SimulatorAnswer => ({
    status,
    json: { errors: options.errorsAsObject === true ? list[0] : list },
  });

  function customerOf(email: string): Profile {
    const known = profiles.find(({ emails }) => emails.some(({ original }) => sameEmail(original, email)));
    if (known !== undefined) return known;
    const profile = { id: newId(), emails: [{ original: email }] };
    profiles.push(profile);
    return profile;
  }

  /** Exactly one of e-mail and mobile phone; we only ever send the e-mail. */
  function customerIn(json: unknown): Profile | undefined {
    const { customer } = json as { customer?: { emailAddress?: unknown; mobilePhone?: unknown } };
    if (typeof customer?.emailAddress !== "string" || customer.mobilePhone !== undefined) return undefined;
    return customerOf(customer.emailAddress);
  }

  function createTask(request: SimulatorRequest, customer: Profile): SimulatorAnswer {
    const { id = newId(), body, dueAt, assignee } = (request.json ?? {}) as Partial<Task>;
    if (typeof body !== "string" || body === "") return errors(400, { attr: "body", code: "blank" });
    if (body.length > 10_000) return errors(400, { attr: "body", code: "too_long" });
    if (typeof assignee?.inboxId !== "string") return errors(400, { attr: "assignee.inboxId", code: "blank" });
    if (typeof dueAt !== "string" || !(Date.parse(dueAt) > world.clock.now()))
      return errors(400, { attr: "dueAt", code: "invalid" });
    if (typeof id !== "string" || !/^[\w-]{1,50}$/.test(id)) return errors(400, { attr: "id", code: "invalid" });
    const taken = errors(409, { attr: "id", code: "taken" });
    if (tasks.has(id)) return taken;
    const email = customer.emails[0]?.original ?? null;
    tasks.set(id, { id, customerId: customer.id, assignee, body, dueAt, status: "OPEN" });
    world.record("gladly", "tickets", { ...ticketRecord(id, body, email), inbox: assignee.inboxId, dueAt });
    if (request.alreadyDone) return taken;
    return { status: 201, headers: { location: `/api/v1/tasks/${id}` } };
  }

  function createItem({ json }: SimulatorRequest): SimulatorAnswer {
    const customer = customerIn(json);
    if (customer === undefined) return errors(400, { attr: "customer", code: "invalid" });
    const { id = newId(), content } = json as { id?: string; content?: Partial<Record<string, string>> };
    const { body = "", title = "", sourceName = "" } = content ?? {};
    if (content?.type !== "CUSTOMER_ACTIVITY") return errors(400, { attr: "content.type", code: "invalid" });
    if (body.length > 25_000) return errors(400, { attr: "content.body", code: "too_long" });
    if (title.length > 100) return errors(400, { attr: "content.title", code: "too_long" });
    if (sourceName.length > 50) return errors(400, { attr: "content.sourceName", code: "too_long" });
    if (items.has(id)) return errors(409, { attr: "id", code: "taken" });
    items.add(id);
    const ticket = world
      .ledgerOf("gladly")
      .tickets.find(({ handoff }) => handoff !== null && title.includes(String(handoff)));
    if (ticket !== undefined) (ticket as TicketRecord).transcript = plainText(body);
    return { status: 200, json: { id, customerId: customer.id, timestamp: world.now(), content } };
  }

  return startSimulator({
    system: "gladly",
    world,
    ...options,
    authorized: ({ headers }) => headers.authorization === credentials,
    error: (kind) => {
      const statuses = {
        auth: 401,
        not_found: 404,
        rate_limited: 429,
        rate_limited_with_wait: 429,
        server: 500,
        refused: 400,
      };
      if (kind === "auth" || kind === "server") return { status: statuses[kind] };
      const answer = errors(statuses[kind], { code: kind === "not_found" ? "not_exist" : "invalid" });
      return kind === "rate_limited_with_wait" ? { ...answer, headers: { "retry-after": "1" } } : answer;
    },
    limit: ({ method }) => {
      const limit = limits.get(method) ?? createRateLimit(perSecond, 1_000);
      limits.set(method, limit);
      const { passed, left } = limit();
      const headers = { "ratelimit-limit-second": String(perSecond), "ratelimit-remaining-second": String(left) };
      return passed ? undefined : { status: 429, headers };
    },
    routes: [
      {
        method: "GET",
        path: "/api/v1/customer-profiles",
        handle: ({ query }) => {
          const asked = ["email", "phoneNumber", "externalCustomerId"].filter((name) => query.has(name));
          if (asked.length !== 1) return errors(400, { code: "invalid", detail: "Give exactly one search parameter." });
          const email = query.get("email") ?? "";
          const found = profiles.filter(({ emails }) => emails.some(({ original }) => sameEmail(original, email)));
          const limited: Record<string, string> = found.length > 50 ? { "gladly-limited-data": "true" } : {};
          return { status: 200, headers: limited, json: found.slice(0, 50) };
        },
      },
      {
        method: "POST",
        path: "/api/v1/tasks",
        handle: (request) => {
          const customer = customerIn(request.json);
          return customer === undefined
            ? errors(400, { attr: "customer", code: "invalid" })
            : createTask(request, customer);
        },
      },
      {
        method: "POST",
        path: "/api/v1/customers/:id/tasks",
        handle: (request) => {
          const customer = profiles.find(({ id }) => id === request.params.id);
          return customer === undefined ? errors(404, { code: "not_exist" }) : createTask(request, customer);
        },
      },
      {
        method: "GET",
        path: "/api/v1/tasks/:id",
        handle: ({ params }) => {
          const task = tasks.get(params.id ?? "");
          return task === undefined ? errors(404, { code: "not_exist" }) : { status: 200, json: task };
        },
      },
      { method: "POST", path: "/api/v1/conversation-items", handle: createItem },
      {
        method: "GET",
        path: "/api/v1/organization",
        handle: () => ({ status: 200, json: { id: "simulator", name: "Make-believe shop", timezone: "UTC" } }),
      },
    ],
  });
}

interface GladlyError {
  readonly attr?: string;
  readonly code: string;
  readonly detail?: string;
}

function newId(): string {
  return randomBytes(16).toString("base64url");
}
