/**
 * Stand-ins for the outside systems behind the connectors' own door (`Connector`), over one ledger that outlives every
 * crash of the server. They are as dumb as vendors may be: asked twice without a key they do it twice. The real
 * connectors over HTTP have timers of their own and are put to the test by real kills (`test/chaos`).
 */
import {
  type CapabilityName,
  type Connector,
  type Order,
  type Subscription,
  TOOL_NAMES,
  type Tool,
  type ToolCall,
  type ToolOutcome,
} from "../../server/connectors/index.js";
import type { Engine } from "./engine.js";
import type { Lots } from "./lots.js";

/** What can go wrong between us and a vendor. */
export const VENDOR_FAULTS = [
  "lost request",
  "lost answer",
  "500 after the effect",
  "500 before",
  "429",
  "time-out",
  "malformed",
  "reset",
  "plain refusal",
  "duplicate",
] as const;
export type VendorFault = (typeof VENDOR_FAULTS)[number];

/** The time-out is the most treacherous of them, and so drawn more often. */
const DRAWN: readonly VendorFault[] = [...VENDOR_FAULTS, "time-out", "time-out"];

/**
 * How a vendor lets us find out what became of a call.
 * - `keyed`: remembers our idempotency key for 24 hours, and our reference for ever
 * - `readable`: takes no key; our reference can be looked for
 * - `blind`: neither
 */
export type VendorKind = "keyed" | "readable" | "blind";

/** One thing that really happened. */
export interface Done {
  readonly key: string;
  readonly capability: CapabilityName;
  readonly args: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly outcome: ToolOutcome<unknown>;
}

export interface World {
  readonly customers: readonly { readonly email: string; readonly name: string; readonly address: string }[];
  readonly orders: Map<string, Order>;
  readonly subscriptions: Map<string, Subscription>;
}

/** The process that asked. What it does not live to hear is heard by nobody. */
export interface Asker {
  readonly alive: boolean;
  /** @returns false when the process died right here */
  crossing(point: string, what: string): boolean;
}

type Args = Readonly<Record<string, unknown>>;
type Outcome = ToolOutcome<unknown>;

interface OnItsWay {
  readonly asker: Asker;
  arrive: () => void;
  takeBack: () => void;
}

const CLIENT_TIME_OUT_MS = 10_000;
const READ_TIME_OUT_MS = 4_000;
const KEY_KEPT_MS = 24 * 3_600_000;

const SYSTEMS = ["shopify", "smartrr", "gladly", "smtp"] as const;

export interface VendorsOptions {
  readonly engine: Engine;
  readonly lots: Lots;
  readonly world: World;
  readonly kinds: Readonly<Record<string, VendorKind>>;
  /** Chance that a call with an effect meets a fault; reading calls meet a third of it. */
  faultRate: number;
  /** Which fault strikes, where a run is written down beforehand. */
  readonly script?: (capability: string, call: "effect" | "look" | "read") => VendorFault | undefined;
  readonly count: (fault: string) => void;
  readonly happened: (done: Done) => void;
}

export class Vendors {
  readonly ledger: Done[] = [];
  private readonly keys = new Map<string, { outcome: Outcome; at: number }>();
  private readonly onTheWay = new Set<OnItsWay>();
  /** Keys of which a vendor may lose track in one way; never in two, or nobody could hold it. */
  private readonly spoiled = new Set<string>();
  /** In which turn of the event loop an answer "not there" came. */
  private readonly lookedIn = new Map<string, number>();
  /** Requests that are held up somewhere. */
  held = 0;
  private numbers = 9_000;

  constructor(readonly options: VendorsOptions) {}

  connectorsFor(asker: Asker): Connector[] {
    return SYSTEMS.map((system) => ({
      system,
      close: async () => undefined,
      tools: Object.entries(toolsOf(system)).map(([name, capability]) => this.tool(asker, system, name, capability)),
    }));
  }

  /** What was sent and has not arrived: half of it is lost with the process, the other half arrives at once. */
  cutOff(asker: Asker): void {
    for (const request of [...this.onTheWay].filter((each) => each.asker === asker)) {
      request.takeBack();
      this.onTheWay.delete(request);
      if (this.options.lots.chance(0.5)) this.options.engine.after(20, "the last of it arrives", request.arrive);
    }
  }

