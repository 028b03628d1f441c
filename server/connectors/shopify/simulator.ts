/** Shopify's Admin API as a plain HTTP server over the make-believe world. */
import { isFailedRefund, type World } from "../../../sandbox/world/index.js";
import { type Operation, parseOperation, project, UnknownFieldError } from "../graphql-simulator.js";
import { type Simulator, type SimulatorAnswer, type SimulatorRequest, startSimulator } from "../simulator.js";
import { mutationsOf, type ShopifyBooks } from "./simulator-mutations.js";
import { queriesOf } from "./simulator-queries.js";

export const SHOPIFY_TOKEN = "shpat-simulator";
export const SHOPIFY_CLIENT = { id: "shopify-client", secret: "shopify-secret" };

export interface ShopifySimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** How being throttled is told: by GraphQL with a good status, or by HTTP. */
  readonly throttledBy?: "graphql" | "http";
}

export function startShopifySimulator(world: World, options: ShopifySimulatorOptions = {}): Promise<Simulator> {
  const books: ShopifyBooks = {
    refunds: [],
    payments: new Set(),
    drafts: [],
    edits: new Map(),
    discounts: new Map(),
    shipping: new Map(),
    codes: new Map(),
    returns: [],
    tags: new Map(),
    replays: new Map(),
  };
  /** What was paid back outside this API, before the world began or since, is a refund like any other. */
  function bookRefunds(): void {
    for (const { id, items, refund } of world.orders) {
      if (refund === undefined) continue;
      const mine = books.refunds.filter(({ order, as }) => order === id && as === "money");
      const failed = isFailedRefund(refund);
      const booked = mine.filter(({ status }) => (status === "FAILURE") === failed);
      const said = failed ? (refund.amount ?? 0) : world.refundedOf({ refund, ...(items && { items }) });
      const amount = said - booked.reduce((sum, each) => sum + each.amount, 0);
      if (booked.length > 0 && amount < 0.005) continue;
      const status = failed ? "FAILURE" : /success|refunded|done/i.test(refund.status ?? "") ? "SUCCESS" : "PENDING";
      const number = `0-${id}${mine.length === 0 ? "" : `-${mine.length}`}`;
      books.refunds.push({
        id: gid("Refund", number),
        order: id,
        amount,
        note: "",
        at: refund.when,
        status,
        as: "money",
      });
    }
  }
  const tokens = new Set([SHOPIFY_TOKEN]);

  function run(request: SimulatorRequest): SimulatorAnswer {
    const { variables = {} } = (request.json ?? {}) as { variables?: Record<string, unknown> };
    bookRefunds();
    try {
      const operation = operationOf(request);
      const root =
        operation.kind === "query"
          ? queriesOf(request.world, world, books)
          : mutationsOf(world, books, request.alreadyDone);
      const data = project(operation.selections, root, variables);
      const throttleStatus = { maximumAvailable: 2_000, currentlyAvailable: 1_900, restoreRate: 100 };
      return {
        status: 200,
        json: { data, extensions: { cost: { requestedQueryCost: 12, actualQueryCost: 10, throttleStatus } } },
      };
    } catch (error) {
      if (!(error instanceof UnknownFieldError) && !(error instanceof SyntaxError)) throw error;
      const code = error instanceof SyntaxError ? "PARSE_ERROR" : "undefinedField";
      return { status: 200, json: { errors: [{ message: error.message, extensions: { code } }] } };
    }
  }

  return startSimulator({
    system: "shopify",
    world,
    ...options,
    authorized: ({ headers, path }) =>
      path === "/admin/oauth/access_token" || tokens.has(String(headers["x-shopify-access-token"])),
    error: (kind, request) => {
      if (kind === "refused") {
        const refused = refusedMutation(request);
        if (refused !== undefined) return refused;
      }
      if (kind === "rate_limited" && options.throttledBy !== "http") {
        const throttleStatus = { maximumAvailable: 2_000, currentlyAvailable: 10, restoreRate: 1_000 };
        return {
          status: 200,
          json: {
            errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }],
            extensions: { cost: { requestedQueryCost: 30, actualQueryCost: null, throttleStatus } },
          },
        };
      }
      const statuses = {
        auth: 401,
        not_found: 404,
        rate_limited: 429,
        rate_limited_with_wait: 429,
        server: 500,
        refused: 422,
      };
      return {
        status: statuses[kind],
        ...(kind === "rate_limited_with_wait" ? { headers: { "retry-after": "1.0" } } : {}),
        json: { errors: `[API] ${kind.replaceAll("_", " ")}` },
      };
    },
    routes: [
      {
        method: "POST",
        path: "/admin/oauth/access_token",
        effect: false,
        handle: ({ json }) => {
          const { client_id, client_secret, grant_type } = (json ?? {}) as Record<string, string>;
          const known = client_id === SHOPIFY_CLIENT.id && client_secret === SHOPIFY_CLIENT.secret;
          if (!known || grant_type !== "client_credentials") return { status: 401, json: { error: "invalid_client" } };
          const token = `shpat-${tokens.size}`;
          tokens.add(token);
          return { status: 200, json: { access_token: token, expires_in: 86_399, scope: "write_orders" } };
        },
      },
      {
        method: "POST",
        path: "/admin/api/:version/graphql.json",
        effect: (request) => {
          try {
            const { kind, selections } = operationOf(request);
            return kind === "mutation" && selections.some(({ name }) => !STAGING.includes(name));
          } catch {
            return false;
          }
        },
        handle: run,
      },
    ],
  });
}

/** Mutations after which nothing counts yet. */
const STAGING = ["orderEditBegin", "orderEditAddLineItemDiscount", "orderEditAddShippingLine", "draftOrderCreate"];

/** A no to a mutation comes with a good status, as user errors. */
function refusedMutation(request: SimulatorRequest): SimulatorAnswer | undefined {
  const operation = operationOf(request);
  if (operation.kind !== "mutation") return undefined;
  const errors = [{ message: "The shop does not allow this.", field: null, code: "INVALID" }];
  const data = Object.fromEntries(
    operation.selections.map(({ alias, selections }) => [
      alias,
      Object.fromEntries(selections.map((field) => [field.alias, /userErrors$/i.test(field.name) ? errors : null])),
    ]),
  );
  return { status: 200, json: { data } };
}

function operationOf({ json }: SimulatorRequest): Operation {
  return parseOperation(String((json as { query?: unknown } | undefined)?.query ?? ""));
}

export function gid(type: string, id: string | number): string {
  return `gid://shopify/${type}/${id}`;
}
