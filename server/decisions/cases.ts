/**
 * Every combination of facts that some rules can tell apart: the values at, below and above each bound that is written in
 * a condition, each text that is named and one that is not, and "known to be empty".
 */
import { DAY_MS, type DateValue, momentOf } from "./dates.js";
import { BUILT_IN } from "./declare.js";
import { momentReading } from "./facts.js";
import type { MoneyValue } from "./money.js";
import { neighbours } from "./neighbours.js";
import type { Leaf, Operand } from "./rule-set.js";
import { EMPTY, known, outOfRange, type Reading, type Value } from "./values.js";

export interface Case {
  readonly now: number;
  readonly readings: ReadonlyMap<string, Reading>;
}

/** Any moment does where conditions only compare with the clock. */
const NOON = Date.UTC(2025, 2, 10, 12);

/**
 * @returns nothing where the list would be longer than `limit`, or would not be complete: a claim such as "this rule can
 *   never decide" must not rest on a sample
 */
export function casesOf(leaves: readonly Leaf[], limit: number): Case[] | undefined {
  const cases: Case[] = [];
  for (const now of momentsOf(leaves)) {
    let partial: Map<string, Reading>[] = [new Map()];
    for (const operand of operandsOf(leaves)) {
      const moment = momentReading(operand.fact, now);
      const readings = moment === undefined ? representatives(operand, leaves, now) : [moment];
      if (readings === undefined || partial.length * readings.length > limit) return undefined;
      partial = partial.flatMap((chosen) => readings.map((reading) => new Map(chosen).set(operand.key, reading)));
    }
    cases.push(...partial.map((readings) => ({ now, readings })));
    if (cases.length > limit) return undefined;
  }
  return cases;
}

function operandsOf(leaves: readonly Leaf[]): Set<Operand> {
  return new Set(leaves.flatMap((leaf) => [leaf.operand, other(leaf) ?? leaf.operand]));
}

function other({ bound }: Leaf): Operand | undefined {
  return bound !== undefined && "operand" in bound ? bound.operand : undefined;
}

function isMoment({ fact }: Operand): boolean {
  return (BUILT_IN as readonly string[]).includes(fact);
}

/** Where the clock itself is compared with a date ("until 24 December"), the moments around that date. */
function momentsOf(leaves: readonly Leaf[]): number[] {
  const dates = leaves.filter(({ operand }) => isMoment(operand)).flatMap(literalsOf);
  const moments = dates.flatMap((date) =>
    isDate(date) ? [date.at - DAY_MS, date.at, date.at + 1, date.at + DAY_MS] : [],
  );
  return moments.length === 0 ? [NOON] : moments;
}

/** The values of one fact that the conditions can tell apart, given what else it is compared with. */
function representatives(operand: Operand, leaves: readonly Leaf[], now: number): Reading[] | undefined {
  const linked = linkedTo(operand, leaves);
  const about = leaves.filter((leaf) => linked.has(leaf.operand) || linked.has(other(leaf) ?? leaf.operand));
  const values = valuesOf(operand, about, linked.size, now);
  return values && [...values.map(known), EMPTY];
}

/** Facts that are compared with one another, directly or through others, need values around each other's bounds. */
function linkedTo(operand: Operand, leaves: readonly Leaf[]): Set<Operand> {
  const linked = new Set([operand]);
  for (let size = 0; size < linked.size; ) {
    size = linked.size;
    for (const leaf of leaves) {
      const second = other(leaf);
      if (second === undefined || isMoment(second) || isMoment(leaf.operand)) continue;
      if (linked.has(leaf.operand) || linked.has(second)) linked.add(leaf.operand).add(second);
    }
  }
  return linked;
}

function valuesOf(operand: Operand, leaves: readonly Leaf[], linked: number, now: number): Value[] | undefined {
  const { kind } = operand;
  const literals = leaves.flatMap(literalsOf);
  switch (kind.type) {
    case "number":
    case "integer": {
      if (kind.oneOf !== undefined) return [...kind.oneOf];
      const bounds = [...literals.filter((value) => typeof value === "number"), kind.min ?? [], kind.max ?? []].flat();
      const points = spread(bounds, linked, kind.type === "integer" ? 1 : 0);
      return points.filter((value) => outOfRange(kind, value) === undefined);
    }
    case "text":
      return kind.oneOf === undefined ? textsOf(leaves, literals, linked) : [...kind.oneOf];
    case "yes_no":
      return [true, false];
    case "date":
      return datesOf(leaves, linked, now);
    case "money":
      return amountsOf(literals, linked);
    case "list":
      return linked > 1 ? undefined : listsOf(literals);
    default:
      return [{ type: "object" }];
  }
}

