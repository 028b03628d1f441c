/** Two nodes of one shop: real servers over one real Postgres, make-believe vendors, a balancer before them. */
import { randomBytes } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import { signStorefrontToken } from "../../server/identity/index.js";
import type { ClientToServer, Entry, Joined, ServerToClient, UtteranceAck } from "../../server/protocol/index.js";
import { openStore, type Store } from "../../server/store/index.js";
import { type ServerProcess, serverProcess } from "../restart/server-process.js";
import { type Postgres, startPostgres } from "../store/postgres.js";
import { type Balancer, startBalancer } from "./balancer.js";

export const ANN = "ann.reed@example.com";
const KEY = { kid: "shop", secret: "a-secret-of-the-storefront-for-this-test-only" };
const BOT_ID = "scaling";
/** Longer than any answer on a busy machine. */
const HEARS_MS = 25_000;

export interface Nodes {
  readonly postgres: Postgres;
  readonly databaseUrl: string;
  readonly world: World;
  readonly simulators: Simulators;
  readonly balancer: Balancer;
  readonly a: ServerProcess;
  readonly b: ServerProcess;
  /** Joins by the balancer, as Ann when `signedIn`; with `again` the same conversation. */
  join(options?: { signedIn?: boolean; again?: Joined; url?: string }): Promise<Shopper>;
  /** The same database, for looking into. */
  look<T>(work: (store: Store) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** A client as the widget is one: keeps entries by number, resends until it is told that they are stored. */
export interface Shopper {
  readonly info: Joined;
  readonly entries: Map<number, Entry>;
  readonly states: string[];
  say(text: string): Promise<UtteranceAck>;
  /** Resolves with the first entry of the bot after number `since` whose text contains `words`. */
  hears(words: string, since?: number): Promise<Entry>;
  last(): number;
  leave(): void;
}

export async function startNodes(options: { systems: readonly ("shipmonk" | "gladly" | "smartrr")[] }): Promise<Nodes> {
  const postgres = await startPostgres();
  const databaseUrl = await postgres.freshUrl();
  const { world } = parseWorld(
    {
      customers: [{ email: ANN, name: "Ann Reed" }],
      orders: [
        { id: "5501", email: ANN, status: "In transit", ordered: "-6d", ship: "-5d", eta: "+2d", tracking: "TRK5501" },
      ],
      subscriptions: [
        {
          id: "S-77",
          email: ANN,
          status: "active",
          product: "House blend 1kg",
          price: 24,
          interval: "1 month",
          next: "+9d",
          cutoff: "+7d",
        },
      ],
    },
    Date.now(),
  );
  if (world === undefined) throw new Error("The test's own world is wrong.");
  const simulators = await startSimulators(world, { systems: options.systems });
  const balancer = await startBalancer();
  const secret = randomBytes(32).toString("hex");
  const node = () =>
    serverProcess({
      connectors: simulators.configs,
      origins: [balancer.url],
      smtpUrl: "smtp://127.0.0.1:1",
      joinPauseMs: 0,
      shop: { storefront: { botId: BOT_ID, keys: [{ kid: KEY.kid, secret: "env:STOREFRONT_KEY" }] } },
      env: { DATABASE_URL: databaseUrl, AFTERSALE_SECRET: secret, STOREFRONT_KEY: KEY.secret },
    });
  const [a, b] = await Promise.all([node(), node()]);
  const shoppers: Shopper[] = [];
  const stop = async (): Promise<void> => {
    for (const shopper of shoppers) shopper.leave();
    await Promise.all([a.remove(), b.remove()]);
    await Promise.all([balancer.close(), simulators.close()]);
    await postgres.stop();
  };
  // Both at once: the tables are made by one of them.
  await Promise.all([a.start(), b.start()]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    postgres,
    databaseUrl,
    world,
    simulators,
    balancer,
    a,
    b,
    join: async ({ signedIn = false, again, url = balancer.url } = {}) => {
      const nowMs = Date.now();
      const identity = signedIn
        ? await signStorefrontToken(KEY, { botId: BOT_ID, email: ANN, name: "Ann Reed", nowMs })
        : undefined;
      const shopper = await joinAt(url, balancer.url, { ...(identity && { identity }), ...(again && { again }) });
      shoppers.push(shopper);
      return shopper;
    },
    look: async (work) => {
      const store = await openStore({ url: databaseUrl });
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
    stop,
  };
}

function joinAt(
  url: string,
  origin: string,
  { identity, again }: { identity?: string; again?: Joined },
): Promise<Shopper> {
  const entries = new Map<number, Entry>();
  const states: string[] = [];
  const waiting = new Set<() => void>();
  let info: Joined | undefined = again;
  let count = 0;
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    forceNew: true,
    transports: ["websocket"],
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    timeout: 1_500,
    extraHeaders: { origin },
    auth: (give) =>
      give({
        protocol: 1,
        since: Math.max(0, ...entries.keys()),
        ...(identity !== undefined && { identity }),
        ...(info !== undefined && { conversation: info.conversation, secret: info.secret }),
      }),
  });
  const catchUp = (): void => {
    for (let seq = 1; seq < Math.max(0, ...entries.keys()); seq += 1) {
      if (!entries.has(seq)) return void socket.emit("read", seq - 1, (page) => take(page.entries));
    }
  };
  const take = (page: readonly Entry[]): void => {
    for (const entry of page) entries.set(entry.seq, entry);
    catchUp();
    for (const look of waiting) look();
  };
  socket.on("entries", ({ entries: page }) => take(page));
  socket.on("state", (state) => void states.push(state));
  const shopper = (joined: Joined): Shopper => ({
    info: joined,
    entries,
    states,
    say: async (text) => {
      count += 1;
      const messageId = `${joined.conversation.slice(0, 6)}-${process.hrtime.bigint()}-${count}`;
      for (;;) {
        try {
          const ack = await socket.timeout(1_500).emitWithAck("utterance", { messageId, text });
          if (!("refused" in ack)) return ack;
          if (ack.retryAfterMs === undefined) return ack;
          await new Promise((resolve) => setTimeout(resolve, Math.min(ack.retryAfterMs ?? 0, 1_000)));
        } catch {
          // Not acknowledged in time: the same message again, as the widget does.
        }
      }
    },
    hears: (words, since = 0) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          const all = [...entries.values()].map(({ seq, from, text }) => `${seq} ${from}: ${text}`);
          reject(new Error(`Nobody said “${words}” after ${since}:\n${all.join("\n")}`));
        }, HEARS_MS);
        const look = (): void => {
          const found = [...entries.values()].find(
            ({ seq, from, text }) => seq > since && from !== "shopper" && text.includes(words),
          );
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    last: () => Math.max(0, ...entries.keys()),
    leave: () => void socket.close(),
  });
  return new Promise((resolve, reject) => {
    socket.on("joined", (joined) => {
      info = joined;
      resolve(shopper(joined));
    });
    socket.once("connect_error", (error) => {
      const { code } = (error as { data?: { code?: string } }).data ?? {};
      if (code !== undefined) reject(new Error(`The server let nobody in: ${code}`));
    });
  });
}
