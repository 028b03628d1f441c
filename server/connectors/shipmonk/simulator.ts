/** ShipMonk as a plain HTTP server over the make-believe world. */
import type { World, WorldOrder } from "../../../sandbox/world/index.js";
import { addressLine, splitAddress } from "../address-line.js";
import {
  createRateLimit,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { known, statusWord } from "../values.js";
import { CUSTOM_DATES } from "./order.js";

export const SHIPMONK_KEY = "sm-simulator-key";

export interface ShipMonkSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Calls of the order list in 30 minutes, as ShipMonk's own limit. */
  readonly listLimit?: number;
}

export function startShipMonkSimulator(world: World, options: ShipMonkSimulatorOptions = {}): Promise<Simulator> {
  const listCalls = createRateLimit(options.listLimit ?? 1_000, 1_800_000);
  return startSimulator({
    system: "shipmonk",
    world,
    ...options,
    authorized: ({ headers }) => headers["api-key"] === SHIPMONK_KEY,
    error: (kind) => {
      const statuses = {
        auth: 401,
        not_found: 404,
        rate_limited: 429,
        rate_limited_with_wait: 429,
        server: 500,
        refused: 422,
      };
      const wait = { "retry-after": new Date(world.clock.now() + 1_000).toUTCString() };
      return {
        status: statuses[kind],
        ...(kind === "rate_limited_with_wait" ? { headers: wait } : {}),
        json: { message: kind.replaceAll("_", " ") },
      };
    },
    limit: ({ path }) =>
      path === "/v1/integrations/orders-list" && !listCalls().passed
        ? {
            status: 429,
            headers: { "retry-after": new Date(world.clock.now() + 60_000).toUTCString() },
            json: { message: "Too many requests" },
          }
        : undefined,
    routes: [
      { method: "GET", path: "/v1/integrations/orders", handle: getOrder },
      { method: "GET", path: "/v1/integrations/orders-list", handle: listOrders },
      { method: "POST", path: "/v1/integrations/order", handle: (request) => upsert(request, world) },
      {
        method: "GET",
        path: "/v1/integrations/warehouses",
        handle: () => ({ status: 200, json: { paginator: { total: 0, pages: 1, page: 1 }, status: 200, data: [] } }),
      },
    ],
  });
}

function getOrder({ query, world }: SimulatorRequest): SimulatorAnswer {
  const wanted = query.get("orderNumber") ?? query.get("orderKey");
  const order = wanted === null ? undefined : world.findOrder(wanted);
  if (order === undefined) return { status: 404, json: { message: "Order not found" } };
  return { status: 200, json: { status: 200, data: render(order, world) } };
}

/** An `email` in the query is ignored, as there is no such filter. */
function listOrders({ query, world }: SimulatorRequest): SimulatorAnswer {
  const page = Number(query.get("page") ?? "1");
  const pageSize = Number(query.get("pageSize") ?? "100");
  if (!(page >= 1) || !(pageSize >= 1 && pageSize <= 100)) {
    return { status: 400, json: { message: "page must be at least 1, pageSize between 1 and 100" } };
  }
  const from = query.get("updatedAtStart") ?? "";
  const to = query.get("updatedAtEnd") ?? "9999";
  const numbers = query.getAll("orderNumbers");
  const filtered = from !== "" || to !== "9999" || numbers.length > 0;
  const orders = world.orders
    .map((order) => ({ order, updated: updatedAt(order, world) }))
    .filter(
      ({ order, updated }) => updated >= from && updated <= to && (numbers.length === 0 || numbers.includes(order.id)),
    )
    .slice(0, filtered ? 10_000 : 1_000_000)
    .slice((page - 1) * pageSize, page * pageSize);
  if (query.get("sortOrder") === "DESC") orders.reverse();
  return { status: 200, json: { status: 200, data: { orders: orders.map(({ order }) => render(order, world)) } } };
}

const REQUIRED = [
  "store_id",
  "order_key",
  "order_number",
  "ordered_at",
  "order_status",
  "requested_shipping_service",
  "ship_to",
  "items",
];
const KNOWN = [...REQUIRED, "customer_email", "currency_code", "custom_data", "references", "attributes", "warehouse"];

