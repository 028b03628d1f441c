/** How money and days read in a shopper's language. */
import type { Liquid } from "liquidjs";

export function addFormatters(
  liquid: Liquid,
  { timeZone, defaultLocale }: { timeZone: string; defaultLocale: string },
): void {
  const localeOf = (scope: unknown): string => (typeof scope === "string" ? scope : defaultLocale);
  const dated = (options: Intl.DateTimeFormatOptions) =>
    function (this: { context: { getSync(path: string[]): unknown } }, value: unknown): string {
      const at = new Date(String(value));
      if (Number.isNaN(at.getTime())) return String(value ?? "");
      return new Intl.DateTimeFormat(localeOf(this.context.getSync(["locale"])), { ...options, timeZone }).format(at);
    };
  liquid.registerFilter("day", dated({ weekday: "long", month: "long", day: "numeric" }));
  liquid.registerFilter("date", dated({ year: "numeric", month: "long", day: "numeric" }));
  liquid.registerFilter("time", dated({ hour: "numeric", minute: "2-digit" }));
  liquid.registerFilter(
    "money",
    function (this: { context: { getSync(path: string[]): unknown } }, value: unknown): string {
      return formatMoney(value, localeOf(this.context.getSync(["locale"])));
    },
  );
}

/** `{ amountMinor: 2400, currency: "USD" }` → "$24.00". */
export function formatMoney(value: unknown, locale: string): string {
  const { amountMinor, currency } = (value ?? {}) as { amountMinor?: unknown; currency?: unknown };
  if (typeof amountMinor !== "number" || typeof currency !== "string") return "";
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}
