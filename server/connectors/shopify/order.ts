import { addressLine } from "../address-line.js";
import type { Customer, Order, Tracking } from "../capabilities.js";
import { itemsFrom } from "../items.js";
import { known, moneyOf, statusWord, timeOf } from "../values.js";
import type { ShopifyAddress, ShopifyCustomer, ShopifyOrder, ShopifyRefund } from "./operations.js";

/** Keys of an order's custom attributes for what Shopify has no field for. Assumed, to be agreed with the merchant. */
export const ATTRIBUTES = {
  expectedShipDate: "expected_ship_date",
  estimatedDelivery: "estimated_delivery",
  deliveredAt: "delivered_at",
  refundable: "refundable",
  notRefundable: "not_refundable_reason",
  reshipEligible: "reship_eligible",
  reshipReason: "reship_reason",
  insured: "insured",
  subscription: "subscription_id",
} as const;

/** What the parcel says, in the words of the policies. */
const PARCEL: Readonly<Record<string, string>> = {
  CONFIRMED: "pending_shipment",
  LABEL_PRINTED: "pending_shipment",
  LABEL_PURCHASED: "pending_shipment",
  READY_FOR_PICKUP: "pending_shipment",
  SUBMITTED: "processing",
  FULFILLED: "shipped",
  MARKED_AS_FULFILLED: "shipped",
  CARRIER_PICKED_UP: "in_transit",
  IN_TRANSIT: "in_transit",
  OUT_FOR_DELIVERY: "in_transit",
  ATTEMPTED_DELIVERY: "in_transit",
  DELIVERED: "delivered",
  PICKED_UP: "delivered",
};

/** What the order says as long as there is no parcel. */
const ORDER: Readonly<Record<string, string>> = {
  UNFULFILLED: "approved",
  OPEN: "approved",
  IN_PROGRESS: "processing",
  PENDING_FULFILLMENT: "processing",
  SCHEDULED: "pending_shipment",
  FULFILLED: "shipped",
};

/** GraphQL answers null for what it does not know: unknown, unless a null says something (`cancelledAt`). */
export function orderOf(order: ShopifyOrder): Order {
  const parcel = parcelOf(order);
  const track = parcel?.trackingInfo?.find(({ number }) => number);
  const refund = order.refunds?.at(-1);
  const refunded = bag(order.totalRefundedSet);
  const said = (name: string) => attributeOf(order, name);
  return known({
    number: numberOf(order.name),
    id: order.id,
    email: order.email ?? undefined,
    status: statusOf(order),
    ordered_at: timeOf(order.createdAt) ?? undefined,
    ship_date: timeOf(parcel?.createdAt) ?? timeOf(said(ATTRIBUTES.expectedShipDate)),
    estimated_delivery: timeOf(parcel?.estimatedDeliveryAt) ?? timeOf(said(ATTRIBUTES.estimatedDelivery)),
    delivered_at: timeOf(parcel?.deliveredAt) ?? timeOf(said(ATTRIBUTES.deliveredAt)),
    tracking_number: track?.number ?? undefined,
    tracking_url: track?.url ?? undefined,
    carrier: track?.company ?? undefined,
    carrier_status: parcel?.displayStatus === null ? undefined : parcel?.displayStatus?.toLowerCase(),
    ship_to: addressOf(order.shippingAddress),
    items: itemsOf(order),
    total: bag(order.currentTotalPriceSet),
    // Shopify's own yes only says that a payment can be paid back, which is so for nearly every order: no verdict.
    refundable: order.refundable === false ? false : flagOf(said(ATTRIBUTES.refundable)),
    not_refundable_reason: said(ATTRIBUTES.notRefundable),
    refunded,
    // Known to be none, where Shopify says how much went back.
    refund_status:
      refund === undefined ? (refunded && order.refunds?.length === 0 ? null : undefined) : refundStatus(refund),
    refunded_at: timeOf(refund?.createdAt) ?? undefined,
    insured: flagOf(said(ATTRIBUTES.insured)),
    subscription_id: said(ATTRIBUTES.subscription),
  });
}

