/** An order as a card: what it is, where it stands, and its way as a row of steps. Shows only what is known. */
import type { CardPart } from "../protocol/index.js";

type Words = (macro: string, scope?: Readonly<Record<string, unknown>>) => string;

/** Place of each status on the way; `canceled` and unknown words have no way to show. */
const WAY = ["ordered", "packed", "shipped", "delivered"] as const;
const REACHED: Readonly<Record<string, number>> = {
  approved: 0,
  processing: 1,
  pending_shipment: 1,
  shipped: 2,
  in_transit: 2,
  delivered: 3,
};
const TONES: Readonly<Record<string, "good" | "waiting" | "warning" | "neutral">> = {
  approved: "waiting",
  processing: "waiting",
  pending_shipment: "waiting",
  shipped: "good",
  in_transit: "good",
  delivered: "good",
  canceled: "neutral",
};

/** @param fact an `Order` of `connectors/capabilities.ts` */
export function orderCard(fact: unknown, words: Words): CardPart {
  const order = (fact ?? {}) as Record<string, unknown>;
  const status = typeof order.status === "string" ? order.status : undefined;
  const items = Array.isArray(order.items)
    ? (order.items as { name: string; quantity: number; price?: unknown }[])
    : [];
  const reached = own(REACHED, status);
  // A day that was only estimated must not read as the day of delivery.
  const arrival = status === "delivered" ? order.delivered_at : order.estimated_delivery;
  const times = [order.ordered_at, undefined, order.ship_date, arrival];
  const link = safeLink(order.tracking_url);
  return {
    kind: "card",
    title: words("card.order_title", { order }),
    ...(known(order.ordered_at) && { subtitle: words("card.ordered_on", { order }) }),
    ...(status !== undefined && {
      status: {
        label: Object.hasOwn(TONES, status) ? words(`card.status_${status}`) : status.replaceAll("_", " "),
        tone: own(TONES, status) ?? "warning",
      },
    }),
    lines: items.map((item) => ({
      label: item.quantity > 1 ? `${item.quantity} × ${item.name}` : item.name,
      ...(known(item.price) && {
        detail: words(item.quantity > 1 ? "card.price_each" : "card.price", { price: item.price }),
      }),
    })),
    ...(reached !== undefined && {
      timeline: WAY.map((step, at) => ({
        label: words(`card.step_${step}`),
        state: at < reached || status === "delivered" ? "done" : at === reached ? "current" : "ahead",
        ...(known(times[at]) && { detail: words("card.on_day", { at: times[at] }) }),
      })),
    }),
    ...(link !== undefined && { link: { label: words("card.track"), href: link } }),
  };
}

/** A vendor may call a status anything, `constructor` included. */
function own<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function known(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Text from a vendor may be anything: only a plain https address becomes a link. */
function safeLink(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return url.protocol === "https:" && url.username === "" && url.password === "" ? url.href : undefined;
}
