/** What an order will show in the chat, in a few words, so that one can pick the case to look at. */
import type { WorldOrder } from "../world/index.js";

const DAY_MS = 86_400_000;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** @param now milliseconds since 1970 */
export function whatItShows(order: WorldOrder, now: number): string {
  const when = (time: string | undefined) =>
    time === undefined ? undefined : relative.format(Math.round((Date.parse(time) - now) / DAY_MS), "day");
  switch (order.status?.toLowerCase()) {
    case undefined:
      return "the warehouse says nothing about its state";
    case "approved":
      return "approved, waiting to be processed";
    case "processing":
      return "processed, waiting to be shipped";
    case "pending shipment":
      return order.ship === undefined
        ? "pending shipment, no date known"
        : `pending shipment, leaves ${when(order.ship)}`;
    case "shipped":
      return order.tracking === undefined ? "shipped" : `shipped, tracking number ${order.tracking}`;
    case "in transit": {
      if (order.eta === undefined) return "in transit, the carrier gives no date";
      const late = Date.parse(order.eta) < now;
      return late ? `in transit, late: it was expected ${when(order.eta)}` : `in transit, expected ${when(order.eta)}`;
    }
    case "delivered":
      return order.delivered === undefined ? "delivered" : `delivered ${when(order.delivered)}`;
    case "canceled":
      return "canceled";
    default:
      return `“${order.status}”, a state that the policy does not know`;
  }
}
