/**
 * What all vendor simulators share: a plain HTTP server over the make-believe world, with the vendor's credentials and
 * limits, and faults on request. Never part of the production server.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type FaultKind, type SystemName, World } from "../../sandbox/world/index.js";
import { CAPABILITIES, type CapabilityDefinition } from "./capabilities.js";

export interface SimulatorOptions {
  readonly system: SystemName;
  readonly world: World;
  readonly routes: readonly Route[];
  /** The vendor's own shape of an error answer. */
  readonly error: (kind: ErrorKind, request: SimulatorRequest) => SimulatorAnswer;
  /** Whether the request carries the right credentials. */
  readonly authorized: (request: SimulatorRequest) => boolean;
  /** Refuses a request that comes too soon, in the vendor's way; undefined lets it pass. */
  readonly limit?: (request: SimulatorRequest) => SimulatorAnswer | undefined;
  readonly port?: number;
  /** How long an answer takes under the fault `slow`, in milliseconds. */
  readonly slowMs?: number;
}

export type ErrorKind = "auth" | "not_found" | "rate_limited" | "rate_limited_with_wait" | "server" | "refused";

export interface Route {
  readonly method: string;
  /** `:name` stands for one segment. */
  readonly path: string;
  /** Whether it changes something; by default everything but GET. */
  readonly effect?: boolean | ((request: SimulatorRequest) => boolean);
  handle(request: SimulatorRequest): SimulatorAnswer | Promise<SimulatorAnswer>;
}

export interface SimulatorRequest {
  readonly method: string;
  readonly path: string;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** Parsed where it is JSON, else undefined. */
  readonly json: unknown;
  readonly text: string;
  /** Who asks, as our connectors say in their user agent. */
  readonly tool: string | undefined;
  readonly capability: string | undefined;
  /** Under the fault `missing_fields` a world with nothing but what cannot be left out. */
  readonly world: World;
  /** Under the fault `already_done` the effect is there, and the vendor refuses it as one that was done before. */
  readonly alreadyDone: boolean;
}

export interface SimulatorAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly text?: string;
}

