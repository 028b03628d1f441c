import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { Server } from "socket.io";
import { type Clock, systemClock } from "../ports/index.js";
import type { ClientToServer, ServerToClient } from "../protocol/index.js";
import type { ConversationDoor } from "./conversation-door.js";
import { createJoin, type Joined } from "./join.js";
import { defaultGatewayLimits, type GatewayLimits } from "./limits.js";
import type { Doorkeeper, GatewayLog } from "./needs.js";
import { networkOf } from "./networks.js";
import { type Origins, originList } from "./origins.js";
import { watchOverload } from "./overload.js";
import { servePages } from "./pages.js";
import { rateLimit } from "./rate-limit.js";
import { englishRefusals, type RefusalWords } from "./refusals.js";
import { serveShopper } from "./shopper-socket.js";

export interface GatewayOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  readonly conversations: ConversationDoor;
  readonly identity: Doorkeeper;
  /** Origins of the shop's pages: they may frame the chat. A function is asked at each request. */
  readonly allowedOrigins: readonly string[] | (() => readonly string[]);
  /** `widget`: the folder with the built widget. */
  readonly staticDirs: { readonly widget: string };
  /** How browsers reach this server (`https://chat.shop.example`). Default: where it listens. */
  readonly publicUrl?: string;
  /** How many reverse proxies of our own stand before this server (default 0); see `networkOf`. */
  readonly trustedProxies?: number;
  readonly log: GatewayLog;
  readonly limits?: Partial<GatewayLimits>;
  readonly clock?: Clock;
  /** The words of refusals, per locale. Default: English. */
  readonly words?: RefusalWords;
  /** Colours and title of the chat; see the widget. */
  readonly theme?: Readonly<Record<string, string>>;
  /** Whether the rest of the server can work; for `/readyz`. */
  readonly isReady?: () => boolean | Promise<boolean>;
  /** More pages on the same server (studio, desk, webhooks). */
  readonly routes?: (app: WebApp) => void | Promise<void>;
}

/** The HTTP server as other rooms see it when they add pages through `routes`. */
export type WebApp = FastifyInstance;

export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** How many clients are connected. */
  sockets(): number;
  /** Takes nobody in any more; whoever is connected stays so until `close`, and hears the answers under way. */
  drain(): void;
  /** Lets the utterances under way be stored and acknowledged, then ends all connections. */
  close(): Promise<void>;
}

const DRAIN_MS = 5_000;

/** Opens the server's doors: pages over HTTP, conversations over Socket.IO, both on one port. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { conversations, identity, log, clock = systemClock, trustedProxies = 0 } = options;
  const limits = { ...defaultGatewayLimits, ...options.limits };
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  let draining = false;
  let port = options.port;
  const publicUrl = (): string => options.publicUrl ?? `http://${hostInAddress(options.host)}:${port}`;
  const { allowedOrigins } = options;
  const origins = originList(typeof allowedOrigins === "function" ? allowedOrigins : () => allowedOrigins, () => [
    publicUrl(),
    ...(options.publicUrl === undefined ? [`http://localhost:${port}`] : []),
  ]);

  const app = Fastify({ bodyLimit: limits.messageBytes, requestTimeout: 10_000, forceCloseConnections: true });
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log({ level: "error", message: "a request failed", request: request.id, error });
    return reply
      .code(status)
      .send({ status, message: status < 500 ? "This request cannot be served." : "Try again later." });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ status: 404, message: "Nothing is here." }));
  await servePages(app, {
    widget: options.staticDirs.widget,
    origins,
    publicUrl,
    isReady: async () => closing === undefined && !draining && ((await options.isReady?.()) ?? true),
  });
  await options.routes?.(app);
  await app.ready();

  const io = openSockets(app, { limits, origins, trustedProxies, isDraining: () => draining });
  const overload = watchOverload({ ...limits, atWork: () => conversations.load?.().atWork ?? 0 });
  const { isOverloaded } = overload;
  const join = createJoin({ conversations, identity, clock, limits, trustedProxies, isOverloaded, log });
  io.use((socket, next) => {
    join(socket).then((joined) => {
      socket.data.joined = joined;
      next();
    }, next);
  });
  const perConversation = rateLimit(limits.conversationBurst, limits.conversationEveryMs);
  const perNetwork = rateLimit(limits.networkBurst, limits.networkEveryMs);
  io.on("connection", (socket) =>
    serveShopper(socket, {
      conversations,
      identity,
      clock,
      limits,
      perConversation,
      perNetwork,
      words: options.words ?? englishRefusals,
      ...(options.theme !== undefined && { theme: options.theme }),
      log,
      during: (work) => {
        underWay.add(work);
        const over = (): void => void underWay.delete(work);
        work.then(over, over);
      },
    }),
  );

  await app.listen({ port, host: options.host });
  port = (app.server.address() as AddressInfo).port;
  return {
    url: publicUrl(),
    port,
    sockets: () => io.engine.clientsCount,
    drain: () => {
      draining = true;
      // Connections that exist are left alone.
      app.server.close();
    },
    close: () => {
      closing ??= (async () => {
        const patience = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_MS).unref());
        await Promise.race([Promise.allSettled(underWay), patience]);
        // One turn of the loop, so that the last acknowledgements are on the wire.
        await new Promise((resolve) => setImmediate(resolve));
        overload.close();
        io.disconnectSockets(true);
        await io.close();
        await app.close();
      })();
      return closing;
    },
  };
}

type Sockets = Server<ClientToServer, ServerToClient, Record<string, never>, { joined: Joined }>;

interface SocketDoor {
  readonly limits: GatewayLimits;
  readonly origins: Origins;
  readonly trustedProxies: number;
  readonly isDraining: () => boolean;
}

function openSockets(app: FastifyInstance, { limits, origins, trustedProxies, isDraining }: SocketDoor): Sockets {
  const perNetwork = new Map<string, number>();
  let inAll = 0;
  const io: Sockets = new Server(app.server, {
    serveClient: false,
    maxHttpBufferSize: limits.messageBytes,
    perMessageDeflate: false,
    connectTimeout: 5_000,
    pingInterval: 15_000,
    pingTimeout: 10_000,
    cors: { origin: (origin, decide) => decide(null, origins.allowsOrigin(origin)) },
    // CORS does not guard WebSockets (https://socket.io/docs/v4/handling-cors/): the same list once more.
    allowRequest: (request, decide) => {
      // By polling, a client known already asks again and again; it goes on until it is cut off.
      if (isDraining() && !/[?&]sid=/.test(request.url ?? "")) return decide("the server is stopping", false);
      if (!origins.allows(request.headers)) return decide("origin not allowed", false);
      const here = perNetwork.get(networkOf(request, trustedProxies)) ?? 0;
      if (here >= limits.socketsPerNetwork || inAll >= limits.socketsInAll)
        return decide("too many connections", false);
      decide(null, true);
    },
  });
  io.engine.on(
    "connection",
    (connection: { request: Parameters<typeof networkOf>[0]; once(event: "close", listener: () => void): void }) => {
      const network = networkOf(connection.request, trustedProxies);
      perNetwork.set(network, (perNetwork.get(network) ?? 0) + 1);
      inAll += 1;
      connection.once("close", () => {
        const left = (perNetwork.get(network) ?? 1) - 1;
        if (left === 0) perNetwork.delete(network);
        else perNetwork.set(network, left);
        inAll -= 1;
      });
    },
  );
  return io;
}

/** A server that listens on every address is reached by the local one. */
function hostInAddress(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
