/** Stay AI as a plain HTTP server over the make-believe world. Its orders are Shopify's, in Shopify's simulator. */
import type { World, WorldSubscription } from "../../../sandbox/world/index.js";
import { addressLine, splitAddress } from "../address-line.js";
import { addInterval, parseInterval } from "../intervals.js";
import {
  type Route,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { known, sameEmail, statusWord } from "../values.js";
import { ASSUMED } from "./client.js";

export const STAYAI_KEY = "st-simulator-key";

export interface StayAiSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Which of the two spellings of the skip's path answers. */
  readonly skipPath?: "skip-next-order" | "skip-order";
}

export function startStayAiSimulator(world: World, options: StayAiSimulatorOptions = {}): Promise<Simulator> {
  const discounts = new Map<string, { title: string }[]>();
  const addresses = new Map<string, string>();
  const services = new Map<string, string>();
  let shape = 0;
  /** Its errors come in three shapes, in turn. */
  const no = (status: number, message: string): SimulatorAnswer => {
    const shapes = [{ message }, { error: message }, { error: { code: "invalid", detail: message } }];
    return { status, json: shapes[shape++ % shapes.length] };
  };

  function statusOf({ status }: WorldSubscription): string | undefined {
    if (status === undefined) return undefined;
    const word = statusWord(status);
    return word === "canceled" ? "CANCELLED" : word.toUpperCase();
  }

  function listRow(subscription: WorldSubscription, view: World): object {
    const product = view.catalog.find(({ name }) => name === subscription.product);
    return known({
      id: subscription.id,
      subscriptionId: `gid://shopify/SubscriptionContract/${subscription.id}`,
      emailAddress: subscription.email,
      status: statusOf(subscription),
      nextBillingDate: subscription.next,
      price: subscription.price,
      currency: subscription.currency,
      lineItems:
        subscription.product === undefined ? undefined : [known({ shopifyVariantId: product?.sku, quantity: 1 })],
    });
  }

  function detailRow(subscription: WorldSubscription, view: World): object {
    const interval = parseInterval(subscription.interval);
    const customer = subscription.email === undefined ? undefined : view.findCustomer(subscription.email);
    const product = view.catalog.find(({ name }) => name === subscription.product);
    const address = addresses.get(subscription.id) ?? customer?.address;
    const [firstName, ...rest] = customer?.name?.split(" ") ?? [];
    const parts = address === undefined ? undefined : splitAddress(address);
    return known({
      id: subscription.id,
      status: subscription.status === undefined ? undefined : { status: statusOf(subscription), pausedUntil: null },
      nextBillingDate: statusOf(subscription) === "CANCELLED" ? null : subscription.next,
      editableUntil: subscription.cutoff,
      currencyCode: subscription.currency,
      customer: known({ email: subscription.email }),
      billingPolicy: interval && { interval: interval.unit.toUpperCase(), intervalCount: interval.count },
      lines:
        subscription.product === undefined
          ? undefined
          : [
              known({
                id: `gid://shopify/SubscriptionLine/${subscription.id}`,
                title: subscription.product,
                sku: product?.sku,
                quantity: 1,
                currentPrice: subscription.price === undefined ? undefined : { amount: subscription.price },
              }),
            ],
      deliveryMethod: {
        title: services.get(subscription.id) ?? "Standard",
        address:
          parts === undefined && customer?.name === undefined && customer?.phone === undefined
            ? null
            : known({
                firstName,
                lastName: rest.join(" ") || undefined,
                phone: customer?.phone,
                address1: parts?.street1,
                address2: parts?.street2,
                city: parts?.city,
                provinceCode: parts?.state,
                countryCode: parts?.country,
                zip: parts?.zip,
              }),
      },
      discounts: discounts.get(subscription.id) ?? [],
    });
  }

  const paged = ({ query }: SimulatorRequest, rows: readonly object[]): SimulatorAnswer => {
    const size = Number(query.get("pageSize") ?? 50);
    const page = Number(query.get("page") ?? 1);
    if (!(size >= 5 && size <= 100) || !(page >= 1)) return no(400, "pageSize must be between 5 and 100");
    return { status: 200, json: { total: rows.length, data: rows.slice((page - 1) * size, page * size) } };
  };

  const variantId = (at: number) => `gid://shopify/ProductVariant/${at + 1}`;
  const isCanceled = (subscription: WorldSubscription) => statusOf(subscription) === "CANCELLED";

  function changing(
    action: string,
    handle: (
      subscription: WorldSubscription,
      body: Record<string, unknown>,
      request: SimulatorRequest,
    ) => SimulatorAnswer,
  ): Route {
    return {
      method: "POST",
      path: `/api/v2/subscriptions/:id/${action}`,
      handle: (request) => {
        const subscription = world.findSubscription(request.params.id ?? "");
        if (subscription === undefined) return no(404, "Subscription not found");
        return handle(subscription, (request.json ?? {}) as Record<string, unknown>, request);
      },
    };
  }
  const done: SimulatorAnswer = { status: 200, json: { success: true } };

  const routes: Route[] = [
    {
      method: "GET",
      path: "/api/v2/subscriptions",
      handle: (request) => {
        const email = request.query.get("email");
        const view = request.world;
        const rows = view.subscriptions.filter((each) => email === null || sameEmail(each.email ?? "", email));
        return paged(
          request,
          rows.map((each) => listRow(each, view)),
        );
      },
    },
    {
      method: "GET",
      path: "/api/v2/subscriptions/:id",
      handle: ({ params, world: view }) => {
        const wanted = (params.id ?? "").replace("gid://shopify/SubscriptionContract/", "");
        const subscription = view.findSubscription(wanted);
        return subscription === undefined
          ? no(404, "Subscription not found")
          : { status: 200, json: detailRow(subscription, view) };
      },
    },
    {
      method: "GET",
      path: "/api/v2/products/catalog",
      handle: (request) =>
        paged(
          request,
          request.world.catalog.map(({ name, sku, price, stock }, at) => ({
            title: name,
            variants: [
              known({
                id: variantId(at),
                sku,
                price,
                inventoryQuantity: stock,
                available: stock === undefined ? undefined : stock > 0,
              }),
            ],
          })),
        ),
    },
    changing(options.skipPath ?? ASSUMED.skip, (subscription, _body, { alreadyDone }) => {
      if (isCanceled(subscription)) return no(422, "A cancelled subscription cannot be skipped");
      if (subscription.next === undefined) return no(422, "There is no next order");
      const date = subscription.next;
      subscription.next = addInterval(date, parseInterval(subscription.interval) ?? { count: 1, unit: "month" });
      world.record("stayai", "skips", { subscription: subscription.id, date });
      return alreadyDone ? no(409, "The next order is skipped already") : done;
    }),
    changing(ASSUMED.setNextDate, (subscription, body, { alreadyDone }) => {
      subscription.next = String(body.nextBillingDate);
      const skip = world.ledgerOf("stayai").skips.find(({ date, undone }) => date === subscription.next && !undone);
      if (skip !== undefined) skip.undone = true;
      return alreadyDone ? no(409, "That is the date already") : done;
    }),
    changing("pause", (subscription, body, { alreadyDone }) => {
      const until = String(body.pausedUntil ?? "");
      if (isCanceled(subscription)) return no(422, "A cancelled subscription cannot be paused");
      if (!(Date.parse(until) > world.clock.now())) return no(400, "pausedUntil must be in the future");
      subscription.status = "paused";
      subscription.next = new Date(until).toISOString();
      world.record("stayai", "skips", { kind: "pause", subscription: subscription.id, until: subscription.next });
      return alreadyDone ? no(409, "The subscription is paused already") : done;
    }),
    changing("cancel", (subscription, body, { alreadyDone }) => {
      if (!Array.isArray(body.cancellationReasons)) return no(422, "cancellationReasons must be a list");
      if (isCanceled(subscription)) return no(409, "The subscription is cancelled already");
      subscription.status = "canceled";
      world.record("stayai", "cancellations", {
        subscription: subscription.id,
        reason: body.cancellationReasons[0] ?? null,
      });
      return alreadyDone ? no(409, "The subscription is cancelled already") : done;
    }),
    changing(ASSUMED.swap, (subscription, body, { alreadyDone }) => {
      const product = world.catalog[Number(/\d+$/.exec(String(body.variantId))?.[0] ?? 0) - 1];
      if (body.lineId !== `gid://shopify/SubscriptionLine/${subscription.id}`) return no(404, "Line not found");
      if (product === undefined) return no(422, "Variant cannot be used");
      const from = subscription.product ?? null;
      subscription.product = product.name;
      if (product.price !== undefined) subscription.price = product.price;
      world.record("stayai", "swaps", { subscription: subscription.id, from, to: product.name });
      return alreadyDone ? no(409, "The line has that variant already") : done;
    }),
    changing(ASSUMED.discount, (subscription, body, { alreadyDone }) => {
      const { percent, title } = body as { percent: number; title: string };
      discounts.set(subscription.id, [...(discounts.get(subscription.id) ?? []), { title }]);
      world.record("stayai", "discounts", { subscription: subscription.id, percent });
      return alreadyDone ? no(409, "The discount exists already") : done;
    }),
    changing(ASSUMED.shipping, (subscription, body, { alreadyDone }) => {
      const service = String(body.title ?? "");
      if (service === "" || isCanceled(subscription)) return no(422, "The delivery method cannot be changed");
      services.set(subscription.id, service);
      world.record("stayai", "upgrades", { subscription: subscription.id, service });
      return alreadyDone ? no(409, "The subscription has that delivery method already") : done;
    }),
    changing("set-shipping-address", (subscription, body) => {
      const { address1, address2, city, province_code, zip, country_code } = body as Record<string, string>;
      const line = addressLine({
        street1: address1,
        street2: address2,
        city,
        state: province_code,
        zip,
        country: country_code,
      });
      if (line === undefined) return no(422, "The address is empty");
      addresses.set(subscription.id, line);
      world.record("stayai", "addressChanges", { subscription: subscription.id, address: line });
      return done;
    }),
  ];

  return startSimulator({
    system: "stayai",
    world,
    ...options,
    routes,
    authorized: ({ headers }) => headers["x-retextion-access-token"] === STAYAI_KEY,
    error: (kind) => {
      const statuses = {
        auth: 401,
        not_found: 404,
        rate_limited: 429,
        rate_limited_with_wait: 429,
        server: 500,
        refused: 422,
      };
      return {
        ...no(statuses[kind], kind.replaceAll("_", " ")),
        ...(kind === "rate_limited_with_wait" ? { headers: { "retry-after": "1" } } : {}),
      };
    },
  });
}
