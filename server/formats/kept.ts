/** Enough for every format of several languages; the languages are the shoppers' to name, so there must be an end. */
const MOST = 100;
const kept = new Map<string, unknown>();

/** As `new Intl.DateTimeFormat`. @throws {RangeError} for an unknown time zone or a malformed locale */
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return keep("date", locale, options, () => new Intl.DateTimeFormat(locale, options));
}

/** As `new Intl.NumberFormat`. @throws {RangeError} for a malformed locale or currency */
export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return keep("number", locale, options, () => new Intl.NumberFormat(locale, options));
}

function keep<T>(kind: string, locale: string, options: object, make: () => T): T {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`;
  const known = kept.get(key) as T | undefined;
  if (known !== undefined) return known;
  if (kept.size >= MOST) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}
