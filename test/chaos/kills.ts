/**
 * Real kills: the server, its vendors and its shoppers are processes of their own (the shoppers live in this one). The server is
 * ended with SIGKILL at random moments and started again at once, over and over; when that is over, every promise must hold.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { ConnectorConfigs } from "../../server/connectors/index.js";
import { signStorefrontToken } from "../../server/identity/index.js";
import { openStore, verifyAudit } from "../../server/store/index.js";
import { bundle, ROOT } from "../simulation/bundle.js";
import { brokenPromises, type Verdict } from "../simulation/invariants.js";
import { Lots } from "../simulation/lots.js";
import { Crowd } from "./crowd.js";
import { ledgerOf, type VendorLedger } from "./ledger.js";
import { type Child, end, freePort, printed, startChild, told } from "./process.js";
import type { RealTab } from "./real-tab.js";
import { BOT, type Customer, copyShop, customers, TOKEN_KEY } from "./setup.js";

export interface KillOptions {
  readonly kills: number;
  /** No more kills after that, for a machine that is busy with other things. */
  readonly mostMs?: number;
  /** Shoppers at the same time. */
  readonly atOnce?: number;
  readonly seed?: number;
  /** Another copy of the project. */
  readonly root?: string;
}

export interface KillResult extends Verdict {
  readonly kills: number;
  readonly seconds: number;
  readonly conversations: number;
  readonly messages: number;
  readonly refunds: number;
  readonly effects: number;
  /** Answers that the vendors dropped after doing the work. */
  readonly dropped: number;
  /** From the last kill until nothing was left to do. */
  readonly settledAfterMs: number;
  /** Milliseconds from the start of a process until it listens: the median. */
  readonly startMs: number;
}

const PATIENCE_MS = 120_000;

