import { splitAddress } from "../address-line.js";
import type { Tool, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { Http } from "../http.js";
import { referenceOf } from "../reference.js";
import { defineTool } from "../tool.js";
import { known, sameEmail, timeOf } from "../values.js";
import {
  ASSUMED,
  cancellationReasons,
  change,
  findOrder,
  findSubscriber,
  findSubscription,
  ordersOf,
  type PurchaseState,
  subscriptionsOf,
} from "./client.js";
import { addressOf, customerOf, orderOf, subscriptionOf } from "./shapes.js";

const system = "smartrr";
const EXPEDITED = "Expedited";

export function smartrrTools(http: Http): Tool[] {
  return [...reads(http), ...effects(http)];
}

function reads(http: Http): Tool[] {
  return [
    defineTool(http, {
      name: "get_smartrr_account_details",
      capability: "lookup_customer",
      system,
      async run({ email }, call) {
        const subscriber = await findSubscriber(call, email);
        if (subscriber === undefined) return { result: "not_found" };
        const [first] = await subscriptionsOf(call, subscriber.id);
        return ok(customerOf(email, subscriber, addressOf(first?.shippingAddress)));
      },
    }),
    defineTool(http, {
      name: "get_smartrr_orders",
      capability: "list_orders",
      system,
      async run({ email }, call) {
        const subscriber = await findSubscriber(call, email);
        const all = subscriber === undefined ? [] : await ordersOf(call, subscriber.id);
        const orders = all.map(orderOf).filter((order) => sameEmail(order.email ?? "", email));
        orders.sort((one, other) => String(other.ordered_at ?? "").localeCompare(String(one.ordered_at ?? "")));
        return orders.length === 0 ? { result: "not_found" } : ok(orders.slice(0, 10));
      },
    }),
    defineTool(http, {
      name: "smartrr_order_details",
      capability: "get_order",
      system,
      async run({ order_id }, call) {
        const order = await findOrder(call, order_id);
        return order === undefined ? { result: "not_found" } : ok(orderOf(order));
      },
    }),
    defineTool(http, {
      name: "get_smartrr_subscriptions",
      capability: "list_subscriptions",
      system,
      async run({ email }, call) {
        const subscriber = await findSubscriber(call, email);
        const states = subscriber === undefined ? [] : await subscriptionsOf(call, subscriber.id);
        // The list's rows may leave out whose they are; that is what was asked for.
        const subscriptions = states.map((state) => subscriptionOf({ ...state, custRel: state.custRel ?? subscriber }));
        return subscriptions.length === 0 ? { result: "not_found" } : ok(subscriptions);
      },
    }),
    defineTool(http, {
      name: "smartrr_subscription_details",
      capability: "get_subscription",
      system,
      async run({ subscription_id }, call) {
        const state = await findSubscription(call, subscription_id);
        return state === undefined ? { result: "not_found" } : ok(subscriptionOf(state));
      },
    }),
  ];
}

function effects(http: Http): Tool[] {
  return [
    defineTool(http, {
      name: "smartrr_skip_shipment",
      capability: "skip_shipment",
      system,
      // Each call of Smartrr's skip moves one more delivery: the date says which one is meant, and is looked at first.
      async run({ subscription_id, next_charge }, call) {
        const state = await findSubscription(call, subscription_id);
        if (state === undefined) return { result: "not_found" };
        const before = skipped(state, next_charge);
        if (before !== undefined) return before;
        const refusal = notActive(state) ?? notThatCharge(state, next_charge);
        if (refusal !== undefined) return refusal;
        const told = await change(call, state, "PUT", "skip", { [ASSUMED.skipDate]: state.nextBillingDate });
        if (told !== undefined) return { result: "refused", reason: told };
        const after = await findSubscription(call, subscription_id);
        return (
          (after && skipped(after, next_charge)) ?? {
            result: "unknown_outcome",
            reason: "The next charge has not moved.",
          }
        );
      },
      async readBack({ subscription_id, next_charge }, call) {
        const state = await findSubscription(call, subscription_id);
        return (state && skipped(state, next_charge)) ?? { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "smartrr_unskip_shipment",
      capability: "unskip_shipment",
      system,
      async run({ subscription_id, skipped: date }, call) {
        const state = await findSubscription(call, subscription_id);
        if (state === undefined) return { result: "not_found" };
        const before = broughtBack(state, date);
        if (before !== undefined) return before;
        const told = notActive(state) ?? (await change(call, state, "PUT", "unskip", { [ASSUMED.skipDate]: date }));
        if (typeof told === "object") return told;
        if (told !== undefined) return { result: "refused", reason: told };
        const after = await findSubscription(call, subscription_id);
        return (
          (after && broughtBack(after, date)) ?? { result: "unknown_outcome", reason: "The next charge has not moved." }
        );
      },
      async readBack({ subscription_id, skipped: date }, call) {
        const state = await findSubscription(call, subscription_id);
        return (state && broughtBack(state, date)) ?? { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "smartrr_pause_subscription",
      capability: "pause_subscription",
      system,
      async run({ subscription_id, until }, call) {
        const state = await findSubscription(call, subscription_id);
        if (state === undefined) return { result: "not_found" };
        const before = paused(state);
        if (before !== undefined) return before;
        const refusal = notActive(state);
        if (refusal !== undefined) return refusal;
        const told = await change(call, state, "PUT", "pause", { unpauseDate: until });
        return told === undefined
          ? ok(
              { subscription_id, status: "paused", next_charge: until },
              `Smartrr subscription ${subscription_id} paused`,
            )
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id }, call) {
        const state = await findSubscription(call, subscription_id);
        return (state && paused(state)) ?? { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "smartrr_cancel_subscription",
      capability: "cancel_subscription",
      system,
      async run({ subscription_id, reason }, call) {
        const state = await findSubscription(call, subscription_id);
        if (state === undefined) return { result: "not_found" };
        if (isCanceled(state)) return ok({ subscription_id, status: "canceled" });
        const reasons = await cancellationReasons(call);
        const chosen =
          reasons.find(({ text }) => reason !== undefined && alike(text, reason)) ??
          reasons.find(({ text }) => /other/i.test(text)) ??
          reasons[0];
        const told = await change(call, state, "PUT", "cancel", { [ASSUMED.cancellationReason]: chosen?.id });
        return told === undefined
          ? ok({ subscription_id, status: "canceled" }, `Smartrr subscription ${subscription_id} canceled`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id }, call) {
        const state = await findSubscription(call, subscription_id);
        return state !== undefined && isCanceled(state)
          ? ok({ subscription_id, status: "canceled" })
          : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "smartrr_swap_product",
      capability: "swap_product",
      system,
      async run({ subscription_id, product, sku }, call) {
        const state = await findSubscription(call, subscription_id);
        const line = state?.stLineItems?.[0];
        if (state === undefined) return { result: "not_found" };
        if (line === undefined)
          return { result: "refused", reason: "Smartrr does not say what the subscription brings." };
        if (brings(state, product, sku)) return ok({ subscription_id, product });
        const refusal = notActive(state);
        if (refusal !== undefined) return refusal;
        const body = known({ sku: sku ?? undefined, name: product, quantity: line.quantity ?? 1 });
        const told = await change(call, state, "PUT", `line-item/${encodeURIComponent(line.id)}`, body);
        return told === undefined
          ? ok({ subscription_id, product }, `Smartrr subscription ${subscription_id} swapped`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id, product, sku }, call) {
        const state = await findSubscription(call, subscription_id);
        return state !== undefined && brings(state, product, sku)
          ? ok({ subscription_id, product })
          : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "smartrr_apply_discount",
      capability: "apply_discount",
      system,
      async run({ subscription_id, percent, on, reason }, call, tool) {
        const state = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        if (state === undefined) return { result: "not_found" };
        const reference = referenceOf(tool, { subscription_id, percent, on });
        if (hasDiscount(state, reference)) return ok({ percent });
        const refusal = notActive(state);
        if (refusal !== undefined) return refusal;
        const note = `${reason ?? "Thank you for staying"} (${reference})`;
        const told = await change(call, state, "POST", ASSUMED.discountPath, { percent, orders: 1, note });
        return told === undefined
          ? ok({ percent }, `Smartrr discount ${reference}`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id, percent, on }, call, tool) {
        const state = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        const reference = referenceOf(tool, { subscription_id, percent, on });
        return state !== undefined && hasDiscount(state, reference) ? ok({ percent }) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "smartrr_upgrade_shipping",
      capability: "upgrade_shipping",
      system,
      async run({ subscription_id, service = EXPEDITED }, call) {
        const state = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        if (state === undefined) return { result: "not_found" };
        if (state.shippingMethod?.title === service) return ok({ service });
        const refusal = notActive(state);
        if (refusal !== undefined) return refusal;
        const told = await change(call, state, "PUT", ASSUMED.shippingPath, {
          title: service,
          price: "0.00",
          orders: 1,
        });
        return told === undefined
          ? ok({ service }, `Smartrr subscription ${subscription_id} sent ${service}`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id, service = EXPEDITED }, call) {
        const state = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        return state?.shippingMethod?.title === service ? ok({ service }) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "smartrr_update_address",
      capability: "update_address",
      system,
      async run({ subscription_id, address }, call) {
        const state = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        if (state === undefined) return { result: "not_found" };
        const { street1, street2, city, state: province, zip, country } = splitAddress(address);
        const body = known({
          address1: street1,
          address2: street2,
          city,
          provinceCode: province,
          zip,
          countryCode: country,
        });
        const told = await change(call, state, "PUT", ASSUMED.addressPath, body);
        return told === undefined
          ? ok({ address }, `Smartrr subscription ${subscription_id} readdressed`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id, address }, call) {
        const state = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        return addressOf(state?.shippingAddress) === address ? ok({ address }) : { result: "not_found" };
      },
    }),
  ];
}

/** Set when the charge of that date is not coming any more. */
function skipped(
  state: PurchaseState,
  date: string,
): ToolOutcome<{ subscription_id: string; skipped: string; next_charge: string }> | undefined {
  const next = timeOf(state.nextBillingDate);
  if (typeof next !== "string" || Date.parse(next) <= Date.parse(date)) return undefined;
  return ok(
    { subscription_id: state.shopifyId, skipped: date, next_charge: next },
    `Smartrr subscription ${state.shopifyId} skipped`,
  );
}

function broughtBack(
  state: PurchaseState,
  date: string,
): ToolOutcome<{ subscription_id: string; next_charge: string }> | undefined {
  const next = timeOf(state.nextBillingDate);
  if (typeof next !== "string" || Date.parse(next) > Date.parse(date)) return undefined;
  return ok(
    { subscription_id: state.shopifyId, next_charge: next },
    `Smartrr subscription ${state.shopifyId} brought back`,
  );
}

function paused(
  state: PurchaseState,
): ToolOutcome<{ subscription_id: string; status: string; next_charge?: string | null }> | undefined {
  if (state.purchaseStateStatus !== "PAUSED") return undefined;
  const next = timeOf(state.nextBillingDate);
  return ok(known({ subscription_id: state.shopifyId, status: "paused", next_charge: next }));
}

function notActive({ purchaseStateStatus: word }: PurchaseState): ToolOutcome<never> | undefined {
  if (word === "ACTIVE" || word === undefined || word === null) return undefined;
  return { result: "refused", reason: `The subscription is ${word.toLowerCase()}.` };
}

function notThatCharge({ nextBillingDate }: PurchaseState, date: string): ToolOutcome<never> | undefined {
  const next = timeOf(nextBillingDate);
  if (typeof next === "string" && Date.parse(next) === Date.parse(date)) return undefined;
  return { result: "refused", reason: "The next charge is on another day than was said." };
}

function isCanceled({ purchaseStateStatus: word }: PurchaseState): boolean {
  return word === "CANCELLED";
}

function brings({ stLineItems }: PurchaseState, product: string, sku: string | null | undefined): boolean {
  return stLineItems?.some((line) => (sku ? line.sku === sku : line.name === product)) ?? false;
}

function hasDiscount({ discounts }: PurchaseState, reference: string): boolean {
  return discounts?.some(({ note }) => note?.includes(reference)) ?? false;
}

function alike(one: string, other: string): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z\d]+/g, " ")
      .trim();
  return plain(one) === plain(other) || plain(one).includes(plain(other));
}
