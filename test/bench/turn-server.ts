/** The server of `turn.ts`, in a process of its own: a real shop, which reports how long each part took. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseShop } from "../../server/config.js";
import { type ConnectorConfigs, createConnector } from "../../server/connectors/index.js";
import { startServer } from "../../server/main.js";

/** What the server tells its parent: once where it is, then after each turn, and when a shopper is known. */
export type Said =
  | { readonly kind: "listening"; readonly url: string }
  | { readonly kind: "identified" }
  | ({ readonly kind: "turn" } & Timing);

export interface Timing {
  /** Milliseconds. */
  readonly understand: number;
  readonly decide: number;
  readonly tools: number;
  readonly commit: number;
  /** Resident bytes, and processor microseconds of all threads since the start. */
  readonly rss: number;
  readonly cpu: number;
}

const say = (said: Said): void => void process.send?.(said);
const dataDir = mkdtempSync(join(tmpdir(), "aftersale-bench-"));
// Nobody is left to measure: not a server without its parent, not its files without the server.
process.once("disconnect", () => {
  rmSync(dataDir, { recursive: true, force: true });
  process.exit();
});
// The make-believe vendors live in the parent: their memory and time are not the server's.
const configs = JSON.parse(process.argv[2] ?? "{}") as ConnectorConfigs;
const { conversations, gateway } = await startServer({
  config: {
    shop: parseShop("bench", JSON.stringify({ name: "Bench", joinPauseMs: 0, origins: ["http://shop.example"] })),
    dataDir,
    host: "127.0.0.1",
    port: 0,
    publicUrl: undefined,
    secret: () => "",
  },
  connectors: [createConnector("shipmonk", configs.shipmonk), createConnector("gladly", configs.gladly)],
  tokenKeys: [],
  mailFrom: "bench@example.com",
  // One shopper after another from one address writes faster than people do.
  limits: { conversationBurst: 1_000, networkBurst: 10_000, eventsPerSocket: 10_000, openingBurst: 1_000 },
  log: ({ level, message, ...rest }) => {
    if (level !== "info") process.stderr.write(`${message} ${JSON.stringify(rest)}\n`);
  },
});
conversations.watch({
  told: (_, __, timing) => {
    const { user, system } = process.cpuUsage();
    say({ kind: "turn", ...timing, rss: process.memoryUsage.rss(), cpu: user + system });
  },
});
process.on("message", async (conversation: string) => {
  await conversations.identify(conversation, { email: "ann.reed@example.com" });
  say({ kind: "identified" });
});
say({ kind: "listening", url: gateway.url });
