/** "What would have changed this decision?": the nearest change of one fact, in words for people. */
import { compareDates, DAY_MS, type DateValue, daysBetween, momentOf } from "./dates.js";
import { BUILT_IN } from "./declare.js";
import { truthOf } from "./kleene.js";
import { writeMoney } from "./money.js";
import { neighbours } from "./neighbours.js";
import { judge, operatorOf, type Verdict } from "./operators.js";
import type { Leaf, Operand, Rule, RuleSet } from "./rule-set.js";
import { type Outcome, settle } from "./settle.js";
import { known, outOfRange, type Reading, type Value } from "./values.js";

export interface Asked {
  readonly ruleSet: RuleSet;
  readonly readings: ReadonlyMap<string, Reading>;
  /** By `leaf.index`. */
  readonly verdicts: readonly Verdict[];
  readonly verdictOf: (rule: Rule) => Verdict;
  readonly now: number;
  readonly outcome: Outcome;
}

/**
 * For a definite decision: the smallest change of a number, an amount or a date that leads to another definite decision,
 * measured against its bound. For `unknown`: the fact that is missing or not to be trusted.
 *
 * @param mayTell which conditions may be spoken of
 */
export function nearestFlip(asked: Asked, mayTell: (leaf: Leaf) => boolean): string | undefined {
  return asked.outcome.event === "unknown" ? whatIsMissing(asked, mayTell) : nearestChange(asked, mayTell);
}

function nearestChange(asked: Asked, mayTell: (leaf: Leaf) => boolean): string | undefined {
  const { ruleSet, outcome } = asked;
  const readersOf = new Map<Operand, Readers>();
  for (const change of changesOf(asked, mayTell)) {
    const { operand } = change.leaf;
    const readers = readersOf.get(operand) ?? readersOfOperand(ruleSet, operand);
    readersOf.set(operand, readers);
    const changed = outcomeWith(asked, operand, known(change.other), readers);
    if (changed.event === "unknown" || isSame(changed, outcome)) continue;
    return `${inWords(change.leaf, change.value, change.other)} for ${changed.event} (${wordsFor(operand)})`;
  }
  return undefined;
}

interface Change {
  readonly leaf: Leaf;
  readonly value: Value;
  readonly other: Value;
  readonly distance: number;
}

/** Each value of each fact at which a condition that reads it could change, nearest first. */
function changesOf({ ruleSet, readings, now }: Asked, mayTell: (leaf: Leaf) => boolean): Change[] {
  const changes = new Map<string, Change>();
  const moment = momentOf(now, false);
  for (const leaf of ruleSet.leaves.filter(mayTell)) {
    const { operand, operator } = leaf;
    const fact = readings.get(operand.key);
    const bound = boundOf(leaf, readings);
    if (fact?.state !== "known" || (bound !== undefined && bound.state !== "known")) continue;
    for (const other of neighbours(operator, operand.kind, bound?.value, fact.value, moment)) {
      const distance = distanceBetween(fact.value, other, bound?.value);
      if (distance === 0 || (typeof other === "number" && outOfRange(operand.kind, other) !== undefined)) continue;
      const key = `${operand.key} ${typeof other === "object" && other.type === "date" ? other.at : JSON.stringify(other)}`;
      if (!changes.has(key)) changes.set(key, { leaf, value: fact.value, other, distance });
    }
  }
  return [...changes.values()].toSorted((a, b) => a.distance - b.distance);
}

interface Readers {
  readonly leaves: readonly Leaf[];
  readonly rules: ReadonlySet<Rule>;
}

function readersOfOperand({ rules }: RuleSet, { key }: Operand): Readers {
  const reads = (leaf: Leaf) => leaf.operand.key === key || otherOperand(leaf)?.key === key;
  const readers = rules.filter((rule) => rule.leaves.some(reads));
  return { leaves: readers.flatMap((rule) => rule.leaves.filter(reads)), rules: new Set(readers) };
}

function isSame(a: Outcome, b: Outcome): boolean {
  return a.event === b.event && JSON.stringify(a.params) === JSON.stringify(b.params);
}

/** The outcome if one fact were another: only what reads it is asked again. */
function outcomeWith(asked: Asked, operand: Operand, reading: Reading, readers: Readers): Outcome {
  const readings = new Map(asked.readings).set(operand.key, reading);
  const verdicts = [...asked.verdicts];
  for (const leaf of readers.leaves) verdicts[leaf.index] = judgeLeaf(leaf, readings, asked.now).verdict;
  return settle(asked.ruleSet.rules, (rule) =>
    readers.rules.has(rule) ? truthOf(rule.when, verdicts) : asked.verdictOf(rule),
  );
}

