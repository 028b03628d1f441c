import type { Tool } from "../connector.js";
import { ok } from "../connector.js";
import type { Http } from "../http.js";
import { defineTool } from "../tool.js";
import { sameEmail } from "../values.js";
import { findOrder } from "./client.js";
import { customerOf, orderOf } from "./order.js";
import type { OrderIndex } from "./order-index.js";

/** As many as a shopper can choose from. */
const MOST_ORDERS = 10;

export function shipMonkTools(http: Http, index: OrderIndex): Tool[] {
  const system = "shipmonk";
  return [
    defineTool(http, {
      name: "get_shipmonk_account_details",
      capability: "lookup_customer",
      system,
      async run({ email }, call) {
        // A customer is whoever an order was sent to; the newest order knows best where they live now.
        for (const number of (await index.numbersOf(email, call)).slice(0, 3)) {
          const order = await findOrder(call, number);
          if (order !== undefined && isTheirs(order, email)) return ok(customerOf(email, order));
        }
        return { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "get_shipmonk_orders",
      capability: "list_orders",
      system,
      async run({ email }, call) {
        const numbers = (await index.numbersOf(email, call)).slice(0, MOST_ORDERS);
        const details = await Promise.all(numbers.map((number) => findOrder(call, number)));
        const orders = details.flatMap((order) =>
          order !== undefined && isTheirs(order, email) ? [orderOf(order)] : [],
        );
        return orders.length === 0 ? { result: "not_found" } : ok(orders);
      },
    }),
    defineTool(http, {
      name: "shipmonk_order_details",
      capability: "get_order",
      system,
      async run({ order_id }, call) {
        const order = await findOrder(call, order_id);
        return order === undefined ? { result: "not_found" } : ok(orderOf(order));
      },
    }),
  ];
}

/** An order may have been given to another address since it was indexed. */
function isTheirs({ customer_email }: { customer_email?: string | null | undefined }, email: string): boolean {
  return typeof customer_email === "string" && sameEmail(customer_email, email);
}
