import { createHash } from "node:crypto";
import type { ToolCall } from "./connector.js";

/**
 * Our mark on an effect in a vendor's books: short, the same for the same business key, and impossible to meet by chance.
 * It goes into whatever note, tag or reference the vendor keeps, and is what a look afterwards searches for.
 */
export function referenceOf(call: Pick<ToolCall, "key">, args: unknown): string {
  return `AS-${hash(call.key ?? JSON.stringify(args)).slice(0, 20)}`;
}

/** The same as a UUID, for vendors whose idempotency keys must look like one. */
export function uuidOf(call: Pick<ToolCall, "key">, args: unknown): string {
  const hex = hash(call.key ?? JSON.stringify(args));
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