/** The bounds, and `count` points in each gap between them and beyond the outermost. */
function spread(bounds: readonly number[], count: number, grid: number): number[] {
  const sorted = [...new Set(bounds.length === 0 ? [0] : bounds)].toSorted((a, b) => a - b);
  const steps = Array.from({ length: count }, (_, index) => index + 1);
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  const between = sorted.slice(1).flatMap((high, place) => {
    const low = sorted[place] ?? high;
    const points = steps.map((step) => (grid > 0 ? low + step * grid : low + ((high - low) * step) / (count + 1)));
    return points.filter((point) => point < high);
  });
  return [...steps.map((step) => first - step), ...sorted, ...between, ...steps.map((step) => last + step)];
}

function textsOf(leaves: readonly Leaf[], literals: readonly Value[], linked: number): string[] | undefined {
  const searched = leaves.filter(({ operator }) => operator === "textContains").flatMap(literalsOf);
  if (searched.length > 4) return undefined;
  const named = literals.filter((value) => typeof value === "string");
  const unnamed = Array.from({ length: linked }, (_, index) => `(another text${index === 0 ? "" : ` ${index + 1}`})`);
  const joined = subsets(searched).map((parts) => parts.join(" / "));
  return [...new Set([...named, ...unnamed, ...joined])];
}

function amountsOf(literals: readonly Value[], linked: number): MoneyValue[] {
  const amounts = literals.filter((value): value is MoneyValue => typeof value === "object" && value.type === "money");
  const currencies = new Set(amounts.length === 0 ? ["USD"] : amounts.map(({ currency }) => currency));
  return [...currencies].flatMap((currency) => {
    const bounds = amounts.filter((amount) => amount.currency === currency).map(({ amountMinor }) => amountMinor);
    return spread(bounds, linked, 1).map((amountMinor) => ({ type: "money" as const, amountMinor, currency }));
  });
}

function listsOf(entries: readonly Value[]): Value[] | undefined {
  if (entries.length > 4) return undefined;
  return [...subsets(entries), ["(another entry)"]].map((chosen) => ({ type: "list", items: chosen.map(known) }));
}

/** Dates against the clock move with it, dates against a fixed day do not: a list that has both would not be complete. */
function datesOf(leaves: readonly Leaf[], linked: number, now: number): DateValue[] | undefined {
  const clock = momentOf(now, false);
  const like: DateValue = { type: "date", at: now, offsetMs: 0, wholeDay: false };
  const found: DateValue[] = [];
  const sorts = new Set<"clock" | "fixed">();
  for (const leaf of leaves) {
    const second = other(leaf);
    const moment = second && momentReading(second.fact, now);
    const bounds = moment?.state === "known" ? [moment.value] : literalsOf(leaf);
    for (const bound of bounds) {
      sorts.add(typeof bound === "number" || moment !== undefined ? "clock" : "fixed");
      const operator = leaf.operator;
      found.push(...neighbours(operator, leaf.operand.kind, bound, like, clock).filter(isDate));
    }
  }
  if (sorts.size > 1) return undefined;
  const points = spread([...found.map(({ at }) => at), now], linked, 0).map(Math.round);
  const far = [Math.min(...points) - 3 * DAY_MS, Math.max(...points) + 3 * DAY_MS];
  return [...new Set([...points, ...far])].map((at) => ({ ...like, at }));
}

/** The fixed values that a condition names. */
function literalsOf({ bound }: Leaf): Value[] {
  if (bound === undefined || !("literal" in bound) || bound.literal.state !== "known") return [];
  const { value } = bound.literal;
  if (typeof value !== "object" || value.type !== "list") return [value];
  return value.items.flatMap((item) => (item.state === "known" ? [item.value] : []));
}

function subsets<T>(items: readonly T[]): T[][] {
  const sets: T[][] = [[]];
  for (const item of items) sets.push(...sets.map((set) => [...set, item]));
  return sets;
}

function isDate(value: Value): value is DateValue {
  return typeof value === "object" && value.type === "date";
}
