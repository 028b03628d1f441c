/**
 * From a socket message to the reply: how long a turn takes and where the time goes, with the real model, rules, store
 * (fsync) and sockets. Connectors' own time is shown apart. Run: `npm run bench -- turn`.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join as path } from "node:path";
import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { parseWorld } from "../../sandbox/world/index.js";
import { compiled } from "../../server/compile.mjs";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import type { ClientToServer, EntriesPage, Joined, ServerToClient } from "../../server/protocol/index.js";
import type { Said, Timing } from "./turn-server.js";

const SHOPPERS = 100;
const TURNS_EACH = 10;
const MESSAGES = [
  "where is order 5501?",
  "thanks a lot!",
  "hey, any news about my parcel 5501, it has been ages",
  "do you sell gift cards for the coffee in the shop on main street?",
  "hmm blorp",
];
/** Longer than anything takes on a busy machine: the examples are learned anew where they changed. */
const START_MS = 180_000;
const STEP_MS = 20_000;
const WHOLE_MS = 400_000;

/** One turn as its shopper sees it: milliseconds to "stored" and to the answer. */
interface Seen {
  readonly stored: number;
  readonly answered: number;
}

type Client = Socket<ServerToClient, ClientToServer>;

export async function benchTurn(print: (line: string) => void): Promise<void> {
  const simulators = await startWorld();
  // Compiled as the command is: a loader's memory would be counted as the server's.
  const server = fork(await compiled("test/bench/turn-server.ts"), [JSON.stringify(simulators.configs)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const gone = once(server, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`)));
  try {
    const { seen, timings } = await within(WHOLE_MS, "the whole run", Promise.race([converse(server), gone]));
    report(seen, timings, print);
  } finally {
    gone.catch(() => {});
    if (server.connected) server.disconnect();
    await simulators.close();
  }
}

async function converse(server: ChildProcess): Promise<{ seen: Seen[]; timings: Timing[] }> {
  const seen: Seen[] = [];
  const timings: Timing[] = [];
  server.on("message", (said: Said) => void (said.kind === "turn" && timings.push(said)));
  const [listening] = (await within(START_MS, "the start", once(server, "message"))) as [Said];
  if (listening.kind !== "listening") throw new Error("the server's first word was not where it listens");
  for (let shopper = 0; shopper < SHOPPERS; shopper++) {
    const { client, joined } = await within(STEP_MS, "joining", join(listening.url));
    server.send(joined.conversation);
    await within(STEP_MS, "identifying", once(server, "message"));
    for (let turn = 0; turn < TURNS_EACH; turn++) {
      // No two messages are the same, so that nothing comes out of a cache.
      const text = `${MESSAGES[turn % MESSAGES.length]} ${"abcdefghij"[shopper % 10]}${shopper} ${turn}`;
      const messageId = `bench-${shopper}-${turn}`;
      const told = once(server, "message");
      seen.push(await within(STEP_MS, `the answer to “${text}”`, oneTurn(client, { messageId, text })));
      await within(STEP_MS, "the timing", told);
    }
    client.close();
  }
  return { seen, timings };
}

async function join(url: string): Promise<{ client: Client; joined: Joined }> {
  const client: Client = io(url, {
    transports: ["websocket"],
    reconnection: false,
    auth: { protocol: 1, since: 0 },
    extraHeaders: { origin: url },
  });
  return new Promise((resolve, reject) => {
    client.once("joined", (joined) => resolve({ client, joined }));
    client.once("connect_error", reject);
  });
}

async function oneTurn(client: Client, utterance: { messageId: string; text: string }): Promise<Seen> {
  const begun = performance.now();
  let stored = 0;
  const answered = new Promise<void>((resolve) => {
    const listen = ({ entries }: EntriesPage): void => {
      if (!entries.some(({ from }) => from === "bot")) return;
      client.off("entries", listen);
      resolve();
    };
    client.on("entries", listen);
  });
  await new Promise<void>((resolve, reject) => {
    client.emit("utterance", utterance, (ack) => {
      if (!("stored" in ack)) return reject(new Error(`refused: ${ack.message}`));
      stored = performance.now() - begun;
      resolve();
    });
  });
  await answered;
  return { stored, answered: performance.now() - begun };
}

function report(seen: readonly Seen[], timings: readonly Timing[], print: (line: string) => void): void {
  const own = seen.map(({ answered }, at) => answered - (timings[at]?.tools ?? 0));
  const inside = ({ understand, decide, commit }: Timing): number => understand + decide + commit;
  const parts = {
    "receive: socket, store, ack": seen.map(({ stored }) => stored),
    "understand: embed, classify": timings.map((t) => t.understand),
    decide: timings.map((t) => t.decide),
    commit: timings.map((t) => t.commit),
    "send: what is left over": own.map((ms, at) => {
      const timing = timings[at];
      return timing === undefined ? Number.NaN : ms - (seen[at]?.stored ?? 0) - inside(timing);
    }),
    "whole, without connectors": own,
    connectors: timings.map((t) => t.tools),
  };
  const load = loadavg()[0]?.toFixed(1);
  print(`${SHOPPERS} shoppers one after another, ${seen.length} turns, ${availableParallelism()} cores, load ${load}`);
  print(`fdatasync on this machine: ${quantiles(fsyncMs())} ms (p50, p95, p99); a turn has two`);
  // The acknowledgement and the turn are under way at the same time, so what is left over may be less than nothing.
  print("part                          p50 ms   p95 ms   p99 ms");
  for (const [name, values] of Object.entries(parts)) print(`${name.padEnd(28)} ${quantiles(values)}`);
  const [first, last] = [timings[0], timings.at(-1)];
  if (first === undefined || last === undefined) return;
  const cpu = (last.cpu - first.cpu) / 1_000 / (timings.length - 1);
  print(`processor time of the server: ${cpu.toFixed(1)} ms a turn, all threads`);
  const mb = (bytes: number): string => (bytes / 1_048_576).toFixed(0);
  print(`resident memory of the server: ${mb(first.rss)} MB after the first turn, ${mb(last.rss)} MB after the last`);
}

function startWorld(): Promise<Simulators> {
  const email = "ann.reed@example.com";
  const order = {
    id: "5501",
    email,
    status: "In transit",
    ordered: "-6d",
    ship: "-5d",
    eta: "+2d",
    tracking: "TRK5501",
  };
  const { world } = parseWorld({ customers: [{ email, name: "Ann Reed" }], orders: [order] }, Date.now());
  if (world === undefined) throw new Error("The bench's own world is wrong.");
  return startSimulators(world, { systems: ["shipmonk", "gladly"] });
}

/** A bench that waits for ever says nothing. */
async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1_000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function quantiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  return [0.5, 0.95, 0.99].map((q) => at(q).toFixed(2).padStart(8)).join(" ");
}

/** The machine's own price of "on disk", beside which the commits are to be read. */
function fsyncMs(): number[] {
  const folder = mkdtempSync(path(tmpdir(), "aftersale-fsync-"));
  const file = openSync(path(folder, "probe"), "w");
  const times = Array.from({ length: 100 }, () => {
    writeSync(file, Buffer.alloc(4_096));
    const begun = performance.now();
    fdatasyncSync(file);
    return performance.now() - begun;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return times;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchTurn((line) => process.stdout.write(`${line}\n`)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    // At once: whatever it was waiting for is still open.
    process.exit(1);
  });
}
