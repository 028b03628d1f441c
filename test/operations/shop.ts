/** A real server over make-believe vendors, in this process: its log is kept, its figures can be read. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { type Mailbox, startMailbox } from "../../sandbox/index.js";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import { type OperationsConfig, parseShop } from "../../server/config.js";
import { createGladly, createShipMonk, scaleTimings } from "../../server/connectors/index.js";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import { type Server, startServer } from "../../server/main.js";
import { createLog } from "../../server/operations/index.js";
import type {
  ClientToServer,
  EntriesPage,
  Entry,
  Joined,
  ServerToClient,
  UtteranceAck,
} from "../../server/protocol/index.js";

export interface Shop {
  readonly server: Server;
  readonly world: World;
  readonly mailbox: Mailbox;
  readonly dataDir: string;
  /** Everything that was logged, as it would stand in the file. */
  readonly log: readonly string[];
  visit(): Promise<Visitor>;
  close(): Promise<void>;
}

export interface Visitor {
  readonly conversation: string;
  readonly secret: string;
  /** Whether the dots are shown. */
  readonly typing: boolean;
  readonly entries: readonly Entry[];
  /** Resolves with the acknowledgement. */
  send(text: string): Promise<UtteranceAck>;
  /** Sends and resolves with the bot's next words. */
  say(text: string): Promise<string>;
  leave(): void;
}

export interface ShopOptions {
  /** What `parseWorld` takes. */
  readonly world: object;
  readonly operations?: Partial<OperationsConfig>;
  readonly dataDir?: string;
}

type Client = Socket<ServerToClient, ClientToServer>;

export async function startShop(options: ShopOptions): Promise<Shop> {
  const { world, problems } = parseWorld(options.world, Date.now());
  if (world === undefined) throw new Error(JSON.stringify(problems));
  const simulators: Simulators = await startSimulators(world, { systems: ["shipmonk", "gladly"] });
  const mailbox = await startMailbox({ port: 0 });
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "aftersale-operations-")));
  const log: string[] = [];
  const { shipmonk, gladly } = simulators.configs;
  if (shipmonk === undefined || gladly === undefined) throw new Error("the simulators did not start");
  // Waits are cut short, and a few failures are enough for a breaker to open.
  const http = scaleTimings(0.05, { breakerCalls: 3, breakerWindowMs: 10_000, breakerOpenMs: 60_000 });
  const server = await startServer({
    config: {
      shop: parseShop(
        "shop.json",
        JSON.stringify({ name: "Orchard & Pine", joinPauseMs: 0, orderNumberPattern: "[0-9]{4,6}" }),
      ),
      dataDir,
      host: "127.0.0.1",
      port: 0,
      publicUrl: undefined,
      operations: { logLevel: "debug", stopMs: 10_000, ...options.operations },
      secret: () => "",
    },
    connectors: [createShipMonk({ ...shipmonk, http }), createGladly({ ...gladly, http })],
    tokenKeys: [],
    smtp: mailbox.smtpUrl,
    mailFrom: "Orchard & Pine <chat@example.com>",
    limits: { conversationBurst: 100, networkBurst: 1_000 },
    log: createLog({ level: "debug", to: { write: (line) => void log.push(line) } }),
  });
  const visitors = new Set<Visitor>();
  return {
    server,
    world,
    mailbox,
    dataDir,
    log,
    async visit() {
      const visitor = await visit(server.gateway.url);
      visitors.add(visitor);
      return visitor;
    },
    async close() {
      for (const visitor of visitors) visitor.leave();
      await server.close();
      await Promise.all([simulators.close(), mailbox.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** @param identity the storefront's token; @param kept a conversation to come back to */
export async function visit(
  url: string,
  identity?: string,
  kept?: Pick<Visitor, "conversation" | "secret">,
): Promise<Visitor> {
  const entries: Entry[] = [];
  const waiting = new Set<() => void>();
  const client: Client = io(url, {
    forceNew: true,
    reconnection: false,
    transports: ["websocket"],
    extraHeaders: { origin: url },
    auth: {
      protocol: 1,
      since: 0,
      ...(identity !== undefined && { identity }),
      ...(kept && { conversation: kept.conversation, secret: kept.secret }),
    },
  });
  let typing = false;
  client.on("typing", (on) => {
    typing = on;
  });
  client.on("entries", (page: EntriesPage) => {
    entries.push(...page.entries);
    for (const look of [...waiting]) look();
  });
  const { conversation, secret } = await new Promise<Joined>((resolve, reject) => {
    client.once("joined", resolve);
    client.once("connect_error", reject);
  });
  // A message that is sent again keeps its id; another visit's messages are others.
  const visitId = randomUUID();
  let count = 0;
  const send = (text: string): Promise<UtteranceAck> =>
    client.timeout(20_000).emitWithAck("utterance", { messageId: `${visitId}-${++count}`, text });
  return {
    conversation,
    secret,
    get typing() {
      return typing;
    },
    entries,
    send,
    async say(text) {
      const before = entries.filter(({ from }) => from === "bot").length;
      const answered = new Promise<string>((resolve) => {
        const look = (): void => {
          const said = entries.filter(({ from }) => from === "bot").slice(before);
          if (said.length === 0) return;
          waiting.delete(look);
          resolve(said.map((entry) => entry.text).join("\n"));
        };
        waiting.add(look);
      });
      const ack = await send(text);
      if (!("stored" in ack)) throw new Error(`refused: ${ack.code}`);
      return answered;
    },
    leave: () => client.close(),
  };
}
