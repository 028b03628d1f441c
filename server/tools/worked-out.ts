/** What follows from a vendor's answer and is not in it: what is left of an order's money, the delivery after the next. */
import { addInterval, type CapabilityName, parseInterval, type Subscription } from "../connectors/index.js";
import { withRest } from "./left-to-refund.js";

export function withWorkedOut(capability: CapabilityName, value: unknown): unknown {
  if (capability === "get_subscription") return withFollowing(value as Subscription);
  if (capability === "list_subscriptions") return (value as Subscription[]).map(withFollowing);
  return withRest(capability, value);
}

/** Only where next charge and rhythm are both known. A day that the month does not have is its last: 31 January, 28 February. */
function withFollowing(subscription: Subscription): Subscription {
  const { next_charge: next, interval } = subscription;
  const rhythm = parseInterval(interval ?? undefined);
  if (!next || rhythm === undefined) return subscription;
  return { ...subscription, following_charge: addInterval(next, rhythm) };
}
