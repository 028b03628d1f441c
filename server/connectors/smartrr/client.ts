/**
 * Smartrr's Vendor API, as far as our tools need it. Paths and the key's header are documented; names inside request
 * bodies mostly are not, so they stand together in {@link ASSUMED} and are to be checked against the vendor's own
 * description before going live.
 * @see https://api.smartrr.com/docs/redoc/
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpCall } from "../http.js";
import { sameEmail } from "../values.js";

const text = z.string().nullish();
const number = z.number().nullish();
const id = z.union([z.string(), z.number()]).transform(String);

/** What no public page states. */
export const ASSUMED = {
  skipDate: "date",
  cancellationReason: "cancellationReasonId",
  discountPath: "discount",
  addressPath: "shipping-address",
  shippingPath: "shipping-method",
  /** Until when the next delivery can be changed. */
  cutoff: "editableUntil",
} as const;

const Subscriber = z.looseObject({
  id,
  shopifyId: text,
  email: text,
  firstName: text,
  lastName: text,
  phone: text,
  customerCurrency: text,
});
export type Subscriber = z.infer<typeof Subscriber>;

export const PurchaseState = z.looseObject({
  id,
  shopifyId: id,
  purchaseStateStatus: text,
  nextBillingDate: text,
  editableUntil: text,
  deliveryFrequency: number,
  frequencyUnit: text,
  totalFromLineItems: text,
  custRel: Subscriber.nullish(),
  stLineItems: z.array(z.looseObject({ id, name: text, sku: text, quantity: number, price: text })).nullish(),
  discounts: z.array(z.looseObject({ note: text })).nullish(),
  shippingMethod: z.looseObject({ title: text }).nullish(),
  shippingAddress: z
    .looseObject({ address1: text, address2: text, city: text, provinceCode: text, zip: text, countryCode: text })
    .nullish(),
});
export type PurchaseState = z.infer<typeof PurchaseState>;

export const SmartrrOrder = z.looseObject({
  shopifyId: id,
  orderLabel: text,
  status: text,
  fulfillmentStatus: text,
  processedAt: text,
  totalPrice: text,
  currency: text,
  trackingNumber: text,
  trackingUrl: text,
  shippedAt: text,
  estimatedDelivery: text,
  deliveredAt: text,
  subscriptionId: text,
  customer: z.looseObject({ email: text }).nullish(),
  lineItems: z.array(z.looseObject({ name: text, sku: text, quantity: number, price: text })).nullish(),
  shippingAddress: PurchaseState.shape.shippingAddress,
});
export type SmartrrOrder = z.infer<typeof SmartrrOrder>;

const PAGE_SIZE = 100;
const MOST_PAGES = 20;

/** Rows in `data`; some answers were seen with a bare list. */
function listOf<T extends z.ZodType>(row: T) {
  return z.union([z.looseObject({ data: z.array(row) }).transform(({ data }) => data), z.array(row)]);
}

/** The vendor's filter finds similar addresses too: only the same one counts. */
export async function findSubscriber(http: HttpCall, email: string): Promise<Subscriber | undefined> {
  const Row = z.looseObject({ custRel: Subscriber });
  const answer = await http.request({
    path: "/vendor/order/formatted",
    query: { "filterLike[emailOrName]": email },
    schema: listOf(Row),
  });
  if (!answer.ok) return noneOrFailed(answer.status);
  return answer.body.map(({ custRel }) => custRel).find((each) => sameEmail(each.email ?? "", email));
}

export async function subscriptionsOf(http: HttpCall, subscriberId: string): Promise<PurchaseState[]> {
  const all: PurchaseState[] = [];
  // Whether pages begin at 0 or 1 is not documented; where they begin at 1, the first comes twice.
  for (let pageNumber = 0; pageNumber < MOST_PAGES; pageNumber++) {
    const answer = await http.request({
      path: `/vendor/customer/${encodeURIComponent(subscriberId)}/purchase-state/`,
      query: { pageNumber, pageSize: PAGE_SIZE },
      schema: listOf(PurchaseState),
    });
    if (!answer.ok) return noneOrFailed(answer.status) ?? all;
    const fresh = answer.body.filter((row) => all.every((seen) => seen.id !== row.id));
    all.push(...fresh);
    if (answer.body.length < PAGE_SIZE || (fresh.length === 0 && pageNumber > 1)) break;
  }
  return all;
}

/** By the id of the Shopify contract, which is the one that reading takes. */
export async function findSubscription(http: HttpCall, shopifyId: string): Promise<PurchaseState | undefined> {
  const answer = await http.request({
    path: `/vendor/purchase-state/${encodeURIComponent(shopifyId)}`,
    schema: PurchaseState,
  });
  return answer.ok ? answer.body : noneOrFailed(answer.status);
}

/** By the label that the shopper knows, with or without the `#`. */
export async function findOrder(http: HttpCall, number: string): Promise<SmartrrOrder | undefined> {
  const bare = number.trim().replace(/^#/, "");
  const answer = await http.request({
    path: "/vendor/order",
    query: { "filterLike[orderLabel]": bare, pageSize: PAGE_SIZE },
    schema: listOf(SmartrrOrder),
  });
  if (!answer.ok) return noneOrFailed(answer.status);
  const found = answer.body.find(({ orderLabel }) => orderLabel?.replace(/^#/, "") === bare);
  if (found === undefined) return undefined;
  const whole = await http.request({
    path: `/vendor/orders/${encodeURIComponent(found.shopifyId)}`,
    schema: SmartrrOrder,
  });
  return whole.ok ? whole.body : noneOrFailed(whole.status);
}

export async function ordersOf(http: HttpCall, subscriberId: string): Promise<SmartrrOrder[]> {
  const answer = await http.request({
    path: `/vendor/customer/${encodeURIComponent(subscriberId)}/orders`,
    schema: listOf(SmartrrOrder),
  });
  return answer.ok ? answer.body : (noneOrFailed(answer.status) ?? []);
}

export async function cancellationReasons(http: HttpCall): Promise<{ id: string; text: string }[]> {
  const Reason = z.looseObject({ id, text });
  const answer = await http.request({ path: "/vendor/cancellation-reasons", schema: listOf(Reason) });
  return answer.ok ? answer.body.map((reason) => ({ id: reason.id, text: reason.text ?? "" })) : [];
}

/**
 * Changes one subscription. Writing is keyed by Smartrr's own ids, of the subscriber and of the subscription.
 * @returns why it was refused; undefined when it was done
 */
export async function change(
  http: HttpCall,
  { id: stateId, custRel }: PurchaseState,
  method: "PUT" | "POST",
  action: string,
  json: object,
): Promise<string | undefined> {
  const subscriberId = custRel?.id;
  if (subscriberId === undefined) throw new CallFailed("malformed");
  const path = `/vendor/customer/${encodeURIComponent(subscriberId)}/purchase-state/${encodeURIComponent(stateId)}/${action}`;
  const answer = await http.request({ method, path, json });
  if (answer.ok) return undefined;
  const message = (answer.body as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : `Smartrr refused with status ${answer.status}.`;
}

function noneOrFailed(status: number): undefined {
  if (status === 404) return undefined;
  throw new CallFailed("unexpected_status", { cause: status });
}
