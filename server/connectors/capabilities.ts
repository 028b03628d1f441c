/**
 * The neutral names and shapes of what a tool can do. A policy written for one shop system runs on another because both
 * speak these shapes; a connector's `tools.ts` turns its vendor's answers into them.
 *
 * Three values everywhere: a field that the vendor did not return is *absent* (unknown), a field that the vendor says is
 * empty is `null`, anything else is known. Never fill a gap with a guess.
 */
import { z } from "zod";

/** How sure we must be of who is asking. Each level includes the ones before it. */
export const LEVELS = ["anonymous", "order_known", "verified", "stepped_up", "person"] as const;
export type Level = (typeof LEVELS)[number];

const text = z.string().nullable().optional();
const time = z.iso.datetime({ offset: true }).nullable().optional();
/** Minor units (cents) and ISO 4217, so that no rounding can creep in. */
export const Money = z.strictObject({ amountMinor: z.number().int(), currency: z.string().length(3) });
const money = Money.nullable().optional();
const flag = z.boolean().nullable().optional();

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

interface Definition {
  readonly args: z.ZodType;
  readonly result: z.ZodType;
  /** Lowest level that may call it; `shop.json` can raise or lower it. */
  readonly level: Level;
  /** What it changes in the outside world, in words; absent for reads. */
  readonly effect?: string;
  /** Where in the result the owner's e-mail stands: an answer that is not the shopper's own is treated as not found. */
  readonly owner?: string;
  /**
   * What it is about, named by `order_id` or `subscription_id` in its arguments: whose that is must be known (by
   * `get_order`, `get_subscription`) before it may be called.
   */
  readonly about?: "order" | "subscription" | "order_or_subscription";
  /**
   * Which of a shop's systems it belongs to, whatever tool names it in a policy; absent where it depends on what it is
   * about, or where several systems know it.
   */
  readonly group?: "orders" | "subscriptions" | "tracking" | "claims" | "helpdesk" | "messages";
}

const orderId = z.string().describe("The number that the shopper knows");
const subscriptionId = z.string();
/** What the vendor's books and mails say about why. */
const reason = z.string().optional();
/** What it concerns; one of the two. */
const orderOrSubscription = { order_id: orderId.optional(), subscription_id: subscriptionId.optional() };
/** An item of an order will do: what else it says is left out. */
const Line = z.object({ sku: text, name: z.string(), quantity: z.number().int().positive() });

