/** The load test's other processes, as things to ask. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { compiled } from "../../server/compile.mjs";
import type { Order, Sent } from "./load-generator.js";
import type { ServerSaid, Stored, Used } from "./load-server.js";

export interface ServerUnderLoad {
  readonly port: number;
  used(): Promise<Used>;
  stored(): Promise<Stored>;
  stop(): void;
}

export interface Generator {
  connect(port: number, sockets: number, perSecond: number): Promise<void>;
  send(what: Extract<Order, { do: "send" }>["what"], perSecond: number, count: number): Promise<Sent>;
  leave(): Promise<void>;
  stop(): void;
}

/** Longer than anything takes on a busy machine. */
const START_MS = 180_000;

/** Compiled as the command is: a loader's memory would be counted as the server's. */
async function child(entry: string, args: readonly string[], execArgv: readonly string[] = []): Promise<ChildProcess> {
  return fork(await compiled(entry), [...args], {
    execArgv: [...execArgv],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

async function answerOf<T>(process: ChildProcess, within = START_MS): Promise<T> {
  const timeout = AbortSignal.timeout(Math.ceil(within));
  const gone = once(process, "exit", { signal: timeout }).then(([code]) => {
    throw new Error(`a process of the load test ended with ${code}`);
  });
  gone.catch(() => undefined);
  const [said] = await Promise.race([once(process, "message", { signal: timeout }), gone]);
  return said as T;
}

export async function startServerUnderLoad(kind: "shop" | "echo"): Promise<ServerUnderLoad> {
  // With a collector to be called, so that memory can be read without what is only waiting to be collected.
  const process = await child("test/bench/load-server.ts", [kind], ["--expose-gc"]);
  const listening = await answerOf<ServerSaid>(process);
  if (listening.kind !== "listening") throw new Error("the server's first word was not where it listens");
  const ask = async <T>(question: "used" | "stored"): Promise<T> => {
    process.send(question);
    return answerOf<T>(process);
  };
  return {
    port: listening.port,
    used: () => ask<Used>("used"),
    stored: () => ask<Stored>("stored"),
    stop: () => process.disconnect(),
  };
}

export async function startGenerator(): Promise<Generator> {
  const process = await child("test/bench/load-generator.ts", []);
  const order = async <T>(what: Order, within?: number): Promise<T> => {
    process.send(what);
    return answerOf<T>(process, within);
  };
  return {
    connect: async (port, sockets, perSecond) => {
      const limit = START_MS + (sockets / perSecond) * 10_000;
      await order({ do: "connect", port, sockets, perSecond }, limit);
    },
    send: (what, perSecond, count) =>
      order<Sent>({ do: "send", what, perSecond, count }, START_MS + (count / perSecond) * 2_000),
    leave: async () => void (await order({ do: "leave" })),
    stop: () => process.disconnect(),
  };
}