export interface Simulator {
  readonly system: SystemName;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly log: readonly LoggedRequest[];
  /** Ends open sockets, also those that hang on purpose. */
  close(): Promise<void>;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly tool: string | undefined;
  readonly capability: string | undefined;
  /** Absent while, or because, no answer was sent. */
  status?: number;
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { system, world, slowMs = 1_500 } = options;
  const log: LoggedRequest[] = [];
  const timers = new Set<NodeJS.Timeout>();
  world.ledgerOf(system);
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, ms);
      timers.add(timer);
    });

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      response.writeHead(500).end(`The simulator of ${system} broke: ${String(error)}`);
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(incoming);
    const url = new URL(incoming.url ?? "/", "http://simulator");
    const [, tool, capability] = /\(([^;]+); ([^)]+)\)/.exec(incoming.headers["user-agent"] ?? "") ?? [];
    const found = findRoute(options.routes, incoming.method ?? "GET", url.pathname);
    const request: SimulatorRequest = {
      method: incoming.method ?? "GET",
      path: url.pathname,
      url,
      params: found?.params ?? {},
      query: url.searchParams,
      headers: incoming.headers,
      json: parseOrNothing(text),
      text,
      tool,
      capability,
      world,
      alreadyDone: false,
    };
    const entry: LoggedRequest = { method: request.method, path: request.path, tool, capability };
    log.push(entry);
    const answer = (what: SimulatorAnswer) => {
      entry.status = what.status;
      send(response, what);
    };

    if (!options.authorized(request)) return answer(options.error("auth", request));
    const refused = options.limit?.(request);
    if (refused !== undefined) return answer(refused);
    if (found === undefined) return answer(options.error("not_found", request));
    const { route } = found;
    const effect =
      typeof route.effect === "function" ? route.effect(request) : (route.effect ?? route.method !== "GET");
    const fault = world.takeFault(tool, capability, (kind) => strikes(kind, capability, effect));
    await act(fault, effect);

    async function act(kind: FaultKind | undefined, changes: boolean): Promise<void> {
      const error = (name: ErrorKind) => answer(options.error(name, request));
      const handle = (special: Partial<SimulatorRequest> = {}) => route.handle({ ...request, ...special });
      /** What was asked for is done first; only the answer goes wrong. */
      const applied = () => (changes ? handle() : undefined);
      switch (kind) {
        case undefined:
          return answer(await handle());
        case "unavailable":
          return answer({ ...options.error("server", request), status: 503 });
        case "error_500":
          return error("server");
        case "auth":
          return error("auth");
        case "rate_limited":
          return error("rate_limited");
        case "rate_limited_with_wait":
          return error("rate_limited_with_wait");
        case "refused":
          return error("refused");
        case "slow":
          await wait(slowMs);
          return answer(await handle());
        case "timeout":
          return; // No answer: the socket stays open until the client or close() ends it.
        case "applied_then_timeout":
          await handle();
          return;
        case "reset":
          return void incoming.socket.destroy();
        case "applied_then_reset":
          await handle();
          return void incoming.socket.destroy();
        case "malformed":
          await applied();
          return answer({ status: 200, headers: { "content-type": "application/json" }, text: '{"data": [{"id": ' });
        case "wrong_types":
          await applied();
          return answer({ status: 200, json: "This is not the answer that you are looking for" });
        case "oversized":
          await applied();
          return answer({ status: 200, json: { data: "x".repeat(1_200_000) } });
        case "deep":
          await applied();
          return answer({
            status: 200,
            headers: { "content-type": "application/json" },
            text: `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
          });
        case "redirect":
          return answer({ status: 302, headers: { location: "http://127.0.0.1:1/" } });
        case "slow_body":
          response.writeHead(200, { "content-type": "application/json" });
          for (let sent = 0; sent < 10_000 && !response.destroyed; sent++) {
            response.write(" ");
            await wait(20);
          }
          return;
        case "not_found":
          return changes ? error("not_found") : answer(await handle({ world: empty(world) }));
        case "missing_fields":
          return answer(await handle(changes ? {} : { world: bare(world) }));
        case "already_done":
          return answer(await handle({ alreadyDone: changes }));
      }
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    system,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * A fault named for something that changes the world strikes the request that would change it, not the looks taken
 * before or afterwards: those have names of their own.
 */
function strikes(kind: FaultKind, capability: string | undefined, effect: boolean): boolean {
  // What is not there is not there for a look either.
  if (kind === "not_found") return true;
  const definition: CapabilityDefinition | undefined =
    capability !== undefined && capability in CAPABILITIES
      ? CAPABILITIES[capability as keyof typeof CAPABILITIES]
      : undefined;
  return definition?.effect === undefined || effect;
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  const segments = path.split("/");
  for (const route of routes) {
    const pattern = route.path.split("/");
    if (route.method !== method || pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((part, at) => {
      const segment = segments[at] ?? "";
      if (!part.startsWith(":")) return part === segment;
      params[part.slice(1)] = decodeURIComponent(segment);
      return segment !== "";
    });
    if (fits) return { route, params };
  }
  return undefined;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, headers, json, text }: SimulatorAnswer): void {
  const body = json === undefined ? (text ?? "") : JSON.stringify(json);
  const type = json === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
  response.writeHead(status, { ...type, ...headers }).end(body);
}

/** The same systems with nothing in them. */
function empty(world: World): World {
  return new World({ systems: world.systems }, world.clock);
}

/** The same world with only what no answer can do without: numbers and owners. */
function bare(world: World): World {
  return new World(
    {
      systems: world.systems,
      customers: world.customers.map(({ email }) => ({ email })),
      orders: world.orders.map(({ id, email, currency }) => ({
        id,
        currency,
        ...(email === undefined ? {} : { email }),
      })),
      subscriptions: world.subscriptions.map(({ id, email, currency }) => ({
        id,
        currency,
        ...(email === undefined ? {} : { email }),
      })),
      catalog: world.catalog.map(({ name, currency }) => ({ name, currency })),
    },
    world.clock,
  );
}

/** Lets `limit` requests pass in any `windowMs` of real time. Returns whether one more may pass, and how many still could. */
export function createRateLimit(limit: number, windowMs: number): () => { passed: boolean; left: number } {
  let passedAt: number[] = [];
  return () => {
    const now = performance.now();
    passedAt = passedAt.filter((at) => at > now - windowMs);
    const passed = passedAt.length < limit;
    if (passed) passedAt.push(now);
    return { passed, left: limit - passedAt.length };
  };
}
