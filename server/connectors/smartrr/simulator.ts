/** Smartrr as a plain HTTP server over the make-believe world. */
import type { World, WorldOrder, WorldSubscription } from "../../../sandbox/world/index.js";
import { addressLine, splitAddress } from "../address-line.js";
import { addInterval, parseInterval } from "../intervals.js";
import {
  type Route,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { known, statusWord } from "../values.js";
import { ASSUMED } from "./client.js";

export const SMARTRR_TOKEN = "sr-simulator-token";

export interface SmartrrSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** The number of the first page, which no page of the vendor tells. */
  readonly firstPage?: 0 | 1;
}

const REASONS = [
  { id: "r-1", text: "Too expensive", retentionDiscount: 10 },
  { id: "r-2", text: "I have too much product" },
  { id: "r-3", text: "Other" },
];

export function startSmartrrSimulator(world: World, options: SmartrrSimulatorOptions = {}): Promise<Simulator> {
  const firstPage = options.firstPage ?? 0;
  const skips = new Map<string, string[]>();
  const discounts = new Map<string, { percent: number; note: string }[]>();
  const addresses = new Map<string, string>();
  const services = new Map<string, string>();
  const no = (status: number, message: string): SimulatorAnswer => ({ status, json: { message } });
  const stateId = (subscription: WorldSubscription) => `st-${subscription.id}`;

  function subscriberRow(email: string, view: World): object {
    const customer = view.findCustomer(email);
    const [firstName, ...rest] = customer?.name?.split(" ") ?? [];
    return known({
      id: subscriberId(email),
      email,
      firstName,
      lastName: rest.join(" ") || undefined,
      phone: customer?.phone,
      customerCurrency: view.subscriptionsOf(email)[0]?.currency ?? "USD",
    });
  }

  function stateRow(subscription: WorldSubscription, view: World): object {
    const interval = parseInterval(subscription.interval);
    const customer = subscription.email === undefined ? undefined : view.findCustomer(subscription.email);
    const address = addresses.get(subscription.id) ?? customer?.address;
    const word = subscription.status === undefined ? undefined : statusWord(subscription.status);
    const product = view.catalog.find(({ name }) => name === subscription.product);
    return known({
      id: stateId(subscription),
      shopifyId: subscription.id,
      purchaseStateStatus: word && (word === "canceled" ? "CANCELLED" : word.toUpperCase()),
      nextBillingDate: word === "canceled" || word === "cancelled" ? null : subscription.next,
      [ASSUMED.cutoff]: subscription.cutoff,
      deliveryFrequency: interval?.count,
      frequencyUnit: interval?.unit.toUpperCase(),
      totalFromLineItems: subscription.price?.toFixed(2),
      custRel: subscription.email === undefined ? undefined : subscriberRow(subscription.email, view),
      stLineItems:
        subscription.product === undefined
          ? undefined
          : [
              known({
                id: `li-${subscription.id}`,
                name: subscription.product,
                sku: product?.sku,
                quantity: 1,
                price: subscription.price?.toFixed(2),
              }),
            ],
      discounts: discounts.get(subscription.id) ?? [],
      shippingMethod: { title: services.get(subscription.id) ?? "Standard" },
      shippingAddress: address === undefined ? undefined : addressRow(address),
    });
  }

  function orderRow(order: WorldOrder, view: World): object {
    const total = view.totalOf(order);
    return known({
      shopifyId: `70${order.id}`,
      orderLabel: `#${order.id}`,
      status: order.status,
      processedAt: order.ordered,
      totalPrice: order.items === undefined ? undefined : total?.toFixed(2),
      currency: order.currency,
      trackingNumber: order.tracking,
      shippedAt: order.ship,
      estimatedDelivery: order.eta,
      deliveredAt: order.delivered,
      subscriptionId: order.subscription,
      customer: known({ email: order.email }),
      lineItems: order.items?.map((item) =>
        known({ name: item.name, sku: item.sku, quantity: item.qty, price: item.price?.toFixed(2) }),
      ),
      shippingAddress: order.shipTo === undefined ? undefined : addressRow(order.shipTo),
    });
  }

  const paged = ({ query }: SimulatorRequest, rows: readonly object[]): SimulatorAnswer => {
    const size = Number(query.get("pageSize") ?? 100);
    const page = Math.max(0, Number(query.get("pageNumber") ?? firstPage) - firstPage);
    return { status: 200, json: { data: rows.slice(page * size, (page + 1) * size), totalCount: rows.length } };
  };
  const emails = (view: World) => [
    ...new Set([...view.subscriptions, ...view.orders].flatMap(({ email }) => (email === undefined ? [] : [email]))),
  ];

  /** A change of a subscription that is really the subscriber's. */
  function changing(
    action: string,
    method: string,
    handle: (
      subscription: WorldSubscription,
      body: Record<string, unknown>,
      request: SimulatorRequest,
    ) => SimulatorAnswer,
  ): Route {
    return {
      method,
      path: `/vendor/customer/:subscriber/purchase-state/:state/${action}`,
      handle: (request) => {
        const subscription = world.subscriptions.find((each) => stateId(each) === request.params.state);
        if (subscription?.email === undefined || subscriberId(subscription.email) !== request.params.subscriber) {
          return no(404, "Purchase state not found");
        }
        return handle(subscription, (request.json ?? {}) as Record<string, unknown>, request);
      },
    };
  }
  const isCanceled = ({ status }: WorldSubscription) => /^cancell?ed$/.test(statusWord(status ?? "active"));

  const routes: Route[] = [
    {
      method: "GET",
      path: "/vendor/order/formatted",
      handle: ({ query, world: view }) => {
        const like = (query.get("filterLike[emailOrName]") ?? "").trim().toLowerCase();
        const found = emails(view).filter(
          (email) =>
            email.toLowerCase().includes(like) || view.findCustomer(email)?.name?.toLowerCase().includes(like) === true,
        );
        const data = found.map((email) => ({
          custRel: subscriberRow(email, view),
          sts: view.subscriptionsOf(email).map((each) => ({ id: stateId(each) })),
        }));
        return { status: 200, json: { data } };
      },
    },
    {
      method: "GET",
      path: "/vendor/customer/:subscriber/purchase-state/",
      handle: (request) => {
        const view = request.world;
        const mine = view.subscriptions.filter(
          ({ email }) => email !== undefined && subscriberId(email) === request.params.subscriber,
        );
        return paged(
          request,
          mine.map((each) => stateRow(each, view)),
        );
      },
    },
    {
      method: "GET",
      path: "/vendor/customer/:subscriber/orders",
      handle: (request) => {
        const view = request.world;
        const mine = view.orders.filter(
          ({ email }) => email !== undefined && subscriberId(email) === request.params.subscriber,
        );
        return paged(
          request,
          mine.map((each) => orderRow(each, view)),
        );
      },
    },
    {
      method: "GET",
      path: "/vendor/purchase-state/:id",
      handle: ({ params, world: view }) => {
        const subscription = view.findSubscription(params.id ?? "");
        return subscription === undefined
          ? no(404, "Purchase state not found")
          : { status: 200, json: stateRow(subscription, view) };
      },
    },
    {
      method: "GET",
      path: "/vendor/order",
      handle: (request) => {
        const like = request.query.get("filterLike[orderLabel]") ?? "";
        const view = request.world;
        return paged(
          request,
          view.orders.filter(({ id }) => id.includes(like)).map((each) => orderRow(each, view)),
        );
      },
    },
    {
      method: "GET",
      path: "/vendor/orders/:id",
      handle: ({ params, world: view }) => {
        const order = view.orders.find(({ id }) => `70${id}` === params.id);
        return order === undefined ? no(404, "Order not found") : { status: 200, json: orderRow(order, view) };
      },
    },
    { method: "GET", path: "/vendor/cancellation-reasons", handle: () => ({ status: 200, json: REASONS }) },
    changing("skip", "PUT", (subscription, _body, { alreadyDone }) => {
      const interval = parseInterval(subscription.interval) ?? { count: 1, unit: "month" as const };
      if (isCanceled(subscription)) return no(400, "A cancelled subscription cannot be skipped");
      if (subscription.next === undefined) return no(400, "There is no next order");
      const date = subscription.next;
      subscription.next = addInterval(date, interval);
      skips.set(subscription.id, [...(skips.get(subscription.id) ?? []), date]);
      world.record("smartrr", "skips", { subscription: subscription.id, date });
      if (alreadyDone) return no(400, "The order has been skipped already");
      return { status: 200, json: stateRow(subscription, world) };
    }),
    changing("unskip", "PUT", (subscription, _body, { alreadyDone }) => {
      const date = skips.get(subscription.id)?.pop();
      if (date === undefined) return no(400, "Nothing was skipped");
      subscription.next = date;
      const record = world
        .ledgerOf("smartrr")
        .skips.find((skip) => skip.subscription === subscription.id && skip.date === date && skip.undone === undefined);
      if (record !== undefined) record.undone = true;
      if (alreadyDone) return no(400, "Nothing was skipped");
      return { status: 200, json: stateRow(subscription, world) };
    }),
    changing("pause", "PUT", (subscription, body, { alreadyDone }) => {
      const until = String(body.unpauseDate ?? "");
      if (isCanceled(subscription)) return no(400, "A cancelled subscription cannot be paused");
      if (!(Date.parse(until) > world.clock.now())) return no(400, "unpauseDate must be in the future");
      subscription.status = "paused";
      subscription.next = new Date(until).toISOString();
      world.record("smartrr", "skips", { kind: "pause", subscription: subscription.id, until: subscription.next });
      if (alreadyDone) return no(400, "The subscription is paused already");
      return { status: 200, json: stateRow(subscription, world) };
    }),
    changing("cancel", "PUT", (subscription, body, { alreadyDone }) => {
      const reason = REASONS.find(({ id }) => id === body[ASSUMED.cancellationReason]);
      if (reason === undefined) return no(400, "Unknown cancellation reason");
      const again = no(400, "The subscription is cancelled already");
      if (isCanceled(subscription)) return again;
      subscription.status = "canceled";
      world.record("smartrr", "cancellations", { subscription: subscription.id, reason: reason.text });
      if (alreadyDone) return again;
      return { status: 200, json: stateRow(subscription, world) };
    }),
    changing("line-item/:line", "PUT", (subscription, body, { alreadyDone }) => {
      const product = world.catalog.find(({ sku, name }) => (body.sku ? sku === body.sku : name === body.name));
      if (product === undefined) return no(400, "Unknown product");
      if (product.stock === 0) return no(400, "The product is out of stock");
      const from = subscription.product ?? null;
      subscription.product = product.name;
      if (product.price !== undefined) subscription.price = product.price;
      world.record("smartrr", "swaps", { subscription: subscription.id, from, to: product.name });
      if (alreadyDone) return no(400, "The line item has that product already");
      return { status: 200, json: stateRow(subscription, world) };
    }),
    changing(ASSUMED.discountPath, "POST", (subscription, body, { alreadyDone }) => {
      const given = { percent: Number(body.percent), note: String(body.note ?? "") };
      discounts.set(subscription.id, [...(discounts.get(subscription.id) ?? []), given]);
      world.record("smartrr", "discounts", { subscription: subscription.id, percent: given.percent });
      if (alreadyDone) return no(400, "The subscription has that discount already");
      return { status: 201, json: stateRow(subscription, world) };
    }),
    changing(ASSUMED.shippingPath, "PUT", (subscription, body, { alreadyDone }) => {
      const service = String(body.title ?? "");
      if (service === "" || isCanceled(subscription)) return no(400, "The shipping method cannot be changed");
      services.set(subscription.id, service);
      world.record("smartrr", "upgrades", { subscription: subscription.id, service });
      if (alreadyDone) return no(400, "The subscription has that shipping method already");
      return { status: 200, json: stateRow(subscription, world) };
    }),
    changing(ASSUMED.addressPath, "PUT", (subscription, body) => {
      const line = lineOf(body as Record<string, string>);
      if (line === undefined) return no(400, "The address is empty");
      addresses.set(subscription.id, line);
      world.record("smartrr", "addressChanges", { subscription: subscription.id, address: line });
      return { status: 200, json: stateRow(subscription, world) };
    }),
  ];

  return startSimulator({
    system: "smartrr",
    world,
    ...options,
    routes,
    authorized: ({ headers }) => headers["x-smartrr-access-token"] === SMARTRR_TOKEN,
    error: (kind) => {
      const statuses = {
        auth: 401,
        not_found: 404,
        rate_limited: 429,
        rate_limited_with_wait: 429,
        server: 500,
        refused: 400,
      };
      // Some of its errors are pages, not JSON.
      if (kind === "server") return { status: 500, text: "<html><body>Internal error</body></html>" };
      return {
        status: statuses[kind],
        ...(kind === "rate_limited_with_wait" ? { headers: { "retry-after": "1" } } : {}),
        json: { message: kind.replaceAll("_", " ") },
      };
    },
  });
}

function subscriberId(email: string): string {
  return `cr-${Buffer.from(email.toLowerCase()).toString("hex").slice(0, 24)}`;
}

function addressRow(line: string): object {
  const { street1, street2, city, state, zip, country } = splitAddress(line);
  return known({ address1: street1, address2: street2, city, provinceCode: state, zip, countryCode: country });
}

function lineOf(body: Record<string, string>): string | undefined {
  const { address1, address2, city, provinceCode, zip, countryCode } = body;
  return addressLine({ street1: address1, street2: address2, city, state: provinceCode, zip, country: countryCode });
}
