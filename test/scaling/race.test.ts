import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../server/store/index.js";
import { type Postgres, startPostgres } from "../store/postgres.js";

const WORKERS = 4;
const ORDERS = Number(process.env.RACE_ORDERS ?? 80);

let postgres: Postgres;
let vendor: Server;
/** Every cancellation that the vendor carried out, by order: a list, so that a second one would show. */
const ledger: string[] = [];
let lost = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  vendor = createServer((request, response) => {
    const order = request.url?.split("/").at(-1) ?? "";
    if (request.method === "GET") return void response.writeHead(ledger.includes(order) ? 200 : 404).end();
    // It takes a moment, and one answer in ten is lost after the effect. No key is taken: what is sent twice happens twice.
    setTimeout(() => {
      ledger.push(order);
      if (ledger.length % 10 !== 0) return void response.writeHead(200).end();
      lost += 1;
      request.socket.destroy();
    }, Math.random() * 20);
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  vendor.closeAllConnections();
  vendor.close();
  await postgres?.stop();
});

it(`${WORKERS} servers that want the same ${ORDERS} effects at once cause each of them once`, {
  timeout: 240_000,
}, async () => {
  const url = await postgres.freshUrl();
  const orders = Array.from({ length: ORDERS }, (_, n) => `${10_000 + n}`);
  const address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  const workers = Array.from({ length: WORKERS }, (_, worker) =>
    fork(join(import.meta.dirname, "race-worker.ts"), [JSON.stringify({ url, vendor: address, orders, worker })], {
      execArgv: ["--import", "tsx"],
    }),
  );
  const says = (worker: ChildProcess): Promise<unknown> =>
    Promise.race([
      once(worker, "message").then(([said]) => said),
      once(worker, "exit").then(([code]) => Promise.reject(new Error(`a server ended with ${code}`))),
    ]);
  await Promise.all(workers.map(says));
  const begun = performance.now();
  const results = workers.map(says);
  for (const worker of workers) worker.send("go");
  const told = await Promise.all(results);
  const seconds = (performance.now() - begun) / 1_000;
  expect(ledger.toSorted()).toEqual(orders.toSorted());
  // Each server says of each order that it is done, whoever did it.
  expect(told).toEqual(workers.map(() => ({ ok: ORDERS })));
  const store = await openStore({ url });
  const effects = await store.read((tx) => tx.selectFrom("effect").select(["key", "status"]).execute());
  const counted = await store.read((tx) =>
    sql<{ done: number; undone: number }>`select xact_commit as done, xact_rollback as undone
      from pg_stat_database where datname = current_database()`.execute(tx),
  );
  await store.close();
  const { done, undone } = counted.rows[0] as { done: number; undone: number };
  process.stderr.write(
    `race: ${WORKERS} servers, ${ORDERS} orders, ${ledger.length} effects, ${lost} answers lost, ${seconds.toFixed(1)} s, ` +
      `${done} transactions, ${undone} undone and taken again\n`,
  );
  expect(effects).toHaveLength(ORDERS);
  expect(new Set(effects.map(({ status }) => status))).toEqual(new Set(["done"]));
  expect(lost).toBeGreaterThan(0);
});
