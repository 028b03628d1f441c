/** The server as an own process, as a shop runs it, so that it can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ConnectorConfigs } from "../../server/connectors/index.js";

const COMMAND = fileURLToPath(new URL("../../server/aftersale.mjs", import.meta.url));
/** Longer than any start on a busy machine. */
const START_MS = 30_000;

export interface ServerProcess {
  readonly url: string;
  readonly dataDir: string;
  /** Resolves when it listens. */
  start(): Promise<void>;
  /** SIGKILL: nothing is finished, nothing is flushed. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Bytes, as the system counts them. */
  residentMemory(): Promise<number>;
  readonly pid: number;
  /** Every line that it wrote since its last start. */
  readonly said: readonly string[];
  remove(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly connectors: Partial<ConnectorConfigs>;
  readonly origins: readonly string[];
  readonly smtpUrl: string;
  readonly joinPauseMs?: number;
  /** More of the shop's settings. */
  readonly shop?: object;
  readonly env?: NodeJS.ProcessEnv;
  /** A command in front of the server's, such as a tracer. */
  readonly wrap?: readonly string[];
  /** Where its data lies; else a folder of its own, which `remove` removes. */
  readonly dataDir?: string;
}

export async function serverProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "aftersale-")));
  const shopFile = join(dataDir, "shop.json");
  const port = await freePort();
  const { connectors, origins, joinPauseMs = 100 } = options;
  const secrets: Record<string, string> = {};
  const written = writtenDown(connectors, secrets);
  const shop = {
    name: "Orchard & Pine",
    joinPauseMs,
    origins,
    orderNumberPattern: "[0-9]{4,6}",
    connectors: written,
    mail: { smtp: "env:SMTP_URL", from: "Orchard & Pine <chat@example.com>" },
    ...options.shop,
  };
  await writeFile(shopFile, JSON.stringify(shop));
  let child: ChildProcess | undefined;
  const said: string[] = [];
  const gone = (): Promise<number | null> =>
    new Promise((resolve) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        return resolve(child?.exitCode ?? null);
      child.once("exit", (code) => resolve(code));
    });
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    get pid() {
      return child?.pid ?? 0;
    },
    said,
    start: () =>
      new Promise((resolve, reject) => {
        const env = {
          ...process.env,
          ...options.env,
          ...secrets,
          PORT: String(port),
          AFTERSALE_DATA: dataDir,
          SMTP_URL: options.smtpUrl,
        };
        const [command, ...args] = [...(options.wrap ?? []), process.execPath, COMMAND, "serve", "--shop", shopFile];
        child = spawn(command as string, args, {
          env,
          stdio: ["ignore", "pipe", "pipe"],
        });
        said.length = 0;
        const timer = setTimeout(() => reject(new Error(`The server does not start:\n${said.join("\n")}`)), START_MS);
        for (const stream of [child.stdout, child.stderr]) {
          if (stream === null) continue;
          createInterface({ input: stream }).on("line", (line) => {
            said.push(line);
            if (!line.includes('"serving ')) return;
            clearTimeout(timer);
            resolve();
          });
        }
        child.once("exit", (code) => {
          clearTimeout(timer);
          reject(new Error(`The server ended with ${code}:\n${said.join("\n")}`));
        });
      }),
    async kill() {
      child?.kill("SIGKILL");
      await gone();
    },
    stop() {
      child?.kill("SIGTERM");
      return gone();
    },
    async residentMemory() {
      const { readFile } = await import("node:fs/promises");
      const status = await readFile(`/proc/${child?.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    },
    async remove() {
      child?.kill("SIGKILL");
      await gone();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** As a shop writes it: secrets stand in the environment, and clocks are the server's own. */
function writtenDown(connectors: Partial<ConnectorConfigs>, secrets: Record<string, string>): unknown {
  return JSON.parse(
    JSON.stringify(connectors, (key, value: unknown) => {
      if (key === "clock") return undefined;
      if (!/^(apiKey|consumerKey|consumerSecret|accessToken|accessTokenSecret|clientSecret)$/.test(key)) return value;
      const name = `SECRET_${Object.keys(secrets).length + 1}`;
      secrets[name] = String(value);
      return `env:${name}`;
    }),
  );
}

/** Below the ports that clients get: one of those could be taken by anybody's connection before the server starts again. */
function freePort(tries = 50): Promise<number> {
  return new Promise((resolve, reject) => {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    probe.once("error", (error) => (tries > 0 ? resolve(freePort(tries - 1)) : reject(error)));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(port)));
  });
}
