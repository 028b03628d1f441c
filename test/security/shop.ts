/** A whole shop for attackers: the server as its own process, make-believe vendors, a mailbox, and clients that see every frame. */
import { io, type Socket } from "socket.io-client";
import { type Mailbox, startMailbox } from "../../sandbox/index.js";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import { CONNECTOR_SYSTEMS } from "../../server/connectors/index.js";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import type { ClientToServer, Entry, Joined, ServerToClient, UtteranceAck } from "../../server/protocol/index.js";
import { type ServerProcess, serverProcess } from "../restart/server-process.js";

export const STOREFRONT = "https://shop.example";

export interface Shop {
  readonly server: ServerProcess;
  readonly mailbox: Mailbox;
  readonly simulators: Simulators;
  readonly world: World;
  /** A new shopper from a network of their own, unless it is named. */
  enter(options?: { network?: string; identity?: string }): Promise<Shopper>;
  close(): Promise<void>;
}

export interface Shopper {
  readonly joined: Joined;
  /** Every frame that came, as it came, without heartbeats. */
  readonly frames: string[];
  readonly entries: Entry[];
  say(text: string): Promise<UtteranceAck>;
  /** Says something, and waits for what the bot answers and until it has stopped typing. */
  ask(text: string): Promise<Entry>;
  identify(token: string): Promise<unknown>;
  /** Another browser window on the same conversation. */
  again(): Promise<Shopper>;
  leave(): void;
}

type Connection = Socket<ServerToClient, ClientToServer>;

export async function openShop(options: {
  readonly world: object;
  readonly shop?: object;
  readonly systems?: readonly ("shipmonk" | "gladly" | "kustomer")[];
  readonly env?: NodeJS.ProcessEnv;
}): Promise<Shop> {
  const parsed = parseWorld(options.world, Date.now());
  if (parsed.world === undefined) throw new Error(JSON.stringify(parsed.problems));
  const world = parsed.world;
  const simulators = await startSimulators(world, { systems: CONNECTOR_SYSTEMS });
  const mailbox = await startMailbox({ port: 0 });
  const systems = options.systems ?? ["shipmonk", "gladly"];
  const server = await serverProcess({
    connectors: Object.fromEntries(systems.map((system) => [system, simulators.configs[system]])),
    origins: [STOREFRONT],
    smtpUrl: mailbox.smtpUrl,
    joinPauseMs: 0,
    // Each shopper's network is what our own proxy would have seen.
    shop: { trustedProxies: 1, ...options.shop },
    ...(options.env && { env: options.env }),
  });
  await server.start();
  const shoppers = new Set<Connection>();
  let networks = 0;

  async function connect(auth: Record<string, unknown>, network: string): Promise<Shopper> {
    const socket: Connection = io(server.url, {
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      extraHeaders: { origin: STOREFRONT, "x-forwarded-for": network },
      auth: { protocol: 1, since: 0, ...auth },
    });
    shoppers.add(socket);
    const frames: string[] = [];
    socket.io.once("open", () =>
      socket.io.engine.on("data", (data: unknown) => {
        if (typeof data === "string" && data.length > 1) frames.push(data);
      }),
    );
    const entries: Entry[] = [];
    const bots = (): Entry[] => entries.filter(({ from }) => from === "bot");
    socket.on("entries", (page) => void entries.push(...page.entries));
    const joined = await new Promise<Joined>((resolve, reject) => {
      socket.once("joined", resolve);
      socket.once("connect_error", reject);
    });
    let said = 0;
    const say = (text: string): Promise<UtteranceAck> => {
      said += 1;
      const messageId = `message-${said}-${Math.random().toString(36).slice(2, 10)}`;
      return socket.emitWithAck("utterance", { messageId, text });
    };
    return {
      joined,
      frames,
      entries,
      say,
      ask: async (text) => {
        const before = bots().length;
        const answered = new Promise<Entry>((resolve) => {
          const look = (on: boolean): void => {
            const answer = bots().slice(before).at(-1);
            if (on || answer === undefined) return;
            socket.off("typing", look);
            resolve(answer);
          };
          socket.on("typing", look);
        });
        const ack = await say(text);
        if ("refused" in ack) throw new Error(`refused: ${ack.code}`);
        return answered;
      },
      identify: (token) => socket.emitWithAck("identify", token),
      again: () => connect({ conversation: joined.conversation, secret: joined.secret }, network),
      leave: () => void socket.disconnect(),
    };
  }

  return {
    server,
    mailbox,
    simulators,
    world,
    enter: ({ network, identity } = {}) => {
      networks += 1;
      return connect(
        identity === undefined ? {} : { identity },
        network ?? `198.18.${Math.floor(networks / 250)}.${networks % 250}`,
      );
    },
    close: async () => {
      for (const socket of shoppers) socket.disconnect();
      await server.remove();
      await Promise.all([simulators.close(), mailbox.close()]);
    },
  };
}

/** Area under the ROC curve: how well one can tell `one` from `other` by size alone; 0.5 is not at all. */
export function auc(one: readonly number[], other: readonly number[]): number {
  let wins = 0;
  for (const a of one) for (const b of other) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (one.length * other.length);
}
