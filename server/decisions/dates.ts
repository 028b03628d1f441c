/**
 * Dates as facts: an instant, or a whole day. Days are calendar days on the clock that the date itself was written in:
 * `2025-03-10T23:30:00-05:00` lies on 10 March, whatever the server's time zone.
 */
export interface DateValue {
  readonly type: "date";
  /** Milliseconds since 1970, UTC; for a whole day, its midnight in UTC. */
  readonly at: number;
  /** Milliseconds east of UTC; absent for "now" and "today", which take the clock of the date that they are compared with. */
  readonly offsetMs?: number;
  readonly wholeDay: boolean;
}

export const DAY_MS = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:\d{2}))?$/;

/** ISO 8601: a day, or a day and time with an offset. Without the offset an instant would be a guess, so it is refused. */
export function parseDate(text: string): DateValue | undefined {
  const match = text.length <= 40 ? DATE.exec(text) : null;
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  // 30 February would otherwise quietly become 2 March. Years below 100 would become 19xx and are refused here too.
  if (new Date(midnight).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  const zone = match[8];
  if (zone === undefined) return { type: "date", at: midnight, offsetMs: 0, wholeDay: true };
  const offsetMs = parseOffset(zone);
  if (offsetMs === undefined) return undefined;
  const fraction = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  const at = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offsetMs;
  return { type: "date", at, offsetMs, wholeDay: false };
}

function parseOffset(zone: string): number | undefined {
  if (zone.toUpperCase() === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))];
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** "now" and "today": the moment of the decision, on whatever clock the other date has. */
export function momentOf(now: number, wholeDay: boolean): DateValue {
  return { type: "date", at: now, wholeDay };
}

/** Calendar days from `a` to `b`; negative when `b` is on an earlier day. */
export function daysBetween(a: DateValue, b: DateValue): number {
  return dayOf(b, a) - dayOf(a, b);
}

/** Negative when `a` is earlier. Whole days are compared as days: noon today is neither before nor after today. */
export function compareDates(a: DateValue, b: DateValue): number {
  return a.wholeDay || b.wholeDay ? -daysBetween(a, b) : a.at - b.at;
}

export function writeDate(date: DateValue): string {
  const text = new Date(date.at).toISOString();
  return date.wholeDay ? text.slice(0, 10) : text;
}

function dayOf(date: DateValue, other: DateValue): number {
  return Math.floor((date.at + (date.offsetMs ?? other.offsetMs ?? 0)) / DAY_MS);
}
