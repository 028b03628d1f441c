/** Reading raw data as typed, three-valued facts: known, known to be empty, or unknown (with the reason). */
import { type DateValue, parseDate, writeDate } from "./dates.js";
import { type Kind, kindWords } from "./kinds.js";
import { type MoneyValue, minorDigits } from "./money.js";

export type Value = number | string | boolean | DateValue | MoneyValue | ListValue | ObjectValue;
export interface ListValue {
  readonly type: "list";
  readonly items: readonly Reading[];
}
/** Only whether it is there matters; its parts are reached by path. */
export interface ObjectValue {
  readonly type: "object";
}

export type Reading =
  | { readonly state: "known"; readonly value: Value; readonly raw: Json }
  | { readonly state: "empty"; readonly raw: null }
  /** Not there, or not to be trusted: a wrong type or out of range counts as unknown, never as a value. */
  | { readonly state: "unknown"; readonly missing: boolean; readonly note: string; readonly raw?: Json };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const MAX_TEXT = 10_000;
const MAX_ITEMS = 1_000;

export const EMPTY: Reading = { state: "empty", raw: null };

export function missing(note: string): Reading {
  return { state: "unknown", missing: true, note };
}

export function known(value: Value): Reading {
  return { state: "known", value, raw: jsonOf(value) };
}

/** @param raw anything at all, as it came from outside; never throws for plain data */
export function readAs(kind: Kind, raw: unknown): Reading {
  if (raw === undefined) return missing("is missing");
  if (raw === null) return EMPTY;
  const value = parseAs(kind, raw);
  if (typeof value === "object" && "wrong" in value) {
    return { state: "unknown", missing: false, note: value.wrong, raw: safeJson(raw) };
  }
  return { state: "known", value, raw: safeJson(raw) };
}

type Wrong = { readonly wrong: string };

function parseAs(kind: Kind, raw: unknown): Value | Wrong {
  switch (kind.type) {
    case "number":
    case "integer":
      if (typeof raw !== "number") return mismatch(kind, raw);
      if (!Number.isFinite(raw)) return { wrong: "is not a finite number" };
      if (kind.type === "integer" && !Number.isSafeInteger(raw)) return { wrong: "is not a whole number" };
      return outOfRange(kind, raw) ?? raw;
    case "text":
      if (typeof raw !== "string") return mismatch(kind, raw);
      if (raw.length > MAX_TEXT) return { wrong: `has more than ${MAX_TEXT} characters` };
      return outOfRange(kind, raw) ?? raw;
    case "yes_no":
      return typeof raw === "boolean" ? raw : mismatch(kind, raw);
    case "date":
      if (typeof raw !== "string") return mismatch(kind, raw);
      return parseDate(raw) ?? { wrong: "is not an ISO 8601 day, or date and time with an offset" };
    case "money":
      return parseMoney(raw) ?? mismatch(kind, raw);
    case "list":
      if (!Array.isArray(raw)) return mismatch(kind, raw);
      if (raw.length > MAX_ITEMS) return { wrong: `has more than ${MAX_ITEMS} entries` };
      // Array.from visits holes too, as undefined: a hole is an unknown entry, not an absent one.
      return { type: "list", items: Array.from(raw, (item: unknown) => readAs(kind.of, item)) };
    case "object":
      return typeof raw === "object" && !Array.isArray(raw) ? { type: "object" } : mismatch(kind, raw);
    case "mixed":
      if (typeof raw === "string") return raw.slice(0, MAX_TEXT);
      return Array.isArray(raw) ? { type: "list", items: raw.map(() => EMPTY) } : { type: "object" };
  }
}

/** What a fact can never be, by its declaration; also asked at load about the values written in conditions. */
export function outOfRange(kind: Kind, value: number | string): Wrong | undefined {
  if (kind.type === "text" && kind.oneOf !== undefined && !kind.oneOf.includes(String(value))) {
    return { wrong: `is not one of: ${kind.oneOf.join(", ")}` };
  }
  if ((kind.type !== "number" && kind.type !== "integer") || typeof value !== "number") return undefined;
  const unit = kind.unit === undefined ? "" : ` ${kind.unit}`;
  if (kind.oneOf !== undefined && !kind.oneOf.includes(value))
    return { wrong: `is not one of: ${kind.oneOf.join(", ")}` };
  if (kind.min !== undefined && value < kind.min) return { wrong: `is below ${kind.min}${unit}, the least possible` };
  if (kind.max !== undefined && value > kind.max) return { wrong: `is above ${kind.max}${unit}, the most possible` };
  return undefined;
}

function parseMoney(raw: unknown): MoneyValue | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const amountMinor: unknown = Object.getOwnPropertyDescriptor(raw, "amountMinor")?.value;
  const currency: unknown = Object.getOwnPropertyDescriptor(raw, "currency")?.value;
  if (typeof amountMinor !== "number" || !Number.isSafeInteger(amountMinor)) return undefined;
  if (typeof currency !== "string" || minorDigits(currency) === undefined) return undefined;
  return { type: "money", amountMinor: amountMinor + 0, currency };
}

function mismatch(kind: Kind, raw: unknown): Wrong {
  return { wrong: `is ${describe(raw)} where ${kindWords(kind)} is meant` };
}

function describe(raw: unknown): string {
  if (typeof raw === "string") return raw === "" ? "empty text" : "text";
  if (Array.isArray(raw)) return "a list";
  if (typeof raw === "boolean") return "true or false";
  return typeof raw === "object" ? "an object" : `a ${typeof raw}`;
}

/** For traces: whatever it was, as a small piece of JSON. */
export function safeJson(raw: unknown, depth = 2): Json {
  if (raw === null || typeof raw === "boolean") return raw;
  if (typeof raw === "string") return raw.length > 200 ? `${raw.slice(0, 199)}…` : raw;
  if (typeof raw === "number") return Number.isFinite(raw) ? raw + 0 : String(raw); // + 0: JSON has no -0
  if (Array.isArray(raw) && depth > 0)
    return Array.from(raw.slice(0, 20), (item: unknown) => safeJson(item, depth - 1));
  const money = parseMoney(raw);
  return money === undefined ? `(${describe(raw)})` : jsonOf(money);
}

function jsonOf(value: Value): Json {
  if (typeof value !== "object") return value;
  if (value.type === "date") return writeDate(value);
  if (value.type === "money") return { amountMinor: value.amountMinor, currency: value.currency };
  return value.type === "list" ? value.items.map((item) => item.raw ?? null) : "(an object)";
}
