/** What the merchant allows without a person, whatever a policy says: `limits` in `shop.json`. */
import { z } from "zod";
import type { Effect } from "../store/index.js";
import type { Args } from "./effects.js";

export const EffectLimit = z.strictObject({
  amount: z.number().positive().optional().describe("Most money one such effect may move, in major units"),
  percent: z.number().int().min(1).max(100).optional().describe("Highest discount"),
  perCustomer: z
    .strictObject({
      days: z.number().int().positive(),
      count: z.number().int().positive().optional(),
      amount: z.number().positive().optional(),
    })
    .optional()
    .describe("So much for one customer within so many days"),
});
export type EffectLimit = z.infer<typeof EffectLimit>;

const DAY_MS = 86_400_000;

export function limitWindowMs(limit: EffectLimit): number {
  return (limit.perCustomer?.days ?? 0) * DAY_MS;
}

/** @param earlier the same customer's effects of this kind within the window @returns why not, or undefined */
export function overLimit(limit: EffectLimit, args: Args, earlier: readonly Effect[]): string | undefined {
  const amount = majorUnits(args);
  if (limit.amount !== undefined && amount !== undefined && amount > limit.amount) return "over_limit";
  if (limit.percent !== undefined && typeof args.percent === "number" && args.percent > limit.percent)
    return "over_limit";
  const { perCustomer } = limit;
  if (perCustomer?.count !== undefined && earlier.length >= perCustomer.count) return "over_limit";
  if (perCustomer?.amount !== undefined && amount !== undefined) {
    const spent = earlier.reduce((sum, effect) => sum + (majorUnits(effect.arguments as Args) ?? 0), 0);
    if (spent + amount > perCustomer.amount) return "over_limit";
  }
  return undefined;
}

function majorUnits(args: Args): number | undefined {
  const { amountMinor, currency } = (args.amount ?? {}) as { amountMinor?: unknown; currency?: unknown };
  if (typeof amountMinor !== "number" || typeof currency !== "string") return undefined;
  const digits =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return amountMinor / 10 ** digits;
}