export function trackingOf(order: ShopifyOrder): Tracking | undefined {
  const parcel = parcelOf(order);
  const track = parcel?.trackingInfo?.find(({ number }) => number);
  if (typeof track?.number !== "string") return undefined;
  return known({
    tracking_number: track.number,
    status: parcel?.displayStatus === null ? undefined : parcel?.displayStatus?.toLowerCase(),
    carrier: track.company ?? undefined,
    estimated_delivery: timeOf(parcel?.estimatedDeliveryAt) ?? undefined,
    delivered_at: timeOf(parcel?.deliveredAt) ?? undefined,
    url: track.url ?? undefined,
  });
}

export function customerOf(email: string, customer: ShopifyCustomer): Customer {
  return known({
    id: customer.id,
    email: customer.defaultEmailAddress?.emailAddress ?? email,
    name: customer.displayName ?? undefined,
    phone: customer.defaultPhoneNumber?.phoneNumber ?? undefined,
    address: addressOf(customer.defaultAddress),
  });
}

/** What became of the money, by the transactions that were to bring it back. */
export function refundStatus({ transactions }: ShopifyRefund): string {
  const statuses = transactions?.nodes.map(({ status }) => status) ?? [];
  if (statuses.some((status) => status === "FAILURE" || status === "ERROR")) return "failed";
  return statuses.length > 0 && statuses.every((status) => status === "SUCCESS") ? "refunded" : "pending";
}

/** `#1001` to what shoppers type. */
export function numberOf(name: string): string {
  return name.replace(/^#/, "");
}

export function attributeOf({ customAttributes }: ShopifyOrder, name: string): string | undefined {
  return customAttributes?.find(({ key }) => key === name)?.value ?? undefined;
}

export function flagOf(text: string | undefined): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}

export function bag(set: ShopifyOrder["currentTotalPriceSet"]): ReturnType<typeof moneyOf> {
  return moneyOf(set?.shopMoney.amount, set?.shopMoney.currencyCode);
}

/** Whether something of it is on its way: then neither address nor contents can be changed. */
export function hasLeft({ fulfillments }: ShopifyOrder): boolean {
  return (fulfillments ?? []).some(
    ({ status }) => status !== "CANCELLED" && status !== "ERROR" && status !== "FAILURE",
  );
}

export function addressOf(address: ShopifyAddress | null | undefined): string | undefined {
  if (address === null || address === undefined) return undefined;
  const { address1, address2, city, provinceCode, zip, countryCodeV2 } = address;
  return addressLine({ street1: address1, street2: address2, city, state: provinceCode, zip, country: countryCodeV2 });
}

/** The newest that was not taken back. */
function parcelOf({ fulfillments }: ShopifyOrder): NonNullable<ShopifyOrder["fulfillments"]>[number] | undefined {
  return fulfillments?.filter(({ status }) => status !== "CANCELLED").at(-1);
}

function statusOf(order: ShopifyOrder): string | undefined {
  if (typeof order.cancelledAt === "string") return "canceled";
  const parcel = parcelOf(order)?.displayStatus;
  if (typeof parcel === "string") return PARCEL[parcel] ?? statusWord(parcel);
  const word = order.displayFulfillmentStatus;
  return typeof word === "string" ? (ORDER[word] ?? statusWord(word)) : undefined;
}

function itemsOf({ lineItems }: ShopifyOrder): Order["items"] {
  return itemsFrom(
    lineItems?.nodes.map(({ name, sku, quantity, discountedUnitPriceSet }) => ({
      sku: sku ?? undefined,
      name,
      quantity,
      price: bag(discountedUnitPriceSet),
    })),
  );
}

/** Marks an order as a replacement of another, so that a second one is noticed. */
export function replacesTag(orderNumber: string): string {
  return `replaces-${numberOf(orderNumber)}`;
}
