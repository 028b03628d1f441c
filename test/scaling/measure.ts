/**
 * What a Postgres gives on this machine: commits and turns a second, rows and bytes of a turn, and what a connection costs.
 * Figures of docs/scaling.md. Run: `node --import tsx test/scaling/measure.ts`.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import {
  appendEntries,
  appendShopperEntry,
  appendTrace,
  createConversation,
  markTaken,
  openStore,
  recordOutcome,
  type Store,
  saveConversation,
  setTimer,
} from "../../server/store/index.js";
import { startPostgres } from "../store/postgres.js";

const SECONDS = Number(process.env.SECONDS ?? 4);
/** As large as a turn of "where is my order" leaves them. */
const DIALOGUE = JSON.stringify({ frames: [{ policy: "wismo", context: "x".repeat(1_500) }] });
const TEXT = "Good news: order 5501 is in transit and should be with you on Friday, November 27.";

async function rate(
  name: string,
  workers: number,
  work: (worker: number, n: number) => Promise<unknown>,
): Promise<number> {
  const end = performance.now() + SECONDS * 1_000;
  const took: number[] = [];
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let n = 0; performance.now() < end; n += 1) {
        const begun = performance.now();
        await work(worker, n);
        took.push(performance.now() - begun);
      }
    }),
  );
  took.sort((a, b) => a - b);
  const at = (q: number): string => (took[Math.floor(took.length * q)] ?? Number.NaN).toFixed(1);
  const perSecond = took.length / SECONDS;
  console.log(`${name.padEnd(44)} ${perSecond.toFixed(0).padStart(6)}/s   p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  return perSecond;
}

async function openConversations(store: Store, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1)
    await store.write((tx) => createConversation(tx, { id: `c${n}`, at: Date.now(), locale: "en" }));
}

/** What the server stores for one message and its answer: two transactions, as in server/conversation. */
async function turn(store: Store, id: string, number: number): Promise<void> {
  const at = Date.now();
  const { seq } = await store.write(
    (tx) => appendShopperEntry(tx, id, { messageId: `${number}`, text: "where is order 5501?", at }),
    { conversation: id },
  );
  await store.hold(`conversation:${id}`, () =>
    store.write(
      async (tx) => {
        await saveConversation(tx, id, number, {
          at,
          state: "open",
          level: "verified",
          dialogue: DIALOGUE,
          turn: number + 1,
        });
        await appendEntries(tx, id, [{ from: "bot", at, text: TEXT }]);
        await markTaken(tx, id, [seq], number + 1);
        const kinds = ["understood", "policy", "call", "call", "decision", "reply"];
        await appendTrace(
          tx,
          id,
          number + 1,
          kinds.map((kind) => ({ at, kind, body: { detail: "y".repeat(250) } })),
        );
        await recordOutcome(tx, { conversation: id, policy: "wismo", policyVersion: "abc", outcome: "answered", at });
        await setTimer(tx, { conversation: id, name: "silence", dueAt: at + 300_000, body: { opened: at } });
      },
      { conversation: id },
    ),
  );
}

async function measure(name: string, url: string): Promise<void> {
  const store = await openStore({ url });
  await openConversations(store, 64);
  const say = (worker: number, n: number) =>
    store.write(
      (tx) => appendShopperEntry(tx, `c${worker}`, { messageId: `m-${worker}-${n}`, text: "hi", at: Date.now() }),
      { conversation: `c${worker}` },
    );
  console.log(`\n${name}`);
  for (const workers of [1, 8, 32]) await rate(`one message a transaction, ${workers} at once`, workers, say);
  const batch = await rate("50 messages in one transaction", 1, (_, n) =>
    store.write(async (tx) => {
      for (let at = 0; at < 50; at += 1)
        await appendShopperEntry(tx, `c${40 + (at % 20)}`, { messageId: `b-${n}-${at}`, text: "hi", at: Date.now() });
    }),
  );
  console.log(`${"  that is, messages".padEnd(44)} ${(batch * 50).toFixed(0).padStart(6)}/s`);
  await store.close();
}

async function measureTurns(name: string, url: string, workers: number): Promise<number> {
  const store = await openStore({ url });
  await openConversations(store, workers);
  const turns = await rate(`turns, ${workers} at once, ${name}`, workers, (worker, n) => turn(store, `c${worker}`, n));
  await store.close();
  return turns;
}

/** Of our own server's processes, as the system counts what they do not share. */
function connectionMb(port: number, url: string): Promise<string> {
  return openStore({ url }).then(async (store) => {
    const pids = await store.read((tx) =>
      sql<{ pid: number }>`select pid from pg_stat_activity where application_name = 'aftersale'`.execute(tx),
    );
    const kb = pids.rows.map(({ pid }) => {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      return Number(/Private_Dirty:\s+(\d+)/.exec(rollup)?.[1] ?? 0);
    });
    await store.close();
    const mean = kb.reduce((sum, each) => sum + each, 0) / kb.length / 1_024;
    return `${mean.toFixed(1)} MB each (${kb.length} connections, port ${port})`;
  });
}

const folder = mkdtempSync(join(tmpdir(), "measure-"));
const postgres = await startPostgres();
try {
  const file = openSync(join(folder, "probe"), "w");
  const syncs = Array.from({ length: 100 }, () => {
    writeSync(file, Buffer.alloc(4_096));
    const begun = performance.now();
    fdatasyncSync(file);
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  closeSync(file);
  console.log(
    `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, fdatasync p50 ${syncs[50]?.toFixed(2)} ms, p95 ${syncs[95]?.toFixed(2)} ms`,
  );
  await measure("SQLite", join(folder, "aftersale.db"));
  await measure("Postgres, fsync on", await postgres.freshUrl());
  console.log("");
  await measureTurns("SQLite", join(folder, "turns.db"), 16);
  await measureTurns("Postgres", await postgres.freshUrl(), 1);
  const url = await postgres.freshUrl();
  const wal = async () => {
    const store = await openStore({ url });
    const { rows } = await store.read((tx) =>
      sql<{
        at: number;
        size: number;
      }>`select (pg_current_wal_lsn() - '0/0')::bigint as at, pg_database_size(current_database()) as size`.execute(tx),
    );
    await store.close();
    return rows[0] as { at: number; size: number };
  };
  const before = await wal();
  const turns = (await measureTurns("Postgres", url, 16)) * SECONDS;
  const after = await wal();
  console.log(
    `a turn: ${((after.at - before.at) / turns / 1_024).toFixed(1)} KB of log, ${((after.size - before.size) / turns / 1_024).toFixed(1)} KB of data and indexes`,
  );
  try {
    console.log(`memory of a connection: ${await connectionMb(postgres.port, url)}`);
  } catch (error) {
    console.log(`memory of a connection: not readable here (${(error as Error).message})`);
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
