import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import { signStorefrontToken } from "../../server/identity/index.js";
import type { ClientToServer, EntriesPage, ServerToClient } from "../../server/protocol/index.js";
import { type ServerProcess, serverProcess } from "./server-process.js";

const MOST_MB = 400;
const AT_ONCE = 4;
/** As many networks as it takes to stay within the limits of each: five utterances at once in a conversation, sixty in a network. */
const NETWORKS = 40;
const CONVERSATIONS_EACH = 5;
const SAYS = [
  "where is order 5501?",
  "thanks a lot!",
  "hey, any news about my parcel 5501, it has been ages",
  "do you sell gift cards for the coffee in the shop on main street?",
  "hmm blorp",
];
const TURNS = NETWORKS * CONVERSATIONS_EACH * SAYS.length;
const ANN = "ann.reed@example.com";
const KEY = { kid: "shop", secret: "a-secret-of-the-storefront-for-this-test-only" };

let simulators: Simulators;
let server: ServerProcess;

beforeAll(async () => {
  const order = {
    id: "5501",
    email: ANN,
    status: "In transit",
    ordered: "-6d",
    ship: "-5d",
    eta: "+2d",
    tracking: "TRK5501",
  };
  const { world } = parseWorld({ customers: [{ email: ANN, name: "Ann Reed" }], orders: [order] }, Date.now());
  simulators = await startSimulators(world as World, { systems: ["shipmonk", "gladly"] });
  server = await serverProcess({
    connectors: simulators.configs,
    origins: ["http://shop.example"],
    smtpUrl: "smtp://127.0.0.1:1",
    joinPauseMs: 0,
    shop: { storefront: { botId: "memory", keys: [{ kid: KEY.kid, secret: "env:STOREFRONT_KEY" }] } },
    env: { STOREFRONT_KEY: KEY.secret },
  });
  await server.start();
});
afterAll(async () => {
  await server?.remove();
  await simulators?.close();
});

it(`resident memory is at most ${MOST_MB} MB after ${TURNS} turns`, { timeout: 240_000 }, async () => {
  const identity = await signStorefrontToken(KEY, { botId: "memory", email: ANN, name: "Ann Reed", nowMs: Date.now() });
  const before = await server.residentMemory();
  const conversations = Array.from({ length: NETWORKS * CONVERSATIONS_EACH }, (_, number) => number);
  let turns = 0;
  const shoppers = Array.from({ length: AT_ONCE }, async () => {
    for (let number = conversations.pop(); number !== undefined; number = conversations.pop()) {
      const answered = await converse(number, identity);
      turns += answered;
    }
  });
  await Promise.all(shoppers);
  const after = await server.residentMemory();

  const mb = (bytes: number): number => Math.round(bytes / 1_048_576);
  process.stderr.write(`resident memory: ${mb(before)} MB at the start, ${mb(after)} MB after ${turns} turns\n`);
  expect(turns).toBe(TURNS);
  expect(mb(after)).toBeLessThanOrEqual(MOST_MB);
});

/** @returns how many messages were answered */
async function converse(number: number, identity: string): Promise<number> {
  // All of 127.0.0.0/8 is this machine.
  const from = { localAddress: `127.0.1.${1 + (number % NETWORKS)}` };
  const socket: Socket<ServerToClient, ClientToServer> = io(server.url, {
    ...from,
    forceNew: true,
    transports: ["websocket"],
    extraHeaders: { origin: server.url },
    auth: { protocol: 1, since: 0, identity },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("joined", () => resolve());
    socket.once("connect_error", reject);
  });
  let answered = 0;
  for (const [at, text] of SAYS.entries()) {
    const answer = new Promise<void>((resolve) => {
      const listen = ({ entries }: EntriesPage): void => {
        if (!entries.some(({ from: who }) => who === "bot")) return;
        socket.off("entries", listen);
        resolve();
      };
      socket.on("entries", listen);
    });
    // No two messages are the same, so that nothing comes out of a cache.
    const ack = await socket
      .timeout(30_000)
      .emitWithAck("utterance", { messageId: `memory-${number}-${at}`, text: `${text} ${number}` });
    expect(ack).toHaveProperty("stored");
    await answer;
    answered += 1;
  }
  socket.close();
  return answered;
}
