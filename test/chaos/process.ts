/** A child process of ours, by its own handle: started, killed, started again. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export interface Child {
  readonly process: ChildProcess;
  /** What it wrote to its standard error. */
  readonly complaints: string[];
}

const START_MS = 60_000;

/** @param ready resolves when it is; a child that ends before is an error */
export async function startChild(
  file: string,
  args: readonly string[],
  ready: (child: ChildProcess) => Promise<unknown>,
): Promise<Child> {
  const child = fork(file, [...args], { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: ["--enable-source-maps"] });
  const complaints: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => complaints.push(chunk.toString("utf8")));
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      ready(child),
      once(child, "exit").then(([code]) => {
        throw new Error(`${file} ended with ${String(code)} before it was ready:\n${complaints.join("")}`);
      }),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${file} is not ready:\n${complaints.join("")}`)), START_MS);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
  return { process: child, complaints };
}

/** The first thing it prints. */
export async function printed({ stdout }: ChildProcess): Promise<void> {
  if (stdout !== null) await once(stdout, "data");
}

export async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, "message");
  return message as T;
}

export async function end({ process: child }: Child, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

/**
 * A free port below those that the system gives to clients: while the server is down, a client that connects to it could
 * otherwise be given that very port, connect to itself, and hold it.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error("no free port between 20000 and 32000");
}
