import type { CapabilityName } from "../capabilities.js";
import type { Tool } from "../connector.js";
import { ok } from "../connector.js";
import type { Http } from "../http.js";
import { defineTool, type ToolParts } from "../tool.js";
import { known, moneyOf } from "../values.js";
import { quoted, type Shopify } from "./client.js";
import { changingParts } from "./effects.js";
import { ATTRIBUTES, attributeOf, customerOf, flagOf, orderOf, replacesTag, trackingOf } from "./order.js";
import type { AnyPart, Part } from "./part.js";
import { moneyParts } from "./refund.js";
import { replacementPart } from "./replacement.js";

/** Which of Shopify's tools there are, and how they are called: other systems lend their own names to some of them. */
export type ToolNames = Partial<Record<CapabilityName, string>>;

export const SHOPIFY_TOOLS = {
  lookup_customer: "get_shopify_account_details",
  list_orders: "get_shopify_orders",
  get_order: "shopify_order_details",
  get_tracking: "shopify_tracking_info",
  check_reship: "check_reshipment_eligibility",
  list_products: "get_shopify_products",
  issue_refund: "shopify_issue_refund",
  store_credit: "shopify_store_credit",
  cancel_order: "shopify_cancel_order",
  mark_paid: "set_order_to_paid",
  apply_discount: "set_discount_to_order",
  upgrade_shipping: "upgrade_shipping",
  update_address: "shopify_update_address",
  exchange: "shopify_exchange_order",
  create_replacement: "shopify_create_order",
} as const satisfies ToolNames;

export function shopifyTools(http: Http, shop: Shopify, system: string, names: ToolNames): Tool[] {
  const parts = [...readingParts(shop), ...moneyParts(shop), ...changingParts(shop), replacementPart(shop)];
  return parts.flatMap((part) => {
    const name = names[part.capability];
    return name === undefined ? [] : [defineTool(http, { ...part, name, system } as ToolParts<CapabilityName>)];
  });
}

function readingParts(shop: Shopify): AnyPart[] {
  return [
    {
      capability: "lookup_customer",
      async run({ email }, call) {
        const customer = await shop.findCustomer(call, email);
        if (customer !== undefined) return ok(customerOf(email, customer));
        // Who bought as a guest has orders and no account.
        const [order] = await shop.ordersOf(call, email);
        if (order === undefined) return { result: "not_found" };
        const { ship_to } = orderOf(order);
        return ok(
          known({ email: order.email ?? email, name: order.shippingAddress?.name ?? undefined, address: ship_to }),
        );
      },
    } satisfies Part<"lookup_customer">,
    {
      capability: "list_orders",
      async run({ email }, call) {
        const orders = await shop.ordersOf(call, email);
        return orders.length === 0 ? { result: "not_found" } : ok(orders.map(orderOf));
      },
    } satisfies Part<"list_orders">,
    {
      capability: "get_order",
      async run({ order_id }, call) {
        const order = await shop.findOrder(call, order_id);
        return order === undefined ? { result: "not_found" } : ok(orderOf(order));
      },
    } satisfies Part<"get_order">,
    {
      capability: "get_tracking",
      async run({ order_id }, call) {
        const order = await shop.findOrder(call, order_id);
        const tracking = order && trackingOf(order);
        return tracking === undefined ? { result: "not_found" } : ok(tracking);
      },
    } satisfies Part<"get_tracking">,
    {
      capability: "check_reship",
      async run({ order_id }, call) {
        const order = await shop.findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        const before = await shop.search(call, `tag:${quoted(replacesTag(order_id))}`, 10);
        return ok(
          known({
            eligible: flagOf(attributeOf(order, ATTRIBUTES.reshipEligible)),
            reason: attributeOf(order, ATTRIBUTES.reshipReason),
            replacements: before.filter(({ tags }) => tags?.includes(replacesTag(order_id))).length,
          }),
        );
      },
    } satisfies Part<"check_reship">,
    {
      capability: "list_products",
      async run({ query }, call) {
        const variants = await shop.variants(call, query === undefined ? undefined : `title:${quoted(query)}`);
        if (variants.length === 0) return { result: "not_found" };
        return ok(
          variants.map(({ sku, fullName, price, currency, inventoryQuantity, availableForSale }) =>
            known({
              sku: sku ?? undefined,
              name: fullName,
              price: moneyOf(price, currency),
              stock: Number.isSafeInteger(inventoryQuantity) ? (inventoryQuantity ?? undefined) : undefined,
              available: availableForSale ?? undefined,
            }),
          ),
        );
      },
    } satisfies Part<"list_products">,
  ];
}
