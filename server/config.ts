/** Environment and `shop.json` become one checked `Config`. Nothing else in the server reads `process.env`. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CAPABILITIES, CONNECTOR_SYSTEMS, checkConnections, LEVELS, toolNamesOf } from "./connectors/index.js";
import { Hours } from "./handoff/index.js";
import { fixName, type Problem, parseMerchantFile, problemsOf } from "./problems/index.js";
import { EffectLimit, SYSTEM_GROUPS } from "./tools/index.js";
import { UNSIGNED_SYSTEMS } from "./webhooks/index.js";

/** A secret is never written down in a file that a merchant edits: `"env:NAME"` says where it stands. */
const Secret = z.string().regex(/^env:[A-Z][A-Z0-9_]*$/, 'Write "env:NAME", and put the secret into that variable.');
const Origin = z.string().refine(isOrigin, 'An origin is written "https://shop.example", without a path.');

export const ShopFile = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1).describe("The shop's name, as shoppers know it"),
  locale: z.string().default("en").describe("The language of the macros that must be complete"),
  timeZone: z.string().default("UTC").refine(isTimeZone, "This is no time zone of the IANA list."),
  orderNumberPattern: z
    .string()
    .max(100)
    .refine(isSafePattern, "Write characters and how often they come, without repeating a group: [A-Z]{2}[0-9]{4,6}.")
    .optional()
    .describe("What an order number looks like, for example [0-9]{4,6}"),
  joinPauseMs: z.number().int().min(0).max(5_000).default(600),
  origins: z.array(Origin).default([]).describe("Storefronts that may show the chat"),
  systems: z
    .record(z.string(), z.string())
    .default({})
    .describe('Capability or group → system, for example { "orders": "magento" }; else as each policy names it'),
  levels: z
    .record(z.string(), z.enum(LEVELS))
    .default({})
    .describe("Tool or capability → identity level that it needs"),
  limits: z
    .record(z.string(), EffectLimit)
    .default({})
    .describe("Tool or capability → how much of it is allowed without a person"),
  connectors: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .default({})
    .describe('System → its connection, with secrets as "env:NAME"'),
  storefront: z
    .strictObject({
      botId: z.string().min(1),
      keys: z.array(z.strictObject({ kid: z.string().min(1), secret: Secret })).max(2),
    })
    .optional()
    .describe("How the storefront's signed tokens are checked"),
  hours: Hours.optional().describe("When people are there; outside of it, hand-overs say when they are back"),
  theme: z
    .strictObject({
      title: z.string().max(60).optional(),
      accent: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, 'A colour is written "#23553f".')
        .optional(),
      radius: z
        .string()
        .regex(/^\d{1,2}px$/, 'A radius is written "18px".')
        .optional(),
    })
    .default({})
    .describe("How the chat looks"),
  mail: z.strictObject({ smtp: Secret, from: z.string().min(3) }).optional(),
  retention: z
    .strictObject({
      days: z.number().int().min(1).max(3650).default(180).describe("Conversations of known customers"),
      anonymousDays: z.number().int().min(1).max(3650).default(30).describe("Those of nobody in particular"),
    })
    .default({ days: 180, anonymousDays: 30 })
    .describe(
      "Days after the last word until a conversation is forgotten; the books of what was done stay, without names",
    ),
  trustedProxies: z
    .number()
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe("How many reverse proxies of your own stand before the server; their X-Forwarded-For is believed"),
  webhooks: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), z.strictObject({ secrets: z.array(Secret).min(1).max(2) }))
    .default({})
    .describe("System → the secret that it signs its calls to /webhooks/SYSTEM with; two while one is being changed"),
});
export type Shop = z.infer<typeof ShopFile>;

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

