/** What is left of an order's money, so that a policy can name the exact amount: vendors give the total and what went back. */
import type { CapabilityName, Money, Order } from "../connectors/index.js";

type Amount = ReturnType<typeof Money.parse>;

/** Orders with `left_to_refund`, where total and refunded amount are both known and in one currency; anything else as it is. */
export function withRest(capability: CapabilityName, value: unknown): unknown {
  if (capability === "get_order") return orderWithRest(value as Order);
  return capability === "list_orders" ? (value as Order[]).map(orderWithRest) : value;
}

function orderWithRest(order: Order): Order {
  const rest = difference(order.total, order.refunded);
  return rest === undefined ? order : { ...order, left_to_refund: rest };
}

function difference(total: Amount | null | undefined, refunded: Amount | null | undefined): Amount | undefined {
  if (!total || !refunded || total.currency !== refunded.currency) return undefined;
  return { currency: total.currency, amountMinor: Math.max(0, total.amountMinor - refunded.amountMinor) };
}
