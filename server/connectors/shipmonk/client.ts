/**
 * ShipMonk's public API, as far as our tools need it.
 * @see https://apidocs.shipmonk.com (OpenAPI v1.024)
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpCall } from "../http.js";

const text = z.string().nullish();
const number = z.number().nullish();

const Address = z.looseObject({
  name: text,
  company: text,
  street1: text,
  street2: text,
  city: text,
  state: text,
  zip: text,
  country_code: text,
  phone: text,
});

/** Only what we read; ShipMonk's OrderDetail has much more, and may get more at any time. */
export const OrderDetail = z.looseObject({
  order_key: z.string(),
  order_number: z.string(),
  ordered_at: text,
  shipped_at: text,
  updated_at: text,
  customer_email: text,
  order_status: text,
  processing_status: text,
  store: z.looseObject({ id: z.union([z.number(), z.string()]).nullish() }).nullish(),
  requested_shipping_service: text,
  shipping_method: z.looseObject({ carrier: z.looseObject({ name: text }).nullish() }).nullish(),
  shipment_data: z.looseObject({ carrier: text, carrier_tracking_url: text }).nullish(),
  ship_to: Address.nullish(),
  items: z.array(z.looseObject({ line_key: text, sku: text, name: text, quantity: number, price: number })).nullish(),
  currency_code: text,
  actions_required: z.record(z.string(), z.unknown()).nullish(),
  master_tracking_number: text,
  tracking_url: text,
  packages: z.array(z.looseObject({ tracking_number: text, tracking_url: text })).nullish(),
  custom_data: z.array(z.looseObject({ name: z.string(), value: text })).nullish(),
});
export type OrderDetail = z.infer<typeof OrderDetail>;

const OneOrder = z.looseObject({ data: OrderDetail });
const ManyOrders = z.looseObject({ data: z.looseObject({ orders: z.array(OrderDetail) }) });

/** Largest page; there is no total, so a page that is not full is the last. */
export const PAGE_SIZE = 100;

/** @returns undefined when there is no order of that number */
export async function findOrder(http: HttpCall, orderNumber: string): Promise<OrderDetail | undefined> {
  const answer = await http.request({
    path: "/v1/integrations/orders",
    query: { orderNumber },
    schema: OneOrder,
  });
  if (answer.ok) return answer.body.data;
  if (answer.status === 404) return undefined;
  throw new CallFailed("unexpected_status", { cause: answer.status });
}

/** One page of the orders that changed in a span of time (ISO 8601), in the order of ShipMonk's own ids. */
export async function listOrders(
  http: HttpCall,
  { from, to, page }: { from: string; to: string; page: number },
): Promise<OrderDetail[]> {
  const answer = await http.request({
    path: "/v1/integrations/orders-list",
    query: { updatedAtStart: from, updatedAtEnd: to, page, pageSize: PAGE_SIZE, sortOrder: "ASC" },
    schema: ManyOrders,
  });
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
  return answer.body.data.orders;
}

/**
 * Changes an order by sending the whole of it again, which is ShipMonk's only way: what is left out would be lost, and
 * keys that it does not know are refused. The order's own key makes it an update, never a second order.
 *
 * @returns why it was refused; undefined when it was taken, which does not yet mean that it was done: read it back
 */
export async function updateOrder(
  http: HttpCall,
  order: OrderDetail,
  change: { readonly order_status?: "cancelled"; readonly ship_to?: object },
): Promise<string | undefined> {
  const { store, ordered_at, order_status, requested_shipping_service, ship_to, items } = order;
  const whole = items?.every(({ sku, quantity }) => typeof sku === "string" && typeof quantity === "number");
  if (!store?.id || !ordered_at || !order_status || !requested_shipping_service || !ship_to || whole !== true) {
    return "ShipMonk does not tell enough about the order to send it again.";
  }
  const { name, company, street1, street2, city, state, zip, country_code, phone } = ship_to;
  const answer = await http.request({
    method: "POST",
    path: "/v1/integrations/order",
    json: {
      store_id: store.id,
      order_key: order.order_key,
      order_number: order.order_number,
      ordered_at,
      order_status: change.order_status ?? order_status,
      requested_shipping_service,
      ship_to: { name, company, street1, street2, city, state, zip, country_code, phone, ...change.ship_to },
      items: items?.map(({ line_key, sku, quantity, name: title, price }) => ({
        sku,
        quantity,
        ...(line_key ? { line_key } : {}),
        ...(title ? { name: title } : {}),
        ...(typeof price === "number" ? { price } : {}),
      })),
      ...(order.customer_email ? { customer_email: order.customer_email } : {}),
      ...(order.currency_code ? { currency_code: order.currency_code } : {}),
    },
  });
  if (answer.ok) return undefined;
  const { message } = (answer.body ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : `ShipMonk refused with status ${answer.status}.`;
}
