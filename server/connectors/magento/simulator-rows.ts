/** What the world looks like in Magento's rows. */
import type { World, WorldOrder } from "../../../sandbox/world/index.js";
import { addressLine, splitAddress } from "../address-line.js";
import { known, statusWord } from "../values.js";

/** A refund as Magento books it. */
export interface Memo {
  readonly entity_id: number;
  readonly order_id: number;
  readonly state: number;
  readonly grand_total: number;
  readonly created_at?: string;
  readonly comments: { comment: string }[];
}

/** The state of a memo whose money never went back. */
export const CANCELED = 3;

/** What Magento knows of an order beyond the world. */
export interface OrderBooks {
  readonly memos: readonly Memo[];
  /** Paid back through the payment provider. */
  readonly online: number;
  readonly company: string | undefined;
  readonly method: string;
  readonly paid: boolean;
}

export function orderRow(
  order: WorldOrder,
  view: World,
  world: World,
  { memos: mine, online, company, method: payment, paid }: OrderBooks,
): object {
  const id = entityId(world, order);
  const customer = order.email === undefined ? undefined : view.findCustomer(order.email);
  const [firstname, ...rest] = customer?.name?.split(" ") ?? [];
  const lastname = rest.join(" ") || undefined;
  const total = world.totalOf(order);
  const refunded = mine.reduce((sum, { grand_total, state }) => (state === CANCELED ? sum : sum + grand_total), 0);
  const word = order.status === undefined ? undefined : statusWord(order.status);
  return known({
    entity_id: id,
    increment_id: order.id,
    state: word === undefined ? undefined : stateOf(word, total !== undefined && total > 0 && refunded >= total),
    status: word === undefined ? undefined : statusOf(order, word),
    created_at: order.ordered && magentoTime(order.ordered),
    customer_email: order.email,
    customer_firstname: firstname,
    customer_lastname: lastname,
    order_currency_code: order.items === undefined ? undefined : order.currency,
    grand_total: total,
    total_due: total === undefined ? undefined : paid || word !== "approved" ? 0 : total,
    total_refunded: mine.length === 0 ? undefined : round(refunded),
    total_online_refunded: online === 0 ? undefined : online,
    items: order.items?.map((item, at) =>
      known({ item_id: id * 100 + at, sku: item.sku, name: item.name, price: item.price, qty_ordered: item.qty }),
    ),
    payment: order.items === undefined ? undefined : { method: payment },
    extension_attributes: known({
      shipping_assignments:
        order.shipTo === undefined ? undefined : [{ shipping: { address: addressRow(order.shipTo, company) } }],
      expected_ship_date: hasLeft(order) ? undefined : order.ship,
      estimated_delivery: order.eta,
      delivered_at: order.delivered,
      refundable: order.refundable,
      refundable_reason: order.refundable === false ? order.reason : undefined,
      reship_eligible: order.reshipEligible,
      reship_reason: order.reshipEligible === false ? order.reason : undefined,
      insured: order.insured,
      subscription_id: order.subscription,
    }),
  });
}

const numbers = new WeakMap<World, Map<string, number>>();

/** Magento's own number of an order, which no customer knows. It stays when another order is gone. */
export function entityId(world: World, { id }: WorldOrder): number {
  const known = numbers.get(world) ?? new Map<string, number>();
  numbers.set(world, known);
  for (const order of world.orders) if (!known.has(order.id)) known.set(order.id, 100 + known.size);
  return known.get(id) ?? 99;
}

function stateOf(word: string, allRefunded: boolean): string {
  if (allRefunded) return "closed";
  if (word === "canceled" || word === "cancelled") return "canceled";
  if (["shipped", "in_transit", "delivered"].includes(word)) return "complete";
  return word === "approved" ? "new" : "processing";
}

/** The shop's own words are statuses that it has added; two of them are Magento's. */
function statusOf(order: WorldOrder, word: string): string {
  if (word === "cancelled") return "canceled";
  return ["approved", "processing", "pending_shipment", "shipped", "in_transit", "delivered", "canceled"].includes(word)
    ? word
    : (order.status ?? word);
}

export function hasLeft({ status }: WorldOrder): boolean {
  return status !== undefined && ["shipped", "in_transit", "delivered"].includes(statusWord(status));
}

export function isCanceled({ status }: WorldOrder): boolean {
  return status !== undefined && /^cancell?ed$/.test(statusWord(status));
}

function addressRow(line: string, company: string | undefined): object {
  const { street1, street2, city, state, zip, country } = splitAddress(line);
  return known({
    street: street2 === undefined ? [street1] : [street1, street2],
    city,
    region_code: state,
    postcode: zip,
    country_id: country,
    company,
  });
}

export function customerRow(customer: World["customers"][number], at: number): object {
  const [firstname, ...rest] = customer.name?.split(" ") ?? [];
  const address = customer.address === undefined ? undefined : addressRow(customer.address, undefined);
  const addresses = address ?? (customer.phone === undefined ? undefined : {});
  return known({
    id: at + 1,
    email: customer.email,
    firstname,
    lastname: rest.join(" ") || undefined,
    addresses: addresses && [{ ...addresses, ...known({ telephone: customer.phone }) }],
  });
}

/** Without a zone, in UTC. */
export function magentoTime(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

export function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** The line that Magento's address fields make. */
export function lineOf(fields: Record<string, unknown>): string | undefined {
  const { street, city, region_code, postcode, country_id } = fields as Record<string, string> & { street?: string[] };
  const [street1, ...more] = street ?? [];
  return addressLine({
    street1,
    street2: more.join(", "),
    city,
    state: region_code,
    zip: postcode,
    country: country_id,
  });
}
