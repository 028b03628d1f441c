import type { z } from "zod";
import type { Capability } from "../capabilities.js";
import { CallFailed } from "../failure.js";
import type { HttpCall } from "../http.js";
import { sameEmail } from "../values.js";
import { runOperation } from "./graphql.js";
import {
  CUSTOMER,
  MARK_PAID,
  ORDERS,
  type ShopifyCustomer,
  type ShopifyOrder,
  type UserErrors,
  VARIANTS,
} from "./operations.js";
import { numberOf } from "./order.js";

/** One shop at one version of the API. Quarterly versions: pin one, test, then move. */
export class Shopify {
  constructor(private readonly version: string) {}

  /** @throws {CallFailed} */
  run<T>(
    http: HttpCall,
    { query, data }: { readonly query: string; readonly data: z.ZodType<T> },
    variables: Readonly<Record<string, unknown>>,
    effect: boolean | "staging" = false,
  ): Promise<T> {
    return runOperation(http, { path: `/admin/api/${this.version}/graphql.json`, query, data, variables, effect });
  }

  async findCustomer(http: HttpCall, email: string): Promise<ShopifyCustomer | undefined> {
    return (await this.run(http, CUSTOMER, { email })).customerByIdentifier ?? undefined;
  }

  /** By the e-mail on the order, newest first. */
  async ordersOf(http: HttpCall, email: string): Promise<ShopifyOrder[]> {
    const found = await this.search(http, `email:${quoted(email)}`, 10);
    return found.filter((order) => typeof order.email === "string" && sameEmail(order.email, email));
  }

  /** By the number that the shopper knows, with or without the `#`. */
  async findOrder(http: HttpCall, number: string): Promise<ShopifyOrder | undefined> {
    const bare = numberOf(number.trim());
    const name = /^\d+$/.test(bare) ? `#${bare}` : bare;
    const found = await this.search(http, `name:${quoted(name)}`, 5);
    return found.find((order) => numberOf(order.name).toLowerCase() === bare.toLowerCase());
  }

  async search(http: HttpCall, search: string, first: number): Promise<ShopifyOrder[]> {
    return (await this.run(http, ORDERS, { search, first })).orders.nodes;
  }

  async variants(http: HttpCall, search: string | undefined) {
    const { productVariants, shop } = await this.run(http, VARIANTS, { search: search ?? null, first: 100 });
    return productVariants.nodes.map((variant) => ({
      ...variant,
      /** With the variant's own title, where it has one. */
      fullName:
        variant.title === null || variant.title === undefined || variant.title === "Default Title"
          ? variant.product.title
          : `${variant.product.title} ${variant.title}`,
      currency: shop?.currencyCode ?? undefined,
    }));
  }

  /** The variant of each line, by SKU and else by name; undefined where there is none. */
  async variantsFor(http: HttpCall, lines: Capability<"create_replacement">["args"]["items"]) {
    return Promise.all(
      lines.map(async ({ sku, name }) => {
        const found = await this.variants(http, sku ? `sku:${quoted(sku)}` : `title:${quoted(name)}`);
        return found.find((each) => (sku ? each.sku === sku : each.fullName.toLowerCase() === name.toLowerCase()));
      }),
    );
  }

  async markPaid(http: HttpCall, id: string): Promise<UserErrors> {
    return (await this.run(http, MARK_PAID, { id }, true)).orderMarkAsPaid.userErrors;
  }
}

/** What stands in quotes cannot end the search term that it is in. */
export function quoted(value: string): string {
  return `'${value.replace(/['\\]/g, " ").slice(0, 200)}'`;
}

/** Shopify's words for no, if it said no. */
export function refusalIn(errors: UserErrors): string | undefined {
  if (errors === null || errors === undefined || errors.length === 0) return undefined;
  return errors.map(({ message, code }) => message ?? code ?? "refused").join(" ");
}

/** What must be there when there are no user errors. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new CallFailed("malformed", { outcomeUnknown: true });
  return value;
}
