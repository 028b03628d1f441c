/**
 * Stay AI's Open API (api/v2), as far as our tools need it. Sources disagree on some paths and are silent on some bodies:
 * those stand together in {@link ASSUMED} or in the connection's `paths`, to be confirmed before going live.
 * @see https://docs.stay.ai
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpCall } from "../http.js";
import { sameEmail } from "../values.js";

const text = z.string().nullish();
const number = z.number().nullish();
const id = z.union([z.string(), z.number()]).transform(String);

export interface StayPaths {
  /** `skip-next-order` by the vendor's page, `skip-order` by a published app. */
  readonly skip: string;
  readonly setNextDate: string;
  readonly swap: string;
  readonly discount: string;
  readonly shipping: string;
}

export const ASSUMED: StayPaths = {
  skip: "skip-next-order",
  setNextDate: "set-next-billing-date",
  swap: "swap-line-product",
  discount: "discounts",
  shipping: "set-delivery-method",
};

const Row = z.looseObject({ id, emailAddress: text });

export const StaySubscription = z.looseObject({
  id,
  // A word in the list, an object in the details.
  status: z.union([z.string(), z.looseObject({ status: text })]).nullish(),
  nextBillingDate: text,
  editableUntil: text,
  currencyCode: text,
  customer: z.looseObject({ email: text, firstName: text, lastName: text, phone: text }).nullish(),
  billingPolicy: z.looseObject({ interval: text, intervalCount: number }).nullish(),
  lines: z
    .array(
      z.looseObject({
        id,
        title: text,
        variantTitle: text,
        sku: text,
        quantity: number,
        currentPrice: z.looseObject({ amount: z.union([z.number(), z.string()]).nullish() }).nullish(),
      }),
    )
    .nullish(),
  deliveryMethod: z
    .looseObject({
      title: text,
      address: z
        .looseObject({
          firstName: text,
          lastName: text,
          address1: text,
          address2: text,
          city: text,
          provinceCode: text,
          countryCode: text,
          zip: text,
          phone: text,
        })
        .nullish(),
    })
    .nullish(),
  discounts: z.array(z.looseObject({ title: text })).nullish(),
});
export type StaySubscription = z.infer<typeof StaySubscription>;

const CatalogProduct = z.looseObject({
  title: z.string(),
  variants: z
    .array(
      z.looseObject({
        id,
        title: text,
        sku: text,
        price: z.union([z.number(), z.string()]).nullish(),
        inventoryQuantity: number,
        available: z.boolean().nullish(),
      }),
    )
    .nullish(),
});

const PAGE_SIZE = 100;
const MOST_PAGES = 20;

/** All pages of a list. Pages begin at 1; `total` tells nothing that a short page does not. */
async function listAll<T>(
  http: HttpCall,
  path: string,
  row: z.ZodType<T>,
  query: Record<string, string> = {},
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const schema = z.looseObject({ data: z.array(row) });
    const answer = await http.request({ path, query: { ...query, page, pageSize: PAGE_SIZE }, schema });
    if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
    all.push(...answer.body.data);
    if (answer.body.data.length < PAGE_SIZE) break;
  }
  return all;
}

/** With titles and address, which the list does not have. Stay AI knows no customers but by their subscriptions. */
export async function subscriptionsOf(http: HttpCall, email: string): Promise<StaySubscription[]> {
  const rows = await listAll(http, "/subscriptions", Row, { email });
  const mine = rows.filter(({ emailAddress }) => sameEmail(emailAddress ?? "", email));
  const whole = await Promise.all(mine.map((row) => findSubscription(http, row.id)));
  return whole.flatMap((each) => (each === undefined ? [] : [{ ...each, customer: { ...each.customer, email } }]));
}

export async function findSubscription(http: HttpCall, subscriptionId: string): Promise<StaySubscription | undefined> {
  const path = `/subscriptions/${encodeURIComponent(subscriptionId)}`;
  const answer = await http.request({ path, schema: StaySubscription });
  if (answer.ok) return answer.body;
  if (answer.status === 404) return undefined;
  throw new CallFailed("unexpected_status", { cause: answer.status });
}

export interface StayVariant {
  readonly id: string;
  readonly name: string;
  readonly sku?: string;
  readonly price?: string | number;
  readonly stock?: number;
  readonly available?: boolean;
}

export async function catalogue(http: HttpCall): Promise<StayVariant[]> {
  const products = await listAll(http, "/products/catalog", CatalogProduct);
  return products.flatMap(({ title, variants }) =>
    (variants ?? []).map((variant) => ({
      id: variant.id,
      name: variant.title ? `${title} ${variant.title}` : title,
      ...(variant.sku ? { sku: variant.sku } : {}),
      ...(variant.price === null || variant.price === undefined ? {} : { price: variant.price }),
      ...(typeof variant.inventoryQuantity === "number" ? { stock: variant.inventoryQuantity } : {}),
      ...(typeof variant.available === "boolean" ? { available: variant.available } : {}),
    })),
  );
}

/** @returns why it was refused; undefined when it was done */
export async function change(
  http: HttpCall,
  subscriptionId: string,
  action: string,
  json: object,
): Promise<string | undefined> {
  const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/${action}`;
  const answer = await http.request({ method: "POST", path, json });
  return answer.ok ? undefined : (messageOf(answer.body) ?? `Stay AI refused with status ${answer.status}.`);
}

/** Three shapes of errors are in use. */
function messageOf(body: unknown): string | undefined {
  const { message, error, detail, title } = (body ?? {}) as Record<string, unknown>;
  const nested = typeof error === "object" && error !== null ? (error as { detail?: unknown }).detail : error;
  return [message, nested, detail, title].find((each): each is string => typeof each === "string" && each !== "");
}
