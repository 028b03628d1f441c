/**
 * The operators of conditions, typed and three-valued. Nothing here evaluates text as code or as a regular expression.
 *
 * On a fact that is known to be empty, equality, membership and `isEmpty` have an answer; order and dates have none.
 * On an unknown fact nothing has an answer.
 */
import { compareDates, type DateValue, daysBetween, momentOf } from "./dates.js";
import type { Kind } from "./kinds.js";
import type { Reading, Value } from "./values.js";

export type Verdict = "true" | "false" | "unknown";
export interface Judgement {
  readonly verdict: Verdict;
  /** Why it is unknown. */
  readonly note?: string;
}

/** What the condition's `value` must be: of the fact's own kind, one entry of the fact's list, … */
export type BoundKind = "same" | "list_of_same" | "entry" | "days" | "text" | "none";

export interface Operator {
  readonly works: readonly Kind["type"][];
  readonly bound: BoundKind;
  /** The answer for a fact that is known to be empty; absent where emptiness decides nothing. */
  readonly whenEmpty?: boolean;
  /** @returns the answer, or why there is none */
  readonly holds: (value: Value, bound: Value, now: DateValue) => boolean | string;
}

const ANY = ["number", "integer", "text", "yes_no", "date", "money", "list", "object", "mixed"] as const;
const SINGLE = ["number", "integer", "text", "yes_no", "date", "money"] as const;
const ORDERED = ["number", "integer", "money"] as const;

const equal: Operator = { works: SINGLE, bound: "same", whenEmpty: false, holds: isSame };
const oneOf: Operator = { works: SINGLE, bound: "list_of_same", whenEmpty: false, holds: (a, list) => isIn(list, a) };
const contains: Operator = { works: ["list"], bound: "entry", whenEmpty: false, holds: isIn };
const isEmpty: Operator = { works: ANY, bound: "none", whenEmpty: true, holds: hasNothing };

export const OPERATORS = {
  equal,
  notEqual: opposite(equal),
  in: oneOf,
  notIn: opposite(oneOf),
  oneOf,
  noneOf: opposite(oneOf),
  lessThan: ordered((order) => order < 0),
  lessThanInclusive: ordered((order) => order <= 0),
  greaterThan: ordered((order) => order > 0),
  greaterThanInclusive: ordered((order) => order >= 0),
  contains,
  doesNotContain: opposite(contains),
  textContains: { works: ["text"], bound: "text", whenEmpty: false, holds: hasText },
  isEmpty,
  isNotEmpty: opposite(isEmpty),
  /** Strictly earlier; on the day itself a whole day (`today`, `2025-03-10`) is neither before nor after. */
  before: { works: ["date"], bound: "same", holds: onDates((date, bound) => compareDates(date, bound) < 0) },
  after: { works: ["date"], bound: "same", holds: onDates((date, bound) => compareDates(date, bound) > 0) },
  /** More than so many calendar days ago. `withinDays` is its exact opposite: today, or at most so many days ago. */
  olderThanDays: { works: ["date"], bound: "days", holds: onDaysSince((days, limit) => days > limit) },
  withinDays: { works: ["date"], bound: "days", holds: onDaysSince((days, limit) => days <= limit) },
  /** Today or later, fewer than so many calendar days away. */
  inLessThanDays: { works: ["date"], bound: "days", holds: onDaysUntil((days, limit) => days < limit) },
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;
export const OPERATOR_NAMES = Object.keys(OPERATORS) as OperatorName[];

export function operatorOf(name: OperatorName): Operator {
  return OPERATORS[name];
}

/** One condition, in three values. */
export function judge(operator: Operator, fact: Reading, bound: Reading | undefined, now: number): Judgement {
  if (fact.state === "unknown") return { verdict: "unknown", note: fact.note };
  if (fact.state === "empty") {
    if (operator.whenEmpty === undefined) return { verdict: "unknown", note: "is empty" };
    // Two empty values do not make a match: an order without an e-mail is not the order of a customer without one.
    if (bound !== undefined && bound.state !== "known")
      return { verdict: "unknown", note: "has nothing to compare with" };
    return { verdict: operator.whenEmpty ? "true" : "false" };
  }
  if (bound === undefined) return said(operator.holds(fact.value, fact.value, momentOf(now, false)));
  if (bound.state === "unknown") return { verdict: "unknown", note: `is compared with something that ${bound.note}` };
  if (bound.state === "empty") {
    if (operator.bound === "same" && operator.whenEmpty !== undefined) return said(operator.whenEmpty);
    return { verdict: "unknown", note: "is compared with something that is empty" };
  }
  return said(operator.holds(fact.value, bound.value, momentOf(now, false)));
}

function said(answer: boolean | string): Judgement {
  if (typeof answer === "string") return { verdict: "unknown", note: answer };
  return { verdict: answer ? "true" : "false" };
}

function opposite(operator: Operator): Operator {
  const { whenEmpty } = operator;
  return {
    ...operator,
    ...(whenEmpty !== undefined && { whenEmpty: !whenEmpty }),
    holds: (value, bound, now) => {
      const answer = operator.holds(value, bound, now);
      return typeof answer === "string" ? answer : !answer;
    },
  };
}

function ordered(test: (order: number) => boolean): Operator {
  return {
    works: ORDERED,
    bound: "same",
    holds: (value, bound) => {
      const order = orderOf(value, bound);
      return typeof order === "string" ? order : test(order);
    },
  };
}

const INCOMPARABLE = "is not of the kind that it is compared with";

function orderOf(a: Value, b: Value): number | string {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== "object" || typeof b !== "object") return INCOMPARABLE;
  if (a.type === "date" && b.type === "date") return compareDates(a, b);
  if (a.type !== "money" || b.type !== "money") return INCOMPARABLE;
  // 10 EUR is neither more nor less than 11 USD without a rate, and a rate would be a guess.
  return a.currency === b.currency ? a.amountMinor - b.amountMinor : `is in ${a.currency}, not in ${b.currency}`;
}

