import { splitAddress } from "../address-line.js";
import type { Tool, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { Http } from "../http.js";
import { defineTool } from "../tool.js";
import { sameEmail } from "../values.js";
import { findOrder, type OrderDetail, updateOrder } from "./client.js";
import { customerOf, orderOf, STATUS } from "./order.js";
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
    defineTool(http, {
      name: "shipmonk_cancel_order",
      capability: "cancel_order",
      system,
      async run({ order_id }, call) {
        const order = await findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        if (order.processing_status === "cancelled") return ok({ order_id, status: "canceled" });
        if (isPicked(order)) return { result: "refused", reason: "The warehouse is working on the order already." };
        const told = await updateOrder(call, order, { order_status: "cancelled" });
        if (told !== undefined) return { result: "refused", reason: told };
        const after = await findOrder(call, order_id);
        if (after?.processing_status === "cancelled") return canceled(order_id);
        return {
          result: "unknown_outcome",
          reason: `ShipMonk says ${after?.processing_status ?? "nothing"} about it.`,
        };
      },
      async readBack({ order_id }, call) {
        const order = await findOrder(call, order_id);
        return order?.processing_status === "cancelled" ? canceled(order_id) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "shipmonk_update_address",
      capability: "update_address",
      system,
      async run({ order_id, address }, call) {
        const order = order_id === undefined ? undefined : await findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        if (isPicked(order)) return { result: "refused", reason: "The warehouse is working on the order already." };
        const { country, ...parts } = splitAddress(address);
        const to = { street2: null, state: null, zip: null, ...parts, ...(country ? { country_code: country } : {}) };
        const told = await updateOrder(call, order, { ship_to: to });
        return told === undefined ? readdressed(order_id, address) : { result: "refused", reason: told };
      },
      async readBack({ order_id, address }, call) {
        const order = order_id === undefined ? undefined : await findOrder(call, order_id);
        // The country may have been left as it was.
        const now = order && orderOf(order).ship_to;
        return now === address || now === `${address}, ${order?.ship_to?.country_code}`
          ? readdressed(order_id, address)
          : { result: "not_found" };
      },
    }),
  ];
}

function canceled(order_id: string): ToolOutcome<{ order_id: string; status: string }> {
  return ok({ order_id, status: "canceled" }, `ShipMonk order ${order_id} canceled`);
}

function readdressed(order_id: string | undefined, address: string): ToolOutcome<{ address: string }> {
  return ok({ address }, `ShipMonk order ${order_id} readdressed`);
}

/** From picking on, nothing can be changed: the way back is a return. */
function isPicked({ processing_status }: OrderDetail): boolean {
  const word = processing_status ?? "";
  return ["processing", "pending_shipment", "shipped", "in_transit", "delivered", "canceled"].includes(
    STATUS[word] ?? "",
  );
}

/** An order may have been given to another address since it was indexed. */
function isTheirs({ customer_email }: { customer_email?: string | null | undefined }, email: string): boolean {
  return typeof customer_email === "string" && sameEmail(customer_email, email);
}
