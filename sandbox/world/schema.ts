/**
 * The world file as its author writes it. A public contract: keys may be added, never renamed or removed.
 */
import { z } from "zod";
import { isWorldTime } from "./times.js";

export const FAULT_KINDS = [
  "unavailable",
  "slow",
  "timeout",
  "applied_then_timeout",
  "rate_limited",
  "malformed",
  "oversized",
  "auth",
  "missing_fields",
  "already_done",
  "refused",
  "not_found",
] as const;

export const SYSTEMS = [
  "magento",
  "shopify",
  "shipmonk",
  "smartrr",
  "stayai",
  "easypost",
  "gladly",
  "kustomer",
  "freshdesk",
  "desk",
  "smtp",
] as const;
export type SystemName = (typeof SYSTEMS)[number];

const time = z
  .string()
  .refine(isWorldTime, "Expected a time: ISO 8601, or relative to now like -6d, +2d, -4h, -30m.")
  .describe("ISO 8601, or relative to now: -6d, +2d, -4h, -30m");
const money = z.number().nonnegative().describe("Major units, for example 24.5");
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "Expected three capital letters, for example USD.")
  .describe("ISO 4217; USD where left out");
const id = z.union([z.string().min(1), z.number().int()]).describe("As the shopper knows it");
const email = z.string().min(3);

const Systems = z.strictObject({
  orders: z.enum(SYSTEMS).optional(),
  subscriptions: z.enum(SYSTEMS).optional(),
  tracking: z.enum(SYSTEMS).optional(),
  claims: z.enum(SYSTEMS).optional(),
  helpdesk: z.enum(SYSTEMS).optional(),
});

const CustomerEntry = z.strictObject({
  email,
  name: z.string().optional(),
  phone: z.string().optional(),
  address: z.string().optional(),
});

const ItemEntry = z.strictObject({
  sku: z.string().optional(),
  name: z.string().min(1),
  qty: z.number().int().positive().optional().describe("1 where left out"),
  price: money.optional(),
});

const RefundEntry = z.strictObject({
  status: z.string().optional(),
  amount: money.optional(),
  when: time.optional(),
});

const OrderEntry = z.strictObject({
  id,
  email: email.optional(),
  status: z
    .string()
    .optional()
    .describe(
      "The shop's word: Approved, Processing, Pending shipment, Shipped, In transit, Delivered, Canceled, other",
    ),
  ordered: time.optional(),
  ship: time.optional().describe("When it will leave, or left"),
  eta: time.optional(),
  delivered: time.optional(),
  tracking: z.string().optional(),
  carrier: z.string().optional().describe("What the carrier says, for example in_transit, delivered, failure"),
  shipTo: z.string().optional(),
  insured: z.boolean().optional(),
  subscription: id.optional(),
  items: z.array(ItemEntry).optional(),
  currency: currency.optional(),
  refundable: z.boolean().optional(),
  reason: z.string().optional().describe("Why it is not refundable or may not be sent again"),
  refund: RefundEntry.optional().describe("A refund that was already made or begun"),
  reshipEligible: z.boolean().optional(),
});

const SubscriptionEntry = z.strictObject({
  id,
  email: email.optional(),
  product: z.string().optional(),
  price: money.optional(),
  currency: currency.optional(),
  interval: z.string().optional().describe("For example 1 month, 2 weeks"),
  status: z.string().optional(),
  next: time.optional().describe("Next charge"),
  cutoff: time.optional().describe("Until when the next shipment can still be changed"),
});

const CatalogEntry = z.union([
  z.string().min(1),
  z.strictObject({
    sku: z.string().optional(),
    name: z.string().min(1),
    price: money.optional(),
    currency: currency.optional(),
    stock: z.number().int().nonnegative().optional(),
  }),
]);

const FaultEntry = z.union([
  z.enum(FAULT_KINDS),
  z.strictObject({
    kind: z.enum(FAULT_KINDS),
    times: z.number().int().positive().optional().describe("Then healthy again; for ever where left out"),
  }),
]);

export const WorldFile = z.strictObject({
  $schema: z.string().optional(),
  systems: Systems.optional().describe("Which system plays which part; each policy's own system where left out"),
  customers: z.array(CustomerEntry).optional(),
  orders: z.array(OrderEntry).optional(),
  subscriptions: z.array(SubscriptionEntry).optional(),
  catalog: z.array(CatalogEntry).optional(),
  faults: z.record(z.string(), FaultEntry).optional().describe("By capability or by tool"),
  surcharge: money
    .optional()
    .describe("What the shop's own automations put on every order that is made, for example for handling"),
});
export type WorldFile = z.infer<typeof WorldFile>;
