/** `Given:` lines, in plain words, become the world that a conversation is held in. */

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
    example: "the list of orders is down, twice",
    pattern: /^(the account look-up|the list of orders|the order look-up|the helpdesk|@?[a-z]+(?:_[a-z]+)+) (.+)$/,
    apply(given, [, subject, predicate]) {
      const [what = "", often] = parts(predicate as string);
      const kind = faultKinds[what];
      if (kind === undefined)
        throw new Error(`"${what}" is no fault. There are: ${Object.keys(faultKinds).join("; ")}.`);
      const name = faultSubjects[subject as string] ?? (subject as string).replace("@", "");
      const times = often === undefined ? undefined : timesFrom(often);
      given.world.faults[name] = times === undefined ? kind : { kind, times };
    },
  },
];

const faultSubjects: Readonly<Record<string, string>> = {
  "the account look-up": "lookup_customer",
  "the list of orders": "list_orders",
  "the order look-up": "get_order",
  "the helpdesk": "handoff",
};

const faultKinds: Readonly<Record<string, string>> = {
  "is down": "unavailable",
  "is slow": "slow",
  "times out": "timeout",
  "works but never answers": "applied_then_timeout",
  "is asked too often": "rate_limited",
  "answers nonsense": "malformed",
  "answers far too much": "oversized",
  "refuses our key": "auth",
  "leaves fields out": "missing_fields",
  "says it was done before": "already_done",
};

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

function orderFrom([status, ...attributes]: readonly string[]): Record<string, unknown> {
  const order: Record<string, unknown> = { status: status === "no status" ? undefined : status };
  const items: unknown[] = [];
  for (const attribute of attributes) {
    const [, word = "", rest = ""] =
      /^(ordered|left|leaves|expected|delivered|tracking|carrier says|to|subscription|refunded|because) (.+)$/.exec(
        attribute,
      ) ?? [];
    const verdict = verdicts[attribute];
    const item = /^(?:(\d+) x )?(.+?)(?: at (\d+(?:\.\d+)?)(?: ([A-Z]{3}))?)?$/.exec(attribute);
    if (verdict !== undefined) Object.assign(order, verdict);
    else if (word === "subscription") order.subscription = rest;
    else if (word === "because") order.reason = rest;
    else if (word === "refunded") order.refund = refundFrom(rest);
    else if (word === "ordered" || word === "delivered") order[word] = timeFrom(rest);
    else if (word === "left" || word === "leaves") order.ship = timeFrom(rest);
    else if (word === "expected") order.eta = timeFrom(rest);
    else if (word === "tracking") order.tracking = rest;
    else if (word === "carrier says") order.carrier = rest;
    else if (word === "to") order.shipTo = rest;
    else if (item !== null) {
      const [, qty, name, price, currency] = item;
      items.push(said({ name, qty: Number(qty ?? 1), price: price === undefined ? undefined : Number(price) }));
      if (currency !== undefined) order.currency = currency;
    }
  }
  return items.length === 0 ? order : { ...order, items };
}

/** What the systems say about an order by themselves. */
const verdicts: Readonly<Record<string, Record<string, boolean>>> = {
  insured: { insured: true },
  "not insured": { insured: false },
  refundable: { refundable: true },
  "not refundable": { refundable: false },
  "may be sent again": { reshipEligible: true },
  "may not be sent again": { reshipEligible: false },
};

/** "10.00 2 days ago (pending)"; time and status may be left out. */
function refundFrom(words: string): Record<string, unknown> {
  const [, amount, when, status] = /^(\d+(?:\.\d+)?)(?: ([^(]+?))?(?: \((.+)\))?$/.exec(words) ?? [];
  if (amount === undefined) throw new Error(`"refunded ${words}" is written "refunded 10.00 2 days ago (pending)".`);
  return said({ amount: Number(amount), when: when && timeFrom(when), status });
}

function subscriptionFrom([status, ...attributes]: readonly string[]): Record<string, unknown> {
  const subscription: Record<string, unknown> = { status: status === "no status" ? undefined : status };
  for (const attribute of attributes) {
    const [, word = "", rest = ""] = /^(every|next|changeable until) (.+)$/.exec(attribute) ?? [];
    const product = /^(.+?)(?: at (\d+(?:\.\d+)?)(?: ([A-Z]{3}))?)?$/.exec(attribute);
    if (word === "every") subscription.interval = rest;
    else if (word === "next") subscription.next = timeFrom(rest);
    else if (word === "changeable until") subscription.cutoff = timeFrom(rest);
    else if (product !== null)
      Object.assign(subscription, said({ product: product[1], price: numberIn(product[2]), currency: product[3] }));
  }
  return subscription;
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** "6 days ago" → `-6d`, as in the world file. */
function timeFrom(words: string): string {
  if (/^(?:on )?\d{4}-/.test(words)) return words.replace("on ", "");
  const day = { yesterday: "-1d", today: "-0h", tomorrow: "+1d" }[words];
  if (day !== undefined) return day;
  const [, ahead, amount, unit] = /^(in )?(\d+) (day|hour|minute)s?(?: ago)?$/.exec(words) ?? [];
  if (unit === undefined || (ahead === undefined) !== words.endsWith(" ago"))
    throw new Error(`"${words}" is no time. Write "6 days ago", "in 2 days", "yesterday", "today" or "on 2026-03-12".`);
  return `${ahead === undefined ? "-" : "+"}${amount}${unit[0]}`;
}

function timesFrom(words: string): number {
  const times = { once: 1, twice: 2 }[words] ?? Number(/^(\d+) times$/.exec(words)?.[1]);
  if (Number.isNaN(times)) throw new Error(`"${words}" is no number of times. Write "once", "twice" or "3 times".`);
  return times;
}

/** Split at commas, but not inside quotes. */
export function parts(text: string): string[] {
  const found = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return found.map((part) =>
    part
      .trim()
      .replace(/^"([^"]*)"$/, "$1")
      .replace(/ "([^"]*)"$/, " $1"),
  );
}

/** Without what was not said: that must be absent from the vendors' answers too. */
function said(entry: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}
