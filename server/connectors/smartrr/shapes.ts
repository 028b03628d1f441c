import { addressLine } from "../address-line.js";
import type { Customer, Order, Subscription } from "../capabilities.js";
import { intervalText } from "../intervals.js";
import { countOf, itemsFrom } from "../items.js";
import { known, moneyOf, statusWord, timeOf } from "../values.js";
import type { PurchaseState, SmartrrOrder, Subscriber } from "./client.js";

export function customerOf(email: string, subscriber: Subscriber, address: string | undefined): Customer {
  const name = [subscriber.firstName, subscriber.lastName].filter((part) => part).join(" ");
  return known({
    id: subscriber.id,
    email: subscriber.email ?? email,
    name: name === "" ? undefined : name,
    phone: subscriber.phone,
    address,
  });
}

export function subscriptionOf(state: PurchaseState): Subscription {
  const first = state.stLineItems?.[0];
  const currency = state.custRel?.customerCurrency;
  const word = state.purchaseStateStatus;
  return known({
    id: state.shopifyId,
    email: state.custRel?.email,
    status: typeof word === "string" ? statusWord(word).replace(/^cancelled$/, "canceled") : word,
    product: first?.name,
    sku: first?.sku,
    quantity: countOf(first?.quantity),
    price: moneyOf(state.totalFromLineItems, currency),
    interval: intervalText(state.deliveryFrequency, state.frequencyUnit),
    next_charge: timeOf(state.nextBillingDate),
    cutoff: timeOf(state.editableUntil),
    ship_to: addressOf(state.shippingAddress),
  });
}

/** Shopify's words, which Smartrr passes on. */
const STATUS: Readonly<Record<string, string>> = {
  unfulfilled: "approved",
  in_progress: "processing",
  scheduled: "pending_shipment",
  fulfilled: "shipped",
  cancelled: "canceled",
};

export function orderOf(order: SmartrrOrder): Order {
  const word = order.status ?? order.fulfillmentStatus;
  const status = typeof word === "string" ? statusWord(word) : word;
  return known({
    number: (order.orderLabel ?? order.shopifyId).replace(/^#/, ""),
    id: order.shopifyId,
    email: order.customer?.email,
    status: typeof status === "string" ? (STATUS[status] ?? status) : status,
    ordered_at: timeOf(order.processedAt),
    ship_date: timeOf(order.shippedAt),
    estimated_delivery: timeOf(order.estimatedDelivery),
    delivered_at: timeOf(order.deliveredAt),
    tracking_number: order.trackingNumber,
    tracking_url: order.trackingUrl,
    ship_to: addressOf(order.shippingAddress),
    items: itemsOf(order),
    total: moneyOf(order.totalPrice, order.currency),
    subscription_id: order.subscriptionId,
  });
}

function itemsOf({ lineItems, currency }: SmartrrOrder): Order["items"] {
  return itemsFrom(
    lineItems?.map(({ name, sku, quantity, price }) => ({ name, sku, quantity, price: moneyOf(price, currency) })),
  );
}

export function addressOf(address: PurchaseState["shippingAddress"]): string | undefined {
  if (address === null || address === undefined) return undefined;
  const { address1, address2, city, provinceCode, zip, countryCode } = address;
  return addressLine({ street1: address1, street2: address2, city, state: provinceCode, zip, country: countryCode });
}
