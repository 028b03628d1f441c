/**
 * Times of the world file: ISO 8601, or relative to now (`-6d`, `+2d`, `-4h`, `-30m`).
 */

const RELATIVE = /^([+-])(\d+(?:\.\d+)?)([dhm])$/;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const MS = { d: 86_400_000, h: 3_600_000, m: 60_000 } as const;

export function isWorldTime(text: string): boolean {
  return RELATIVE.test(text) || (ISO.test(text) && !Number.isNaN(toMs(text)));
}

/**
 * @param text a time that `isWorldTime` accepts; without a zone it is UTC
 * @param now milliseconds since 1970
 * @returns ISO 8601 in UTC
 */
export function resolveTime(text: string, now: number): string {
  const [, sign, amount, unit] = RELATIVE.exec(text) ?? [];
  if (sign === undefined) return new Date(toMs(text)).toISOString();
  const distance = Number(amount) * MS[unit as keyof typeof MS];
  return new Date(now + (sign === "-" ? -distance : distance)).toISOString();
}

function toMs(iso: string): number {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(iso) || iso.length === 10;
  return Date.parse(zoned ? iso : `${iso}Z`);
}
