/**
 * The shoppers, in a process of their own. Open loop: each message has a time at which it is due, whatever the server does,
 * and its latency counts from then, so that a stall delays nothing but is seen in every message behind it.
 */

import { answerTo, QUESTIONS, START } from "./load-shop.js";
import { openWire, type Wire } from "./load-wire.js";

/** What the parent asks for, one after another. */
export type Order =
  | { readonly do: "connect"; readonly port: number; readonly sockets: number; readonly perSecond: number }
  /** `ask`: answers to questions; `wish`: sentences that nobody has said before. */
  | {
      readonly do: "send";
      readonly what: "begin" | "answers" | "wishes";
      readonly perSecond: number;
      readonly count: number;
    }
  | { readonly do: "leave" };

export interface Sent {
  readonly planned: number;
  readonly acknowledged: number;
  readonly answered: number;
  readonly refused: number;
  readonly gone: number;
  /** Milliseconds from the planned time. */
  readonly toStored: Quantiles;
  readonly toAnswer: Quantiles;
  /** By how much this process itself was late, milliseconds. */
  readonly ownP99: number;
  readonly seconds: number;
}

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

interface Shopper {
  readonly wire: Wire;
  answers: number;
  /** Due time of the message that is not answered yet. */
  due: number | undefined;
}

const PATIENCE_MS = 20_000;
const TICK_MS = 1;
const AGAIN_MS = 1_000;
const MOST_TRIES = 120;
const shoppers: Shopper[] = [];
let gone = 0;
let unique = 0;
let told: { stored: number[]; answered: number[]; refused: number } = { stored: [], answered: [], refused: 0 };

process.on("message", async (order: Order) => {
  if (order.do === "connect") await connect(order);
  else if (order.do === "send") process.send?.(await send(order));
  else for (const { wire } of shoppers.splice(0)) wire.close();
  if (order.do !== "send") process.send?.({ done: order.do, gone });
});
process.once("disconnect", () => process.exit());

async function connect({ port, sockets, perSecond }: Extract<Order, { do: "connect" }>): Promise<void> {
  const begun = performance.now();
  const joins: Promise<void>[] = [];
  for (let number = 0; number < sockets; number++) {
    const due = begun + (number * 1_000) / perSecond;
    if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    joins.push(join(port, number));
  }
  await Promise.all(joins);
}

/** Like the widget: whoever is asked to wait comes again a little later. */
async function join(port: number, number: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await joinOnce(port, number);
    } catch (error) {
      if (tries >= MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

function joinOnce(port: number, number: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let isIn = false;
    const shopper: Shopper = {
      answers: -1,
      due: undefined,
      wire: openWire(
        // A few thousand to each of this machine's own addresses.
        { host: "127.0.0.1", port, localAddress: `127.0.${3 + Math.floor(number / 5_000)}.1` },
        {
          joined: () => {
            isIn = true;
            shoppers.push(shopper);
            resolve();
          },
          entries: ({ entries }) => {
            if (shopper.due === undefined || !entries.some(({ from }) => from === "bot")) return;
            told.answered.push(performance.now() - shopper.due);
            shopper.due = undefined;
            shopper.answers += 1;
          },
          gone: (why) => {
            if (isIn && gone++ === 0) process.stderr.write(`the first connection was lost: ${why}\n`);
            reject(new Error(why));
          },
        },
      ),
    };
  });
}

async function send({ what, perSecond, count }: Extract<Order, { do: "send" }>): Promise<Sent> {
  told = { stored: [], answered: [], refused: 0 };
  const own: number[] = [];
  let sent = 0;
  let turn = 0;
  const begun = performance.now();
  const dueOf = (message: number): number => begun + (message * 1_000) / perSecond;
  await new Promise<void>((resolve) => {
    let ticked = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      own.push(Math.max(0, now - ticked - TICK_MS));
      ticked = now;
      while (sent < count && dueOf(sent) <= now) {
        const free = nextFree(turn);
        // Everybody still waits for an answer: the message stays due, and its latency grows.
        if (free === undefined) break;
        turn = free + 1;
        utter(shoppers[free % shoppers.length] as Shopper, what, dueOf(sent));
        sent += 1;
      }
      if (sent < count) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  const over = performance.now() + PATIENCE_MS;
  const isOver = (): boolean => told.answered.length + told.refused >= count || performance.now() > over;
  while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    planned: count,
    acknowledged: told.stored.length,
    answered: told.answered.length,
    refused: told.refused,
    gone,
    toStored: quantiles(told.stored),
    toAnswer: quantiles(told.answered),
    ownP99: quantiles(own).p99,
    seconds: (performance.now() - begun) / 1_000,
  };
}

/** Nobody writes again before the answer has come. */
function nextFree(from: number): number | undefined {
  for (let offset = 0; offset < shoppers.length; offset++)
    if (shoppers[(from + offset) % shoppers.length]?.due === undefined) return from + offset;
  return undefined;
}

function utter(shopper: Shopper, what: Extract<Order, { do: "send" }>["what"], due: number): void {
  unique += 1;
  shopper.due = due;
  const isBeginning = what === "begin" || (what === "answers" && shopper.answers % (QUESTIONS + 1) === QUESTIONS);
  const said =
    what === "wishes"
      ? { text: `hey, any news about the parcel of ${WORDS[unique % WORDS.length]} number ${unique}, it has been ages` }
      : isBeginning
        ? { text: START }
        : answerTo(shopper.answers % (QUESTIONS + 1), unique);
  shopper.wire.utter({ messageId: `load-${process.pid}-${unique}`, ...said }, (ack) => {
    if ("stored" in ack) told.stored.push(performance.now() - due);
    else {
      told.refused += 1;
      shopper.due = undefined;
    }
  });
}

const WORDS = ["mine", "ours", "last week", "the shoes", "that lamp", "my sister", "the green mug"];

function quantiles(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted[sorted.length - 1] ?? Number.NaN };
}
