/**
 * The server as a process to be killed: the real rooms, gateway, store and connectors. Two things differ from a shop's: the
 * classifier knows the shoppers' sentences by heart, so that a start takes no model, and the doors' limits are wide.
 */
import { readFileSync } from "node:fs";
import type { Classifier } from "../../embeddings/index.js";
import { assemble } from "../../server/assemble.js";
import { type ConnectorConfigs, type ConnectorSystem, createConnector } from "../../server/connectors/index.js";
import { startGateway } from "../../server/gateway/index.js";
import { systemPorts } from "../../server/ports/index.js";
import { byHeart, SHOP } from "../simulation/shop.js";
import { BOT, type Setup, STOREFRONT, TOKEN_KEY } from "./setup.js";

const setup = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Setup;
const log = ({ level, message, error }: { level: string; message: string; error?: unknown }): void => {
  if (level === "error") process.stderr.write(`${message} ${String((error as Error | undefined)?.stack ?? "")}\n`);
};
const connectors = (Object.keys(setup.connectors) as ConnectorSystem[]).map((system) =>
  createConnector(system, setup.connectors[system] as ConnectorConfigs[typeof system]),
);
const server = await assemble({
  // A code by mail for each refund would be three codes an hour; the journal is what is under test.
  shop: {
    ...SHOP,
    joinPauseMs: 20,
    levels: { issue_refund: "verified", create_replacement: "verified" },
    storefront: { botId: BOT, keys: [] },
  },
  ports: systemPorts,
  dataDir: setup.dataDir,
  root: setup.root,
  secret: Buffer.alloc(32, 7),
  tokenKeys: [TOKEN_KEY],
  connectors,
  classifier: { ...byHeart, intents: [], close: async () => undefined } as unknown as Classifier,
  mailFrom: "Orchard & Pine <chat@example.com>",
  log,
});
await server.conversations.recover();
const wide = 1_000_000;
const gateway = await startGateway({
  port: setup.port,
  host: "127.0.0.1",
  allowedOrigins: [STOREFRONT],
  conversations: server.conversations,
  identity: server.identity,
  staticDirs: { widget: setup.dataDir },
  limits: {
    conversationBurst: wide,
    networkBurst: wide,
    openingBurst: wide,
    socketsPerNetwork: wide,
  },
  log,
});
process.once("SIGTERM", () => {
  void (async () => {
    await server.conversations.close();
    await gateway.close();
    await server.close();
    process.exit(0);
  })();
});
process.stdout.write("listening\n");