  private tool(asker: Asker, system: string, name: string, capability: CapabilityName): Tool {
    const kind = this.options.kinds[system] ?? "readable";
    const isEffect = EFFECTS.has(capability);
    const tool = {
      name,
      capability,
      system,
      run: (args: Args, call: ToolCall) =>
        isEffect ? this.change(asker, kind, capability, args, call) : this.read(asker, capability, args),
      ...(isEffect &&
        kind !== "blind" && {
          readBack: (_: Args, call: ToolCall) => this.look(asker, capability, call.key ?? ""),
        }),
    };
    return tool as unknown as Tool;
  }

  private faultFor(capability: CapabilityName, call: "effect" | "look" | "read"): VendorFault | undefined {
    const { script, lots, faultRate, count } = this.options;
    const rate = call === "effect" ? faultRate : faultRate / 3;
    const fault = script === undefined ? (lots.chance(rate) ? lots.pick(DRAWN) : undefined) : script(capability, call);
    if (fault !== undefined) count(fault);
    return fault;
  }

  private async read(asker: Asker, capability: CapabilityName, args: Args): Promise<Outcome> {
    const fault = this.faultFor(capability, "read");
    this.options.engine.log(() => `  asks ${capability}${fault === undefined ? "" : ` [${fault}]`}`);
    return this.answering(asker, capability, fault, () => this.looksUp(capability, args));
  }

  private async look(asker: Asker, capability: CapabilityName, key: string): Promise<Outcome> {
    const fault = this.faultFor(capability, "look");
    this.options.engine.log(() => `  looks for ${key}${fault === undefined ? "" : ` [${fault}]`}`);
    const find = (): Outcome => {
      const done = this.ledger.find((each) => each.key === key);
      return done?.outcome ?? { result: "not_found" };
    };
    return this.answering(asker, capability, fault, find, (outcome) => {
      if (outcome.result === "not_found") this.lookedIn.set(key, this.options.engine.step);
    });
  }

  /** A call that changes nothing: whatever goes wrong, nothing has happened. */
  private answering(
    asker: Asker,
    capability: CapabilityName,
    fault: VendorFault | undefined,
    find: () => Outcome,
    told: (outcome: Outcome) => void = () => undefined,
  ): Promise<Outcome> {
    const { engine, lots } = this.options;
    return new Promise((resolve) => {
      if (!asker.alive) return;
      const hear = (ms: number, outcome: () => Outcome): void => {
        engine.after(ms, "an answer", () => {
          if (!asker.alive || !asker.crossing("an answer is heard", capability)) return;
          const heard = outcome();
          told(heard);
          resolve(heard);
        });
      };
      if (fault === undefined || fault === "duplicate") {
        // What the vendor says is true when it says it; the answer travels on.
        engine.after(lots.between(5, 60), "a question arrives", () => {
          const found = find();
          // A look and the call that follows it go over one connection: nothing of ours comes between them.
          hear(lots.between(5, 60), () => (found.result === "not_found" ? find() : found));
        });
      } else if (fault === "plain refusal") hear(30, () => ({ result: "refused", reason: "no" }));
      else {
        const slow = fault === "lost request" || fault === "lost answer" || fault === "time-out";
        hear(slow ? READ_TIME_OUT_MS : 30, () => ({ result: "unavailable", reason: fault }));
      }
    });
  }

