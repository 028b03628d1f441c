/**
 * One GraphQL operation against Shopify's Admin API. Its failures come in three layers: HTTP, `errors` beside or instead
 * of the data, and `userErrors` inside it (which are refusals, and read where the operation is).
 * @see https://shopify.dev/docs/api/admin-graphql
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpCall } from "../http.js";

export interface Operation<T> {
  /** Path of the endpoint, with the pinned version. */
  readonly path: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly data: z.ZodType<T>;
  readonly effect?: boolean | "staging";
}

/** @throws {CallFailed} */
export async function runOperation<T>(
  http: HttpCall,
  { path, query, variables, data, effect = false }: Operation<T>,
): Promise<T> {
  const answer = await http.request({
    method: "POST",
    path,
    json: { query, variables },
    effect,
    schema: z.looseObject({ data }),
    failureIn: (text) => topLevelFailure(text, effect === true),
  });
  if (answer.ok) return answer.body.data;
  if (effect === true) throw new CallFailed("refused", { cause: `Shopify refused with status ${answer.status}.` });
  throw new CallFailed("unexpected_status", { cause: answer.status });
}

function topLevelFailure(text: string, effect: boolean): CallFailed | undefined {
  if (!text.includes('"errors"')) return undefined;
  let body: { errors?: unknown; extensions?: { cost?: Cost } };
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    return undefined; // Whoever reads the answer says that it is malformed.
  }
  // A list by the standard; a text or an object in some of Shopify's answers.
  if (body.errors === undefined) return undefined;
  const codes = Array.isArray(body.errors)
    ? body.errors.map((error: { extensions?: { code?: unknown } }) => String(error?.extensions?.code ?? ""))
    : [];
  if (codes.includes("THROTTLED")) {
    return new CallFailed("rate_limited", {
      retryable: true,
      untouched: true,
      retryAfterMs: waitFor(body.extensions?.cost),
    });
  }
  if (codes.includes("ACCESS_DENIED") || codes.includes("SHOP_INACTIVE")) return new CallFailed("auth");
  if (codes.includes("INTERNAL_SERVER_ERROR")) {
    return new CallFailed("vendor_error", { retryable: true, vendorAtFault: true, outcomeUnknown: effect });
  }
  return new CallFailed("unexpected_status", { cause: codes.join(", ") });
}

interface Cost {
  readonly requestedQueryCost?: number;
  readonly throttleStatus?: { readonly currentlyAvailable?: number; readonly restoreRate?: number };
}

/** Until the bucket holds what the query costs; a second where Shopify does not say. */
function waitFor(cost: Cost | undefined): number {
  const { currentlyAvailable = 0, restoreRate = 0 } = cost?.throttleStatus ?? {};
  const missing = (cost?.requestedQueryCost ?? 0) - currentlyAvailable;
  return restoreRate > 0 && missing > 0 ? Math.ceil((missing / restoreRate) * 1_000) : 1_000;
}
