/** The server of `turn.ts`, in a process of its own: a real shop over simulators, which reports how long each part took. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseWorld } from "../../sandbox/world/index.js";
import { parseShop } from "../../server/config.js";
import { createConnector } from "../../server/connectors/index.js";
import { startSimulators } from "../../server/connectors/simulators.js";
import { startServer } from "../../server/main.js";

const ANN = "ann.reed@example.com";
const { world } = parseWorld(
  {
    customers: [{ email: ANN, name: "Ann Reed" }],
    orders: [
      { id: "5501", email: ANN, status: "In transit", ordered: "-6d", ship: "-5d", eta: "+2d", tracking: "TRK5501" },
    ],
  },
  Date.now(),
);
if (world === undefined) throw new Error("the world is wrong");
const { configs } = await startSimulators(world, { systems: ["shipmonk", "gladly"] });
if (configs.shipmonk === undefined || configs.gladly === undefined) throw new Error("no simulators");
const server = await startServer({
  config: {
    shop: parseShop("bench", JSON.stringify({ name: "Bench", joinPauseMs: 0, origins: ["http://shop.example"] })),
    dataDir: await mkdtemp(join(tmpdir(), "aftersale-bench-")),
    host: "127.0.0.1",
    port: 0,
    publicUrl: undefined,
    secret: () => "",
  },
  connectors: [createConnector("shipmonk", configs.shipmonk), createConnector("gladly", configs.gladly)],
  tokenKeys: [],
  mailFrom: "bench@example.com",
  log: ({ level, message, ...rest }) => {
    if (level !== "info") process.stderr.write(`${message} ${JSON.stringify(rest)}\n`);
  },
});
server.conversations.watch({ told: (_, __, timing) => process.send?.({ timing, rss: process.memoryUsage.rss() }) });
process.on("message", async (conversation: string) => {
  await server.conversations.identify(conversation, { email: ANN });
  process.send?.({ identified: conversation });
});
process.send?.({ url: server.gateway.url });