export const CAPABILITIES = {
  lookup_customer: {
    args: z.strictObject({ email: z.string() }),
    result: Customer,
    // Anonymous may ask, because a code can only be sent to an address that was looked up. The guard keeps the answer
    // from the policy until the shopper has proved to be that customer (server/tools/guard.ts).
    level: "anonymous",
    owner: "email",
  },
  list_orders: {
    args: z.strictObject({ email: z.string() }),
    result: z.array(Order),
    level: "verified",
    owner: "*.email",
    group: "orders",
  },
  get_order: {
    args: z.strictObject({ order_id: z.string().describe("The number that the shopper knows") }),
    result: Order,
    level: "verified",
    owner: "email",
    about: "order",
    group: "orders",
  },
  list_subscriptions: {
    args: z.strictObject({ email: z.string() }),
    result: z.array(Subscription),
    level: "verified",
    owner: "*.email",
    group: "subscriptions",
  },
  get_subscription: {
    args: z.strictObject({ subscription_id: subscriptionId }),
    result: Subscription,
    level: "verified",
    owner: "email",
    about: "subscription",
    group: "subscriptions",
  },
  get_tracking: {
    args: z.strictObject({
      order_id: orderId,
      /** From the order; carriers know parcels, not orders. Where it is missing, nothing can be found. */
      tracking_number: text,
      carrier: text,
    }),
    result: Tracking,
    level: "verified",
    about: "order",
    group: "tracking",
  },
  check_reship: {
    args: z.strictObject({
      order_id: orderId,
      issue: z.string().optional().describe("lost, damaged or incorrect"),
    }),
    result: z.strictObject({
      /** The system's own verdict, where it gives one; the rules decide where it does not. */
      eligible: flag,
      reason: text,
      /** How many replacements of this order there are already. */
      replacements: z.number().int().nonnegative().optional(),
    }),
    level: "verified",
    about: "order",
    group: "orders",
  },
  list_products: {
    args: z.strictObject({ query: z.string().optional() }),
    result: z.array(Product),
    level: "anonymous",
  },
  file_claim: {
    args: z.strictObject({
      order_id: orderId,
      tracking_number: text,
      type: z.enum(["loss", "damage", "theft"]),
      /** What was lost. */
      amount: Money,
      description: z.string(),
      email: text,
      name: text,
    }),
    result: z.strictObject({ id: z.string(), status: text }),
    level: "verified",
    effect: "files a claim with the carrier's insurer",
    about: "order",
    group: "claims",
  },
  create_replacement: {
    args: z.strictObject({
      /** The order that it replaces. */
      order_id: orderId,
      items: z.array(Line).min(1),
      /** One line, as on a label. */
      address: z.string(),
      email: z.string(),
      reason,
    }),
    result: z.strictObject({
      /** The number of the new order. */
      number: z.string(),
      id: z.string().optional(),
      total: money,
      paid: flag,
    }),
    level: "stepped_up",
    effect: "sends the goods again without charge",
    about: "order",
    group: "orders",
  },
  mark_paid: {
    args: z.strictObject({ order_id: orderId }),
    result: z.strictObject({ order_id: z.string(), paid: z.boolean() }),
    level: "stepped_up",
    effect: "marks an order as paid",
    about: "order",
    group: "orders",
  },
  apply_discount: {
    args: z.strictObject({
      ...orderOrSubscription,
      /** 1 to 100. */
      percent: z.number().int().min(1).max(100),
      /** `this`: the order or the next delivery. `next`: a code for a later purchase. */
      on: z.enum(["this", "next"]).default("this"),
      email: text,
      reason,
    }),
    result: z.strictObject({ percent: z.number().int(), code: text, amount: money }),
    level: "stepped_up",
    effect: "gives a discount",
    about: "order_or_subscription",
  },
  upgrade_shipping: {
    args: z.strictObject({
      ...orderOrSubscription,
      service: z.string().optional().describe("Expedited where left out"),
    }),
    result: z.strictObject({ service: z.string() }),
    level: "stepped_up",
    effect: "upgrades the shipping without charge",
    about: "order_or_subscription",
  },
  issue_refund: {
    args: z.strictObject({
      order_id: orderId,
      amount: Money,
      /** Which lines are paid back; without them, the amount alone. */
      items: z.array(Line).optional(),
      reason,
    }),
    result: z.strictObject({ id: z.string(), amount: Money, status: text }),
    level: "stepped_up",
    effect: "pays money back",
    about: "order",
    group: "orders",
  },
  store_credit: {
    args: z.strictObject({ email: z.string(), order_id: orderId, amount: Money, reason }),
    result: z.strictObject({ id: z.string(), amount: Money, balance: money }),
    level: "stepped_up",
    effect: "gives store credit",
    about: "order",
    group: "orders",
  },
  exchange: {
    args: z.strictObject({
      order_id: orderId,
      take_back: z.array(Line).min(1),
      send: z.array(Line).min(1),
      reason,
    }),
    result: z.strictObject({ id: z.string(), status: text }),
    level: "stepped_up",
    effect: "exchanges goods",
    about: "order",
    group: "orders",
  },
  cancel_order: {
    args: z.strictObject({ order_id: orderId, reason }),
    result: z.strictObject({ order_id: z.string(), status: z.string() }),
    level: "stepped_up",
    effect: "cancels an order",
    about: "order",
    group: "orders",
  },
  cancel_subscription: {
    args: z.strictObject({ subscription_id: subscriptionId, reason }),
    result: z.strictObject({ subscription_id: z.string(), status: z.string() }),
    level: "stepped_up",
    effect: "cancels a subscription",
    about: "subscription",
    group: "subscriptions",
  },
  skip_shipment: {
    args: z.strictObject({
      subscription_id: subscriptionId,
      /** The charge that is to be skipped, from `get_subscription`: it names the delivery, so that none is skipped twice. */
      next_charge: z.iso.datetime({ offset: true }),
    }),
    result: z.strictObject({ subscription_id: z.string(), skipped: time, next_charge: time }),
    level: "verified",
    effect: "skips a delivery",
    about: "subscription",
    group: "subscriptions",
  },
  unskip_shipment: {
    args: z.strictObject({
      subscription_id: subscriptionId,
      /** The charge that was skipped and is to come back. */
      skipped: z.iso.datetime({ offset: true }),
    }),
    result: z.strictObject({ subscription_id: z.string(), next_charge: time }),
    level: "verified",
    effect: "brings a skipped delivery back",
    about: "subscription",
    group: "subscriptions",
  },
  pause_subscription: {
    args: z.strictObject({
      subscription_id: subscriptionId,
      /** When it goes on by itself; in the future. */
      until: z.iso.datetime({ offset: true }),
    }),
    result: z.strictObject({ subscription_id: z.string(), status: z.string(), next_charge: time }),
    level: "verified",
    effect: "pauses a subscription",
    about: "subscription",
    group: "subscriptions",
  },
  swap_product: {
    args: z.strictObject({
      subscription_id: subscriptionId,
      product: z.string().describe("Name or SKU, as `list_products` gives it"),
      sku: text,
    }),
    result: z.strictObject({ subscription_id: z.string(), product: z.string(), price: money }),
    level: "verified",
    effect: "changes what a subscription brings",
    about: "subscription",
    group: "subscriptions",
  },
  update_address: {
    args: z.strictObject({
      ...orderOrSubscription,
      /** One line, as on a label. */
      address: z.string().min(5),
    }),
    result: z.strictObject({ address: z.string() }),
    level: "person",
    effect: "changes where goods are sent",
    about: "order_or_subscription",
  },
  send_message: {
    args: z.strictObject({
      /** The address on file. */
      email: z.string(),
      message: z.string().min(1),
      subject: z.string().optional(),
      order_id: orderId.optional(),
    }),
    result: z.strictObject({ id: z.string() }),
    level: "verified",
    effect: "sends a message to the shopper",
    group: "messages",
  },
  handoff: {
    args: HandoffPayload,
    result: Ticket,
    level: "anonymous",
    effect: "opens a ticket for a person",
    group: "helpdesk",
  },
} as const satisfies Record<string, Definition>;

export type CapabilityName = keyof typeof CAPABILITIES;
export type CapabilityDefinition = Definition;
export interface Capability<Name extends CapabilityName> {
  readonly args: z.infer<(typeof CAPABILITIES)[Name]["args"]>;
  readonly result: z.infer<(typeof CAPABILITIES)[Name]["result"]>;
}
