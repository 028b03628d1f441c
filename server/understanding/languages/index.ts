/** The languages in which answers, signals and slots are read. A further one is a folder here and a line below. */
import { german } from "./de/index.js";
import { english } from "./en/index.js";
import { spanish } from "./es/index.js";
import type { Language } from "./language.js";

export type { Language } from "./language.js";

export const LANGUAGES: readonly Language[] = [english, german, spanish];

const ordered = new Map<string, readonly Language[]>();

/** All languages, the shopper's first: "once" is a number in Spain and none in London, and either may write the other's "ok". */
export function languagesFor(locale: string): readonly Language[] {
  const code = locale.slice(0, 2).toLowerCase();
  const known = ordered.get(code);
  if (known !== undefined) return known;
  const first = LANGUAGES.filter((language) => language.code === code);
  const languages = [...first, ...LANGUAGES.filter((language) => language.code !== code)];
  // Only codes that are known are kept: a locale comes from outside.
  if (first.length > 0) ordered.set(code, languages);
  return languages;
}
