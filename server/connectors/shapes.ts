/**
 * What orders, subscriptions, parcels and people look like whatever the vendor. Policies and rules read these names.
 *
 * Three values everywhere: a field that the vendor did not return is *absent* (unknown), a field that the vendor says is
 * empty is `null`, anything else is known. Never fill a gap with a guess.
 */
import { z } from "zod";

/** How sure we must be of who is asking. Each level includes the ones before it. */
export const LEVELS = ["anonymous", "order_known", "verified", "stepped_up", "person"] as const;
export type Level = (typeof LEVELS)[number];

export const text = z.string().nullable().optional();
export const time = z.iso.datetime({ offset: true }).nullable().optional();
/** Minor units (cents) and ISO 4217, so that no rounding can creep in. */
export const Money = z.strictObject({ amountMinor: z.number().int(), currency: z.string().length(3) });
export const money = Money.nullable().optional();
export const flag = z.boolean().nullable().optional();

export const Item = z.strictObject({
  sku: text,
  name: z.string(),
  quantity: z.number().int().nonnegative(),
  price: money,
});

/** The words of the policies; a vendor's other words are passed on as they are, in lower snake case. */
export const ORDER_STATUSES = [
  "approved",
  "processing",
  "pending_shipment",
  "shipped",
  "in_transit",
  "delivered",
  "canceled",
] as const;

export const Order = z.strictObject({
  /** The number that a shopper knows and types. */
  number: z.string(),
  /** The vendor's own key, where it differs. */
  id: z.string().optional(),
  /** Whose order it is. Ownership is checked against this; absent means nobody can prove it theirs. */
  email: text,
  status: z
    .string()
    .nullable()
    .optional()
    .describe(`One of ${ORDER_STATUSES.join(", ")}, or the vendor's own word`),
  ordered_at: time,
  /** When it will leave, or left. */
  ship_date: time,
  estimated_delivery: time,
  delivered_at: time,
  tracking_number: text,
  tracking_url: text,
  carrier: text,
  /** What the carrier says, in EasyPost's words (`in_transit`, `delivered`, `failure` …). */
  carrier_status: text,
  ship_to: text,
  items: z.array(Item).optional(),
  total: money,
  /** The system's own verdict, where it gives one; the rules decide where it does not. */
  refundable: flag,
  not_refundable_reason: text,
  /** Given back so far; an amount of 0 says that nothing was. */
  refunded: money,
  /** Total less refunded; worked out past the connectors, which leave it out. */
  left_to_refund: money,
  /** Of the latest refund, in the system's word (`pending`, `success` …). */
  refund_status: text,
  refunded_at: time,
  /** Whether the parcel is insured, so that a claim can be filed. */
  insured: flag,
  /** The subscription that it came from. */
  subscription_id: text,
});
export type Order = z.infer<typeof Order>;

export const Customer = z.strictObject({
  /** The address on file: where a code goes, and whose orders are shown. */
  email: z.string(),
  id: z.string().optional(),
  name: text,
  phone: text,
  address: text,
});
export type Customer = z.infer<typeof Customer>;

/** The words of the policies; other words are passed on in lower snake case. */
export const SUBSCRIPTION_STATUSES = ["active", "paused", "canceled"] as const;

export const Subscription = z.strictObject({
  /** The number that a shopper may know. */
  id: z.string(),
  email: text,
  status: z
    .string()
    .nullable()
    .optional()
    .describe(`One of ${SUBSCRIPTION_STATUSES.join(", ")}, or the vendor's own word`),
  /** What it brings; of several things the first. */
  product: text,
  sku: text,
  quantity: z.number().int().nonnegative().nullable().optional(),
  /** Of one delivery. */
  price: money,
  /** `1 month`, `2 weeks`. */
  interval: text,
  next_charge: time,
  /** The charge after that one; worked out past the connectors, which leave it out. */
  following_charge: time,
  /** Until when the next delivery can still be changed. */
  cutoff: time,
  ship_to: text,
});
export type Subscription = z.infer<typeof Subscription>;

export const Tracking = z.strictObject({
  tracking_number: z.string(),
  /** `pre_transit`, `in_transit`, `out_for_delivery`, `delivered`, `available_for_pickup`, `return_to_sender`, `failure`, `cancelled`, `error`, `unknown`. */
  status: text,
  /** Finer: `lost`, `damaged`, `delayed`, `address_correction` … */
  status_detail: text,
  carrier: text,
  estimated_delivery: time,
  delivered_at: time,
  /** The last thing that the carrier said, whatever it was. */
  last_scan_at: time,
  last_scan: text,
  signed_by: text,
  url: text,
});
export type Tracking = z.infer<typeof Tracking>;

export const Product = z.strictObject({
  sku: text,
  name: z.string(),
  price: money,
  stock: z.number().int().nullable().optional(),
  available: flag,
});
export type Product = z.infer<typeof Product>;

/** What a person taking over is given; each helpdesk renders it its own way. */
export const HandoffPayload = z.strictObject({
  /** Ours; the idempotency key wherever a helpdesk takes one. */
  handoff_id: z.string(),
  queue: z.string(),
  reason: z.string(),
  priority: z.enum(["low", "normal", "high", "urgent"]),
  /** One line: what the shopper wants and why the chat stopped. */
  summary: z.string(),
  policy: z.string().nullable(),
  locale: z.string(),
  customer: z.strictObject({
    level: z.enum(LEVELS),
    /** Where to answer: the proven address, else the one typed in the chat (then `claimed`). */
    email: z.string().nullable(),
    claimed: z.boolean(),
    name: z.string().nullable(),
  }),
  order_number: z.string().nullable(),
  /** Facts as label and value, in the order to be read. */
  facts: z.array(z.strictObject({ label: z.string(), value: z.string() })),
  /** Decisions and conditions that led here, one line each. */
  reasons: z.array(z.string()),
  /** Effects already done, with receipts. */
  receipts: z.array(z.string()),
  transcript: z.array(z.strictObject({ from: z.string(), at: z.string(), text: z.string() })),
});
export type HandoffPayload = z.infer<typeof HandoffPayload>;

export const Ticket = z.strictObject({
  id: z.string(),
  url: z.string().optional(),
  /** `live`: an agent's answers come back into the chat. `async`: they come by e-mail. */
  mode: z.enum(["live", "async"]),
});
export type Ticket = z.infer<typeof Ticket>;
