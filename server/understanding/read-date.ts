import * as chrono from "chrono-node";
import { dateFormat } from "../formats/index.js";
import { type Language, languagesFor } from "./languages/index.js";
import type { Slot } from "./understood.js";

// The only file that knows chrono-node. It writes no two of its languages alike: what it lacks stands in `languages/`.

export interface DateContext {
  readonly now: number;
  readonly locale: string;
  readonly timeZone?: string | undefined;
}

const MAX_CHARACTERS = 500;
const DAY_MS = 86_400_000;
/** Day first in every language that writes dates with dots: "12.5.", "12.05.2027". */
const DOTTED = /(?<![\p{L}\p{N}.,])(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}|\d{2}))?(?![\p{N}]|[.,]\d)/u;
/** "so", "mi" and "fr" are days on a calendar, and words everywhere else. */
const TOO_SHORT = /^\p{L}{1,2}$/u;

interface Found {
  readonly day: string;
  readonly start: number;
  readonly end: number;
}

/** The first day that a text names, as `YYYY-MM-DD` in the shop's time zone. "friday" is the coming one. */
export function findDate(text: string, context: DateContext): Slot | undefined {
  const read = text.slice(0, MAX_CHARACTERS);
  const found = dotted(read, context) ?? inWords(read, context);
  if (found === undefined) return undefined;
  const { day, start, end } = found;
  return { value: day, start, end, text: text.slice(start, end) };
}

function dotted(text: string, context: DateContext): Found | undefined {
  const match = DOTTED.exec(text);
  if (match === null) return undefined;
  const [written, day, month, year] = match;
  const today = todayOf(context);
  const thisYear = Number(today.slice(0, 4));
  const wanted = year === undefined ? thisYear : Number(year.length === 2 ? `20${year}` : year);
  let found = dayOf(wanted, Number(month), Number(day));
  if (found !== undefined && year === undefined && found < today) found = dayOf(wanted + 1, Number(month), Number(day));
  return found === undefined ? undefined : { day: found, start: match.index, end: match.index + written.length };
}

/** Undefined where the calendar has no such day. */
function dayOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.toISOString().slice(0, 10) : undefined;
}

/** In the shopper's language first; in another one only where none was found. */
function inWords(text: string, context: DateContext): Found | undefined {
  for (const language of languagesFor(context.locale)) {
    if (!language.things.date.test(text)) continue;
    const found = counted(text, language, context) ?? parsed(text, language, context);
    if (found !== undefined) return found;
  }
  return undefined;
}

function counted(text: string, { things }: Language, context: DateContext): Found | undefined {
  for (const { pattern, days = 0, months = 0 } of things.days) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const date = new Date(Date.parse(todayOf(context)) + days * DAY_MS);
    date.setUTCMonth(date.getUTCMonth() + months);
    return { day: date.toISOString().slice(0, 10), start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}

function parsed(text: string, language: Language, { now, locale, timeZone }: DateContext): Found | undefined {
  const reference = { instant: new Date(now), timezone: offsetMinutes(now, timeZone) };
  for (const { index, text: found, start } of parserOf(language, locale).parse(text, reference, {
    forwardDate: true,
  })) {
    // "at 5" or "in the morning" alone names no day.
    if (!start.isCertain("day") && !start.isCertain("weekday") && !start.isCertain("month")) continue;
    if (TOO_SHORT.test(found)) continue;
    const day = [start.get("year"), start.get("month"), start.get("day")]
      .map((part) => String(part ?? 1).padStart(2, "0"))
      .join("-");
    return { day, start: index, end: index + found.length };
  }
  return undefined;
}

/** 3/4 is in March where English is written in America or nobody knows where; in April everywhere else. */
function parserOf({ code }: Language, locale: string): Pick<typeof chrono.en.casual, "parse"> {
  if (code === "de") return chrono.de.casual;
  if (code === "es") return chrono.es.casual;
  return /^en(?:-US)?$/i.test(locale) ? chrono.en.casual : chrono.en.GB;
}

function todayOf({ now, timeZone }: DateContext): string {
  return new Date(now + offsetMinutes(now, timeZone) * 60_000).toISOString().slice(0, 10);
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
