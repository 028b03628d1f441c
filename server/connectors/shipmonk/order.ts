import { addressLine } from "../address-line.js";
import type { Customer, Order } from "../capabilities.js";
import { itemsFrom } from "../items.js";
import { known, moneyOf, statusWord, timeOf } from "../values.js";
import type { OrderDetail } from "./client.js";

/**
 * Names in an order's `custom_data` for dates that ShipMonk has no field for. Assumed, to be agreed with the merchant:
 * whoever imports the orders writes them.
 */
export const CUSTOM_DATES = {
  estimatedDelivery: "estimated_delivery",
  expectedShipDate: "expected_ship_date",
  deliveredAt: "delivered_at",
} as const;

/**
 * ShipMonk's `processing_status` in the words of the policies. Assumed, to be agreed with the merchant. Decided from
 * `processing_status` alone: `order_status` can seem to contradict it (an order en route may still be `unfulfilled`).
 */
export const STATUS: Readonly<Record<string, string>> = {
  queued_to_submit: "approved",
  submitted: "approved",
  subscription: "approved",
  package_forwarding: "approved",
  awaiting_label_request_from_merchant_facility: "approved",
  updating: "approved",
  pick_in_progress: "processing",
  pack_in_progress: "processing",
  packed: "processing",
  awaiting_pick_up: "pending_shipment",
  awaiting_carrier_processing: "pending_shipment",
  shipped_untrackable: "shipped",
  fulfilled_by_3rd: "shipped",
  en_route: "in_transit",
  delivered: "delivered",
  cancelled: "canceled",
};

export function orderOf(detail: OrderDetail): Order {
  const custom = (name: string) => detail.custom_data?.find((entry) => entry.name === name)?.value;
  return known({
    number: detail.order_number,
    id: detail.order_key,
    email: detail.customer_email,
    status: statusOf(detail),
    ordered_at: timeOf(detail.ordered_at),
    // `shipped_at: null` says that it has not left, not that it never will: without an expected date, unknown.
    ship_date: timeOf(detail.shipped_at) ?? timeOf(custom(CUSTOM_DATES.expectedShipDate)),
    estimated_delivery: timeOf(custom(CUSTOM_DATES.estimatedDelivery)),
    delivered_at: timeOf(custom(CUSTOM_DATES.deliveredAt)),
    tracking_number: firstKnown([
      detail.master_tracking_number,
      ...(detail.packages ?? []).map((each) => each.tracking_number),
    ]),
    tracking_url: firstKnown([
      detail.tracking_url,
      ...(detail.packages ?? []).map((each) => each.tracking_url),
      detail.shipment_data?.carrier_tracking_url,
    ]),
    carrier: firstKnown([detail.shipment_data?.carrier, detail.shipping_method?.carrier?.name]),
    ship_to: addressOf(detail),
    items: itemsFrom(
      detail.items?.map(({ sku, name, quantity, price }) => ({
        sku,
        name: name ?? sku,
        quantity,
        price: moneyOf(price, detail.currency_code),
      })),
    ),
  });
}

/** What an order tells of the person it was for. ShipMonk keeps no customers. */
export function customerOf(email: string, detail: OrderDetail): Customer {
  return known({
    email: detail.customer_email ?? email,
    name: detail.ship_to?.name,
    phone: detail.ship_to?.phone,
    address: addressOf(detail),
  });
}

function statusOf({ processing_status, actions_required }: OrderDetail): string | null | undefined {
  if (processing_status === null || processing_status === undefined) return processing_status;
  const word = STATUS[processing_status] ?? statusWord(processing_status);
  // An order that waits for the merchant (bad address, unmapped item) looks submitted, but will not move by itself.
  const stuck = Object.values(actions_required ?? {}).includes(true);
  return word === "approved" && stuck ? "action_required" : word;
}

function addressOf({ ship_to: to }: OrderDetail): string | null | undefined {
  if (to === null || to === undefined) return to;
  return addressLine({ ...to, country: to.country_code });
}

/** The first that is said; null when at least one is said to be empty; else unknown. */
function firstKnown(values: readonly (string | null | undefined)[]): string | null | undefined {
  return values.find((value) => typeof value === "string" && value !== "") ?? values.find((value) => value === null);
}
