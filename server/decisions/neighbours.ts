/**
 * The values around a condition's bound, where its answer can change. Used to look for the nearest change of a decision,
 * and at load to try out every combination that matters.
 */
import { DAY_MS, type DateValue, daysBetween } from "./dates.js";
import type { Kind } from "./kinds.js";
import type { OperatorName } from "./operators.js";
import type { Value } from "./values.js";

/**
 * @param like the fact's present value: dates keep its clock and time of day
 * @returns the bound and its next neighbours; empty for conditions without an order, such as equal texts
 */
export function neighbours(
  operator: OperatorName,
  kind: Kind,
  bound: Value | undefined,
  like: Value,
  now: DateValue,
): Value[] {
  if (typeof bound === "number" && typeof like === "number") {
    // Between real numbers there is no next one; a billionth of the bound is near enough for any shop.
    const step = kind.type === "integer" ? 1 : Math.max(Math.abs(bound), 1) * 1e-9;
    return [bound - step, bound, bound + step];
  }
  if (typeof like !== "object") return [];
  if (like.type === "date") return dateNeighbours(operator, bound, like, now);
  if (like.type !== "money" || typeof bound !== "object" || bound.type !== "money") return [];
  return [-1, 0, 1].map((step) => ({ ...bound, amountMinor: bound.amountMinor + step }));
}

function dateNeighbours(
  operator: OperatorName,
  bound: Value | undefined,
  like: DateValue,
  now: DateValue,
): DateValue[] {
  const daysAgo = (days: number): DateValue => ({ ...like, at: like.at + (daysBetween(like, now) - days) * DAY_MS });
  if (typeof bound === "number") {
    return operator === "inLessThanDays" ? [daysAgo(1 - bound), daysAgo(-bound)] : [daysAgo(bound), daysAgo(bound + 1)];
  }
  if (typeof bound !== "object" || bound.type !== "date") return [];
  if (bound.wholeDay || like.wholeDay) {
    const sameDay = like.at + daysBetween(like, bound) * DAY_MS;
    return [-1, 0, 1].map((days) => ({ ...like, at: sameDay + days * DAY_MS }));
  }
  return [-1, 0, 1].map((ms) => ({ ...like, at: bound.at + ms }));
}
