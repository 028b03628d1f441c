import { addressLine, splitAddress } from "../address-line.js";
import type { Subscription } from "../capabilities.js";
import type { Tool, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { Http } from "../http.js";
import { intervalText } from "../intervals.js";
import { countOf } from "../items.js";
import { referenceOf } from "../reference.js";
import { defineTool } from "../tool.js";
import { known, moneyOf, statusWord, timeOf } from "../values.js";
import {
  catalogue,
  change,
  findSubscription,
  type StayPaths,
  type StaySubscription,
  subscriptionsOf,
} from "./client.js";

const system = "stayai";

export function stayAiTools(http: Http, paths: StayPaths, currency: string): Tool[] {
  return [...reads(http, currency), ...effects(http, paths)];
}

function reads(http: Http, currency: string): Tool[] {
  return [
    defineTool(http, {
      name: "get_stayai_account_details",
      capability: "lookup_customer",
      system,
      async run({ email }, call) {
        const [first] = await subscriptionsOf(call, email);
        if (first === undefined) return { result: "not_found" };
        const address = first.deliveryMethod?.address;
        const name = [address?.firstName, address?.lastName].filter((part) => part).join(" ");
        return ok(
          known({
            email,
            name: name === "" ? undefined : name,
            phone: address?.phone ?? first.customer?.phone,
            address: addressOf(first),
          }),
        );
      },
    }),
    defineTool(http, {
      name: "get_stayai_subscriptions",
      capability: "list_subscriptions",
      system,
      async run({ email }, call) {
        const subscriptions = await subscriptionsOf(call, email);
        return subscriptions.length === 0 ? { result: "not_found" } : ok(subscriptions.map(subscriptionOf));
      },
    }),
    defineTool(http, {
      name: "stayai_subscription_details",
      capability: "get_subscription",
      system,
      async run({ subscription_id }, call) {
        const subscription = await findSubscription(call, subscription_id);
        return subscription === undefined ? { result: "not_found" } : ok(subscriptionOf(subscription));
      },
    }),
    defineTool(http, {
      name: "get_stayai_products",
      capability: "list_products",
      system,
      async run({ query = "" }, call) {
        const found = (await catalogue(call)).filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()));
        if (found.length === 0) return { result: "not_found" };
        return ok(
          found.map(({ name, sku, price, stock, available }) =>
            known({ name, sku, price: moneyOf(price, currency), stock: countOf(stock), available }),
          ),
        );
      },
    }),
  ];
}

