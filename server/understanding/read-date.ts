import * as chrono from "chrono-node";
import { dateFormat } from "../formats/index.js";
import type { Slot } from "./understood.js";

// The only file that knows chrono-node.

export interface DateContext {
  readonly now: number;
  readonly locale: string;
  readonly timeZone?: string | undefined;
}

const MAX_CHARACTERS = 500;
/** Cheap to test; without one of these the parser, which tries some thirty patterns, is not asked. */
const LOOKS_LIKE_A_DATE =
  /(?:today|tonight|tomorrow|tmrw|tomm?orow|yesterday|now|next|last|this|coming|week|day\b|days\b|month|year|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|\d[./-]\d|\d(?:st|nd|rd|th)\b)/i;

/** The first day that a text names, as `YYYY-MM-DD` in the shop's time zone. "friday" is the coming one. */
export function findDate(text: string, { now, locale, timeZone }: DateContext): Slot | undefined {
  const read = text.slice(0, MAX_CHARACTERS);
  if (!LOOKS_LIKE_A_DATE.test(read)) return undefined;
  const dayFirst = /^en-(?!US)[A-Z]{2}/i.test(locale);
  const reference = { instant: new Date(now), timezone: offsetMinutes(now, timeZone) };
  const parser = dayFirst ? chrono.en.GB : chrono.en.casual;
  for (const { index, text: found, start } of parser.parse(read, reference, { forwardDate: true })) {
    // "at 5" or "in the morning" alone names no day.
    if (!start.isCertain("day") && !start.isCertain("weekday") && !start.isCertain("month")) continue;
    const value = [start.get("year"), start.get("month"), start.get("day")]
      .map((part) => String(part ?? 1).padStart(2, "0"))
      .join("-");
    return { value, start: index, end: index + found.length, text: found };
  }
  return undefined;
}

/** Minutes east of Greenwich at that moment; 0 for an unknown zone. */
function offsetMinutes(now: number, timeZone: string | undefined): number {
  if (timeZone === undefined) return 0;
  try {
    const name = dateFormat("en-US", { timeZone, timeZoneName: "longOffset" })
      .formatToParts(now)
      .find(({ type }) => type === "timeZoneName")?.value;
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? "") ?? [];
    return sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  } catch {
    return 0;
  }
}