  private change(
    asker: Asker,
    kind: VendorKind,
    capability: CapabilityName,
    args: Args,
    { key = "" }: ToolCall,
  ): Promise<Outcome> {
    const { engine, lots, count } = this.options;
    if (!asker.alive || !asker.crossing("before call", capability)) return new Promise(() => undefined);
    let fault = this.faultFor(capability, "effect");
    const again = kind === "keyed" && !this.spoiled.has(key);
    if (fault === "duplicate" && kind !== "keyed") fault = undefined;
    engine.log(() => `  sends ${capability} ${key}${fault === undefined ? "" : ` [${fault}]`}`);
    return new Promise((resolve) => {
      const hear = (ms: number, outcome: Outcome): void => {
        engine.after(ms, "an answer", () => {
          if (asker.alive && asker.crossing("after call before record", capability)) resolve(outcome);
        });
      };
      const open: Outcome = { result: "unknown_outcome", reason: fault ?? "" };
      /** Half of the time, a vendor that never got its answer out has not kept the key either. */
      const forget = again && ANSWER_GOES_WRONG.has(fault ?? "") && lots.chance(0.5);
      if (forget) {
        this.spoiled.add(key);
        count("key forgotten");
      }
      const arrive = (told: (outcome: Outcome) => void): void => {
        // Right behind the answer that allows it, over the same connection.
        const rides = this.lookedIn.get(key) === engine.step;
        if (rides) return told(this.perform(kind, capability, args, key, { keep: !forget }));
        const request: OnItsWay = {
          asker,
          arrive: () => {
            this.onTheWay.delete(request);
            told(this.perform(kind, capability, args, key, { keep: !forget }));
          },
          takeBack: () => undefined,
        };
        this.onTheWay.add(request);
        request.takeBack = engine.after(lots.between(10, 120), "a request arrives", request.arrive);
      };
      switch (fault) {
        case undefined:
          return arrive((outcome) => hear(lots.chance(0.1) ? lots.between(2_000, 9_000) : 30, outcome));
        case "lost request":
          return hear(CLIENT_TIME_OUT_MS, open);
        case "lost answer":
          return arrive(() => hear(CLIENT_TIME_OUT_MS, open));
        case "500 after the effect":
          return arrive(() => hear(30, open));
        case "malformed":
          return arrive(() => hear(30, open));
        case "500 before":
          return hear(60, open);
        case "429":
          return hear(40, { result: "unavailable", reason: "rate_limited" });
        case "plain refusal":
          return hear(60, { result: "refused", reason: "the vendor will not" });
        case "reset":
          return lots.chance(0.5) ? arrive(() => hear(10, open)) : hear(10, open);
        case "duplicate":
          arrive((outcome) => hear(30, outcome));
          this.held += 1;
          return void engine.after(lots.between(100, 5_000), "it arrives once more", () => {
            this.held -= 1;
            this.perform(kind, capability, args, key, { keep: true });
          });
        case "time-out":
          hear(CLIENT_TIME_OUT_MS, open);
          // Who has no keys is done before we give up: what is done after we have looked, nobody can hold.
          if (!again) return arrive(() => undefined);
          this.spoiled.add(key);
          this.held += 1;
          return void engine.after(CLIENT_TIME_OUT_MS + lots.between(20, 1_500), "a held request arrives", () => {
            this.held -= 1;
            this.perform(kind, capability, args, key, { keep: false });
          });
      }
    });
  }

  private perform(
    kind: VendorKind,
    capability: CapabilityName,
    args: Args,
    key: string,
    { keep }: { keep: boolean },
  ): Outcome {
    const { engine, happened } = this.options;
    const known = this.keys.get(key);
    if (kind === "keyed" && known !== undefined && known.at > engine.wall - KEY_KEPT_MS) {
      engine.log(() => `    the vendor knows the key ${key}`);
      return known.outcome;
    }
    const outcome = this.doIt(capability, args);
    if (outcome.result !== "ok") return outcome;
    const done: Done = { key, capability, args, at: engine.wall, outcome };
    this.ledger.push(done);
    if (kind === "keyed" && keep) this.keys.set(key, { outcome, at: engine.wall });
    engine.log(() => `    DONE: ${capability} ${key}`);
    happened(done);
    return outcome;
  }

  private number(): string {
    this.numbers += 1;
    return String(this.numbers);
  }

  private looksUp(capability: CapabilityName, args: Args): Outcome {
    const { customers, orders, subscriptions } = this.options.world;
    const found = (value: unknown): Outcome =>
      value === undefined ? { result: "not_found" } : { result: "ok", value };
    const of = <T extends { email?: string | null | undefined }>(all: Iterable<T>): T[] =>
      [...all].filter(({ email }) => email === args.email);
    switch (capability) {
      case "lookup_customer":
        return found(customers.find(({ email }) => email === args.email));
      case "list_orders":
        return found(of(orders.values()));
      case "get_order":
        return found(orders.get(String(args.order_id)));
      case "list_subscriptions":
        return found(of(subscriptions.values()));
      case "get_subscription":
        return found(subscriptions.get(String(args.subscription_id)));
      case "check_reship":
        return found({ eligible: true, reason: null, replacements: 0 });
      case "list_products":
        return found([]);
      default:
        return { result: "not_found" };
    }
  }