export interface Config {
  readonly shop: Shop;
  /** Where the secret and the caches lie, and the database, when it is a file. */
  readonly dataDir: string;
  /** `postgres://…` for several servers at once; a file in `dataDir`, when left out. May hold a password. */
  readonly databaseUrl?: string;
  /** The server's secret from the environment; else it is a file in `dataDir`. The same on all servers of a shop. */
  readonly sharedSecret?: Buffer;
  readonly host: string;
  readonly port: number;
  /** How browsers reach this server; where it listens, when left out. */
  readonly publicUrl: string | undefined;
  /** Whether the studio is served beside the chat. */
  readonly studio?: boolean;
  /** What a person signs in to the studio with; absent only where nobody but this machine can reach it. */
  readonly studioToken?: string;
  /** How the server is watched over. */
  readonly operations?: OperationsConfig;
  secret(reference: string): string;
}

export interface OperationsConfig {
  /** A port of its own for metrics and the parts of readiness; none, when left out. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** With it the same pages are on the chat's own port, too. */
  readonly metricsToken?: string;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** How long stopping may take before it is cut short. */
  readonly stopMs: number;
  /** The database never grows beyond this. */
  readonly maxBytes?: number;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG_INVALID";
  constructor(readonly problems: readonly Problem[]) {
    super(
      problems.map(({ file, path, message, fix }) => `${file}${path && `, ${path}`}: ${message} ${fix}`).join("\n"),
    );
  }
}

export function parseShop(file: string, text: string): Shop {
  const { json, problems } = parseMerchantFile({ file, text });
  if (problems.length > 0) throw new ConfigError(problems);
  const parsed = ShopFile.safeParse(json, { reportInput: true });
  if (!parsed.success) throw new ConfigError(problemsOf(file, "SHOP_SHAPE", parsed.error.issues, "", ShopFile));
  const unknown = unknownNames(file, parsed.data);
  const wrong = unknown.length > 0 ? unknown : checkConnections(file, parsed.data.connectors);
  if (wrong.length > 0) throw new ConfigError(wrong);
  return parsed.data;
}

/** @throws {ConfigError} */
export function readShop(shopFile: string): Shop {
  if (existsSync(shopFile)) return parseShop(shopFile, readFileSync(shopFile, "utf8"));
  const fix = "Copy sandbox/shop.json and change it, or name another file with --shop.";
  throw new ConfigError([lacking(shopFile, "", "The file does not exist.", fix)]);
}

/** A level or a limit under a misspelt name would protect nothing, and nobody would notice. */
function unknownNames(file: string, { levels, limits, systems, connectors, webhooks }: Shop): Problem[] {
  const problems: Problem[] = [];
  const check = (path: string, names: readonly string[], known: readonly string[], what: string): void => {
    for (const name of names.filter((each) => !known.includes(each))) {
      const fix = fixName(name, known, what);
      problems.push({ ...lacking(file, path, `There is no ${what} called "${name}".`, fix), code: "SHOP_SHAPE" });
    }
  };
  const capabilities = Object.keys(CAPABILITIES);
  const tools = [...capabilities, ...toolNamesOf()];
  for (const name of Object.keys(levels)) check(`levels.${name}`, [name], tools, "tool or capability");
  for (const name of Object.keys(limits)) check(`limits.${name}`, [name], tools, "tool or capability");
  for (const name of Object.keys(connectors)) check(`connectors.${name}`, [name], CONNECTOR_SYSTEMS, "system");
  for (const name of Object.keys(webhooks).filter((each) => UNSIGNED_SYSTEMS.includes(each))) {
    const message = `${name} does not sign what its calls say, so anybody could send them.`;
    problems.push(
      lacking(file, `webhooks.${name}`, message, "Take it out; what it knows is read from it when needed."),
    );
  }
  const connected = Object.keys(connectors).length === 0 ? CONNECTOR_SYSTEMS : Object.keys(connectors);
  for (const [name, system] of Object.entries(systems)) {
    check(`systems.${name}`, [name], [...SYSTEM_GROUPS, ...capabilities], "group or capability");
    check(`systems.${name}`, [system], connected, "connected system");
  }
  return problems;
}

