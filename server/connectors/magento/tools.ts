import type { Tool } from "../connector.js";
import { ok } from "../connector.js";
import type { Http } from "../http.js";
import { defineTool } from "../tool.js";
import { known, moneyOf, sameEmail } from "../values.js";
import { creditMemosOf, findCustomers, findOrder, ordersOf, productsLike, shipmentsOf } from "./client.js";
import { customerOf, guestOf, orderOf } from "./order.js";

/** What can be asked of Magento. */
export function magentoReads(http: Http, currency: string): Tool[] {
  const system = "magento";
  return [
    defineTool(http, {
      name: "get_magento_account_details",
      capability: "lookup_customer",
      system,
      async run({ email }, call) {
        const account = (await findCustomers(call, email)).find((each) => sameEmail(each.email, email));
        if (account !== undefined) return ok(customerOf(account));
        // Who bought as a guest has orders and no account.
        const [order] = await ordersOf(call, email);
        return order === undefined ? { result: "not_found" } : ok(guestOf(email, order));
      },
    }),
    defineTool(http, {
      name: "get_magento_orders",
      capability: "list_orders",
      system,
      async run({ email }, call) {
        // By the e-mail on the order, not by account: guests have orders too.
        const orders = (await ordersOf(call, email)).filter((order) => sameEmail(order.customer_email ?? "", email));
        return orders.length === 0 ? { result: "not_found" } : ok(orders.map((order) => orderOf(order)));
      },
    }),
    defineTool(http, {
      name: "magento_order_details",
      capability: "get_order",
      system,
      async run({ order_id }, call) {
        const order = await findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        const [shipments, memos] = await Promise.all([
          shipmentsOf(call, order.entity_id),
          creditMemosOf(call, order.entity_id),
        ]);
        return ok(orderOf(order, { shipments, memos }));
      },
    }),
    defineTool(http, {
      name: "magento_reship_eligibility",
      capability: "check_reship",
      system,
      async run({ order_id }, call) {
        const order = await findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        const { reship_eligible, reship_reason } = order.extension_attributes ?? {};
        return ok(known({ eligible: reship_eligible, reason: reship_reason }));
      },
    }),
    defineTool(http, {
      name: "get_magento_products",
      capability: "list_products",
      system,
      async run({ query }, call) {
        const products = await productsLike(call, query);
        if (products.length === 0) return { result: "not_found" };
        return ok(
          products.map(({ sku, name, price, extension_attributes }) => {
            const stock = extension_attributes?.stock_item?.qty;
            return known({
              sku,
              name: name ?? sku,
              price: moneyOf(price, currency),
              stock: typeof stock === "number" ? Math.trunc(stock) : undefined,
              available: typeof stock === "number" ? stock > 0 : undefined,
            });
          }),
        );
      },
    }),
  ];
}
