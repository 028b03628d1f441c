/** EasyPost as a plain HTTP server: trackers of the world's parcels, and claims on the insured ones. */
import { createHash } from "node:crypto";
import type { World, WorldOrder } from "../../../sandbox/world/index.js";
import {
  createRateLimit,
  type Simulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  startSimulator,
} from "../simulator.js";
import { known, statusWord } from "../values.js";

export const EASYPOST_KEY = "ep-simulator-key";

export interface EasyPostSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Lists a second; EasyPost's own limit is 5. */
  readonly listsPerSecond?: number;
  /** Claims on other parcels, newer than any of ours, so that the list has several pages. */
  readonly otherClaims?: number;
  /** Errors as plain words instead of objects: both are recorded. */
  readonly plainErrors?: boolean;
}

interface Claim {
  readonly id: string;
  readonly reference: string | null;
  readonly [field: string]: unknown;
}

const STATUSES = [
  ...["pre_transit", "in_transit", "out_for_delivery", "delivered", "available_for_pickup", "return_to_sender"],
  ...["failure", "cancelled", "error", "unknown"],
];
/** What else the world may say that a carrier says, as EasyPost would put it. */
const DETAILS: Readonly<Record<string, readonly [status: string, detail: string]>> = {
  lost: ["failure", "lost"],
  damaged: ["failure", "damaged"],
  exception: ["failure", "delivery_exception"],
  refused: ["failure", "refused"],
  returned: ["return_to_sender", "return"],
  delayed: ["in_transit", "delayed"],
  weather_delay: ["in_transit", "weather_delay"],
  held: ["in_transit", "held"],
  missorted: ["in_transit", "missorted"],
  address_correction: ["in_transit", "address_correction"],
  arrived: ["in_transit", "arrived_at_facility"],
  departed: ["in_transit", "departed_facility"],
  label_created: ["pre_transit", "label_created"],
};

