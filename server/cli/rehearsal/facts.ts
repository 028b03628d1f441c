/** Orders, subscriptions and times in the words of a conversation file, as entries of the world file. */

/** "In transit", then attributes, as an order of the world file. */
export function orderFrom([status, ...attributes]: readonly string[]): Record<string, unknown> {
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

/** "active", then attributes, as a subscription of the world file. */
export function subscriptionFrom([status, ...attributes]: readonly string[]): Record<string, unknown> {
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

export function numberIn(text: string | undefined): number | undefined {
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

export function timesFrom(words: string): number {
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
export function said(entry: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}
