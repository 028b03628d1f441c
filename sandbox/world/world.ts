/**
 * The make-believe outside world that every simulator renders in its vendor's words, and the ledger of what was really
 * changed in it. Plain data, changed in place by simulators.
 */
import type { FAULT_KINDS, SystemName, WorldFile } from "./schema.js";

/** What the ledger keeps apart, per system. */
export const LEDGER_CATEGORIES = [
  "refunds",
  "cancellations",
  "replacements",
  "claims",
  "tickets",
  "credits",
  "discounts",
  "addressChanges",
  "skips",
  "swaps",
  "messages",
  "upgrades",
  "payments",
] as const;
export type LedgerCategory = (typeof LEDGER_CATEGORIES)[number];
export type LedgerRecord = Record<string, unknown>;
export type SystemLedger = Record<LedgerCategory, LedgerRecord[]>;

export interface WorldCustomer {
  email: string;
  name?: string;
  phone?: string;
  address?: string;
}

/** `price` is in major units of the order's currency, as in the world file. */
export interface WorldItem {
  sku?: string;
  name: string;
  qty: number;
  price?: number;
}

/** Times are ISO 8601 in UTC. A key that is not there is not in the vendor's answers either. */
export interface WorldOrder {
  id: string;
  email?: string;
  status?: string;
  ordered?: string;
  ship?: string;
  eta?: string;
  delivered?: string;
  tracking?: string;
  carrier?: string;
  shipTo?: string;
  insured?: boolean;
  subscription?: string;
  items?: WorldItem[];
  currency: string;
  refundable?: boolean;
  reason?: string;
  refund?: { status?: string; amount?: number; when?: string };
  reshipEligible?: boolean;
}

export interface WorldSubscription {
  id: string;
  email?: string;
  product?: string;
  price?: number;
  currency: string;
  interval?: string;
  status?: string;
  next?: string;
  cutoff?: string;
}

export interface WorldProduct {
  sku?: string;
  name: string;
  price?: number;
  currency: string;
  stock?: number;
}

/** Kinds of the contract, and those that only tests of the connectors use. */
export type FaultKind =
  | (typeof FAULT_KINDS)[number]
  | "error_500"
  | "rate_limited_with_wait"
  | "reset"
  | "applied_then_reset"
  | "slow_body"
  | "deep"
  | "wrong_types"
  | "redirect";

export interface Fault {
  readonly kind: FaultKind;
  /** How often still; absent means for ever. */
  left?: number;
}

export interface WorldClock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export class World {
  readonly systems: NonNullable<WorldFile["systems"]>;
  readonly customers: WorldCustomer[];
  readonly orders: WorldOrder[];
  readonly subscriptions: WorldSubscription[];
  readonly catalog: WorldProduct[];
  /** By tool or capability name. */
  readonly faults: Map<string, Fault>;
  /** What the shop's own automations put on every order that is made, in major units. */
  readonly surcharge: number;
  /** By system; a system appears once it has started, or has recorded something. */
  readonly ledger: Partial<Record<SystemName, SystemLedger>> = {};
  clock: WorldClock;

  constructor(
    state: Partial<
      Pick<World, "systems" | "customers" | "orders" | "subscriptions" | "catalog" | "faults" | "surcharge">
    >,
    clock: WorldClock = { now: () => Date.now() },
  ) {
    this.systems = state.systems ?? {};
    this.customers = state.customers ?? [];
    this.orders = state.orders ?? [];
    this.subscriptions = state.subscriptions ?? [];
    this.catalog = state.catalog ?? [];
    this.faults = state.faults ?? new Map();
    this.surcharge = state.surcharge ?? 0;
    this.clock = clock;
  }

  findOrder(id: string): WorldOrder | undefined {
    return this.orders.find((order) => order.id === id);
  }

  findSubscription(id: string): WorldSubscription | undefined {
    return this.subscriptions.find((subscription) => subscription.id === id);
  }

  /** Capital letters do not matter. */
  findCustomer(email: string): WorldCustomer | undefined {
    return this.customers.find((customer) => sameEmail(customer.email, email));
  }

  ordersOf(email: string): WorldOrder[] {
    return this.orders.filter((order) => order.email !== undefined && sameEmail(order.email, email));
  }

  subscriptionsOf(email: string): WorldSubscription[] {
    return this.subscriptions.filter(({ email: owner }) => owner !== undefined && sameEmail(owner, email));
  }

  /** What the goods of an order cost; undefined where a price is not known. */
  totalOf({ items }: Pick<WorldOrder, "items">): number | undefined {
    return items?.reduce<number | undefined>(
      (sum, { price, qty }) => (sum === undefined || price === undefined ? undefined : cents(sum + price * qty)),
      0,
    );
  }

  /** A number that no order has yet. */
  newOrderId(): string {
    const numbers = this.orders.map(({ id }) => Number(/\d+/.exec(id)?.[0] ?? 0));
    return String(Math.max(1_000, ...numbers) + 1);
  }

  /** Notes on the order that money went back, beside the ledger. */
  refund(order: WorldOrder, amount: number): void {
    order.refund = { status: "pending", amount: cents(this.refundedOf(order) + amount), when: this.now() };
  }

  /** What has been paid back, or is on its way: all of it where no amount is said, and nothing of what failed. */
  refundedOf(order: Pick<WorldOrder, "items" | "refund">): number {
    if (order.refund === undefined || isFailedRefund(order.refund)) return 0;
    return order.refund.amount ?? this.totalOf(order) ?? 0;
  }

  /** The pages of one system in the ledger; made empty when first asked for. */
  ledgerOf(system: SystemName): SystemLedger {
    this.ledger[system] ??= Object.fromEntries(LEDGER_CATEGORIES.map((name) => [name, []])) as unknown as SystemLedger;
    return this.ledger[system];
  }

  /** Notes that something really changed. Simulators call this once per effect, when it happens. */
  record(system: SystemName, category: LedgerCategory, record: LedgerRecord): void {
    this.ledgerOf(system)[category].push(record);
  }

  /**
   * Which fault strikes a call now; counts down `times`. The tool's own fault goes before its capability's.
   *
   * @param strikes whether a fault of this kind is for this request; every kind where left out
   */
  takeFault(
    tool: string | undefined,
    capability: string | undefined,
    strikes: (kind: FaultKind) => boolean = () => true,
  ): FaultKind | undefined {
    for (const name of [tool, capability]) {
      const fault = name === undefined ? undefined : this.faults.get(name);
      if (fault === undefined || fault.left === 0 || !strikes(fault.kind)) continue;
      if (fault.left !== undefined) fault.left -= 1;
      return fault.kind;
    }
    return undefined;
  }

  now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

/** By the word of whoever wrote the world file: failed, declined, canceled. */
export function isFailedRefund({ status = "" }: NonNullable<WorldOrder["refund"]>): boolean {
  return /fail|declin|cancel|reject|error/i.test(status);
}

export function sameEmail(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
