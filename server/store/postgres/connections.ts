/** Connections to a Postgres server. The only file that knows `pg`. */
import { Kysely, PostgresDialect, type PostgresPoolClient } from "kysely";
import pg from "pg";
import { StoreUnavailable } from "../errors.js";
import type { Tables } from "../tables.js";
import type { PostgresAddress } from "./address.js";
import { QUERY_TIMED_OUT } from "./errors.js";

/** Most connections of one node: writing, reading, claims and news, and one that listens. 16 in all. */
const MOST = { writer: 8, reader: 4, side: 3 } as const;
type Use = keyof typeof MOST;

const CONNECT_MS = 5_000;
/** A little later than the server's own `statement_timeout`: only where the network swallows its answer. */
const SILENT_MS: Record<Use, number> = { writer: 35_000, reader: 35_000, side: 2_500 };
/** Statements that a connection keeps prepared; half of a small query's time is its planning. */
const MOST_PREPARED = 300;

const COMMON = "set idle_in_transaction_session_timeout = '60s'; set timezone = 'UTC'";
const SETTINGS: Record<Use, string> = {
  // Predicate locks follow the plan: a small table read whole would be locked whole, and everybody would be in conflict.
  writer: `${COMMON}; set statement_timeout = '30s'; set enable_seqscan = off`,
  reader: `${COMMON}; set statement_timeout = '30s'`,
  // Claims need not outlive a crash of the database. That of an effect is on disk before its call goes out all the same:
  // the journal's commit comes later in the same log.
  side: `${COMMON}; set statement_timeout = '2s'; set synchronous_commit = off; set default_transaction_isolation = 'read committed'`,
};

export interface Connections {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  /** For claims and news: quick statements that never wait for the disk. */
  readonly side: Kysely<Tables>;
  close(): Promise<void>;
}

export function connectTo(address: PostgresAddress, lost: (error: Error) => void): Connections {
  const open = (use: Use): Kysely<Tables> =>
    new Kysely<Tables>({ dialect: new PostgresDialect({ pool: poolFor(use, address, lost) }) });
  const [writer, reader, side] = [open("writer"), open("reader"), open("side")];
  return {
    writer,
    reader,
    side,
    close: async () => {
      await Promise.all([writer.destroy(), reader.destroy(), side.destroy()]);
    },
  };
}

/** A pool whose connections are set up, and checked for durability, before anybody gets them. */
function poolFor(use: Use, { url, place }: PostgresAddress, lost: (error: Error) => void) {
  const pool = new pg.Pool({
    connectionString: url,
    max: MOST[use],
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: SILENT_MS[use],
    keepAlive: true,
    application_name: "aftersale",
    types: { getTypeParser },
  });
  // A connection that breaks while nobody uses it is replaced; without a listener it would end the process.
  pool.on("error", lost);
  pool.on("connect", (client) => void client.on("error", () => {}));
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    connect: async () => {
      const client = await pool.connect();
      const before = known.get(client);
      if (before !== undefined) return before;
      try {
        await client.query(SETTINGS[use]);
        if (use === "writer") await requireDurability(client, place);
      } catch (error) {
        client.release(true);
        throw error;
      }
      const wrapped = preparing(client);
      known.set(client, wrapped);
      return wrapped;
    },
    end: () => pool.end(),
  };
}

/** Prepares what is asked often, and throws a connection away that has stopped answering. */
function preparing(client: pg.PoolClient): PostgresPoolClient {
  const names = new Map<string, string>();
  let isSilent = false;
  const query = async (text: string, values: readonly unknown[]) => {
    if (values.length === 0) return client.query(text);
    if (!names.has(text) && names.size < MOST_PREPARED) names.set(text, `q${names.size}`);
    const name = names.get(text);
    return client.query({ text, values: values.map(storable), ...(name !== undefined && { name }) });
  };
  return {
    query: (async (text: string, values: readonly unknown[]) => {
      try {
        return await query(text, values);
      } catch (error) {
        if (error instanceof Error && error.message === QUERY_TIMED_OUT) isSilent = true;
        throw error;
      }
    }) as unknown as PostgresPoolClient["query"],
    release: () => client.release(isSilent),
  };
}

/** Postgres has no NUL in its texts; nobody misses it in ours. */
function storable(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "") : value;
}

/** bigint as a number: all of ours are below 2^53. */
function getTypeParser(oid: number, format?: unknown): (text: string) => unknown {
  return oid === 20
    ? Number
    : (pg.types.getTypeParser as (oid: number, format?: unknown) => (text: string) => unknown)(oid, format);
}

/** @throws {StoreUnavailable} `STORE_WEAK`: an acknowledged message could be lost */
async function requireDurability(client: pg.PoolClient, place: string): Promise<void> {
  const { rows } = await client.query(
    "select current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync, " +
      "current_setting('full_page_writes') as full_page_writes",
  );
  const fixes = {
    synchronous_commit: "Set it to on in postgresql.conf, or with ALTER DATABASE or ALTER ROLE if it is set there.",
    fsync: "Set it to on in postgresql.conf.",
    full_page_writes: "Set it to on in postgresql.conf.",
  };
  for (const [name, fix] of Object.entries(fixes)) {
    if ((rows[0] as Record<string, string>)[name] !== "off") continue;
    const risk = "a message that was acknowledged could be lost when the machine fails";
    throw new StoreUnavailable("STORE_WEAK", `${place}: ${name} is off, so ${risk}. ${fix}`);
  }
}

/** Hears what other nodes say; comes back by itself. */
export interface Ear {
  close(): Promise<void>;
}

const COME_BACK_MS = [100, 500, 1_000, 2_000];

/**
 * @param up called each time the connection stands (anew): what was said meanwhile has been missed
 */
export function listenTo(
  address: PostgresAddress,
  channel: string,
  hears: (payload: string) => void,
  up: () => void,
): Ear {
  let closed = false;
  let client: pg.Client | undefined;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: address.url,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: "aftersale listens",
    });
    client = fresh;
    let isOver = false;
    const again = (): void => {
      if (isOver || closed) return;
      isOver = true;
      fresh.end().catch(() => {});
      timer = setTimeout(() => void connect(), COME_BACK_MS[Math.min(failures++, COME_BACK_MS.length - 1)]).unref();
    };
    fresh.on("error", again);
    fresh.on("end", again);
    fresh.on("notification", ({ payload }) => hears(payload ?? ""));
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
      failures = 0;
      up();
    } catch {
      again();
    }
  };
  void connect();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