/** @throws {ConfigError} naming every problem with place and fix */
export function loadConfig(options: { shopFile: string; root: string }, env: NodeJS.ProcessEnv = process.env): Config {
  const { shopFile, root } = options;
  const shop = readShop(shopFile);
  const port = Number(env.PORT || 8787);
  if (!/^\d{0,5}$/.test(env.PORT ?? "") || port > 65_535) {
    throw new ConfigError([lacking("environment", "PORT", `Found "${env.PORT}".`, "Use a number from 0 to 65535.")]);
  }
  const host = env.HOST || "127.0.0.1";
  const publicUrl = env.PUBLIC_URL || undefined;
  return {
    shop,
    dataDir: dataDirOf(root, env),
    ...databaseOf(env),
    ...sharedSecretOf(env),
    host,
    port,
    publicUrl,
    ...studioOf(env, host, publicUrl),
    operations: operationsOf(env),
    secret: (reference) => {
      const name = reference.replace(/^env:/, "");
      const value = secretIn(env, name);
      if (value !== undefined) return value;
      throw new ConfigError([
        lacking("environment", name, "It is not set, and shop.json refers to it.", `Set ${name} before starting.`),
      ]);
    },
  };
}

/**
 * What stands in a variable, or in the file that `NAME_FILE` names, as containers hand secrets in. A file that everybody on
 * the machine can read keeps nothing secret: it is refused.
 */
function secretIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  if (env[name]) return env[name];
  const file = env[`${name}_FILE`];
  if (!file) return undefined;
  const refuse = (message: string, fix: string): never => {
    throw new ConfigError([lacking("environment", `${name}_FILE`, `${file}: ${message}`, fix)]);
  };
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return refuse("It is no file.", "Name the file that holds the secret.");
  if ((found.mode & 0o007) !== 0) {
    const mode = (found.mode & 0o777).toString(8);
    return refuse(`Everybody on this machine can read it (mode ${mode}).`, `Run "chmod 640" or "chmod 600" on it.`);
  }
  return readFileSync(file, "utf8").replace(/\r?\n$/, "") || refuse("It is empty.", "Put the secret into it.");
}

/** Where the database, the secret and the caches lie. */
export function dataDirOf(root: string, env: NodeJS.ProcessEnv = process.env): string {
  return env.AFTERSALE_DATA || join(root, ".aftersale");
}

/** `AFTERSALE_BACKUP_KEY`: what backups are sealed with. @throws {ConfigError} it could be guessed */
export function backupKeyOf(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const key = env.AFTERSALE_BACKUP_KEY || undefined;
  if (key === undefined || key.length >= 16) return key;
  const fix = 'Set it to what "openssl rand -hex 24" prints, and keep it where the backups are not.';
  throw new ConfigError([lacking("environment", "AFTERSALE_BACKUP_KEY", "It has fewer than 16 characters.", fix)]);
}

/** `DATABASE_URL`, when it is set. */
export function databaseOf(env: NodeJS.ProcessEnv = process.env): { readonly databaseUrl?: string } {
  return env.DATABASE_URL ? { databaseUrl: env.DATABASE_URL } : {};
}

/** `AFTERSALE_SECRET`, when it is set. @throws {ConfigError} never with what was found: it may be most of a secret */
export function sharedSecretOf(env: NodeJS.ProcessEnv = process.env): { readonly sharedSecret?: Buffer } {
  const text = env.AFTERSALE_SECRET?.trim();
  if (text === undefined || text === "") return {};
  if (/^[0-9a-f]{64}$/i.test(text)) return { sharedSecret: Buffer.from(text, "hex") };
  const fix =
    "Use 64 hexadecimal digits, as in secret.key of the first server, or as `openssl rand -hex 32` makes them.";
  throw new ConfigError([lacking("environment", "AFTERSALE_SECRET", "This is no secret of 32 bytes.", fix)]);
}

