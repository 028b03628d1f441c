/** How often a subscription delivers. */
export interface Interval {
  readonly count: number;
  readonly unit: "day" | "week" | "month" | "year";
}

/** `1 month`, `every 2 weeks`, `30 days`; undefined for anything else. */
export function parseInterval(text: string | undefined): Interval | undefined {
  const [, count, unit] = /(\d+)?\s*(day|week|month|year)s?\b/i.exec(text ?? "") ?? [];
  return unit === undefined ? undefined : { count: Number(count ?? 1), unit: unit.toLowerCase() as Interval["unit"] };
}

export function intervalText(count: number | null | undefined, unit: string | null | undefined): string | undefined {
  const interval = parseInterval(`${count ?? ""} ${unit ?? ""}`);
  if (interval === undefined || typeof count !== "number") return undefined;
  return `${count} ${interval.unit}${count === 1 ? "" : "s"}`;
}

/** One delivery later (or earlier, with `times` -1). A month keeps the day where the calendar allows it. */
export function addInterval(iso: string, { count, unit }: Interval, times = 1): string {
  const date = new Date(iso);
  const by = count * times;
  if (unit === "day") date.setUTCDate(date.getUTCDate() + by);
  if (unit === "week") date.setUTCDate(date.getUTCDate() + 7 * by);
  if (unit === "month" || unit === "year") {
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + by * (unit === "year" ? 12 : 1));
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    date.setUTCDate(Math.min(day, last));
  }
  return date.toISOString();
}