export async function runKills({
  kills,
  mostMs = Number.POSITIVE_INFINITY,
  atOnce = 10,
  seed = Date.now(),
  root = ROOT,
}: KillOptions): Promise<KillResult> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "aftersale-kills-"));
  const run = new KillRun(folder, root, kills, mostMs, atOnce, new Lots(seed));
  try {
    const result = await run.toTheEnd();
    return { ...result, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    await run.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

class KillRun {
  private server: Child | undefined;
  private vendors: Child | undefined;
  private readonly startTimes: number[] = [];
  private readonly people: Customer[];
  private crowd: Crowd | undefined;

  constructor(
    private readonly folder: string,
    private readonly root: string,
    private readonly kills: number,
    private readonly mostMs: number,
    private readonly atOnce: number,
    private readonly lots: Lots,
  ) {
    this.people = customers(Math.max(200, kills * 12));
  }

  async toTheEnd(): Promise<Omit<KillResult, "seconds">> {
    const { folder, root, lots, people, atOnce } = this;
    const files = { server: join(folder, "server.mjs"), vendors: join(folder, "vendors.mjs") };
    await Promise.all([
      bundle("test/chaos/server.ts", files.server, [], { root, isWhole: true }),
      bundle("test/chaos/vendors.ts", files.vendors, [], { root }),
    ]);
    const shop = join(folder, "shop");
    copyShop(root, shop);
    let configs: Partial<ConnectorConfigs> = {};
    this.vendors = await startChild(files.vendors, [String(people.length)], async (child) => {
      ({ configs } = await told<{ configs: Partial<ConnectorConfigs> }>(child));
    });
    const dataDir = join(folder, "data");
    mkdirSync(dataDir);
    const port = await freePort();
    const setup = join(folder, "setup.json");
    writeFileSync(setup, JSON.stringify({ dataDir, port, root: shop, connectors: configs }));
    const start = async (): Promise<void> => {
      const from = performance.now();
      this.server = await startChild(files.server, [setup], printed);
      this.startTimes.push(performance.now() - from);
    };
    await start();
    const crowd = new Crowd({
      url: `http://127.0.0.1:${port}`,
      people,
      atOnce,
      lots: lots.fork(),
      token: (email) => signStorefrontToken(TOKEN_KEY, { botId: BOT, email, name: "Ann Reed", nowMs: Date.now() }),
    });
    this.crowd = crowd;
    crowd.begin();
    const until = performance.now() + this.mostMs;
    let killed = 0;
    for (; killed < this.kills && performance.now() < until; killed += 1) {
      // At a random moment of what is going on, rather than of the clock: a busy machine is slow at everything.
      await crowd.untilTold(lots.between(0, 25), 4_000);
      await pause(lots.between(0, 60));
      await end(this.server as Child, "SIGKILL");
      await start();
    }
    const calmSince = performance.now();
    this.vendors.process.send("calm");
    crowd.letNobodyIn();
    const file = join(dataDir, "aftersale.db");
    await this.untilAtRest(file, crowd);
    const settledAfterMs = performance.now() - calmSince;
    await crowd.lookAgain();
    const { ledger, dropped } = await this.ask<{ ledger: VendorLedger; dropped: number }>("ledger");
    await end(this.server as Child, "SIGTERM");
    const startMs = median(this.startTimes);
    return { ...(await judge(file, ledger, crowd.tabs)), kills: killed, dropped, settledAfterMs, startMs };
  }

  /** Nobody waits for an answer, no effect is open, and every message has been dealt with. */
  private async untilAtRest(file: string, crowd: Crowd): Promise<void> {
    const db = new Sqlite(file, { readonly: true });
    const open = (): number =>
      (db.prepare("select count(*) as n from effect where status in ('intended', 'sending')").get() as { n: number })
        .n +
      (
        db.prepare("select count(*) as n from entry where from_who = 'shopper' and taken_in_turn is null").get() as {
          n: number;
        }
      ).n;
    try {
      for (const until = performance.now() + PATIENCE_MS; performance.now() < until; ) {
        if (crowd.isQuiet() && open() === 0) return;
        await pause(100);
      }
    } finally {
      db.close();
    }
  }

  private async ask<T>(what: string): Promise<T> {
    const { process: child } = this.vendors as Child;
    const answer = told<T>(child);
    child.send(what);
    return answer;
  }

  async close(): Promise<void> {
    this.crowd?.close();
    for (const child of [this.server, this.vendors]) if (child !== undefined) await end(child, "SIGKILL");
  }
}

type Judged = Omit<KillResult, "kills" | "seconds" | "dropped" | "settledAfterMs" | "startMs">;

async function judge(file: string, vendorLedger: VendorLedger, tabs: readonly RealTab[]): Promise<Judged> {
  const store = await openStore({ url: file });
  const db = new Sqlite(file, { readonly: true });
  try {
    const disk = { rows: <T>(query: string, ...values: unknown[]): T[] => db.prepare(query).all(...values) as T[] };
    const { ledger, unauthorised } = ledgerOf(vendorLedger, disk);
    const audit = await store.read((tx) => verifyAudit(tx));
    const count = (query: string): number => disk.rows<{ n: number }>(query)[0]?.n ?? 0;
    return {
      ...brokenPromises({ disk, ledger, tabs, unauthorised, audit }),
      conversations: count("select count(*) as n from conversation"),
      messages: count("select count(*) as n from entry where from_who = 'shopper'"),
      refunds: ledger.filter(({ capability }) => capability === "issue_refund").length,
      effects: ledger.length,
    };
  } finally {
    db.close();
    await store.close();
  }
}

export function killTable(result: KillResult): string {
  const rows: [string, string | number][] = [
    ["kills", result.kills],
    ["seconds", result.seconds.toFixed(0)],
    ["kills a minute", (result.kills / (result.seconds / 60)).toFixed(0)],
    ["start until listening (ms, median)", result.startMs.toFixed(0)],
    ["conversations", result.conversations],
    ["messages", result.messages],
    ["answers dropped after the work", result.dropped],
    ["effects", result.effects],
    ["of them refunds", result.refunds],
    ["left to a person", result.needsPerson],
    ["at rest after (s)", (result.settledAfterMs / 1_000).toFixed(1)],
    ["doubled", result.doubled],
    ["lost", result.lost],
    ["unsettled", result.unsettled],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(36)}${String(value).padStart(8)}`),
    ...result.broken.map((what) => `BROKEN ${what}`),
  ].join("\n");
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