  private doIt(capability: CapabilityName, args: Args): Outcome {
    const { orders, subscriptions } = this.options.world;
    const order = orders.get(String(args.order_id));
    const subscription = subscriptions.get(String(args.subscription_id));
    const ok = (value: unknown): Outcome => ({ result: "ok", value, receipt: `no. ${this.number()}` });
    switch (capability) {
      case "issue_refund": {
        if (order === undefined) return { result: "not_found" };
        const amount = args.amount as { amountMinor: number; currency: string };
        const before = order.refunded?.amountMinor ?? 0;
        orders.set(order.number, { ...order, refunded: { ...amount, amountMinor: before + amount.amountMinor } });
        return ok({ id: this.number(), amount, status: "pending" });
      }
      case "create_replacement": {
        if (order === undefined) return { result: "not_found" };
        const number = this.number();
        orders.set(number, { ...order, number, status: "approved", delivered_at: null });
        return ok({ number, total: order.total, paid: false });
      }
      case "mark_paid":
        return ok({ order_id: String(args.order_id), paid: true });
      case "apply_discount":
        return ok({ percent: args.percent, code: null, amount: null });
      case "cancel_order":
        if (order !== undefined) orders.set(order.number, { ...order, status: "canceled" });
        return ok({ order_id: String(args.order_id), status: "canceled" });
      case "cancel_subscription":
        if (subscription !== undefined) subscriptions.set(subscription.id, { ...subscription, status: "canceled" });
        return ok({ subscription_id: String(args.subscription_id), status: "canceled" });
      case "skip_shipment": {
        const next_charge = later(String(args.next_charge), 30);
        if (subscription !== undefined) subscriptions.set(subscription.id, { ...subscription, next_charge });
        return ok({ subscription_id: String(args.subscription_id), skipped: args.next_charge, next_charge });
      }
      case "unskip_shipment":
        if (subscription !== undefined)
          subscriptions.set(subscription.id, { ...subscription, next_charge: String(args.skipped) });
        return ok({ subscription_id: String(args.subscription_id), next_charge: args.skipped });
      case "handoff":
        return ok({ id: `T-${this.number()}`, mode: "async" });
      case "send_message":
        return ok({ id: this.number() });
      case "pause_subscription":
        if (subscription !== undefined) subscriptions.set(subscription.id, { ...subscription, status: "paused" });
        return ok({ subscription_id: String(args.subscription_id), status: "paused", next_charge: args.until });
      case "swap_product":
        return ok({ subscription_id: String(args.subscription_id), product: args.product, price: null });
      case "store_credit":
        return ok({ id: this.number(), amount: args.amount, balance: null });
      case "exchange":
        return ok({ id: this.number(), status: "open" });
      case "upgrade_shipping":
        return ok({ service: "express" });
      case "update_address":
        return ok({ address: args.address });
      default:
        return { result: "refused", reason: `the stand-in does not do ${capability}` };
    }
  }
}

const ANSWER_GOES_WRONG: ReadonlySet<string> = new Set(["lost answer", "500 after the effect", "malformed"]);

const EFFECTS: ReadonlySet<CapabilityName> = new Set([
  "issue_refund",
  "create_replacement",
  "mark_paid",
  "apply_discount",
  "cancel_order",
  "cancel_subscription",
  "skip_shipment",
  "unskip_shipment",
  "pause_subscription",
  "swap_product",
  "store_credit",
  "exchange",
  "upgrade_shipping",
  "update_address",
  "handoff",
  "send_message",
]);

const READS: ReadonlySet<CapabilityName> = new Set([
  "lookup_customer",
  "list_orders",
  "get_order",
  "list_subscriptions",
  "get_subscription",
  "get_tracking",
  "check_reship",
  "list_products",
]);

function toolsOf(system: (typeof SYSTEMS)[number]): Record<string, CapabilityName> {
  const all = Object.entries(TOOL_NAMES[system] as Record<string, CapabilityName>);
  const isHere = (capability: CapabilityName): boolean =>
    EFFECTS.has(capability) || (READS.has(capability) && !(system === "smartrr" && /order|customer/.test(capability)));
  return Object.fromEntries(all.filter(([, capability]) => isHere(capability)));
}

function later(time: string, days: number): string {
  return new Date(Date.parse(time) + days * 86_400_000).toISOString();
}