function whatIsMissing(asked: Asked, mayTell: (leaf: Leaf) => boolean): string | undefined {
  const { ruleSet, verdicts, outcome } = asked;
  const open = outcome.open.flatMap((rule) => rule.leaves).filter((leaf) => verdicts[leaf.index] === "unknown");
  const settles = (leaf: Leaf) =>
    (["true", "false"] as const).some((verdict) => {
      const changed = verdicts.with(leaf.index, verdict);
      return settle(ruleSet.rules, (rule) => truthOf(rule.when, changed)).event !== "unknown";
    });
  const told = open.filter(mayTell);
  const leaf = told.find(settles) ?? told[0];
  if (leaf === undefined) return undefined;
  const fact = asked.readings.get(leaf.operand.key);
  const other = otherOperand(leaf);
  const bound = other && asked.readings.get(other.key);
  if (fact?.state === "known" && other !== undefined && bound?.state === "unknown")
    return `${wordsFor(other)} ${bound.note}`;
  return `${wordsFor(leaf.operand)} ${judgeLeaf(leaf, asked.readings, asked.now).note}`;
}

export function judgeLeaf(leaf: Leaf, readings: ReadonlyMap<string, Reading>, now: number) {
  const fact = readings.get(leaf.operand.key) ?? NOTHING;
  return judge(operatorOf(leaf.operator), fact, boundOf(leaf, readings), now);
}

const NOTHING: Reading = { state: "unknown", missing: true, note: "is missing" };

export function boundOf(leaf: Leaf, readings: ReadonlyMap<string, Reading>): Reading | undefined {
  if (leaf.bound === undefined) return undefined;
  return "literal" in leaf.bound ? leaf.bound.literal : (readings.get(leaf.bound.operand.key) ?? NOTHING);
}

function otherOperand({ bound }: Leaf): Operand | undefined {
  return bound !== undefined && "operand" in bound ? bound.operand : undefined;
}

/** `estimated_delivery` of an order is "estimated delivery" to people. */
function wordsFor({ fact, path }: Operand): string {
  const parts = path.length === 0 ? [fact] : path.map((part) => (typeof part === "number" ? part + 1 : part));
  return parts.join(" ").replaceAll("_", " ");
}

/** As a share of the bound, so that days and dollars can be compared at all; dates count against a month. */
function distanceBetween(a: Value, b: Value, bound: Value | undefined): number {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) / Math.max(Math.abs(Number(bound)), 1);
  if (typeof a !== "object" || typeof b !== "object") return Number.POSITIVE_INFINITY;
  if (a.type === "date" && b.type === "date") {
    const days = typeof bound === "number" ? Math.max(bound, 1) : 30;
    return Math.abs(a.at - b.at) / DAY_MS / days;
  }
  if (a.type !== "money" || b.type !== "money") return Number.POSITIVE_INFINITY;
  const size = typeof bound === "object" && bound.type === "money" ? Math.abs(bound.amountMinor) : 0;
  return Math.abs(a.amountMinor - b.amountMinor) / Math.max(size, 100);
}

function inWords(leaf: Leaf, value: Value, other: Value): string {
  if (typeof value === "number" && typeof other === "number") {
    const kind = leaf.operand.kind;
    const unit = (kind.type === "number" || kind.type === "integer") && kind.unit ? ` ${kind.unit}` : "";
    const amount = Number(Math.abs(value - other).toPrecision(6));
    const size = amount < 1e-6 * Math.max(Math.abs(value), 1) ? "just" : `${amount}${unit}`;
    return `${size} ${other < value ? "too much" : "too little"}`;
  }
  if (typeof value !== "object" || typeof other !== "object") return "";
  if (value.type === "money" && other.type === "money") {
    const amount = writeMoney(value.amountMinor - other.amountMinor, value.currency);
    return `${amount} ${other.amountMinor < value.amountMinor ? "too much" : "too little"}`;
  }
  if (value.type !== "date" || other.type !== "date") return "";
  // Against a fixed date the fact is early or late. Against the clock it is the asking that is early or late.
  const shouldBeLater = compareDates(other, value) > 0;
  return `${duration(value, other)} too ${shouldBeLater === isAgainstClock(leaf) ? "late" : "early"}`;
}

function isAgainstClock(leaf: Leaf): boolean {
  const other = otherOperand(leaf);
  if (other === undefined) return ["olderThanDays", "withinDays", "inLessThanDays"].includes(leaf.operator);
  return (BUILT_IN as readonly string[]).includes(other.fact);
}

function duration(a: DateValue, b: DateValue): string {
  const ms = Math.abs(a.at - b.at);
  const count = (amount: number, unit: string) => `${amount} ${unit}${amount === 1 ? "" : "s"}`;
  if (ms % DAY_MS === 0 || ms >= 2 * DAY_MS) return count(Math.abs(daysBetween(a, b)), "day");
  if (ms >= 2 * 3_600_000) return count(Math.round(ms / 3_600_000), "hour");
  return ms >= 60_000 ? count(Math.round(ms / 60_000), "minute") : "moments";
}
