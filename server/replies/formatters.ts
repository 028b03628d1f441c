/** How money and days read in a shopper's language. */
import type { Liquid } from "liquidjs";
import { dateFormat, numberFormat } from "../formats/index.js";

interface Filtering {
  readonly context: { getSync(path: string[]): unknown };
}

export function addFormatters(
  liquid: Liquid,
  { timeZone, defaultLocale }: { timeZone: string; defaultLocale: string },
): void {
  const localeOf = ({ context }: Filtering): string => knownLocale(context.getSync(["locale"])) ?? defaultLocale;
  const dated = (options: Intl.DateTimeFormatOptions) =>
    function (this: Filtering, value: unknown): string {
      return formatTime(value, localeOf(this), options, timeZone);
    };
  liquid.registerFilter("day", dated({ weekday: "long", month: "long", day: "numeric" }));
  liquid.registerFilter("date", dated({ year: "numeric", month: "long", day: "numeric" }));
  liquid.registerFilter("time", dated({ hour: "numeric", minute: "2-digit" }));
  liquid.registerFilter("goods", goodsInWords);
  liquid.registerFilter("every", function (this: Filtering, value: unknown): string {
    return formatInterval(value, localeOf(this));
  });
  liquid.registerFilter("less", differenceOf);
  liquid.registerFilter("money", function (this: Filtering, value: unknown): string {
    return formatMoney(value, localeOf(this));
  });
}

/** `{ amountMinor: 2400, currency: "USD" }` → "$24.00"; nothing for what is no money. */
export function formatMoney(value: unknown, locale: string): string {
  const { amountMinor, currency } = (value ?? {}) as { amountMinor?: unknown; currency?: unknown };
  // Intl knows no other shape of currency, and throws.
  if (typeof amountMinor !== "number" || typeof currency !== "string" || !/^[A-Za-z]{3}$/.test(currency)) return "";
  const format = numberFormat(knownLocale(locale) ?? "en", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

/** How much two amounts differ, whichever is more; nothing for two currencies. */
function differenceOf(one: unknown, other: unknown): unknown {
  const [a, b] = [one, other].map((each) => (each ?? {}) as { amountMinor?: unknown; currency?: unknown });
  if (typeof a?.amountMinor !== "number" || typeof b?.amountMinor !== "number" || a.currency !== b.currency) return "";
  return { amountMinor: Math.abs(a.amountMinor - b.amountMinor), currency: a.currency };
}

function formatTime(value: unknown, locale: string, options: Intl.DateTimeFormatOptions, timeZone: string): string {
  const text = String(value ?? "");
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  // A day without a time is that day everywhere; read in a zone west of Greenwich it would be the day before.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return dateFormat(locale, { ...options, timeZone: isDay ? "UTC" : timeZone }).format(at);
}

/** How often, after "every": "1 month" → "month", "2 weeks" → "2 weeks", in the shopper's language; else as it is. */
function formatInterval(value: unknown, locale: string): string {
  const text = String(value ?? "");
  const [, count, unit] = /^(\d+) (day|week|month|year)s?$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return text;
  const format = numberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  const parts = format.formatToParts(Number(count));
  if (count !== "1") return parts.map((part) => part.value).join("");
  return parts.find(({ type }) => type === "unit")?.value ?? text;
}

/** In the spelling of BCP 47; undefined for what no browser or person could mean. */
export function knownLocale(locale: unknown): string | undefined {
  if (typeof locale !== "string") return undefined;
  try {
    return Intl.getCanonicalLocales(locale.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

/** The items of an order: "2 × Dark roast 1kg, House blend 1kg"; nothing for what is no list. */
function goodsInWords(items: unknown): string {
  if (!Array.isArray(items)) return "";
  return (items as { name?: unknown; quantity?: unknown }[])
    .map(({ name, quantity }) => (typeof quantity === "number" && quantity > 1 ? `${quantity} × ${name}` : `${name}`))
    .join(", ");
}
