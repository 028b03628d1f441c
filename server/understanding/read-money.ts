import type { Slot } from "./understood.js";

const NUMBER = "\\d{1,3}(?:[.,' ]\\d{3})+(?:[.,](?:\\d{1,2}|-{1,2}))?|\\d{1,7}(?:[.,](?:\\d{1,2}|-{1,2}))?";
const SIGN = "(?:us|ca|au)?[$€£¥]|(?:usd|eur|gbp|chf|cad|aud)(?!\\p{L})";
const NAME =
  "(?:usd|eur|gbp|chf|cad|aud|(?:us-?)?dollars?|dolar(?:es)?|dólar(?:es)?|euros?|pounds?|pfund|franken|bucks|quid|cents?|centimos?|céntimos?)(?!\\p{L})";
const MONEY = new RegExp(
  `(?<![\\p{L}\\p{N}.,])(?:(${SIGN}) ?(${NUMBER})|(${NUMBER}) ?([$€£¥]|${NAME}))(?![\\p{N}])`,
  "iu",
);
const CURRENCIES: readonly [RegExp, string][] = [
  [/^(?:€|eur|euros?|centimos?|céntimos?)$/i, "EUR"],
  [/^(?:£|gbp|pounds?|pfund|quid)$/i, "GBP"],
  [/^(?:us\$|usd)$/i, "USD"],
  [/^(?:ca\$|cad)$/i, "CAD"],
  [/^(?:au\$|aud)$/i, "AUD"],
  [/^(?:chf|franken)$/i, "CHF"],
];
/** Hundredths of something; of what is not always said. */
const HUNDREDTHS = /^(?:cents?|c[eé]ntimos?)$/i;

const PHONE =
  /(?<![\p{L}\p{N}#])(?:\+|00)\d(?:[ ()./-]{0,2}\d){7,13}(?!\d)|(?<![\p{L}\p{N}#])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)|(?<![\p{L}\p{N}#])\(?0\d{1,4}\)?[ /-]{1,3}\d{3,4}(?:[ -]?\d{2,5}){0,3}(?![\p{N}])|(?<![\p{L}\p{N}#])[679]\d{2}(?:[ .-]\d{3}){2}(?![\p{N}])/u;

/** The first amount with a currency beside it, in major units: "EUR 12,50", "12.50€", "$1,200", "1.200,- Euro". */
export function findAmount(text: string): Slot | undefined {
  const match = MONEY.exec(text);
  const [written = "", sign, behind, before, name] = match ?? [];
  const digits = behind ?? before;
  const currency = sign ?? name ?? "";
  if (match === null || digits === undefined) return undefined;
  // The last separator with one or two digits behind it is the decimal one.
  const decimal = /[.,](\d{1,2}|-+)$/.exec(digits);
  const whole = (decimal === null ? digits : digits.slice(0, decimal.index)).replace(/[.,' ]/g, "");
  const amount = Number(decimal === null || decimal[1]?.startsWith("-") ? whole : `${whole}.${decimal[1]}`);
  const value = HUNDREDTHS.test(currency) ? amount / 100 : amount;
  const code = CURRENCIES.find(([pattern]) => pattern.test(currency))?.[1];
  const start = match.index;
  return { value, start, end: start + written.length, text: written, ...(code && { currency: code }) };
}

/** Digits of a telephone number: more are none. */
const MOST_DIGITS = 15;
const LEAST_DIGITS = 9;

/** The first telephone number, as `+` and digits; digits alone where no country is named. */
export function findPhone(text: string): Slot | undefined {
  const match = PHONE.exec(text);
  if (match === null) return undefined;
  const digits = match[0].replace(/\D/g, "");
  if (digits.length < LEAST_DIGITS || digits.length > MOST_DIGITS) return undefined;
  const value = match[0].startsWith("+") ? `+${digits}` : match[0].startsWith("00") ? `+${digits.slice(2)}` : digits;
  return { value, start: match.index, end: match.index + match[0].length, text: match[0] };
}
