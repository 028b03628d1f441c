/**
 * Start here: config -> rooms -> listen. The only file that knows every room.
 */
import { join } from "node:path";
import pino from "pino";
import { openClassifier } from "../embeddings/index.js";
import { type StudioData, studioDataOf, studioRoutes } from "../studio/index.js";
import { type Assembled, assemble, type Log } from "./assemble.js";
import { type Config, ConfigError, loadConfig, type Shop, withSecrets } from "./config.js";
import {
  CONNECTOR_SYSTEMS,
  type Connector,
  type ConnectorConfigs,
  type ConnectorSystem,
  createConnector,
} from "./connectors/index.js";
import { behindSignIn, type Gateway, type GatewayOptions, startGateway, type WebApp } from "./gateway/index.js";
import { loadOrCreateSecret, type TokenKey } from "./identity/index.js";
import { outcomesOfLastDays } from "./insight/index.js";
import { systemPorts } from "./ports/index.js";
import { PROJECT } from "./shop-files.js";
import { nextDue, type Store } from "./store/index.js";

export interface Server extends Assembled {
  readonly gateway: Gateway;
}

export interface ServerParts {
  readonly config: Config;
  readonly connectors: readonly Connector[];
  readonly tokenKeys: readonly TokenKey[];
  readonly smtp?: string;
  readonly mailFrom: string;
  readonly log: Log;
  /** Where the usual ones do not fit: a load test, a shop behind a proxy. */
  readonly limits?: GatewayOptions["limits"];
  /** Told while the intents' examples are learned: at the first start and after a change. */
  readonly onProgress?: (done: number, total: number) => void;
}

export async function startServer(parts: ServerParts): Promise<Server> {
  const { config, connectors, log } = parts;
  const { shop, dataDir } = config;
  const classifier = await openClassifier({ ...(parts.onProgress && { onProgress: parts.onProgress }) });
  const assembled = await assemble({
    shop,
    ports: systemPorts,
    dataDir,
    secret: await loadOrCreateSecret(dataDir),
    tokenKeys: parts.tokenKeys,
    connectors,
    classifier,
    ...(parts.smtp !== undefined && { smtp: parts.smtp }),
    mailFrom: parts.mailFrom,
    log,
  });
  for (const connector of connectors) await connector.start?.();
  await assembled.conversations.recover();
  assembled.files.follow();
  const gateway = await startGateway({
    port: config.port,
    host: config.host,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    allowedOrigins: shop.origins,
    conversations: assembled.conversations,
    identity: assembled.identity,
    staticDirs: { widget: join(PROJECT, "widget", "built") },
    theme: themeOf(shop),
    trustedProxies: shop.trustedProxies,
    isReady: () => canRead(assembled.store),
    routes: async (app) => {
      if (config.studio === true) await studioFor(config, assembled, log)(app);
    },
    ...(parts.limits && { limits: parts.limits }),
    log,
  });
  return {
    ...assembled,
    gateway,
    async close(options) {
      await gateway.close();
      await assembled.close(options);
      for (const connector of connectors) await connector.close();
      await classifier.close();
    },
  };
}

/** Behind a sign-in, since it is for the shop's own people. */
function studioFor(config: Config, assembled: Assembled, log: Log): (app: WebApp) => Promise<void> {
  const { shop, studioToken } = config;
  return behindSignIn(studioRoutes({ data: () => studioData(shop, assembled) }), {
    realm: "Aftersale studio",
    ...(studioToken !== undefined && { token: studioToken }),
    trustedProxies: shop.trustedProxies,
    log,
  });
}

/** Whoever cannot read the store can serve nobody. */
async function canRead(store: Store): Promise<boolean> {
  return store.read(nextDue).then(
    () => true,
    () => false,
  );
}

function themeOf({ name, theme }: Shop): Record<string, string> {
  const set = Object.entries({ title: name, ...theme }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
  return Object.fromEntries(set) as Record<string, string>;
}

/** What the studio shows: the files in force, and how conversations with them have ended in the last 30 days. */
async function studioData(shop: Shop, { files: inForce, store }: Assembled): Promise<StudioData> {
  const now = systemPorts.clock.now();
  const { files, problems } = inForce.current;
  const outcomes = await outcomesOfLastDays(store, now, 30);
  return studioDataOf({
    shop: shop.name,
    readAt: new Date(now).toISOString(),
    locale: shop.locale,
    ...files.texts,
    problems: inForce.refused.length > 0 ? inForce.refused : problems,
    outcomes,
  });
}

/** `aftersale serve`: one shop, until told to stop. @returns the exit code */
export async function serve(shopFile: string): Promise<number> {
  const logger = pino({ serializers: { error: pino.stdSerializers.err } });
  const log: Log = ({ level, message, ...fields }) => logger[level]({ ...fields }, message);
  const config = loadConfig({ shopFile, root: PROJECT });
  const { shop } = config;
  const server = await startServer({
    config,
    log,
    connectors: connect(config),
    tokenKeys: (shop.storefront?.keys ?? []).map(({ kid, secret }) => ({ kid, secret: config.secret(secret) })),
    ...(shop.mail && { smtp: config.secret(shop.mail.smtp) }),
    mailFrom: shop.mail?.from ?? shop.name,
  });
  log({ level: "info", message: `serving ${shop.name} at ${server.gateway.url}` });
  process.on("SIGHUP", () => void server.files.reload());
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  log({ level: "info", message: "stopping: turns under way are finished first" });
  await server.close();
  return 0;
}

function connect(config: Config): Connector[] {
  return Object.entries(config.shop.connectors).map(([system, settings]) => {
    if ((CONNECTOR_SYSTEMS as string[]).includes(system)) {
      const known = system as ConnectorSystem;
      return createConnector(known, withSecrets(settings, config.secret) as unknown as ConnectorConfigs[typeof known]);
    }
    throw new ConfigError([
      {
        file: "shop.json",
        path: `connectors.${system}`,
        code: "CONFIG_INVALID",
        message: `There is no connector for "${system}".`,
        fix: `Use one of: ${CONNECTOR_SYSTEMS.join(", ")}.`,
        severity: "error",
      },
    ]);
  });
}
