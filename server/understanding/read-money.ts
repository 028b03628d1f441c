import type { Slot } from "./understood.js";

const MONEY =
  /(?<![\p{L}\p{N}.,])(?:(?:us)?[$€£¥] ?(\d{1,7}(?:[.,]\d{3})*(?:[.,]\d{1,2})?)|(\d{1,7}(?:[.,]\d{3})*(?:[.,]\d{1,2})?) ?(?:[$€£¥]|(?:usd|eur|gbp|dollars?|euros?|pounds?|bucks|quid|cents)(?!\p{L})))/iu;
const PHONE =
  /(?<![\p{L}\p{N}#])(?:\+|00)\d(?:[ ().-]{0,2}\d){7,13}(?!\d)|(?<![\p{L}\p{N}#])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)/u;

/** The first amount with a currency beside it, in major units. */
export function findAmount(text: string): Slot | undefined {
  const match = MONEY.exec(text);
  const digits = match?.[1] ?? match?.[2];
  if (match === null || digits === undefined) return undefined;
  // The last separator with one or two digits behind it is the decimal one.
  const decimal = /[.,](\d{1,2})$/.exec(digits);
  const whole = (decimal === null ? digits : digits.slice(0, decimal.index)).replace(/[.,]/g, "");
  const value = Number(decimal === null ? whole : `${whole}.${decimal[1]}`);
  return { value, start: match.index, end: match.index + match[0].length, text: match[0] };
}

/** The first telephone number, as `+` and digits. */
export function findPhone(text: string): Slot | undefined {
  const match = PHONE.exec(text);
  if (match === null) return undefined;
  const digits = match[0].replace(/\D/g, "");
  const value = match[0].startsWith("+") ? `+${digits}` : match[0].startsWith("00") ? `+${digits.slice(2)}` : digits;
  return { value, start: match.index, end: match.index + match[0].length, text: match[0] };
}
