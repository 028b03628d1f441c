/** `Given:` lines, in plain words, become the world that a conversation is held in. */

import { numberIn, orderFrom, parts, said, subscriptionFrom } from "./facts.js";
import { FAULT, FAULT_EXAMPLE, faultFrom } from "./faults.js";

export interface Given {
  /** When the conversation begins, milliseconds since 1970. */
  now: number;
  /** The customer whom the storefront vouches for from the start. */
  as?: string;
  /** Codes are taken from the mailbox and entered, without a line of their own. */
  autoCode: boolean;
  locale: string;
  /** What the merchant allows, as in `shop.json`. */
  shop: { limits: Record<string, Record<string, unknown>>; levels: Record<string, string> };
  world: {
    systems: Record<string, string>;
    customers: Record<string, unknown>[];
    orders: Record<string, unknown>[];
    subscriptions: Record<string, unknown>[];
    catalog: Record<string, unknown>[];
    faults: Record<string, unknown>;
    surcharge?: number;
  };
}

/** Every conversation begins on this day, at noon UTC, unless it says otherwise. */
const DEFAULT_DAY = "2026-03-10T12:00:00Z";

export function emptyGiven(): Given {
  return {
    now: Date.parse(DEFAULT_DAY),
    autoCode: false,
    locale: "en",
    shop: { limits: {}, levels: {} },
    world: { systems: {}, customers: [], orders: [], subscriptions: [], catalog: [], faults: {} },
  };
}

interface Form {
  readonly example: string;
  readonly pattern: RegExp;
  apply(given: Given, match: RegExpExecArray): void;
}

const forms: readonly Form[] = [
  {
    example: "today is 2026-03-10",
    pattern: /^today is (\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}))?$/,
    apply(given, [, day, time = "12:00"]) {
      given.now = Date.parse(`${day}T${time}:00Z`);
    },
  },
  {
    example: "customer Ann Reed <ann.reed@example.com>, phone +15550100, address 12 Orchard Way, Springfield",
    pattern: /^customer (?:(.+) )?<?([^\s<>,]+@[^\s<>,]+)>?(?:, phone ([^,]+))?(?:, address (.+))?$/,
    apply(given, [, name, email, phone, address]) {
      given.world.customers.push(said({ email, name, phone, address }));
    },
  },
  {
    example: "order 5501 of ann.reed@example.com: In transit, ordered 6 days ago, expected in 2 days, 2 x House blend",
    pattern: /^order (\S+) of (\S+): (.+)$/,
    apply(given, [, id, owner, attributes]) {
      const email = owner === "nobody" ? undefined : owner;
      given.world.orders.push(said({ id, email, ...orderFrom(parts(attributes as string)) }));
    },
  },
  {
    example:
      "subscription S-77 of ann.reed@example.com: active, House blend at 24.00 USD, every 1 month, next in 9 days, changeable until in 7 days",
    pattern: /^subscription (\S+) of (\S+): (.+)$/,
    apply(given, [, id, owner, attributes]) {
      const email = owner === "nobody" ? undefined : owner;
      given.world.subscriptions.push(said({ id, email, ...subscriptionFrom(parts(attributes as string)) }));
    },
  },
  {
    example: "product House blend at 24.00 USD, 12 in stock",
    pattern: /^product (.+?)(?: at (\d+(?:\.\d+)?)(?: ([A-Z]{3}))?)?(?:, (\d+) in stock)?$/,
    apply(given, [, name, price, currency, stock]) {
      given.world.catalog.push(said({ name, price: numberIn(price), currency, stock: numberIn(stock) }));
    },
  },
  {
    example: "the shop limits issue_refund to an amount of 50.00",
    pattern: /^the shop limits @?(\w+) to an? (amount|percentage) of (\d+(?:\.\d+)?)$/,
    apply(given, [, what = "", kind, most]) {
      const limit = kind === "amount" ? { amount: Number(most) } : { percent: Number(most) };
      given.shop.limits[what] = { ...given.shop.limits[what], ...limit };
    },
  },
  {
    example: "the shop limits issue_refund to 2 in 365 days for one customer",
    pattern: /^the shop limits @?(\w+) to (\d+) in (\d+) days for one customer$/,
    apply(given, [, what = "", count, days]) {
      const perCustomer = { count: Number(count), days: Number(days) };
      given.shop.limits[what] = { ...given.shop.limits[what], perCustomer };
    },
  },
  {
    example: "update_address needs stepped_up",
    pattern: /^@?(\w+) needs (anonymous|order_known|verified|stepped_up|person)$/,
    apply(given, [, what = "", level = ""]) {
      given.shop.levels[what] = level;
    },
  },
  {
    example: "the storefront vouches for ann.reed@example.com",
    pattern: /^the storefront vouches for (\S+)$/,
    apply(given, [, email]) {
      given.as = email as string;
    },
  },
  {
    example: "codes are entered",
    pattern: /^codes are entered$/,
    apply(given) {
      given.autoCode = true;
    },
  },
  {
    example: "the chat is in de",
    pattern: /^the chat is in ([a-z]{2}(?:-[A-Z]{2})?)$/,
    apply(given, [, locale]) {
      given.locale = locale as string;
    },
  },
  {
    example: "the orders are in magento",
    pattern: /^the (orders|subscriptions|tracking|claims|helpdesk) (?:are|is) in (\w+)$/,
    apply(given, [, part, system]) {
      given.world.systems[part as string] = system as string;
    },
  },
  {
    example: "the shop adds 2.50 to every new order",
    pattern: /^the shop adds (\d+(?:\.\d+)?) to every new order$/,
    apply(given, [, surcharge]) {
      given.world.surcharge = Number(surcharge);
    },
  },
  {
    example: FAULT_EXAMPLE,
    pattern: FAULT,
    apply(given, match) {
      Object.assign(given.world.faults, faultFrom(match));
    },
  },
];

/** @throws Error that says what may be written instead */
export function readGiven(given: Given, line: string): void {
  for (const { pattern, apply } of forms) {
    const match = pattern.exec(line);
    if (match !== null) return apply(given, match);
  }
  throw new Error(`"${line}" cannot be read. It is written like one of these:\n${examples()}`);
}

function examples(): string {
  return forms.map(({ example }) => `  Given: ${example}`).join("\n");
}
