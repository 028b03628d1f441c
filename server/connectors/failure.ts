import type { ToolOutcome } from "./connector.js";

/**
 * Why a call gave no answer. Operators see these words; policies only see the outcome they lead to.
 *
 * `auth` the vendor refused our credentials · `rate_limited` · `vendor_error` a 5xx · `timeout` · `connection` no
 * connection, or it broke · `malformed` not what the vendor's documentation promises · `oversized` · `redirect` ·
 * `blocked_address` the base URL leads to a private network · `bad_base_url` · `circuit_open` it failed so often lately
 * that it is left alone for a while · `too_busy` our own queue for it is full · `gave_up` the caller's time was up ·
 * `unexpected_status` an answer that the connector has no reading for · `refused` the vendor will not do it · `not_ready`
 * what the answer needs is still being fetched · `internal` a fault of ours.
 */
export type FailureReason =
  | "auth"
  | "rate_limited"
  | "vendor_error"
  | "timeout"
  | "connection"
  | "malformed"
  | "oversized"
  | "redirect"
  | "blocked_address"
  | "bad_base_url"
  | "circuit_open"
  | "too_busy"
  | "gave_up"
  | "unexpected_status"
  | "refused"
  | "not_ready"
  | "internal";

export interface FailureDetails {
  /** Whether the vendor may have carried out an effect nevertheless. */
  readonly outcomeUnknown?: boolean;
  /** Whether trying the same reading call again may help. */
  readonly retryable?: boolean;
  /** The vendor certainly did not take the request up: even a change may be tried again. */
  readonly untouched?: boolean;
  readonly retryAfterMs?: number;
  /** Whether it speaks of the vendor's health: such failures open the breaker. */
  readonly vendorAtFault?: boolean;
  readonly cause?: unknown;
}

/** Thrown inside connectors; the tool's wrapper turns it into an outcome. Carries no body and no secret. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly outcomeUnknown: boolean;
  readonly retryable: boolean;
  readonly vendorAtFault: boolean;
  readonly untouched: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly reason: FailureReason,
    details: FailureDetails = {},
  ) {
    super(`The call failed: ${reason}.`, { cause: details.cause });
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.retryable = details.retryable ?? false;
    this.vendorAtFault = details.vendorAtFault ?? false;
    this.untouched = details.untouched ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }

  toOutcome(): ToolOutcome<never> {
    if (this.reason === "refused") return { result: "refused", reason: String(this.cause ?? "The vendor refused.") };
    if (this.outcomeUnknown) return { result: "unknown_outcome", reason: this.reason };
    return {
      result: "unavailable",
      reason: this.reason,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}
