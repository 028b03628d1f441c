/** One seed: a small shop, its shoppers and its bad luck, from the first word until everything has come to rest. */
import type { ShopFiles } from "../../server/shop-files.js";
import { dueMails, MAIL_QUEUED, markMailSent, verifyAudit } from "../../server/store/index.js";
import { Disk, type Disks } from "./disk.js";
import { Engine } from "./engine.js";
import { brokenPromises, type Unauthorised } from "./invariants.js";
import { Lots } from "./lots.js";
import { Server } from "./server.js";
import { Shopper } from "./shopper.js";
import { Tab } from "./tab.js";
import { type Done, type VendorFault, type VendorKind, Vendors, type World } from "./vendors.js";

export interface SeedResult {
  readonly seed: number;
  /** What was promised and not held; empty when all is well. */
  readonly broken: readonly string[];
  readonly conversations: number;
  readonly messages: number;
  readonly effects: number;
  readonly doubled: number;
  readonly lost: number;
  readonly unsettled: number;
  readonly needsPerson: number;
  readonly faults: ReadonlyMap<string, number>;
  /** Virtual milliseconds from the end of all faults until nothing was left to do. */
  readonly settledAfterMs: number;
}

export interface SeedOptions {
  readonly seed: number;
  readonly disks: Disks;
  readonly files: { readonly id: string; readonly files: ShopFiles };
  readonly note?: (line: string) => void;
  /** For runs that are written down beforehand; drawn from the seed when left out. */
  readonly script?: Script;
}

export interface Script {
  readonly vendorFault?: (capability: string, call: "effect" | "look" | "read") => VendorFault | undefined;
  readonly dies?: (point: string, what: string) => boolean;
  readonly wish?: string;
  readonly kind?: VendorKind;
  /** What else goes on while the first call with an effect is out. */
  readonly meanwhile?: "reload" | "erase";
}

const FAULTS_END_MS = 4 * 60_000;
const REST_MS = 3 * 3_600_000;
const LAST_SET = "select file_set from publication order by n desc limit 1";
const BLEND = { currency: "USD", amountMinor: 4_200 };

export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const { seed, files, script } = options;
  const disk = await Disk.create(options.disks);
  try {
    return await new Run(seed, disk, files, options.note, script).toTheEnd();
  } finally {
    await disk.remove();
  }
}

class Run {
  private readonly engine: Engine;
  private readonly lots: Lots;
  private readonly faults = new Map<string, number>();
  private readonly vendors: Vendors;
  private readonly mailboxes = new Map<string, string[]>();
  private readonly tabs: Tab[] = [];
  private readonly unauthorised: Unauthorised[] = [];
  private readonly complaints: string[] = [];
  private readonly unforgotten: string[] = [];
  private server: Server | undefined;
  private ids = 0;
  private messages = 0;
  private isCalm = false;
  private hasMeanwhile = false;
  private readonly crashRate: number;

  constructor(
    private readonly seed: number,
    private readonly disk: Disk,
    private readonly files: SeedOptions["files"],
    note: ((line: string) => void) | undefined,
    private readonly script: Script | undefined,
  ) {
    this.engine = new Engine(note);
    this.lots = new Lots(seed);
    const { lots, engine } = this;
    const kinds: Record<string, VendorKind> = {
      shopify: script?.kind ?? lots.pick(["keyed", "keyed", "readable", "blind"] as const),
      smartrr: lots.pick(["readable", "keyed"] as const),
      gladly: lots.pick(["readable", "keyed"] as const),
      smtp: "blind",
    };
    this.crashRate = script === undefined ? lots.pick([0, 0.004, 0.012, 0.03]) : 0;
    const faultRate = lots.pick([0, 0.15, 0.5]);
    engine.log(() => `seed ${seed}: ${JSON.stringify(kinds)}, crashes ${this.crashRate}, faults ${faultRate}`);
    this.vendors = new Vendors({
      engine,
      lots: lots.fork(),
      world: makeWorld(engine.wall),
      kinds,
      faultRate: script === undefined ? faultRate : 0,
      ...(script?.vendorFault && { script: (...call) => (this.isCalm ? undefined : script.vendorFault?.(...call)) }),
      count: (fault) => this.count(fault),
      happened: (done) => this.checkAuthorised(done),
    });
  }

  async toTheEnd(): Promise<SeedResult> {
    const { engine } = this;
    this.startServer();
    const shoppers = this.shoppers();
    for (const shopper of shoppers) shopper.begin();
    if (this.script === undefined && this.lots.chance(0.3)) this.planClockJump();
    if (this.script?.meanwhile === "erase") void this.earlierShopper();
    await engine.run(FAULTS_END_MS);
    this.calmDown();
    const calmSince = engine.at;
    const rested = await engine.run(FAULTS_END_MS + REST_MS);
    const settledAfterMs = engine.at - calmSince;
    if (this.script?.meanwhile === "erase") await this.finishErasing();
    // Whoever comes back later sees the whole conversation.
    for (const tab of this.tabs) tab.drop("a last look");
    await engine.run(engine.at + 60_000);
    return this.result(rested, settledAfterMs);
  }

