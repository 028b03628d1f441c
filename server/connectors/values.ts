/** Vendors' ways of writing money, times and addresses, turned into ours. What cannot be read is unknown, never guessed. */
import type { z } from "zod";
import type { Money } from "./capabilities.js";

type MoneyValue = z.infer<typeof Money>;

const digitsOf = new Map<string, number>();

/** Decimal places of a currency's minor unit: 2 for USD, 0 for JPY, 3 for KWD. */
function minorDigits(currency: string): number {
  let digits = digitsOf.get(currency);
  if (digits === undefined) {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    digitsOf.set(currency, digits);
  }
  return digits;
}

/**
 * Major units as vendors send them (`24`, `"24.50"`, `"24.5000"`) to minor units. More decimals than the currency has
 * are rounded half up, away from zero; that happens in unit prices only.
 *
 * @returns undefined when either part is missing or unreadable
 */
export function moneyOf(
  major: string | number | null | undefined,
  currency: string | null | undefined,
): MoneyValue | undefined {
  if (major === null || major === undefined || typeof currency !== "string" || !/^[A-Za-z]{3}$/.test(currency))
    return undefined;
  const code = currency.toUpperCase();
  const [, sign, whole, fraction = ""] = /^\s*(-?)(\d{1,12})(?:\.(\d+))?\s*$/.exec(plain(major)) ?? [];
  if (whole === undefined) return undefined;
  const digits = minorDigits(code);
  const padded = `${fraction}${"0".repeat(digits + 1)}`;
  const minor = Number(`${whole}${padded.slice(0, digits)}`) + (Number(padded[digits]) >= 5 ? 1 : 0);
  return { amountMinor: sign === "-" && minor !== 0 ? -minor : minor, currency: code };
}

function plain(major: string | number): string {
  return typeof major === "number" ? (Number.isInteger(major) ? String(major) : major.toFixed(6)) : major;
}

/** Minor units to the decimal text that vendors take: `{ amountMinor: 2450, currency: "USD" }` to `24.50`. */
export function decimalOf({ amountMinor, currency }: MoneyValue): string {
  const digits = minorDigits(currency);
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, "0");
  const sign = amountMinor < 0 ? "-" : "";
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * A vendor's time to ISO 8601 in UTC. `null` stays null; a time without a zone is read as UTC, since every vendor here
 * that leaves the zone out means UTC.
 *
 * @returns undefined for what is no time
 */
export function timeOf(value: string | null | undefined): string | null | undefined {
  if (value === null || value === undefined) return value;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value) || /^\d{4}-\d{2}-\d{2}$/.test(value);
  const ms = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(zoned ? value : `${value.replace(" ", "T")}Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** A vendor's status word in lower snake case: `Pending Shipment`, `pendingShipment` to `pending_shipment`. */
export function statusWord(word: string): string {
  return word
    .trim()
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase();
}

type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys whose value is undefined: what a vendor did not say stays absent. */
export function known<T extends object>(entry: T): Known<T> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Known<T>;
}

export function sameEmail(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
