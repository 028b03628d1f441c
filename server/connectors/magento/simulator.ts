/** Magento as a plain HTTP server over the make-believe world: searching, refunds, carts, with OAuth 1.0a at its door. */
import { isFailedRefund, type World, type WorldOrder } from "../../../sandbox/world/index.js";
import {
  type Route,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { known } from "../values.js";
import { type OAuthSecrets, sign, signatureBase } from "./oauth.js";
import {
  CANCELED,
  customerRow,
  entityId,
  hasLeft,
  isCanceled,
  lineOf,
  type Memo,
  magentoTime,
  orderRow,
  round,
} from "./simulator-rows.js";
import { type Row, searchIn } from "./simulator-search.js";

export const MAGENTO_SECRETS: OAuthSecrets = {
  consumerKey: "mg-consumer",
  consumerSecret: "mg-consumer-secret",
  accessToken: "mg-access",
  accessTokenSecret: "mg-access-secret",
};
export const MAGENTO_CREDIT_PATH = "/V1/shop-credit";

export interface MagentoSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Books online refunds as offline ones, as some releases did. */
  readonly ignoresOnline?: boolean;
  /** How orders were paid: `checkmo` offline, `card` through a gateway. */
  readonly paymentMethod?: string;
}

export function startMagentoSimulator(world: World, options: MagentoSimulatorOptions = {}): Promise<Simulator> {
  const nonces = new Set<string>();
  const memos: Memo[] = [];
  const returns: (Row & { entity_id: number })[] = [];
  const carts = new Map<
    string,
    { email: string; items: { sku: string; qty: number }[]; address?: Row; coupon?: string }
  >();
  const credits = new Map<string, { id: string }>();
  const references = new Map<string, string>();
  const paidOnline = new Map<string, number>();
  const paidOrders = new Set<string>();
  const method = options.paymentMethod ?? "checkmo";
  const refusal = (message: string, parameters?: unknown): SimulatorAnswer => ({
    status: 400,
    json: { message, parameters },
  });
  const notFound: SimulatorAnswer = {
    status: 404,
    json: {
      message: "The entity that was requested doesn't exist. Verify the %1 and try again.",
      parameters: ["entity"],
    },
  };

  /** What was paid back outside this API, before the world began or since, is a credit memo like any other. */
  function bookMemos(): void {
    for (const order of world.orders) {
      const { refund } = order;
      if (refund === undefined) continue;
      const failed = isFailedRefund(refund);
      const state = failed ? CANCELED : /pend|open|process/i.test(refund.status ?? "") ? 1 : 2;
      const booked = memosOf(order).filter((memo) => (memo.state === CANCELED) === failed);
      const said = failed ? (refund.amount ?? 0) : world.refundedOf(order);
      const amount = round(said - booked.reduce((sum, { grand_total }) => sum + grand_total, 0));
      if (booked.length > 0 && amount <= 0) continue;
      memos.push({
        entity_id: 9_000 + memos.length,
        order_id: entityId(world, order),
        state,
        grand_total: amount,
        ...(refund.when === undefined ? {} : { created_at: magentoTime(refund.when) }),
        comments: [],
      });
    }
  }

  const memosOf = (order: WorldOrder) => memos.filter(({ order_id }) => order_id === entityId(world, order));
  const orderById = (id: string | undefined) => world.orders.find((order) => String(entityId(world, order)) === id);
  const rowOf = (order: WorldOrder, view: World) =>
    orderRow(order, view, world, {
      memos: memosOf(order),
      online: paidOnline.get(order.id) ?? 0,
      company: references.get(order.id),
      method,
      paid: paidOrders.has(order.id),
    });
  const list = (request: SimulatorRequest, rows: readonly object[]) => ({
    status: 200,
    json: searchIn(request.query, rows as Row[]),
  });

  function refund(
    { json, alreadyDone }: SimulatorRequest,
    order: WorldOrder | undefined,
    online: boolean,
  ): SimulatorAnswer {
    if (order === undefined) return notFound;
    const body = (json ?? {}) as {
      items?: { order_item_id: number; qty: number }[];
      is_online?: boolean;
      comment?: { comment?: string };
      arguments?: { shipping_amount?: number; adjustment_positive?: number; adjustment_negative?: number };
    };
    if (online !== (method !== "checkmo")) return refusal("The refund type does not fit the payment method.");
    const goods = (body.items ?? []).reduce((sum, { order_item_id, qty }) => {
      const item = order.items?.[order_item_id % 100];
      return sum + (item?.price ?? 0) * qty;
    }, 0);
    const { shipping_amount = 0, adjustment_positive = 0, adjustment_negative = 0 } = body.arguments ?? {};
    const amount = round(goods + shipping_amount + adjustment_positive - adjustment_negative);
    const refunded = world.refundedOf(order);
    if (amount <= 0) return refusal("The credit memo's total must be positive.");
    const left = round((world.totalOf(order) ?? 0) - refunded);
    if (amount > left) return refusal("The most money available to refund is %1.", [left]);
    const memo: Memo = {
      entity_id: 9_000 + memos.length,
      order_id: entityId(world, order),
      state: 1,
      grand_total: amount,
      created_at: magentoTime(world.now()),
      comments: [{ comment: body.comment?.comment ?? "" }],
    };
    memos.push(memo);
    world.refund(order, amount);
    if (online && options.ignoresOnline !== true) paidOnline.set(order.id, (paidOnline.get(order.id) ?? 0) + amount);
    const percent = /^Discount (\d+) %/.exec(body.comment?.comment ?? "")?.[1];
    const record = { id: String(memo.entity_id), order: order.id, amount, currency: order.currency };
    if (percent === undefined) world.record("magento", "refunds", record);
    else world.record("magento", "discounts", { ...record, percent: Number(percent) });
    return alreadyDone
      ? refusal("The most money available to refund is %1.", [round(left - amount)])
      : { status: 200, json: memo.entity_id };
  }

  function placeOrder({ params, alreadyDone }: SimulatorRequest): SimulatorAnswer {
    const cart = carts.get(params.id ?? "");
    if (cart?.address === undefined) return refusal("The shipping address is missing. Set the address and try again.");
    const free = cart.coupon !== undefined;
    const address = lineOf(cart.address);
    const goods = cart.items.map(({ sku, qty }) => ({ sku, name: nameOf(sku), qty, price: 0 }));
    const order: WorldOrder = {
      id: world.newOrderId(),
      email: cart.email,
      status: "Approved",
      ordered: world.now(),
      currency: "USD",
      // A rule that takes 100 % off the goods leaves other charges alone, unless the merchant has ticked that too.
      items: world.surcharge === 0 ? goods : [...goods, { name: "Handling", qty: 1, price: world.surcharge }],
      ...(address === undefined ? {} : { shipTo: address }),
    };
    world.orders.push(order);
    references.set(order.id, String(cart.address.company ?? ""));
    world.record("magento", "replacements", {
      order: order.id,
      email: cart.email,
      items: goods,
      address,
      total: free ? world.surcharge : undefined,
      paid: free && world.surcharge === 0,
    });
    return alreadyDone ? refusal("The cart has been ordered already.") : { status: 200, json: entityId(world, order) };
  }

  const nameOf = (sku: string) => productOf(sku)?.name ?? sku;
  const productOf = (sku: string) =>
    [...world.catalog, ...world.orders.flatMap(({ items = [] }) => items)].find(
      (product) => product.sku === sku || product.name === sku,
    );

  const routes: Route[] = [
    {
      method: "GET",
      path: "/V1/customers/search",
      handle: (request) =>
        list(
          request,
          request.world.customers.map((each, at) => customerRow(each, at)),
        ),
    },
    {
      method: "GET",
      path: "/V1/orders",
      handle: (request) =>
        list(
          request,
          request.world.orders.map((order) => rowOf(order, request.world)),
        ),
    },
    {
      method: "GET",
      path: "/V1/shipments",
      handle: (request) =>
        list(
          request,
          request.world.orders.filter(hasLeft).map((order) =>
            known({
              entity_id: 7_000 + entityId(world, order),
              order_id: entityId(world, order),
              created_at: order.ship && magentoTime(order.ship),
              tracks: order.tracking === undefined ? [] : [{ track_number: order.tracking, carrier_code: "custom" }],
            }),
          ),
        ),
    },
    { method: "GET", path: "/V1/creditmemos", handle: (request) => list(request, memosSeen(request)) },
    {
      method: "GET",
      path: "/V1/invoices",
      handle: (request) =>
        list(
          request,
          world.orders.map((order) => ({
            entity_id: 8_000 + entityId(world, order),
            order_id: entityId(world, order),
            transaction_id: method === "checkmo" ? null : `txn-${order.id}`,
          })),
        ),
    },
    {
      method: "GET",
      path: "/V1/products",
      handle: (request) =>
        list(
          request,
          request.world.catalog.map(({ sku, name, price, stock }) =>
            known({
              sku: sku ?? name,
              name,
              price,
              extension_attributes: stock === undefined ? undefined : { stock_item: { qty: stock } },
            }),
          ),
        ),
    },
    { method: "GET", path: "/V1/returns", handle: (request) => list(request, returns) },
    {
      method: "POST",
      path: "/V1/order/:id/refund",
      handle: (request) => refund(request, orderById(request.params.id), false),
    },
    {
      method: "POST",
      path: "/V1/invoice/:id/refund",
      handle: (request) => refund(request, orderById(String(Number(request.params.id) - 8_000)), true),
    },
    {
      method: "POST",
      path: "/V1/orders/:id/cancel",
      handle: ({ params, alreadyDone }) => {
        const order = orderById(params.id);
        if (order === undefined) return notFound;
        if (hasLeft(order)) return { status: 200, json: false };
        if (isCanceled(order)) return { status: 200, json: false };
        order.status = "Canceled";
        world.record("magento", "cancellations", { order: order.id });
        return { status: 200, json: !alreadyDone };
      },
    },
    {
      method: "PUT",
      path: "/V1/orders/:id",
      handle: ({ params, json }) => {
        const order = orderById(params.id);
        if (order === undefined) return notFound;
        const { entity } = json as { entity: Record<string, unknown> };
        const line = lineOf(entity);
        if (line !== undefined) order.shipTo = line;
        world.record("magento", "addressChanges", { order: order.id, address: line });
        return { status: 200, json: entity };
      },
    },
    {
      method: "POST",
      path: "/V1/order/:id/invoice",
      handle: ({ params, alreadyDone }) => {
        const order = orderById(params.id);
        if (order === undefined) return notFound;
        const refused = refusal("The order does not allow an invoice to be created.");
        if (paidOrders.has(order.id)) return refused;
        paidOrders.add(order.id);
        world.record("magento", "payments", { order: order.id });
        if (alreadyDone) return refused;
        return { status: 200, json: 8_500 + entityId(world, order) };
      },
    },
    {
      method: "POST",
      path: "/V1/returns",
      handle: ({ json }) => {
        const { rmaDataObject } = json as { rmaDataObject: { order_id: number; comments: { comment: string }[] } };
        const order = orderById(String(rmaDataObject.order_id));
        if (order === undefined) return notFound;
        const made = { ...rmaDataObject, entity_id: 6_000 + returns.length };
        returns.push(made as unknown as Row & { entity_id: number });
        const note = rmaDataObject.comments[0]?.comment ?? "";
        world.record("magento", "replacements", {
          kind: "exchange",
          id: String(made.entity_id),
          order: order.id,
          send: /^Exchange for (.*?): /.exec(note)?.[1] ?? null,
        });
        return { status: 200, json: made };
      },
    },
    {
      method: "POST",
      path: MAGENTO_CREDIT_PATH,
      handle: ({ json }) => {
        const body = json as { email: string; order: string; amount: number; currency: string; reference: string };
        const before = credits.get(body.reference);
        if (before !== undefined) return { status: 200, json: before };
        const made = { id: `credit-${credits.size + 1}` };
        credits.set(body.reference, made);
        world.record("magento", "credits", {
          ...made,
          email: body.email,
          order: body.order,
          amount: body.amount,
          currency: body.currency,
        });
        return { status: 200, json: made };
      },
    },
    {
      method: "GET",
      path: `${MAGENTO_CREDIT_PATH}/:reference`,
      handle: ({ params }) => {
        const made = credits.get(params.reference ?? "");
        return made === undefined ? notFound : { status: 200, json: made };
      },
    },
    {
      method: "POST",
      path: "/V1/customers/:id/carts",
      effect: false,
      handle: ({ params }) => {
        const customer = world.customers[Number(params.id) - 1];
        if (customer === undefined) return notFound;
        const id = String(3_000 + carts.size);
        carts.set(id, { email: customer.email, items: [] });
        return { status: 200, json: Number(id) };
      },
    },
    {
      method: "POST",
      path: "/V1/carts/:id/items",
      effect: false,
      handle: ({ params, json }) => {
        const { cartItem } = json as { cartItem: { sku: string; qty: number } };
        const product = productOf(cartItem.sku);
        if (product === undefined) return notFound;
        if ("stock" in product && product.stock === 0)
          return refusal("Product that you are trying to add is not available.");
        carts.get(params.id ?? "")?.items.push(cartItem);
        return { status: 200, json: cartItem };
      },
    },
    {
      method: "POST",
      path: "/V1/carts/:id/shipping-information",
      effect: false,
      handle: ({ params, json }) => {
        const cart = carts.get(params.id ?? "");
        if (cart === undefined) return notFound;
        cart.address = (json as { addressInformation: { shipping_address: Row } }).addressInformation.shipping_address;
        return { status: 200, json: { payment_methods: [] } };
      },
    },
    {
      method: "PUT",
      path: "/V1/carts/:id/coupons/:code",
      effect: false,
      handle: ({ params }) => {
        const cart = carts.get(params.id ?? "");
        if (cart === undefined || params.code === undefined) return notFound;
        cart.coupon = params.code;
        return { status: 200, json: true };
      },
    },
    { method: "PUT", path: "/V1/carts/:id/order", handle: placeOrder },
  ];
  function memosSeen(request: SimulatorRequest): object[] {
    return memos.filter(({ order_id }) => request.world.orders.some((order) => entityId(world, order) === order_id));
  }

  return startSimulator({
    system: "magento",
    world,
    ...options,
    routes: routes.map((route) => ({
      ...route,
      path: `/rest${route.path}`,
      handle: (request) => {
        bookMemos();
        return route.handle(request);
      },
    })),
    authorized: ({ method: verb, url, headers }) => {
      const oauth = Object.fromEntries(
        [...(headers.authorization ?? "").matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name, value]) => [
          name,
          decodeURIComponent(value ?? ""),
        ]),
      ) as Record<string, string>;
      const { oauth_signature: signature, ...rest } = oauth;
      const nonce = rest.oauth_nonce;
      if (nonce === undefined || nonces.has(nonce) || rest.oauth_token !== MAGENTO_SECRETS.accessToken) return false;
      nonces.add(nonce);
      const address = new URL(`http://${headers.host}${url.pathname}${url.search}`);
      return signature === sign(signatureBase(verb, address, Object.entries(rest)), MAGENTO_SECRETS);
    },
    error: (kind) => {
      const statuses = {
        auth: 401,
        not_found: 404,
        rate_limited: 429,
        rate_limited_with_wait: 429,
        server: 500,
        refused: 400,
      };
      if (kind === "not_found") return notFound;
      const messages = {
        auth: "The consumer isn't authorized to access %resources.",
        rate_limited: "Too Many Requests",
        rate_limited_with_wait: "Too Many Requests",
        server: "Internal Error. Details are available in Magento log file. Report ID: webapi-1",
        refused: "The request could not be fulfilled: %1.",
      };
      const parameters = kind === "auth" ? { resources: "Magento_Sales::actions_view" } : ["make-believe"];
      return {
        status: statuses[kind],
        ...(kind === "rate_limited_with_wait" ? { headers: { "retry-after": "1" } } : {}),
        json: { message: messages[kind], parameters, trace: null },
      };
    },
  });
}
