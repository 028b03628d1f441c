/**
 * The servers that are put under load, each a process of its own: the real one over a shop without vendors, or a bare
 * Socket.IO server that sends every message back. Both tell their parent what they use, when asked.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Server } from "socket.io";
import { parseShop } from "../../server/config.js";
import { createDesk } from "../../server/connectors/index.js";
import { startServer } from "../../server/main.js";
import { writeShop } from "./load-shop.js";

export type ServerSaid =
  | { readonly kind: "listening"; readonly port: number }
  | ({ readonly kind: "used" } & Used)
  | ({ readonly kind: "stored" } & Stored);

export interface Used {
  /** Resident bytes, and processor microseconds of all threads since the start. */
  readonly rss: number;
  readonly cpu: number;
  /** Milliseconds by which the loop was late since this was last asked. */
  readonly loopP99: number;
  readonly loopMax: number;
  /** Milliseconds a turn, mean, by part since this was last asked; empty for the bare server. */
  readonly parts: Readonly<Record<string, number>>;
}

/** What stands in the database in the end. */
export interface Stored {
  readonly utterances: number;
  readonly untaken: number;
  readonly answers: number;
  /** Conversations whose numbers have a gap. */
  readonly gaps: number;
}

const say = (said: ServerSaid): void => void process.send?.(said);
const folder = mkdtempSync(join(process.env.AFTERSALE_BENCH_DIR ?? tmpdir(), "aftersale-load-"));
const RESOLUTION_MS = 10;
const late = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
late.enable();
process.once("disconnect", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});

const stored = process.argv[2] === "echo" ? await echo() : await shop();
const parts = new Map<string, number>();
let turns = 0;

process.on("message", async (asked: "used" | "stored") => {
  if (asked === "stored") return say({ kind: "stored", ...(await stored()) });
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  say({
    kind: "used",
    rss: process.memoryUsage.rss(),
    cpu: user + system,
    loopP99: ms(late.percentile(99)),
    loopMax: ms(late.max),
    parts: Object.fromEntries([...parts].map(([name, sum]) => [name, sum / Math.max(1, turns)])),
  });
  late.reset();
  parts.clear();
  turns = 0;
});

async function shop(): Promise<() => Promise<Stored>> {
  const root = join(folder, "shop");
  mkdirSync(root);
  writeShop(root);
  const everything = 100_000_000;
  const { conversations, gateway, store } = await startServer({
    config: {
      shop: parseShop("bench", JSON.stringify({ name: "Bench", joinPauseMs: 0 })),
      dataDir: join(folder, "data"),
      host: "127.0.0.1",
      port: 0,
      publicUrl: undefined,
      secret: () => "",
    },
    root,
    connectors: [createDesk({ file: join(folder, "tickets.jsonl") })],
    tokenKeys: [],
    mailFrom: "bench@example.com",
    // One machine stands for ten thousand.
    limits: {
      conversationBurst: everything,
      networkBurst: everything,
      eventsPerSocket: everything,
      openingBurst: everything,
      socketsPerNetwork: everything,
      socketsInAll: everything,
    },
    log: ({ level, message, ...rest }) => {
      if (level !== "info") process.stderr.write(`${message} ${JSON.stringify(rest)}\n`);
    },
  });
  conversations.watch({
    told: (_, __, timing) => {
      turns += 1;
      for (const [part, ms] of Object.entries(timing)) parts.set(part, (parts.get(part) ?? 0) + ms);
    },
  });
  say({ kind: "listening", port: gateway.port });
  return async () => {
    await conversations.idle();
    return store.read(async (tx) => {
      const rows = await tx.selectFrom("entry").select(["conversation", "seq", "from_who", "taken_in_turn"]).execute();
      const most = new Map<string, { last: number; count: number }>();
      const counted = { utterances: 0, untaken: 0, answers: 0 };
      for (const { conversation, seq, from_who, taken_in_turn } of rows) {
        const known = most.get(conversation) ?? { last: 0, count: 0 };
        most.set(conversation, { last: Math.max(known.last, seq), count: known.count + 1 });
        if (from_who === "bot") counted.answers += 1;
        if (from_who !== "shopper") continue;
        counted.utterances += 1;
        if (taken_in_turn === null) counted.untaken += 1;
      }
      return { ...counted, gaps: [...most.values()].filter(({ last, count }) => last !== count).length };
    });
  };
}

/** The least that a chat over Socket.IO can be: no store, no turn, an acknowledgement and the same text back. */
async function echo(): Promise<() => Promise<Stored>> {
  const http = createServer();
  const io = new Server(http, { serveClient: false, perMessageDeflate: false, pingInterval: 15_000 });
  let count = 0;
  io.on("connection", (socket) => {
    let seq = 0;
    socket.emit("joined", { conversation: socket.id, secret: "", state: "open", last: 0 });
    socket.on("utterance", (message: { messageId: string; text: string }, ack: (answer: object) => void) => {
      count += 1;
      seq += 2;
      ack({ stored: message.messageId, seq });
      const at = new Date().toISOString();
      socket.emit("entries", { entries: [{ seq, from: "bot", at, text: message.text, parts: [] }], more: false });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  say({ kind: "listening", port: (http.address() as AddressInfo).port });
  return async () => ({ utterances: count, untaken: 0, answers: count, gaps: 0 });
}
