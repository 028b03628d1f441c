/** What a vendor's answer is: an answer, a failure, or not what was promised. */
import type { z } from "zod";
import { CallFailed } from "./failure.js";
import { parseJson } from "./json.js";
import type { RawAnswer } from "./transport.js";

/**
 * A refusal (`ok: false`) is a 4xx that is neither about credentials nor about pace: the connector reads it.
 */
export type HttpAnswer<T> =
  | { readonly ok: true; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: T }
  | {
      readonly ok: false;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Parsed where it is JSON, else the text; undefined when empty. */
      readonly body: unknown;
    };

/**
 * Throws for what is no answer to what was asked: about credentials, pace, or the vendor's health.
 *
 * @param accept statuses below 400 besides 2xx that the connector reads itself
 * @param effect whether the request may have changed something
 */
export function refuseNonAnswers(answer: RawAnswer, accept: readonly number[], effect: boolean, now: number): void {
  const { status, headers } = answer;
  if ((status >= 200 && status < 300) || accept.includes(status)) return;
  if (status < 400) throw new CallFailed("redirect");
  if (status === 401 || status === 403) throw new CallFailed("auth");
  const wait = parseRetryAfter(headers["retry-after"], now);
  const waiting = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 429) throw new CallFailed("rate_limited", { retryable: true, untouched: true, ...waiting });
  if (status >= 500) {
    throw new CallFailed("vendor_error", {
      // 503 says that the request was not taken up; after any other 5xx an effect may have happened.
      outcomeUnknown: effect && status !== 503,
      untouched: status === 503,
      retryable: [500, 502, 503, 504].includes(status),
      vendorAtFault: true,
      ...waiting,
    });
  }
  if (status === 408 || status === 425) throw new CallFailed("timeout", { outcomeUnknown: effect && status === 408 });
}

/** @throws {CallFailed} `malformed` when a good answer is not of the promised shape */
export function readAnswer<T>(
  { status, headers, text }: RawAnswer,
  { schema, maxDepth, effect }: { schema: z.ZodType<T> | undefined; maxDepth: number; effect: boolean },
): HttpAnswer<T> {
  if (status >= 300) return { ok: false, status, headers, body: lenient(text, maxDepth) };
  if (schema === undefined) return { ok: true, status, headers, body: undefined as T };
  try {
    const parsed = schema.safeParse(text === "" ? undefined : parseJson(text, maxDepth));
    if (parsed.success) return { ok: true, status, headers, body: parsed.data };
    // Only the places: the values may be personal.
    const places = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new CallFailed("malformed", { cause: places });
  } catch (error) {
    // The vendor said yes to an effect in words that we cannot read: it may well have happened.
    throw new CallFailed("malformed", { outcomeUnknown: effect, cause: (error as Error).cause });
  }
}

function lenient(text: string, maxDepth: number): unknown {
  if (text === "") return undefined;
  try {
    return parseJson(text, maxDepth);
  } catch {
    return text;
  }
}

/** Seconds or an HTTP date (RFC 9110), as milliseconds from now. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
}
