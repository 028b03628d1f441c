/**
 * What every outside system looks like from inside: a list of tools. A tool serves one neutral capability
 * (`capabilities.ts`), under the name that support teams know (`get_shipmonk_orders`).
 */
import type { Capability, CapabilityName } from "./capabilities.js";

export interface Connector {
  /** `shipmonk`, `gladly` … : the name used in `shop.json`, in policies and in world files. */
  readonly system: string;
  readonly tools: readonly Tool[];
  /** Background work such as keeping an index fresh. Called once after start-up; must not throw. */
  start?(): Promise<void>;
  close(): Promise<void>;
}

export interface Tool<Name extends CapabilityName = CapabilityName> {
  /** Without the `@`. */
  readonly name: string;
  readonly capability: Name;
  readonly system: string;
  run(args: Capability<Name>["args"], call: ToolCall): Promise<ToolOutcome<Capability<Name>["result"]>>;
  /**
   * For effects whose vendor takes no idempotency key: looks for our reference in the vendor's books.
   * `not_found` means the effect certainly did not happen.
   */
  readBack?(args: Capability<Name>["args"], call: ToolCall): Promise<ToolOutcome<Capability<Name>["result"]>>;
}

/** What a tool knows of the call besides its arguments. */
export interface ToolCall {
  /** The business key of an effect; send it as idempotency key or reference. Absent for reads. */
  readonly key?: string;
  /** The conversation on whose behalf; for the vendor's logs only. */
  readonly conversation?: string;
  /** The whole call, retries included, is given up at this signal. */
  readonly signal?: AbortSignal;
}

/**
 * - `not_found`: an answer, not an error; the thing does not exist.
 * - `refused`: the system understood and said no; final.
 * - `unavailable`: nothing was changed; trying later may help.
 * - `unknown_outcome`: an effect was sent and no trustworthy answer came back; it may or may not have happened.
 */
export type ToolOutcome<T> =
  | { readonly result: "ok"; readonly value: T; readonly receipt?: string }
  | { readonly result: "not_found" }
  | { readonly result: "refused"; readonly reason: string }
  | { readonly result: "unavailable"; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly result: "unknown_outcome"; readonly reason: string };

export type ToolResult = ToolOutcome<unknown>["result"];

export function ok<T>(value: T, receipt?: string): ToolOutcome<T> {
  return receipt === undefined ? { result: "ok", value } : { result: "ok", value, receipt };
}
