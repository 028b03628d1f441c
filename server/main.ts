/**
 * Start here: config -> rooms -> listen. The only file that knows every room.
 */
import { join } from "node:path";
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
import {
  createLog,
  createMetrics,
  createOperationsPages,
  createReadiness,
  type LogLine,
  type OperationsPages,
  type OperationsServer,
  type Readiness,
  startOperationsServer,
  stopOnSignals,
} from "./operations/index.js";
import { systemPorts } from "./ports/index.js";
import { forgetDaily } from "./privacy/index.js";
import { PROJECT } from "./shop-files.js";
import { webhookRoutes } from "./webhooks/index.js";

export interface Server extends Assembled {
  readonly gateway: Gateway;
  /** Where metrics are read, when they have a port of their own. */
  readonly operations: OperationsServer | undefined;
  readonly readiness: Readiness;
}

export interface ServerParts {
  readonly config: Config;
  readonly connectors: readonly Connector[];
  readonly tokenKeys: readonly TokenKey[];
  readonly smtp?: string;
  readonly mailFrom: string;
  readonly log: Log;
  /** Where the merchant's files lie; the project itself by default. */
  readonly root?: string;
  /** Where the usual ones do not fit: a load test, a shop behind a proxy. */
  readonly limits?: GatewayOptions["limits"];
  /** Told while the intents' examples are learned: at the first start and after a change. */
  readonly onProgress?: (done: number, total: number) => void;
}

export async function startServer(parts: ServerParts): Promise<Server> {
  const { config, connectors, log } = parts;
  const { shop, dataDir, operations: watched } = config;
  const webhookSecrets = webhookSecretsOf(config);
  const metrics = createMetrics();
  const classifier = await openClassifier({ ...(parts.onProgress && { onProgress: parts.onProgress }) });
  const assembled = await assemble({
    shop,
    ports: systemPorts,
    dataDir,
    ...(parts.root !== undefined && { root: parts.root }),
    ...(config.databaseUrl !== undefined && { databaseUrl: config.databaseUrl }),
    secret: config.sharedSecret ?? loadOrCreateSecret(dataDir),
    tokenKeys: parts.tokenKeys,
    connectors,
    classifier,
    ...(parts.smtp !== undefined && { smtp: parts.smtp }),
    mailFrom: parts.mailFrom,
    log,
    onCommit: metrics.committed,
    maxBytes: watched?.maxBytes,
  });
  const readiness = createReadiness({
    checkStore: () => assembled.store.check(),
    checkClassifier: () => classifier.classify("ready?"),
    policies: () => assembled.files.current.files.texts.policies.length,
  });
  for (const connector of connectors) await connector.start?.();
  await assembled.conversations.recover();
  assembled.files.follow();
  const { metrics: ownPort, metricsToken } = watched ?? {};
  const pages = createOperationsPages({ metrics, readiness, token: metricsToken });
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
    isReady: () => readiness.isReady(),
    routes: async (app) => {
      if (watched?.metricsToken !== undefined) await guarded(watched.metricsToken, pages, shop, log)(app);
      if (config.studio === true) await studioFor(config, assembled, log)(app);
      await webhookRoutes({ ...assembled, secrets: webhookSecrets, log })(app);
    },
    ...(parts.limits && { limits: parts.limits }),
    log,
  });
  const stopForgetting = forgetDaily({ ...assembled, clock: systemPorts.clock, log }, shop.retention);
  metrics.watch({
    conversations: assembled.conversations,
    store: assembled.store,
    readiness,
    now: systemPorts.clock.now,
    systems: connectors.map(({ system }) => system),
    sockets: gateway.sockets,
    dataDir,
  });
  const operations = ownPort && (await startOperationsServer({ ...ownPort, pages }));
  return {
    ...assembled,
    gateway,
    operations,
    readiness,
    async close(options) {
      readiness.drain();
      stopForgetting();
      gateway.drain();
      // Whoever waits for an answer hears it before being cut off.
      if (options?.hard !== true) await assembled.conversations.close();
      await gateway.close();
      await operations?.close();
      await assembled.close(options);
      metrics.close();
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

/** Metrics on the chat's own port: only for whoever has the token. */
function guarded(token: string, pages: OperationsPages, shop: Shop, log: Log): (app: WebApp) => Promise<void> {
  const { trustedProxies } = shop;
  const routes = (app: WebApp): void => {
    for (const path of pages.paths)
      app.get(path, (request, reply) => {
        reply.hijack();
        void pages.answer(request.raw, reply.raw);
      });
  };
  return behindSignIn(routes, { realm: "Aftersale operations", token, trustedProxies, log });
}

/** Asked for before anything starts: a secret that is not there must not become a door that nothing opens. */
function webhookSecretsOf({ shop, secret }: Config): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(shop.webhooks).map(([system, { secrets }]) => [system, secrets.map((each) => secret(each))]),
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
    passages: files.passages,
    problems: inForce.refused.length > 0 ? inForce.refused : problems,
    outcomes,
  });
}

/** `aftersale serve`: one shop, until told to stop. @returns the exit code */
export async function serve(shopFile: string): Promise<number> {
  const config = loadConfig({ shopFile, root: PROJECT });
  const { shop, operations } = config;
  const log = createLog({ level: operations?.logLevel ?? "info" });
  const server = await startServer({
    config,
    log,
    connectors: connect(config),
    tokenKeys: (shop.storefront?.keys ?? []).map(({ kid, secret }) => ({ kid, secret: config.secret(secret) })),
    ...(shop.mail && { smtp: config.secret(shop.mail.smtp) }),
    mailFrom: shop.mail?.from ?? shop.name,
  });
  if (operations?.logLevel === "debug") tellTurns(server, log);
  const told = stopOnSignals();
  log({ level: "info", message: `serving ${shop.name} at ${server.gateway.url}` });
  if (server.operations !== undefined) log({ level: "info", message: `metrics at ${server.operations.url}/metrics` });
  process.on("SIGHUP", () => void server.files.reload());
  const { signal, within } = await told;
  log({ level: "info", message: "stopping: turns under way are finished first", signal });
  const ended = await within(operations?.stopMs ?? 20_000, () => server.close());
  if (ended === "stopped") {
    log({ level: "info", message: "stopped" });
    return 0;
  }
  // Whatever was acknowledged is on disk; unfinished turns and effects are taken up at the next start.
  log({ level: "warn", message: `stopped at once: ${ended}; what was unfinished goes on at the next start` });
  process.exit(1);
}

/** A line for each turn: whose, how long each part took, and how many things came of it. No words. */
function tellTurns({ conversations }: Server, log: (line: LogLine) => void): void {
  conversations.watch({
    told: (conversation, told, parts) =>
      log({ level: "debug", message: "turn taken", conversation, parts, count: told.length }),
  });
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
