import { addressLine, splitAddress } from "../address-line.js";
import { type Customer, ORDER_STATUSES, type Order } from "../capabilities.js";
import { itemsFrom } from "../items.js";
import { known, moneyOf, statusWord, timeOf } from "../values.js";
import type { CreditMemo, MagentoAddress, MagentoCustomer, MagentoOrder, Shipment } from "./client.js";

/** Magento's own statuses in the words of the policies. Merchants add statuses of theirs; those pass as they are. */
const STATUS: Readonly<Record<string, string>> = {
  pending: "approved",
  pending_payment: "pending_payment",
  processing: "processing",
  complete: "shipped",
  holded: "on_hold",
  cancelled: "canceled",
};

export interface OrderParts {
  readonly shipments?: readonly Shipment[];
  readonly memos?: readonly CreditMemo[];
}

export function orderOf(order: MagentoOrder, { shipments, memos }: OrderParts = {}): Order {
  const extra = order.extension_attributes ?? {};
  const tracks = shipments?.flatMap((shipment) => shipment.tracks ?? []);
  const currency = order.order_currency_code;
  const latest = memos?.at(-1);
  const refunded = moneyOf(memos === undefined ? order.total_refunded : refundedIn(memos), currency);
  return known({
    number: order.increment_id,
    id: String(order.entity_id),
    email: order.customer_email,
    status: statusOf(order),
    ordered_at: timeOf(order.created_at),
    ship_date: timeOf(shipments?.[0]?.created_at) ?? timeOf(extra.expected_ship_date),
    estimated_delivery: timeOf(extra.estimated_delivery),
    delivered_at: timeOf(extra.delivered_at),
    tracking_number: tracks?.find(({ track_number }) => track_number)?.track_number,
    carrier: tracks?.find(({ title }) => title)?.title,
    ship_to: lineOf(shippingAddressOf(order)),
    items: itemsOf(order),
    total: moneyOf(order.grand_total, currency),
    refundable: extra.refundable,
    not_refundable_reason: extra.refundable_reason,
    // Magento leaves its totals out until there is something to total; the credit memos say for certain.
    refunded,
    // Known to be none, where Magento says what the order cost.
    refund_status: latest === undefined ? refunded && memos && null : MEMO_STATE[latest.state ?? 0],
    refunded_at: timeOf(latest?.created_at),
    insured: extra.insured,
    subscription_id: extra.subscription_id,
  });
}

/** Of a canceled memo nothing has gone back: its money is the order's again. */
export function refundedIn(memos: readonly CreditMemo[]): number | undefined {
  return standing(memos).reduce<number | undefined>(
    (sum, { grand_total }) => (sum === undefined || typeof grand_total !== "number" ? undefined : sum + grand_total),
    0,
  );
}

export function standing(memos: readonly CreditMemo[]): readonly CreditMemo[] {
  return memos.filter(({ state }) => state !== CANCELED);
}

const CANCELED = 3;
const MEMO_STATE: Readonly<Record<number, string>> = { 1: "pending", 2: "refunded", 3: "canceled" };

/** A shop's own status says more than the state beneath it, as long as it is one of the policies' words. */
function statusOf({ status, state }: MagentoOrder): string | null | undefined {
  if (status === null || status === undefined) return status;
  const word = statusWord(status);
  if ((ORDER_STATUSES as readonly string[]).includes(word)) return word;
  return STATUS[word] ?? (state === "canceled" ? "canceled" : word);
}

/** A configurable product stands twice, as itself and as what was chosen: the first is what was bought. */
function itemsOf({ items, order_currency_code }: MagentoOrder): Order["items"] {
  const bought = items?.filter(({ parent_item_id }) => parent_item_id === null || parent_item_id === undefined);
  return itemsFrom(
    bought?.map(({ sku, name, qty_ordered, price }) => ({
      sku,
      name,
      quantity: qty_ordered,
      price: moneyOf(price, order_currency_code),
    })),
  );
}

export function shippingAddressOf({ extension_attributes }: MagentoOrder): MagentoAddress | undefined {
  return extension_attributes?.shipping_assignments?.[0]?.shipping?.address ?? undefined;
}

export function lineOf(address: MagentoAddress | undefined): string | undefined {
  if (address === undefined) return undefined;
  const [street1, ...more] = address.street ?? [];
  return addressLine({
    street1,
    street2: more.join(", "),
    city: address.city,
    state: address.region_code,
    zip: address.postcode,
    country: address.country_id,
  });
}

/** The parts of a new address in Magento's fields; what the line does not say stays as it was. */
export function addressFields(line: string): Partial<MagentoAddress> {
  const { street1, street2, city, state, zip, country } = splitAddress(line);
  return known({
    street: street2 === undefined ? [street1] : [street1, street2],
    city,
    region_code: state,
    postcode: zip,
    country_id: country,
  });
}

export function customerOf(customer: MagentoCustomer): Customer {
  return known({
    id: String(customer.id),
    email: customer.email,
    name: nameOf(customer.firstname, customer.lastname),
    phone: customer.addresses?.find(({ telephone }) => telephone)?.telephone,
    address: lineOf(customer.addresses?.[0]),
  });
}

/** A guest has no account; the newest order knows them. */
export function guestOf(email: string, order: MagentoOrder): Customer {
  return known({
    email: order.customer_email ?? email,
    name: nameOf(order.customer_firstname, order.customer_lastname),
    phone: order.billing_address?.telephone,
    address: lineOf(shippingAddressOf(order)),
  });
}

function nameOf(first: string | null | undefined, last: string | null | undefined): string | undefined {
  const name = [first, last].filter((part) => typeof part === "string" && part !== "").join(" ");
  return name === "" ? undefined : name;
}
