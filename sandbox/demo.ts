/**
 * The demo shop: the real server and the real connectors against make-believe vendors, a storefront with the widget, and a
 * mailbox, all on this machine.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../server/assemble.js";
import { type Config, ConfigError, parseShop } from "../server/config.js";
import {
  CAPABILITIES,
  CONNECTOR_SYSTEMS,
  type Connector,
  type ConnectorConfigs,
  type ConnectorSystem,
  createConnector,
  toolNamesOf,
} from "../server/connectors/index.js";
import { startSimulators } from "../server/connectors/simulators.js";
import { signStorefrontToken } from "../server/identity/index.js";
import { type Server, startServer } from "../server/main.js";
import { formatProblem } from "../server/problems/index.js";
import { PROJECT } from "../server/shop-files.js";
import { startMailbox } from "./mailbox.js";
import { type Storefront, startStorefront } from "./storefront/index.js";
import { parseWorldText, type World } from "./world/index.js";

export interface DemoOptions {
  /** A world file; the demo shop's own by default. */
  readonly world?: string;
  readonly ports: { readonly shop: number; readonly chat: number; readonly mail: number };
  readonly dataDir: string;
  readonly log: Log;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Demo {
  readonly shopUrl: string;
  readonly chatUrl: string;
  readonly world: World;
  readonly server: Server;
  readonly storefront: Storefront;
  close(): Promise<void>;
}

/** Starts everything; each part on a free port where its port is 0. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { ports, dataDir, log } = options;
  const world = await readWorld(options.world ?? join(PROJECT, "sandbox", "demo-world.json"));
  const shop = parseShop("sandbox/shop.json", await readFile(join(PROJECT, "sandbox", "shop.json"), "utf8"));
  const mailbox = await startMailbox({ port: ports.mail });
  const simulators = await startSimulators(world, { systems: CONNECTOR_SYSTEMS, smtp: { relayTo: mailbox.smtpUrl } });
  const connectors: Connector[] = (Object.keys(simulators.configs) as ConnectorSystem[]).map((system) =>
    createConnector(system, simulators.configs[system] as ConnectorConfigs[typeof system]),
  );
  const key = { kid: "demo", secret: randomBytes(32).toString("base64url") };
  const botId = shop.storefront?.botId ?? "demo";
  // The two servers know each other's address: the storefront loads the chat, the chat lets the storefront frame it.
  let chatUrl = `http://localhost:${ports.chat}`;
  const storefront = await startStorefront({
    port: ports.shop,
    host: "127.0.0.1",
    chatUrl: () => chatUrl,
    mailbox,
    customers: world.customers,
    world,
    signToken: (email, name) =>
      signStorefrontToken(key, { botId, email, nowMs: Date.now(), ...(name !== undefined && { name }) }),
  });
  const config: Config = {
    shop: { ...shop, origins: [storefront.url, storefront.url.replace("127.0.0.1", "localhost")] },
    dataDir,
    host: "127.0.0.1",
    port: ports.chat,
    publicUrl: undefined,
    studio: true,
    secret: () => "",
  };
  const server = await startServer({
    config,
    connectors,
    tokenKeys: [key],
    smtp: mailbox.smtpUrl,
    mailFrom: shop.mail?.from ?? shop.name,
    log,
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  chatUrl = server.gateway.url;
  return {
    shopUrl: storefront.url,
    chatUrl,
    world,
    server,
    storefront,
    async close() {
      await storefront.close();
      await server.close();
      await Promise.all([simulators.close(), mailbox.close()]);
    },
  };
}

async function readWorld(file: string): Promise<World> {
  const faultNames = [...Object.keys(CAPABILITIES), ...toolNamesOf()];
  const text = await readFile(file, "utf8");
  const { world, problems } = parseWorldText(text, { now: () => Date.now() }, { file, faultNames });
  if (world === undefined) throw new ConfigError(problems);
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return world;
}