export function startEasyPostSimulator(world: World, options: EasyPostSimulatorOptions = {}): Promise<Simulator> {
  const claims: Claim[] = [];
  const others: Claim[] = Array.from({ length: options.otherClaims ?? 0 }, (_, at) => ({
    id: `clm_other${at}`,
    reference: null,
    status: "submitted",
  }));
  const lists = createRateLimit(options.listsPerSecond ?? 5, 1_000);
  const credentials = `Basic ${Buffer.from(`${EASYPOST_KEY}:`).toString("base64")}`;

  const error = (status: number, code: string, message: string, field?: string): SimulatorAnswer => ({
    status,
    headers: { "x-ep-request-uuid": "simulator" },
    json: {
      error: { code, message, errors: field === undefined || options.plainErrors ? [message] : [{ field, message }] },
    },
  });
  const orderOf = (code: unknown): WorldOrder | undefined =>
    world.orders.find(({ tracking }) => tracking !== undefined && tracking === code);

  function createTracker({ json, world: shown }: SimulatorRequest): SimulatorAnswer {
    const { tracker } = (json ?? {}) as { tracker?: { tracking_code?: unknown; carrier?: unknown } };
    if (typeof tracker?.tracking_code !== "string")
      return error(422, "PARAMETER.REQUIRED", "Missing required parameter.", "tracking_code");
    const order = orderOf(tracker.tracking_code);
    if (order === undefined)
      return error(422, "TRACKER.CREATE.ERROR", "No carrier could be detected.", "tracking_code");
    if (tracker.carrier !== undefined && !/^[A-Z][A-Za-z]{1,20}$/.test(String(tracker.carrier)))
      return error(422, "TRACKER.CARRIER.INVALID", "This carrier is not known.", "carrier");
    return { status: 200, json: trackerData(tracker.tracking_code, shown.findOrder(order.id) ?? order, world) };
  }

  function createClaim({ json, alreadyDone }: SimulatorRequest): SimulatorAnswer {
    const body = (json ?? {}) as Record<string, unknown>;
    for (const field of ["tracking_code", "type", "amount", "description", "payment_method"]) {
      if (body[field] === undefined || body[field] === "")
        return error(422, "PARAMETER.REQUIRED", "Missing required parameter.", field);
    }
    if (!["damage", "loss", "theft"].includes(String(body.type)))
      return error(422, "PARAMETER.INVALID", "Invalid claim type.", "type");
    const order = orderOf(body.tracking_code);
    if (order?.insured !== true)
      return error(404, "NOT_FOUND", "No eligible insurance found with provided tracking code.");
    if (body.type !== "loss" && body.supporting_documentation_attachments === undefined)
      return error(422, "PARAMETER.REQUIRED", "Missing required parameter.", "supporting_documentation_attachments");
    const taken = error(422, "CLAIM.EXISTS", "A claim was filed for this insurance before.");
    if (claims.some(({ tracking_code, status }) => tracking_code === body.tracking_code && status !== "cancelled"))
      return taken;
    const { reference = null, ...fields } = body;
    const id = `clm_${createHash("sha256").update(String(body.tracking_code)).digest("hex").slice(0, 32)}`;
    const at = world.now().replace("Z", "");
    const claim: Claim = {
      ...fields,
      id,
      object: "Claim",
      mode: "test",
      status: "submitted",
      requested_amount: String(body.amount),
      approved_amount: null,
      reference: reference as string | null,
      history: [{ status: "submitted", status_detail: "submitted", timestamp: at }],
      created_at: at,
    };
    claims.unshift(claim);
    const { type, amount, description, contact_email: email } = body;
    world.record("easypost", "claims", {
      ...{ id, order: order.id, tracking: order.tracking, type, amount: Number(amount) },
      ...known({ description, email, reference }),
    });
    return alreadyDone ? taken : { status: 201, json: claim };
  }

  /** Newest first, by the cursor alone. */
  function listClaims({ query }: SimulatorRequest): SimulatorAnswer {
    const size = Math.min(100, Number(query.get("page_size") ?? "20"));
    const all = [...others, ...claims];
    const before = query.get("before_id");
    const from = before === null ? 0 : all.findIndex(({ id }) => id === before) + 1;
    return { status: 200, json: { claims: all.slice(from, from + size), has_more: all.length > from + size } };
  }

  return startSimulator({
    system: "easypost",
    world,
    ...options,
    authorized: ({ headers }) => headers.authorization === credentials,
    error: (kind) => {
      if (kind === "auth") return error(401, "APIKEY.INACTIVE", "This api key is no longer active.");
      if (kind === "not_found") return error(404, "NOT_FOUND", "The requested resource could not be found.");
      if (kind === "server") return error(500, "INTERNAL_SERVER_ERROR", "We're sorry, something went wrong.");
      if (kind === "refused") return error(422, "PARAMETER.INVALID", "Invalid amount.", "amount");
      const limited = error(429, "RATE_LIMITED", "You have been rate limited.");
      return kind === "rate_limited" ? limited : { ...limited, headers: { "retry-after": "1" } };
    },
    limit: ({ method, path }) =>
      method === "GET" && path === "/v2/claims" && !lists().passed
        ? error(429, "RATE_LIMITED", "You have been rate limited.")
        : undefined,
    routes: [
      // The same number again gives the same tracker: nothing changes by asking.
      { method: "POST", path: "/v2/trackers", effect: false, handle: createTracker },
      { method: "POST", path: "/v2/claims", handle: createClaim },
      { method: "GET", path: "/v2/claims", handle: listClaims },
      {
        method: "GET",
        path: "/v2/claims/:id",
        handle: ({ params }) => {
          const claim = claims.find(({ id }) => id === params.id);
          return claim === undefined ? error(404, "NOT_FOUND", "Not found") : { status: 200, json: claim };
        },
      },
    ],
  });
}

/** Of an order about whose parcel the world says nothing, a tracker without status. */
function trackerData(code: string, order: WorldOrder, world: World): object {
  const id = `trk_${createHash("sha256").update(code).digest("hex").slice(0, 32)}`;
  const tracker = { id, object: "Tracker", mode: "test", tracking_code: code, est_delivery_date: order.eta };
  if (order.carrier === undefined) return known(tracker);
  const [status, status_detail] = saying(order.carrier);
  const now = world.now();
  const at = (time: string | undefined) => (time !== undefined && time <= now ? time : undefined);
  const scan = (datetime: string | undefined, word: string, message: string) =>
    datetime === undefined
      ? []
      : [{ object: "TrackingDetail", message, status: word, datetime, source: "USPS", tracking_location: {} }];
  const moving = status !== "pre_transit" && status !== "unknown";
  return known({
    ...tracker,
    status,
    status_detail,
    carrier: "USPS",
    signed_by: null,
    weight: null,
    finalized: status === "delivered",
    public_url: `https://track.easypost.com/${id}`,
    tracking_details: [
      ...scan(at(order.ordered), "pre_transit", "Label created"),
      ...(moving ? scan(at(order.ship), "in_transit", "Accepted by the carrier") : []),
      ...(status === "delivered" ? scan(at(order.delivered), "delivered", "Delivered") : []),
    ],
  });
}

function saying(carrier: string): readonly [status: string, detail: string] {
  const word = statusWord(carrier);
  const detail = Object.entries(DETAILS).find(([name]) => word.startsWith(name))?.[1];
  if (detail !== undefined) return detail;
  const status = STATUSES.find((name) => word.startsWith(name)) ?? "unknown";
  return [status, status === "pre_transit" ? "label_created" : status];
}
