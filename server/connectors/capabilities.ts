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
}

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
  },
  get_order: {
    args: z.strictObject({ order_id: z.string().describe("The number that the shopper knows") }),
    result: Order,
    level: "verified",
    owner: "email",
  },
  handoff: {
    args: HandoffPayload,
    result: Ticket,
    level: "anonymous",
    effect: "opens a ticket for a person",
  },
} as const satisfies Record<string, Definition>;

export type CapabilityName = keyof typeof CAPABILITIES;
export type CapabilityDefinition = Definition;
export interface Capability<Name extends CapabilityName> {
  readonly args: z.infer<(typeof CAPABILITIES)[Name]["args"]>;
  readonly result: z.infer<(typeof CAPABILITIES)[Name]["result"]>;
}
