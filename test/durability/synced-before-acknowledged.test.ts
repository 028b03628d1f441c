/** "Stored" means on disk: seen from outside the process, at the system's own door, over a hundred messages. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClientToServer, ServerToClient } from "../../server/protocol/index.js";
import { type ServerProcess, serverProcess } from "../restart/server-process.js";
import { brokenPromises, readTrace, type Seen, STRACE } from "./syscalls.js";

const CONVERSATIONS = 25;
const MESSAGES_EACH = 4;

const folder = mkdtempSync(join(tmpdir(), "aftersale-trace-"));
const traceFile = join(folder, "trace");
let server: ServerProcess;
let trace: Seen[] = [];
let acknowledged: string[] = [];

/** It proves nothing where nothing can be traced, and must not look as if it did. */
function demandTracer(): void {
  const what = "This test sees with strace what reaches the disk.";
  if (process.platform !== "linux") throw new Error(`${what} It needs Linux; run it in a container.`);
  const tried = spawnSync("strace", ["-qq", "-e", "trace=none", "true"], { encoding: "utf8" });
  if (tried.error !== undefined)
    throw new Error(`${what} Install the package strace ("node server/setup.mjs --browser" does it as root).`);
  if (tried.status !== 0) {
    const fix = "Allow ptrace: docker run --cap-add SYS_PTRACE, or sysctl kernel.yama.ptrace_scope=0.";
    throw new Error(`${what} This machine does not let it: ${tried.stderr.trim()}. ${fix}`);
  }
}

beforeAll(async () => {
  demandTracer();
  server = await serverProcess({
    connectors: {},
    origins: [],
    smtpUrl: "smtp://127.0.0.1:1",
    joinPauseMs: 0,
    shop: { connectors: { desk: { file: join(folder, "tickets.jsonl") } }, systems: { helpdesk: "desk" } },
    wrap: [...STRACE, "-o", traceFile],
  });
  await server.start();
  const numbers = Array.from({ length: CONVERSATIONS }, (_, conversation) => conversation);
  // Several at a time, so that commits are shared and turns are committed between messages.
  const lanes = Array.from({ length: 5 }, async () => {
    const said: string[] = [];
    for (let each = numbers.pop(); each !== undefined; each = numbers.pop()) said.push(...(await converse(each)));
    return said;
  });
  acknowledged = (await Promise.all(lanes)).flat();
  expect(await server.stop()).toBe(0);
  trace = readTrace(await whole(traceFile));
});
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("over a hundred messages", () => {
  it("each acknowledgement was seen leaving, and each message in the log", () => {
    const count = CONVERSATIONS * MESSAGES_EACH;
    expect(acknowledged).toHaveLength(count);
    const left = trace.flatMap((seen) => (seen.kind === "acknowledged" ? [seen.message] : []));
    expect(new Set(left)).toEqual(new Set(acknowledged));
    const written = new Set(trace.flatMap((seen) => (seen.kind === "log written" ? seen.messages : [])));
    for (const message of acknowledged) expect(written).toContain(message);
  });

  it("none left before its message, and all else that was written, had been synced to disk", () => {
    expect(brokenPromises(trace)).toEqual([]);
  });

  it("messages of one moment share a sync: the promise is not bought with one each", () => {
    const syncs = trace.filter(({ kind }) => kind === "log synced").length;
    expect(syncs).toBeGreaterThanOrEqual(10);
    // A message and its turn are two commits, a conversation's opening a third.
    expect(syncs).toBeLessThanOrEqual(CONVERSATIONS * (2 * MESSAGES_EACH + 1) + 50);
  });
});

describe("the trace's reader", () => {
  it.each<[string, (seen: Seen) => boolean]>([
    ["without any sync", ({ kind }) => kind !== "log synced"],
    ["without the writes", ({ kind }) => kind !== "log written"],
  ])("would have noticed a run %s", (_, keep) => {
    expect(brokenPromises(trace.filter(keep)).length).toBe(CONVERSATIONS * MESSAGES_EACH);
  });

  it("would have noticed every sync that came after its acknowledgement", () => {
    // Each sync moved behind the next acknowledgement.
    const late: Seen[] = [];
    let waiting = 0;
    for (const seen of trace) {
      if (seen.kind === "log synced") waiting += 1;
      else late.push(seen);
      if (seen.kind === "acknowledged") for (; waiting > 0; waiting -= 1) late.push({ kind: "log synced" });
    }
    expect(brokenPromises(late).length).toBeGreaterThanOrEqual(CONVERSATIONS);
  });

  it("puts calls together that another thread's cut in two, and leaves out what failed", () => {
    const lines = [
      '7 pwrite64(5</d/aftersale.db-wal>, "…traced-001…", 9, 0 <unfinished ...>',
      '8 write(9<socket:[1]>, "x", 1) = 1',
      "7 <... pwrite64 resumed>) = 9",
      "7 fdatasync(5</d/aftersale.db-wal>) = -1 EIO (Input/output error)",
      "7 fdatasync(6</d/aftersale.db>) = 0",
      '7 writev(9<socket:[1]>, [{iov_base="43[{\\"stored\\":\\"traced-001\\",\\"seq\\":1}]", iov_len=3}], 1) = 3',
    ];
    const seen = readTrace(lines.join("\n"));
    expect(seen).toEqual([
      { kind: "log written", messages: ["traced-001"] },
      { kind: "acknowledged", message: "traced-001" },
    ]);
    expect(brokenPromises(seen)).toEqual(["traced-001 was acknowledged before it was synced"]);
  });
});

/** The tracer writes on until the last thread is gone. */
async function whole(file: string): Promise<string> {
  let before = -1;
  for (;;) {
    const text = readFileSync(file, "utf8");
    if (text.length === before) return text;
    before = text.length;
    execFileSync("sleep", ["0.3"]);
  }
}

/** @returns the ids that were acknowledged */
async function converse(conversation: number): Promise<string[]> {
  const client: Socket<ServerToClient, ClientToServer> = io(server.url, {
    // All of 127.0.0.0/8 is this machine; each network has its own limits.
    ...{ localAddress: `127.0.2.${1 + conversation}` },
    forceNew: true,
    transports: ["websocket"],
    extraHeaders: { origin: server.url },
    auth: { protocol: 1, since: 0 },
  });
  await new Promise<void>((resolve, reject) => {
    client.once("joined", () => resolve());
    client.once("connect_error", reject);
  });
  const stored: string[] = [];
  for (let each = 0; each < MESSAGES_EACH; each++) {
    const messageId = `traced-${String(conversation * MESSAGES_EACH + each).padStart(3, "0")}`;
    const ack = await client.timeout(30_000).emitWithAck("utterance", { messageId, text: "thanks a lot" });
    if ("stored" in ack) stored.push(ack.stored);
  }
  client.close();
  return stored;
}