  private shoppers(): Shopper[] {
    const { engine, lots, script } = this;
    const all: Shopper[] = [];
    const people = script === undefined ? lots.between(2, 4) : 1;
    for (let n = 0; n < people; n += 1) {
      // Two devices of one customer are likely: the same order, two conversations.
      const who = lots.between(0, 1);
      const email = PEOPLE[who] as string;
      const tabs: Tab[] = [];
      const shopper = new Shopper({
        engine,
        lots: lots.fork(),
        tabs,
        email,
        order: `55${who}${lots.chance(0.8) ? 0 : 1}`.padEnd(4, "0"),
        subscription: `S-${who}`,
        wish: script?.wish ?? lots.pick(FIRST_WISHES),
        newMessageId: () => `message-${String(++this.messages).padStart(4, "0")}`,
        codes: (address) => this.mailboxes.get(address) ?? [],
        patience: 14,
        isPlain: script !== undefined,
      });
      const isKnown = script !== undefined || lots.chance(0.8);
      const count = script === undefined && lots.chance(0.4) ? 2 : 1;
      for (let t = 0; t < count; t += 1) {
        const tab = new Tab({
          name: `tab ${n + 1}${"ab"[t]}`,
          engine,
          lots: lots.fork(),
          server: () => this.server,
          ...(isKnown && { identity: { email, name: "Ann Reed" } }),
          networkFaults: () => !this.isCalm && script === undefined,
          count: (fault) => this.count(fault),
          heard: (which) => shopper.heard(which),
        });
        tabs.push(tab);
        this.tabs.push(tab);
      }
      all.push(shopper);
    }
    return all;
  }

  private startServer(): void {
    const { engine, lots, disk, vendors, files, script } = this;
    const server = new Server({
      engine,
      lots: lots.fork(),
      disk,
      vendors,
      files,
      inForce: disk.rows<{ file_set: string }>(LAST_SET)[0]?.file_set ?? files.id,
      newId: () => `id-${String(++this.ids).padStart(5, "0")}`,
      dies: (point, what) => this.dies(point, what),
      namesCommits: script !== undefined,
      died: () => this.cleanUp(server),
      complained: (message, error) => {
        engine.log(() => `  server: ${message} ${String((error as Error | undefined)?.stack ?? error ?? "")}`);
        this.complaints.push(`${message}: ${String(error)}`);
      },
    });
    this.server = server;
    engine.log(() => "the server is up");
    void server.conversations.recover();
    disk.store.listen((topics) => {
      if (topics.has(MAIL_QUEUED))
        engine.after(lots.between(1, 300), "the outbox is looked into", () => this.deliverMails(server));
    });
    engine.after(1, "the outbox is looked into", () => this.deliverMails(server));
  }

  /** A process that has died takes its connections with it, and a new one is up soon. */
  private cleanUp(dead: Server): void {
    this.count("crash");
    this.server = undefined;
    dead.conversations.abandon();
    for (const tab of this.tabs) this.engine.after(5, "a connection is gone", () => tab.drop("the server is gone"));
    this.engine.after(this.lots.between(200, 2_000), "the server starts again", async () => {
      await this.disk.reopen();
      this.startServer();
    });
  }

  private dies(point: string, what: string): boolean {
    if (point === "before call" && what !== "handoff") this.startMeanwhile();
    if (this.isCalm) return false;
    if (this.script?.dies !== undefined) return this.script.dies(point, what);
    return this.lots.chance(this.crashRate);
  }

  private startMeanwhile(): void {
    const { script, server } = this;
    if (script?.meanwhile === undefined || this.hasMeanwhile || server === undefined) return;
    this.hasMeanwhile = true;
    this.engine.log(() => `meanwhile: ${String(script.meanwhile)}`);
    void (script.meanwhile === "reload" ? server.reload("another-set") : server.erase(EARLIER));
  }

  /** Somebody who was here before, so that there is something to forget. */
  private async earlierShopper(): Promise<void> {
    const { conversations } = this.server as Server;
    const { conversation } = await conversations.open({ locale: "en", identity: { email: EARLIER } });
    await conversations.receive(conversation, { messageId: "message-earlier", text: "where is my order?" });
  }

  /** The command is given again: what was not forgotten then is now. */
  private async finishErasing(): Promise<void> {
    const { engine } = this;
    // As an event of its own: time goes on only when what it has set going has come to rest.
    engine.after(1, "the command is given again", () => void (this.server as Server).erase(EARLIER));
    await engine.run(engine.at + 60_000);
    const left = this.disk.rows("select id from conversation where customer_email = ?", EARLIER);
    if (left.length > 0) this.unforgotten.push(`${left.length} conversations of a customer who was to be forgotten`);
  }

