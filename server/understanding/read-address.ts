import { LANGUAGES, languagesFor } from "./languages/index.js";
import type { Answer, Slot } from "./understood.js";

/** Words of streets of languages that are not read otherwise. */
const OTHER_STREETS = /(?<!\p{L})(?:rue|via|laan)(?!\p{L})/iu;
const POSTCODE =
  /(?<!\p{L})(?:plz|postleitzahl|post ?code|zip(?: ?code)?|c\.?p\.?|c[oó]digo postal)(?: ?(?:is|ist|lautet|es|=|:|\.))*\s*((?:\p{Lu}{1,2}\d[\p{Lu}\d]? ?\d\p{Lu}{2}|\d{4,5}(?:-\d{4})?))(?![\p{L}\p{N}])/iu;
/** "…, 10115 Berlin", "in 28013 Madrid". */
const TOWN_CODE = /(?:,|\n|(?<!\p{L})(?:in|nach|aus|to|from|en|desde))\s*(\d{5})(?= \p{Lu}\p{Ll}{2})/u;

/**
 * Reads the answer to "which address?" as text, without the words that lead to it. Parts and spelling are for the
 * connector to check.
 */
export function readAddress(text: string, locale: string): Answer | undefined {
  const lead = languagesFor(locale)
    .map(({ things }) => things.addressLeadIn.exec(text)?.[0] ?? "")
    .find((found) => found !== "");
  const start = lead?.length ?? text.length - text.trimStart().length;
  const address = text.slice(start).replace(/[\s.!]+$/u, "");
  const words = address.match(/[\p{L}\p{N}]+/gu) ?? [];
  const hasStreet = OTHER_STREETS.test(address) || LANGUAGES.some(({ things }) => things.street.test(address));
  const looksRight =
    words.length >= 2 &&
    !/\?\s*$/.test(text) &&
    ((/\d/.test(address) && (hasStreet || /[,\n]/.test(address) || words.length >= 4)) ||
      (hasStreet && words.length >= 3 && words.length <= 20) ||
      (/[,\n]/.test(address) && words.length >= 3 && words.length <= 20));
  if (!looksRight) return undefined;
  return { kind: "value", value: address.replace(/[ \t]+/g, " "), from: { start, end: start + address.length } };
}

/** The first whole address inside a message: "…to Lindenweg 12, 10115 Berlin, please". */
export function findAddress(text: string, locale: string): Slot | undefined {
  for (const { things } of languagesFor(locale)) {
    const match = things.address.exec(text);
    if (match === null) continue;
    const written = match[0].replace(/[\s,]+$/u, "");
    const value = written.replace(/\s*\n\s*/g, ", ").replace(/[ \t]+/g, " ");
    return { value, start: match.index, end: match.index + written.length, text: written };
  }
  return undefined;
}

/** A postcode that says it is one, or stands before its town: never an order's number. */
export function findPostcode(text: string): Slot | undefined {
  const match = POSTCODE.exec(text) ?? TOWN_CODE.exec(text);
  const value = match?.[1];
  if (match === null || value === undefined) return undefined;
  const start = match.index + match[0].lastIndexOf(value);
  return { value, start, end: start + value.length, text: value };
}