function isSame(a: Value, b: Value): boolean | string {
  if (typeof a !== "object" || typeof b !== "object") return typeof a === typeof b ? a === b : INCOMPARABLE;
  const order = orderOf(a, b);
  return typeof order === "string" ? order : order === 0;
}

function isIn(list: Value, wanted: Value): boolean | string {
  if (typeof list !== "object" || list.type !== "list") return INCOMPARABLE;
  let unclear: string | undefined;
  for (const item of list.items) {
    if (item.state === "unknown") unclear ??= `has an entry that ${item.note}`;
    if (item.state !== "known") continue;
    const same = isSame(item.value, wanted);
    if (same === true) return true;
    if (typeof same === "string") unclear ??= same;
  }
  return unclear ?? false;
}

function hasText(value: Value, part: Value): boolean | string {
  if (typeof value !== "string" || typeof part !== "string") return INCOMPARABLE;
  // Every text contains the empty one; another fact that happens to be blank must not open a branch.
  if (part.trim() === "") return "is compared with empty text";
  return value.normalize().toLowerCase().includes(part.normalize().toLowerCase());
}

function hasNothing(value: Value): boolean {
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && value.type === "list" && value.items.length === 0;
}

function onDates(test: (date: DateValue, bound: DateValue) => boolean): Operator["holds"] {
  return (date, bound) => {
    if (typeof date !== "object" || typeof bound !== "object") return INCOMPARABLE;
    return date.type === "date" && bound.type === "date" ? test(date, bound) : INCOMPARABLE;
  };
}

function onDaysSince(test: (days: number, limit: number) => boolean): Operator["holds"] {
  return (date, limit, now) => {
    if (typeof date !== "object" || date.type !== "date" || typeof limit !== "number") return INCOMPARABLE;
    const days = daysBetween(date, now);
    return days < 0 ? "lies in the future" : test(days, limit);
  };
}

function onDaysUntil(test: (days: number, limit: number) => boolean): Operator["holds"] {
  return (date, limit, now) => {
    if (typeof date !== "object" || date.type !== "date" || typeof limit !== "number") return INCOMPARABLE;
    const days = daysBetween(now, date);
    return days < 0 ? "lies in the past" : test(days, limit);
  };
}
