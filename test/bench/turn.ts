/**
 * From a socket message to the reply: how long a turn takes and where the time goes, with the real model, rules, store
 * (fsync) and sockets. Connectors' own time is shown apart. Run: `npm run bench -- turn`.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import type { ClientToServer, EntriesPage, Joined, ServerToClient } from "../../server/protocol/index.js";

const TURNS = 1_000;
const MESSAGES = [
  "where is order 5501?",
  "thanks a lot!",
  "hey, any news about my parcel 5501, it has been ages",
  "do you sell gift cards for the coffee in the shop on main street?",
  "hmm blorp",
];

interface Timing {
  readonly understand: number;
  readonly decide: number;
  readonly tools: number;
  readonly commit: number;
}

export async function benchTurn(print: (line: string) => void): Promise<void> {
  const child = fork(fileURLToPath(new URL("./turn-server.ts", import.meta.url)), {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const timings: Timing[] = [];
  let rss = 0;
  const heard = new Map<string, (value: string) => void>();
  child.on("message", (message: { timing?: Timing; rss?: number; url?: string; identified?: string }) => {
    if (message.timing !== undefined) {
      timings.push(message.timing);
      rss = message.rss ?? 0;
    }
    if (message.url !== undefined) heard.get("url")?.(message.url);
    if (message.identified !== undefined) heard.get("identified")?.(message.identified);
  });
  const url = await new Promise<string>((resolve) => heard.set("url", resolve));
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    transports: ["websocket"],
    auth: { protocol: 1, since: 0 },
    extraHeaders: { origin: url },
  });
  const [joined] = (await once(socket as never, "joined")) as [Joined];
  child.send(joined.conversation);
  await new Promise<string>((resolve) => heard.set("identified", resolve));

  const whole: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const answered = new Promise<void>((resolve) => {
      const listen = ({ entries }: EntriesPage): void => {
        if (!entries.some(({ from }) => from === "bot")) return;
        socket.off("entries", listen);
        resolve();
      };
      socket.on("entries", listen);
    });
    const begun = performance.now();
    const text = `${MESSAGES[turn % MESSAGES.length]}${" ".repeat(turn % 3)}`;
    await new Promise((resolve) => socket.emit("utterance", { messageId: `bench-${turn}-aaaa`, text }, resolve));
    await answered;
    whole.push(performance.now() - begun);
    // Slower than a conversation may be written in, were it one shopper: the limits are part of the real thing.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  socket.close();
  child.kill();
  const parts = {
    understand: timings.map((t) => t.understand),
    decide: timings.map((t) => t.decide),
    commit: timings.map((t) => t.commit),
    connectors: timings.map((t) => t.tools),
  };
  const own = whole.map((ms, at) => ms - (timings[at]?.tools ?? 0));
  const send = own.map(
    (ms, at) => ms - (timings[at]?.understand ?? 0) - (timings[at]?.decide ?? 0) - (timings[at]?.commit ?? 0),
  );
  const fsync = fsyncMs();
  print(`one socket, ${TURNS} turns, ${availableParallelism()} cores; fdatasync here p50 ${quantile(fsync, 0.5)} ms`);
  print("part                          p50 ms   p95 ms   p99 ms");
  for (const [name, values] of Object.entries({
    ...parts,
    "socket, store, queue": send,
    "whole, without connectors": own,
  })) {
    print(`${name.padEnd(28)} ${[0.5, 0.95, 0.99].map((q) => quantile(values, q).padStart(8)).join(" ")}`);
  }
  print(`resident memory of the server after ${TURNS} turns: ${(rss / 1_048_576).toFixed(0)} MB`);
}

function quantile(values: readonly number[], q: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN).toFixed(2);
}

/** The machine's own price of "on disk", beside which the commits are to be read. */
function fsyncMs(): number[] {
  const folder = mkdtempSync(join(tmpdir(), "aftersale-fsync-"));
  const file = openSync(join(folder, "probe"), "w");
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await benchTurn((line) => process.stdout.write(`${line}\n`));
