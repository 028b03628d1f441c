/** What happens in the outside world between two messages: an order moves on or is gone, a system fails or is well again. */
import { parseWorld, type World } from "../../../sandbox/world/index.js";
import { orderFrom, parts, subscriptionFrom } from "./facts.js";
import { FAULT, faultFrom } from "./faults.js";

export interface Happening {
  /** Entries of a world file: what they say is so from now on. */
  readonly orders?: readonly Record<string, unknown>[];
  readonly subscriptions?: readonly Record<string, unknown>[];
  readonly faults?: Record<string, unknown>;
  /** Ids of what is no longer there. */
  readonly gone?: { readonly order?: string; readonly subscription?: string };
  readonly well?: boolean;
}

export const HAPPENINGS = [
  "(order 5501 is now: Delivered, delivered today)",
  "(subscription S-77 is now: paused)",
  "(order 5501 is gone)",
  "(the order look-up is down, once)",
  "(all is well again)",
];

/** @throws Error that says what may be written instead */
export function happeningFrom(text: string): Happening | undefined {
  if (text === "all is well again") return { well: true };
  const [, lost, gone] = /^(order|subscription) (\S+) is gone$/.exec(text) ?? [];
  if (gone !== undefined) return { gone: { [lost as "order"]: gone } };
  const [, changed, id, attributes = ""] = /^(order|subscription) (\S+) is now: (.+)$/.exec(text) ?? [];
  if (changed === "order") return { orders: [{ id, ...orderFrom(parts(attributes)) }] };
  if (changed === "subscription") return { subscriptions: [{ id, ...subscriptionFrom(parts(attributes)) }] };
  const fault = FAULT.exec(text);
  return fault === null ? undefined : { faults: faultFrom(fault) };
}

/** What an entry does not say stays as it was. */
export function letHappen(world: World, { gone, well, ...entries }: Happening): void {
  if (well === true) world.faults.clear();
  if (gone?.order !== undefined) without(world.orders, gone.order);
  if (gone?.subscription !== undefined) without(world.subscriptions, gone.subscription);
  const { world: news, problems } = parseWorld(entries, world.clock);
  if (news === undefined) throw new Error(problems.map(({ message }) => message).join(" "));
  for (const [name, fault] of news.faults) world.faults.set(name, fault);
  for (const order of news.orders) {
    const { currency, ...said } = order;
    const known = world.findOrder(order.id);
    if (known === undefined) world.orders.push(order);
    else Object.assign(known, said, order.items === undefined ? {} : { currency });
  }
  for (const subscription of news.subscriptions) {
    const { currency, ...said } = subscription;
    const known = world.findSubscription(subscription.id);
    if (known === undefined) world.subscriptions.push(subscription);
    else Object.assign(known, said, subscription.price === undefined ? {} : { currency });
  }
}

function without(list: { readonly id: string }[], id: string): void {
  const at = list.findIndex((each) => each.id === id);
  if (at < 0)
    throw new Error(`There is no "${id}" that could be gone. Name one of: ${list.map((each) => each.id).join(", ")}.`);
  list.splice(at, 1);
}