function operationsOf(env: NodeJS.ProcessEnv): OperationsConfig {
  const problems: Problem[] = [];
  const whole = (name: string, least: number, most: number): number | undefined => {
    const text = env[name] || undefined;
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    problems.push(lacking("environment", name, `Found "${text}".`, `Use a number from ${least} to ${most}.`));
    return undefined;
  };
  const metricsPort = whole("AFTERSALE_METRICS_PORT", 0, 65_535);
  const stopSeconds = whole("AFTERSALE_STOP_SECONDS", 1, 600) ?? 20;
  const maxMb = whole("AFTERSALE_MAX_MB", 1, 10_000_000);
  const metricsHost = env.AFTERSALE_METRICS_HOST || "127.0.0.1";
  const metricsToken = env.AFTERSALE_METRICS_TOKEN || undefined;
  const logLevel = LOG_LEVELS.find((level) => level === (env.AFTERSALE_LOG || "info"));
  const wrong = (name: string, message: string, fix: string): void =>
    void problems.push(lacking("environment", name, message, fix));
  const makeOne = 'Set it to what "openssl rand -hex 24" prints.';
  if (logLevel === undefined)
    wrong("AFTERSALE_LOG", `Found "${env.AFTERSALE_LOG}".`, `Use one of: ${LOG_LEVELS.join(", ")}.`);
  if (metricsToken !== undefined && metricsToken.length < 16)
    wrong("AFTERSALE_METRICS_TOKEN", "It has fewer than 16 characters and could be guessed.", makeOne);
  if (metricsPort !== undefined && metricsToken === undefined && !isLoopback(metricsHost))
    wrong("AFTERSALE_METRICS_TOKEN", "Others than this machine could read the metrics.", makeOne);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ...(metricsPort !== undefined && { metrics: { host: metricsHost, port: metricsPort } }),
    ...(metricsToken !== undefined && { metricsToken }),
    logLevel: logLevel ?? "info",
    stopMs: stopSeconds * 1_000,
    ...(maxMb !== undefined && { maxBytes: maxMb * 1_048_576 }),
  };
}

/** The studio shows a shop's rules: whoever is not at this very machine has to sign in. */
function studioOf(
  env: NodeJS.ProcessEnv,
  host: string,
  publicUrl: string | undefined,
): Pick<Config, "studio" | "studioToken"> {
  if (env.AFTERSALE_STUDIO !== "on") return {};
  const token = secretIn(env, "AFTERSALE_STUDIO_TOKEN");
  const refuse = (message: string): never => {
    const fix = 'Set it to what "openssl rand -hex 24" prints; it is the password that the studio asks for.';
    throw new ConfigError([lacking("environment", "AFTERSALE_STUDIO_TOKEN", message, fix)]);
  };
  if (token !== undefined && token.length < 16) refuse("It has fewer than 16 characters and could be guessed.");
  // A proxy on this machine makes a server on loopback public: its address tells.
  const isPrivate = isLoopback(host) && (publicUrl === undefined || isLoopback(hostOf(publicUrl)));
  if (token === undefined && !isPrivate) refuse("AFTERSALE_STUDIO is on, and others than this machine could open it.");
  return { studio: true, ...(token !== undefined && { studioToken: token }) };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url;
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** A connection as its connector wants it: every `"env:NAME"` replaced by what stands in that variable. */
export function withSecrets(
  settings: Readonly<Record<string, unknown>>,
  secret: Config["secret"],
): Record<string, unknown> {
  const filled = (value: unknown): unknown => {
    if (typeof value === "string") return value.startsWith("env:") ? secret(value) : value;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? withSecrets(value as Record<string, unknown>, secret)
      : value;
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, filled(value)]));
}

function lacking(file: string, path: string, message: string, fix: string): Problem {
  return { file, path, code: "CONFIG_INVALID", message, fix, severity: "error" };
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Run over whatever shoppers write: a pattern that can be read in two ways could take for ever. */
function isSafePattern(source: string): boolean {
  const unbounded = source.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  if (unbounded > 2 || /\)(?:[*+]|\{\d+(?:,\d*)?\})/.test(source)) return false;
  try {
    new RegExp(source, "iu");
    return true;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
