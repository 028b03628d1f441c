/** When people are there, in the shop's own time zone. */
import { z } from "zod";
import { dateFormat } from "../formats/index.js";

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const Range = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'Hours are written "09:00-17:30".')
  .refine((range) => range.slice(0, 5) < range.slice(6), "The end must come after the beginning, on the same day.");

/** A day that is left out is closed. */
export const Hours = z.strictObject(Object.fromEntries(DAYS.map((day) => [day, z.array(Range).max(4).optional()])));
export type Hours = Partial<Record<(typeof DAYS)[number], readonly string[]>>;

const DAY_MS = 86_400_000;

/**
 * When people are back.
 *
 * @param now milliseconds since 1970
 * @returns the same kind of number; undefined when they are there now, or when the shop has no hours at all
 */
export function nextOpening(hours: Hours, timeZone: string, now: number): number | undefined {
  const openings: number[] = [];
  // From the day before, since "today" may be another day there; up to a week ahead.
  for (let day = -1; day <= 8; day++) {
    const local = localParts(now + day * DAY_MS, timeZone);
    for (const range of hours[DAYS[local.weekday] as (typeof DAYS)[number]] ?? []) {
      const opens = instantOf(local.date, range.slice(0, 5), timeZone);
      const closes = instantOf(local.date, range.slice(6), timeZone);
      if (opens <= now && now < closes) return undefined;
      if (opens > now) openings.push(opens);
    }
  }
  return openings.length === 0 ? undefined : Math.min(...openings);
}

function localParts(at: number, timeZone: string): { date: string; weekday: number } {
  const date = dateFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
  return { date, weekday: new Date(`${date}T00:00:00Z`).getUTCDay() };
}

/** The instant at which a clock on that wall shows this; where clocks are put forward over it, a moment later. */
function instantOf(date: string, time: string, timeZone: string): number {
  const asIfUtc = Date.parse(`${date}T${time}:00Z`);
  const guess = asIfUtc - offsetMs(asIfUtc, timeZone);
  return asIfUtc - offsetMs(guess, timeZone);
}

function offsetMs(at: number, timeZone: string): number {
  const parts = dateFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(at);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "00";
  const shown = Date.parse(`${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:00Z`);
  return shown - Math.floor(at / 60_000) * 60_000;
}
