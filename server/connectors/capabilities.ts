/**
 * The neutral names of what a tool can do, and what each takes and gives. A policy written for one shop system runs on
 * another because both speak these; a connector's `tools.ts` turns its vendor's answers into them.
 */
import { z } from "zod";
import {
  Customer,
  flag,
  HandoffPayload,
  type Level,
  Money,
  money,
  Order,
  Product,
  Subscription,
  Ticket,
  Tracking,
  text,
  time,
} from "./shapes.js";

export {
  Customer,
  HandoffPayload,
  Item,
  LEVELS,
  type Level,
  Money,
  ORDER_STATUSES,
  Order,
  Product,
  SUBSCRIPTION_STATUSES,
  Subscription,
  Ticket,
  Tracking,
} from "./shapes.js";

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