  /** A mail server that takes a moment; what the process sends is told by what stands in the outbox. */
  private async deliverMails(server: Server): Promise<void> {
    const { engine, disk, lots } = this;
    if (!server.alive) return;
    const mails = await engine.during(() => disk.store.read((tx) => dueMails(tx, engine.wall)));
    for (const mail of mails) {
      await engine.during(() => disk.store.write((tx) => markMailSent(tx, mail.id, engine.wall)));
      const opened = server.identity.openMail(mail);
      const code = /^\d{6}$/m.exec(opened?.text ?? "")?.[0];
      if (opened === undefined || code === undefined) continue;
      engine.after(lots.between(50, 3_000), "a mail comes", () => {
        engine.log(() => `a mail for ${opened.to}: ${code}`);
        this.mailboxes.set(opened.to, [...(this.mailboxes.get(opened.to) ?? []), code]);
      });
    }
  }

  private planClockJump(): void {
    const jump = (): void => {
      // What is held up somewhere arrives within a day, or it would arrive after every key is forgotten.
      if (this.isCalm) return;
      if (this.vendors.held > 0) return void this.engine.after(1_000, "a jump waits", jump);
      this.count("clock jump");
      this.engine.log(() => "the clock jumps by 30 hours");
      this.engine.jump(30 * 3_600_000);
    };
    this.engine.after(this.lots.between(5_000, 90_000), "the clock jumps", jump);
  }

  private calmDown(): void {
    this.isCalm = true;
    this.vendors.options.faultRate = 0;
    this.engine.log(() => "faults stop");
  }

  /** I5: at the moment of the effect, the journal on disk says who allowed it, and that a call is out. */
  private checkAuthorised({ key, capability }: Done): void {
    const [row] = this.disk.rows<{ status: string; authorised_by: string }>(
      "select status, authorised_by from effect where key = ?",
      key,
    );
    const by = JSON.parse(row?.authorised_by ?? "null") as { level?: string; policy?: string; codeId?: string } | null;
    if (row === undefined || by?.level === undefined || by.policy === undefined)
      this.unauthorised.push({ key, capability });
  }

  private count(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  private async result(rested: boolean, settledAfterMs: number): Promise<SeedResult> {
    const { disk, vendors, tabs, unauthorised, engine } = this;
    const audit = await disk.store.read((tx) => verifyAudit(tx));
    const verdict = brokenPromises({ disk, ledger: vendors.ledger, tabs, unauthorised, audit });
    const broken = [
      ...verdict.broken,
      ...this.unforgotten,
      ...(rested ? [] : ["I3 it never comes to rest"]),
      ...engine.broken.map((error) => `an error nobody heard of: ${String((error as Error)?.stack ?? error)}`),
      ...(this.script === undefined ? [] : this.complaints),
    ];
    for (const line of broken) engine.log(() => `BROKEN ${line}`);
    return {
      seed: this.seed,
      broken,
      conversations: disk.rows<{ n: number }>("select count(*) as n from conversation")[0]?.n ?? 0,
      messages: this.messages,
      effects: vendors.ledger.length,
      doubled: verdict.doubled,
      lost: verdict.lost,
      unsettled: verdict.unsettled,
      needsPerson: verdict.needsPerson,
      faults: this.faults,
      settledAfterMs,
    };
  }
}

const PEOPLE = ["ann.reed@example.com", "ben.ortiz@example.com"];
/** Was here before, and is to be forgotten. */
const EARLIER = "cleo.marsh@example.com";
const FIRST_WISHES = [
  "I want my money back",
  "I want my money back",
  "my order arrived damaged, send a new one",
  "skip my next delivery",
  "cancel my subscription",
  "cancel my order",
  "let me talk to a person",
];

function makeWorld(now: number): World {
  const days = (n: number): string => new Date(now + n * 86_400_000).toISOString();
  const customers = PEOPLE.map((email) => ({
    email,
    name: "Ann Reed",
    address: "12 Orchard Way, Springfield, IL 62701",
  }));
  const orders = new Map(
    PEOPLE.flatMap((email, who) =>
      ["0", "1"].map((nth) => {
        const number = `55${who}${nth}`;
        const isOut = nth === "0";
        return [
          number,
          {
            number,
            email,
            status: isOut ? "delivered" : "approved",
            ordered_at: days(-6),
            delivered_at: isOut ? days(-2) : null,
            items: [{ sku: "HB1", name: "House blend 1 kg", quantity: 1, price: BLEND }],
            total: BLEND,
            refunded: { currency: "USD", amountMinor: 0 },
            refund_status: null,
            refunded_at: null,
            refundable: null,
            tracking_number: null,
            carrier: null,
            subscription_id: null,
            ship_to: "12 Orchard Way, Springfield, IL 62701",
          },
        ] as const;
      }),
    ),
  );
  const subscriptions = new Map(
    PEOPLE.map((email, who) => [
      `S-${who}`,
      {
        id: `S-${who}`,
        email,
        status: "active",
        product: "House blend 1 kg",
        price: BLEND,
        interval: "30 days",
        next_charge: days(12),
        cutoff: days(10),
      },
    ]),
  );
  return { customers, orders: new Map(orders), subscriptions: new Map(subscriptions) } as unknown as World;
}