function effects(http: Http, paths: StayPaths): Tool[] {
  return [
    defineTool(http, {
      name: "stayai_skip_shipment",
      capability: "skip_shipment",
      system,
      // Each call of a skip moves one more delivery: the date says which one is meant, and is looked at first.
      async run({ subscription_id, next_charge }, call) {
        const before = await findSubscription(call, subscription_id);
        if (before === undefined) return { result: "not_found" };
        const done = skipped(before, next_charge);
        if (done !== undefined) return done;
        const refusal = notActive(before) ?? notThatCharge(before, next_charge);
        if (refusal !== undefined) return refusal;
        const told = await change(call, subscription_id, paths.skip, { initiator: "CUSTOMER" });
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
        const subscription = await findSubscription(call, subscription_id);
        return (subscription && skipped(subscription, next_charge)) ?? { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "stayai_unskip_shipment",
      capability: "unskip_shipment",
      system,
      async run({ subscription_id, skipped: date }, call) {
        const subscription = await findSubscription(call, subscription_id);
        if (subscription === undefined) return { result: "not_found" };
        const done = broughtBack(subscription, date);
        if (done !== undefined) return done;
        const refusal = notActive(subscription);
        if (refusal !== undefined) return refusal;
        const told = await change(call, subscription_id, paths.setNextDate, {
          nextBillingDate: date,
          initiator: "CUSTOMER",
        });
        return told === undefined
          ? ok({ subscription_id, next_charge: date }, `Stay AI subscription ${subscription_id} brought back`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id, skipped: date }, call) {
        const subscription = await findSubscription(call, subscription_id);
        return (subscription && broughtBack(subscription, date)) ?? { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "stayai_pause_subscription",
      capability: "pause_subscription",
      system,
      async run({ subscription_id, until }, call) {
        const subscription = await findSubscription(call, subscription_id);
        if (subscription === undefined) return { result: "not_found" };
        const before = paused(subscription);
        if (before !== undefined) return before;
        const refusal = notActive(subscription);
        if (refusal !== undefined) return refusal;
        // A day, as most sources have it.
        const told = await change(call, subscription_id, "pause", {
          pausedUntil: until.slice(0, 10),
          initiator: "CUSTOMER",
        });
        return told === undefined
          ? ok({ subscription_id, status: "paused" }, `Stay AI subscription ${subscription_id} paused`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id }, call) {
        const subscription = await findSubscription(call, subscription_id);
        return (subscription && paused(subscription)) ?? { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "stayai_cancel_subscription",
      capability: "cancel_subscription",
      system,
      async run({ subscription_id, reason }, call) {
        const subscription = await findSubscription(call, subscription_id);
        if (subscription === undefined) return { result: "not_found" };
        if (wordOf(subscription) === "CANCELLED") return ok({ subscription_id, status: "canceled" });
        const body = { cancellationReasons: [reason ?? "Not given"], initiator: "CUSTOMER" };
        const told = await change(call, subscription_id, "cancel", body);
        return told === undefined
          ? ok({ subscription_id, status: "canceled" }, `Stay AI subscription ${subscription_id} canceled`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id }, call) {
        const subscription = await findSubscription(call, subscription_id);
        return subscription !== undefined && wordOf(subscription) === "CANCELLED"
          ? ok({ subscription_id, status: "canceled" })
          : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "stayai_swap_product",
      capability: "swap_product",
      system,
      async run({ subscription_id, product, sku }, call) {
        const subscription = await findSubscription(call, subscription_id);
        const line = subscription?.lines?.[0];
        if (subscription === undefined) return { result: "not_found" };
        if (line === undefined)
          return { result: "refused", reason: "Stay AI does not say what the subscription brings." };
        if (brings(subscription, product, sku)) return ok({ subscription_id, product });
        const refusal = notActive(subscription);
        if (refusal !== undefined) return refusal;
        const variant = (await catalogue(call)).find((each) => (sku ? each.sku === sku : each.name === product));
        if (variant === undefined) return { result: "refused", reason: "The catalogue does not have that product." };
        if (variant.available === false || variant.stock === 0) {
          return { result: "refused", reason: "The product is out of stock." };
        }
        const told = await change(call, subscription_id, paths.swap, {
          lineId: line.id,
          variantId: variant.id,
          price: variant.price,
          quantity: line.quantity ?? 1,
          initiator: "CUSTOMER",
          isDiscounted: false,
        });
        if (told !== undefined) return { result: "refused", reason: told };
        const price = moneyOf(variant.price, subscription.currencyCode);
        return ok(known({ subscription_id, product, price }), `Stay AI subscription ${subscription_id} swapped`);
      },
      async readBack({ subscription_id, product, sku }, call) {
        const subscription = await findSubscription(call, subscription_id);
        return subscription !== undefined && brings(subscription, product, sku)
          ? ok({ subscription_id, product })
          : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "stayai_apply_discount",
      capability: "apply_discount",
      system,
      async run({ subscription_id, percent, on, reason }, call, tool) {
        const subscription = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        if (subscription === undefined || subscription_id === undefined) return { result: "not_found" };
        const reference = referenceOf(tool, { subscription_id, percent, on });
        if (hasDiscount(subscription, reference)) return ok({ percent });
        const refusal = notActive(subscription);
        if (refusal !== undefined) return refusal;
        const title = `${reason ?? "Thank you for staying"} (${reference})`;
        const told = await change(call, subscription_id, paths.discount, { percent, orders: 1, title });
        return told === undefined
          ? ok({ percent }, `Stay AI discount ${reference}`)
          : { result: "refused", reason: told };
      },
      async readBack({ subscription_id, percent, on }, call, tool) {
        const subscription = subscription_id === undefined ? undefined : await findSubscription(call, subscription_id);
        const reference = referenceOf(tool, { subscription_id, percent, on });
        return subscription !== undefined && hasDiscount(subscription, reference)
          ? ok({ percent })
          : { result: "not_found" };
      },
    }),
  ];
}

const EXPEDITED = "Expedited";

/** How the next delivery of a subscription is sent. */
export async function upgradeShipping(
  call: Parameters<typeof change>[0],
  subscriptionId: string,
  path: string,
  service = EXPEDITED,
): Promise<ToolOutcome<{ service: string }>> {
  const subscription = await findSubscription(call, subscriptionId);
  if (subscription === undefined) return { result: "not_found" };
  if (subscription.deliveryMethod?.title === service) return ok({ service });
  const refusal = notActive(subscription);
  if (refusal !== undefined) return refusal;
  const told = await change(call, subscriptionId, path, { title: service, price: 0, orders: 1, initiator: "CUSTOMER" });
  return told === undefined
    ? ok({ service }, `Stay AI subscription ${subscriptionId} sent ${service}`)
    : { result: "refused", reason: told };
}

export async function readShippingBack(
  call: Parameters<typeof change>[0],
  subscriptionId: string,
  service = EXPEDITED,
): Promise<ToolOutcome<{ service: string }>> {
  const subscription = await findSubscription(call, subscriptionId);
  return subscription?.deliveryMethod?.title === service ? ok({ service }) : { result: "not_found" };
}

/** The address of a subscription, by which all its later deliveries go. */
export async function setAddress(
  call: Parameters<typeof change>[0],
  subscriptionId: string,
  line: string,
): Promise<ToolOutcome<{ address: string }>> {
  const subscription = await findSubscription(call, subscriptionId);
  if (subscription === undefined) return { result: "not_found" };
  const { street1, street2, city, state, zip, country } = splitAddress(line);
  const { firstName, lastName } = subscription.deliveryMethod?.address ?? {};
  const told = await change(
    call,
    subscriptionId,
    "set-shipping-address",
    known({
      firstName: firstName ?? undefined,
      lastName: lastName ?? undefined,
      address1: street1,
      address2: street2,
      city,
      province_code: state,
      zip,
      country_code: country,
    }),
  );
  return told === undefined
    ? ok({ address: line }, `Stay AI subscription ${subscriptionId} readdressed`)
    : { result: "refused", reason: told };
}

export async function readAddressBack(
  call: Parameters<typeof change>[0],
  subscriptionId: string,
  line: string,
): Promise<ToolOutcome<{ address: string }>> {
  const subscription = await findSubscription(call, subscriptionId);
  return subscription !== undefined && addressOf(subscription) === line
    ? ok({ address: line })
    : { result: "not_found" };
}

export function subscriptionOf(subscription: StaySubscription): Subscription {
  const first = subscription.lines?.[0];
  const word = wordOf(subscription);
  return known({
    id: subscription.id,
    email: subscription.customer?.email,
    status: typeof word === "string" ? statusWord(word).replace(/^cancelled$/, "canceled") : word,
    product: first && nameOf(first),
    sku: first?.sku,
    quantity: countOf(first?.quantity),
    price: moneyOf(first?.currentPrice?.amount, subscription.currencyCode),
    interval: intervalText(subscription.billingPolicy?.intervalCount, subscription.billingPolicy?.interval),
    next_charge: timeOf(subscription.nextBillingDate),
    cutoff: timeOf(subscription.editableUntil),
    ship_to: addressOf(subscription),
  });
}

function nameOf({ title, variantTitle }: NonNullable<StaySubscription["lines"]>[number]): string | undefined {
  return [title, variantTitle].filter((part) => part).join(" ") || undefined;
}

function wordOf({ status }: StaySubscription): string | null | undefined {
  return typeof status === "object" ? status?.status : status;
}

function addressOf({ deliveryMethod }: StaySubscription): string | undefined {
  const address = deliveryMethod?.address;
  if (address === null || address === undefined) return undefined;
  const { address1, address2, city, provinceCode, zip, countryCode } = address;
  return addressLine({ street1: address1, street2: address2, city, state: provinceCode, zip, country: countryCode });
}

function skipped(
  subscription: StaySubscription,
  date: string,
): ToolOutcome<{ subscription_id: string; skipped: string; next_charge: string }> | undefined {
  const next = timeOf(subscription.nextBillingDate);
  if (typeof next !== "string" || Date.parse(next) <= Date.parse(date)) return undefined;
  const { id } = subscription;
  return ok({ subscription_id: id, skipped: date, next_charge: next }, `Stay AI subscription ${id} skipped`);
}

function broughtBack(
  subscription: StaySubscription,
  date: string,
): ToolOutcome<{ subscription_id: string; next_charge: string }> | undefined {
  const next = timeOf(subscription.nextBillingDate);
  if (typeof next !== "string" || Date.parse(next) > Date.parse(date)) return undefined;
  const { id } = subscription;
  return ok({ subscription_id: id, next_charge: next }, `Stay AI subscription ${id} brought back`);
}

function paused(
  subscription: StaySubscription,
): ToolOutcome<{ subscription_id: string; status: string; next_charge?: string | null }> | undefined {
  if (wordOf(subscription) !== "PAUSED") return undefined;
  const next = timeOf(subscription.nextBillingDate);
  return ok(known({ subscription_id: subscription.id, status: "paused", next_charge: next }));
}

function notActive(subscription: StaySubscription): ToolOutcome<never> | undefined {
  const word = wordOf(subscription);
  if (word === "ACTIVE" || word === undefined || word === null) return undefined;
  return { result: "refused", reason: `The subscription is ${word.toLowerCase()}.` };
}

function notThatCharge({ nextBillingDate }: StaySubscription, date: string): ToolOutcome<never> | undefined {
  const next = timeOf(nextBillingDate);
  if (typeof next === "string" && Date.parse(next) === Date.parse(date)) return undefined;
  return { result: "refused", reason: "The next charge is on another day than was said." };
}

function brings({ lines }: StaySubscription, product: string, sku: string | null | undefined): boolean {
  return lines?.some((line) => (sku ? line.sku === sku : nameOf(line) === product)) ?? false;
}

function hasDiscount({ discounts }: StaySubscription, reference: string): boolean {
  return discounts?.some(({ title }) => title?.includes(reference)) ?? false;
}
