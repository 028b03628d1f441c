/** Money in whole minor units (cents), so that nothing is ever rounded. */
export interface MoneyValue {
  readonly type: "money";
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
}

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
/** Making a number format takes longer than a decision. */
const digitsOf = new Map<string, number>();

/** Digits after the point: 2 for USD, 0 for JPY, 3 for KWD; nothing for what the runtime's ISO 4217 data does not know. */
export function minorDigits(currency: string): number | undefined {
  if (!CURRENCIES.has(currency)) return undefined;
  const digits =
    digitsOf.get(currency) ??
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ??
    2;
  digitsOf.set(currency, digits);
  return digits;
}

/** What a merchant writes in a rule, in major units: `{ "amount": 150, "currency": "USD" }`. */
export function moneyFromMajor(amount: number, currency: string): MoneyValue | undefined {
  const digits = minorDigits(currency);
  if (digits === undefined || !Number.isFinite(amount)) return undefined;
  const minor = amount * 10 ** digits;
  const amountMinor = Math.round(minor);
  // 0.1 + 0.2 is allowed to be a hair off; 1.005 USD is not an amount of money.
  if (!Number.isSafeInteger(amountMinor) || Math.abs(minor - amountMinor) > 1e-6 * Math.max(1, Math.abs(minor))) {
    return undefined;
  }
  return { type: "money", amountMinor, currency };
}

/** `12.00 USD`; without a sign. */
export function writeMoney(amountMinor: number, currency: string): string {
  const digits = minorDigits(currency) ?? 2;
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return digits === 0 ? `${whole} ${currency}` : `${whole}.${text.slice(-digits)} ${currency}`;
}
