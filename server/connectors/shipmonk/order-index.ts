/**
 * Whose orders are whose. ShipMonk can be asked for an order by its number, never by a customer's e-mail; so we keep the
 * numbers by e-mail, filled from the list of changed orders. It holds numbers only: what an order says is always asked
 * afresh.
 */
import type { Clock } from "../../ports/index.js";
import { CallFailed } from "../failure.js";
import type { Http, HttpCall } from "../http.js";
import { createRateBudget } from "../rate-budget.js";
import { listOrders, type OrderDetail, PAGE_SIZE } from "./client.js";

export interface OrderIndexOptions {
  /** How far back the first filling goes, in days. */
  readonly days: number;
  /** Between two fillings because of an e-mail that is not known, in milliseconds. */
  readonly minIntervalMs: number;
  /** From this age on it is filled up before it answers. */
  readonly staleMs: number;
  /** Between two fillings in the background. */
  readonly pollMs: number;
  /** Longest that one question waits for a filling. */
  readonly patienceMs: number;
}

export interface OrderIndex {
  /** Order numbers, newest first; empty when ShipMonk certainly has no order of this e-mail. */
  numbersOf(email: string, http: HttpCall): Promise<string[]>;
  start(): Promise<void>;
  close(): void;
}

interface Entry {
  readonly number: string;
  readonly email: string;
  readonly orderedAt: string;
}

/** With any filter ShipMonk gives at most this many orders. */
const MOST_FILTERED = 10_000;
/** Changes are looked for a little before the last look, so that none falls between two clocks. */
const OVERLAP_MS = 120_000;
const RETRY_AFTER_FAILURE_MS = 2_000;
/** 80 % of ShipMonk's own limit for the list of orders. */
const LIST_CALLS = 800;
const LIST_WINDOW_MS = 1_800_000;

export function createOrderIndex(http: Http, clock: Clock, options: OrderIndexOptions): OrderIndex {
  const entries = new Map<string, Entry>();
  const byEmail = new Map<string, Set<string>>();
  const budget = createRateBudget(LIST_CALLS, LIST_WINDOW_MS);
  /** Everything that changed before this time is in the index; undefined until the first filling is done. */
  let knownUntil: number | undefined;
  let lastTry: { at: number; clockAt: number; failed?: CallFailed } | undefined;
  let filling: Promise<void> | undefined;
  let closed = false;
  let stopPolling = () => {};

  /** All orders that changed since the last filling. One at a time: who comes while one runs shares it. */
  function fill(asking: HttpCall, patient: boolean): Promise<void> {
    filling ??= (async () => {
      const to = clock.now();
      const from = knownUntil === undefined ? to - options.days * 86_400_000 : knownUntil - OVERLAP_MS;
      try {
        await readSpan(asking, from, to, patient);
        knownUntil = to;
        lastTry = { at: performance.now(), clockAt: to };
      } catch (error) {
        const failed = error instanceof CallFailed ? error : new CallFailed("internal", { cause: error });
        lastTry = { at: performance.now(), clockAt: to, failed };
        throw failed;
      } finally {
        filling = undefined;
      }
    })();
    return filling;
  }

  async function readSpan(asking: HttpCall, from: number, to: number, patient: boolean): Promise<void> {
    for (let page = 1; page <= MOST_FILTERED / PAGE_SIZE; page++) {
      while (!budget.take()) {
        if (!patient || closed) throw new CallFailed("rate_limited", { retryAfterMs: budget.waitMs() });
        await new Promise((resolve) => setTimeout(resolve, budget.waitMs()).unref());
      }
      const orders = await listOrders(asking, { from: iso(from), to: iso(to), page });
      for (const order of orders) remember(order);
      if (orders.length < PAGE_SIZE) return;
    }
    // The span holds more than ShipMonk gives out at once: take it in halves.
    if (to - from < 60_000) throw new CallFailed("oversized");
    const middle = Math.floor((from + to) / 2);
    await readSpan(asking, from, middle, patient);
    await readSpan(asking, middle, to, patient);
  }

  function remember(order: OrderDetail): void {
    const before = entries.get(order.order_key);
    if (before !== undefined) byEmail.get(before.email)?.delete(order.order_key);
    const email = order.customer_email?.trim().toLowerCase();
    if (email === undefined || email === "") {
      entries.delete(order.order_key);
      return;
    }
    entries.set(order.order_key, { number: order.order_number, email, orderedAt: order.ordered_at ?? "" });
    const keys = byEmail.get(email) ?? new Set();
    byEmail.set(email, keys.add(order.order_key));
  }

  function look(email: string): string[] {
    const keys = byEmail.get(email.trim().toLowerCase()) ?? [];
    return [...keys]
      .flatMap((key) => entries.get(key) ?? [])
      .sort((one, other) => other.orderedAt.localeCompare(one.orderedAt))
      .map(({ number }) => number);
  }

  /** By either clock: a make-believe one may stand still or jump. */
  function ageMs(): number {
    if (lastTry === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(performance.now() - lastTry.at, clock.now() - lastTry.clockAt);
  }

  async function numbersOf(email: string, asking: HttpCall): Promise<string[]> {
    const found = look(email);
    const ready = knownUntil !== undefined;
    const interval = lastTry?.failed !== undefined ? RETRY_AFTER_FAILURE_MS : options.minIntervalMs;
    const wanted = !ready || ageMs() > (found.length > 0 ? options.staleMs : interval);
    if (wanted) {
      const failed = await fillOrFail(asking);
      if (failed !== undefined && (knownUntil === undefined || found.length === 0)) throw failed;
    } else if (found.length === 0 && lastTry?.failed !== undefined) {
      // It was not looked through to the end: nobody can say that there is no such customer.
      throw lastTry.failed;
    }
    return look(email);
  }

  async function fillOrFail(asking: HttpCall): Promise<CallFailed | undefined> {
    if (lastTry?.failed !== undefined && filling === undefined && ageMs() < RETRY_AFTER_FAILURE_MS)
      return lastTry.failed;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new CallFailed("not_ready")), options.patienceMs);
    });
    try {
      const work = fill(asking, false);
      work.catch(() => {}); // It may fail after we have stopped waiting.
      await Promise.race([work, patience]);
      return undefined;
    } catch (error) {
      return error as CallFailed;
    } finally {
      clearTimeout(timer);
    }
  }

  async function poll(): Promise<void> {
    const background = http.begin({ tool: "order_index", capability: "index", deadlineMs: 3_600_000 });
    await fill(background, true).catch(() => {});
    if (!closed) stopPolling = clock.after(options.pollMs, () => void poll());
  }

  return {
    numbersOf,
    start: poll,
    close() {
      closed = true;
      stopPolling();
    },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
