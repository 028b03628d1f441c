/**
 * Magento's REST API (2.4), as far as our tools need it.
 * @see https://developer.adobe.com/commerce/webapi/rest/
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpAnswer, HttpCall } from "../http.js";

const text = z.string().nullish();
const number = z.number().nullish();

const Address = z.looseObject({
  entity_id: number,
  parent_id: number,
  firstname: text,
  lastname: text,
  street: z.array(z.string()).nullish(),
  city: text,
  region_code: text,
  postcode: text,
  country_id: text,
  telephone: text,
  company: text,
});
export type MagentoAddress = z.infer<typeof Address>;

export const MagentoOrder = z.looseObject({
  entity_id: z.number().int(),
  increment_id: z.string(),
  state: text,
  status: text,
  created_at: text,
  customer_id: number,
  customer_email: text,
  customer_firstname: text,
  customer_lastname: text,
  order_currency_code: text,
  grand_total: number,
  shipping_amount: number,
  total_paid: number,
  total_due: number,
  total_refunded: number,
  total_online_refunded: number,
  items: z
    .array(
      z.looseObject({
        item_id: z.number().int(),
        parent_item_id: number,
        sku: text,
        name: text,
        price: number,
        qty_ordered: number,
        qty_refunded: number,
        qty_shipped: number,
      }),
    )
    .nullish(),
  payment: z.looseObject({ method: text }).nullish(),
  billing_address: Address.nullish(),
  extension_attributes: z
    .looseObject({
      shipping_assignments: z
        .array(z.looseObject({ shipping: z.looseObject({ address: Address.nullish() }).nullish() }))
        .nullish(),
      // Magento has no fields for these. Assumed: a merchant's module adds them; without one they are unknown.
      expected_ship_date: text,
      estimated_delivery: text,
      delivered_at: text,
      refundable: z.boolean().nullish(),
      refundable_reason: text,
      reship_eligible: z.boolean().nullish(),
      reship_reason: text,
      insured: z.boolean().nullish(),
      subscription_id: text,
    })
    .nullish(),
});
export type MagentoOrder = z.infer<typeof MagentoOrder>;

const Customer = z.looseObject({
  id: z.number().int(),
  email: z.string(),
  firstname: text,
  lastname: text,
  addresses: z.array(Address).nullish(),
});
export type MagentoCustomer = z.infer<typeof Customer>;

const Memo = z.looseObject({
  entity_id: z.number().int(),
  state: number,
  grand_total: number,
  created_at: text,
  comments: z.array(z.looseObject({ comment: text })).nullish(),
});
export type CreditMemo = z.infer<typeof Memo>;

const Shipment = z.looseObject({
  created_at: text,
  tracks: z.array(z.looseObject({ track_number: text, title: text, carrier_code: text })).nullish(),
});
export type Shipment = z.infer<typeof Shipment>;

const Invoice = z.looseObject({ entity_id: z.number().int(), transaction_id: text });

type Filter = readonly [field: string, value: string | number, condition?: string];

/** All of the filters must hold. Newest first where there is a `created_at`. */
async function search<T>(http: HttpCall, path: string, item: z.ZodType<T>, filters: readonly Filter[], pageSize = 50) {
  const query: Record<string, string | number> = { "searchCriteria[pageSize]": pageSize };
  filters.forEach(([field, value, condition], at) => {
    const filter = `searchCriteria[filter_groups][${at}][filters][0]`;
    query[`${filter}[field]`] = field;
    query[`${filter}[value]`] = value;
    query[`${filter}[condition_type]`] = condition ?? "eq";
  });
  if (path === "/V1/orders") {
    query["searchCriteria[sortOrders][0][field]"] = "created_at";
    query["searchCriteria[sortOrders][0][direction]"] = "DESC";
  }
  const schema = z.looseObject({ items: z.array(item).nullish() });
  const answer = await http.request({ path, query, schema });
  if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
  return answer.body.items ?? [];
}

export const findCustomers = (http: HttpCall, email: string) =>
  search(http, "/V1/customers/search", Customer, [["email", email]]);

export const ordersOf = (http: HttpCall, email: string) =>
  search(http, "/V1/orders", MagentoOrder, [["customer_email", email]], 10);

/** By the number that the customer knows, which is not the id in Magento's paths. */
export async function findOrder(http: HttpCall, incrementId: string): Promise<MagentoOrder | undefined> {
  const found = await search(http, "/V1/orders", MagentoOrder, [["increment_id", incrementId]], 1);
  return found.find((order) => order.increment_id === incrementId);
}

export const shipmentsOf = (http: HttpCall, orderId: number) =>
  search(http, "/V1/shipments", Shipment, [["order_id", orderId]]);

export const creditMemosOf = (http: HttpCall, orderId: number) =>
  search(http, "/V1/creditmemos", Memo, [["order_id", orderId]]);

export const invoicesOf = (http: HttpCall, orderId: number) =>
  search(http, "/V1/invoices", Invoice, [["order_id", orderId]]);

const CatalogProduct = z.looseObject({
  sku: z.string(),
  name: text,
  price: number,
  extension_attributes: z.looseObject({ stock_item: z.looseObject({ qty: number }).nullish() }).nullish(),
});
export const productsLike = (http: HttpCall, words: string | undefined) =>
  search(http, "/V1/products", CatalogProduct, words === undefined ? [] : [["name", `%${words}%`, "like"]], 100);

const Return = z.looseObject({ entity_id: number, comments: z.array(z.looseObject({ comment: text })).nullish() });
export const returnsOf = (http: HttpCall, orderId: number) =>
  search(http, "/V1/returns", Return, [["order_id", orderId]]);

/** Sends a change. Ids come back bare. @returns the body, or why Magento refused (400 and 404 are its words for no) */
export async function change<T>(
  http: HttpCall,
  method: "POST" | "PUT",
  path: string,
  json: unknown,
  schema: z.ZodType<T>,
  effect: true | "staging" = true,
): Promise<{ readonly ok: true; readonly body: T } | { readonly ok: false; readonly reason: string }> {
  const answer: HttpAnswer<T> = await http.request({ method, path, json, schema, effect });
  return answer.ok ? answer : { ok: false, reason: messageOf(answer.body) };
}

/** `message` is a template: `%1` from a list of parameters, `%name` from an object of them. */
function messageOf(body: unknown): string {
  const { message, parameters } = (body ?? {}) as { message?: unknown; parameters?: unknown };
  if (typeof message !== "string") return "Magento refused without saying why.";
  const named = Object.entries((parameters ?? {}) as Record<string, unknown>);
  return named.reduce(
    (filled, [name, value]) =>
      filled.replaceAll(`%${Array.isArray(parameters) ? Number(name) + 1 : name}`, String(value)),
    message,
  );
}