/** An order's own key updates it. Making new orders is not what a chat does here. */
function upsert({ json, alreadyDone }: SimulatorRequest, world: World): SimulatorAnswer {
  const body = (json ?? {}) as Record<string, unknown>;
  const no = (status: number, message: string): SimulatorAnswer => ({ status, json: { message } });
  const unknown = Object.keys(body).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) return no(400, `Unrecognized key "${unknown}"`);
  const missing = REQUIRED.find((key) => body[key] === undefined);
  if (missing !== undefined) return no(400, `Required key "${missing}" is missing`);
  const order = world.findOrder(String(body.order_key));
  if (order === undefined) return no(404, "Order not found");
  const word = statusWord(order.status ?? "");
  if (word !== "approved") return no(422, "The order can no longer be changed");
  if (body.order_status === "cancelled") {
    order.status = "Canceled";
    world.record("shipmonk", "cancellations", { order: order.id });
    return alreadyDone
      ? no(422, "The order is cancelled already")
      : { status: 200, json: { message: "Order updated" } };
  }
  const { street1, street2, city, state, zip, country_code } = body.ship_to as Record<string, string>;
  const line = addressLine({ street1, street2, city, state, zip, country: country_code });
  if (line !== undefined && line !== order.shipTo) {
    order.shipTo = line;
    world.record("shipmonk", "addressChanges", { order: order.id, address: line });
  }
  return alreadyDone
    ? no(422, "The order has that address already")
    : { status: 200, json: { message: "Order updated" } };
}

const PROCESSING: Readonly<Record<string, string>> = {
  approved: "submitted",
  processing: "pick_in_progress",
  pending_shipment: "awaiting_pick_up",
  shipped: "shipped_untrackable",
  in_transit: "en_route",
  delivered: "delivered",
  canceled: "cancelled",
  cancelled: "cancelled",
};
const LEFT_THE_HOUSE = ["shipped", "in_transit", "delivered"];

function render(order: WorldOrder, world: World): object {
  const word = order.status === undefined ? undefined : statusWord(order.status);
  const left = word !== undefined && LEFT_THE_HOUSE.includes(word);
  const customer = order.email === undefined ? undefined : world.findCustomer(order.email);
  const custom = Object.entries(
    known({
      [CUSTOM_DATES.estimatedDelivery]: order.eta,
      [CUSTOM_DATES.expectedShipDate]: left ? undefined : order.ship,
      [CUSTOM_DATES.deliveredAt]: order.delivered,
    }),
  ).map(([name, value]) => ({ name, value }));
  return known({
    order_key: order.id,
    order_number: order.id,
    order_type: "direct_to_consumer",
    store: { id: 1, name: "Make-believe shop" },
    requested_shipping_service: "Standard",
    ordered_at: order.ordered,
    shipped_at: left ? order.ship : null,
    updated_at: updatedAt(order, world),
    customer_email: order.email,
    order_status: word && orderStatus(word, left),
    processing_status: word && (PROCESSING[word] ?? order.status),
    ship_to: shipTo(order, customer?.name, customer?.phone),
    items: order.items?.map((item) =>
      known({ line_key: item.sku, sku: item.sku, name: item.name, quantity: item.qty, price: item.price }),
    ),
    currency_code: order.currency,
    actions_required: { address: false, item_mapping: false, shipping_mapping: false },
    master_tracking_number: order.tracking,
    packages: order.tracking === undefined ? [] : [{ number: 1, tracking_number: order.tracking }],
    custom_data: custom,
  });
}

function orderStatus(word: string, left: boolean): string {
  if (word === "canceled" || word === "cancelled") return "cancelled";
  return left ? "fulfilled" : "unfulfilled";
}

function shipTo(order: WorldOrder, name: string | undefined, phone: string | undefined): object | undefined {
  if (order.shipTo === undefined) return name === undefined && phone === undefined ? undefined : known({ name, phone });
  const { country, ...parts } = splitAddress(order.shipTo);
  return known({ name, phone, ...parts, country_code: country });
}

/** The latest thing that is known to have happened; for an order without any date, an hour ago. */
function updatedAt(order: WorldOrder, world: World): string {
  const now = world.now();
  const happened = [order.ordered, order.ship, order.delivered].filter(
    (at) => at !== undefined && at <= now,
  ) as string[];
  return happened.sort().at(-1) ?? new Date(world.clock.now() - 3_600_000).toISOString();
}
