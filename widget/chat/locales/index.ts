import { en, type Strings } from "./en.js";

export type { Strings } from "./en.js";

export interface Language {
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  readonly say: Strings;
}

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

/** English comes with the chat; other languages are loaded where they are spoken. */
const others: Readonly<Record<string, () => Promise<Strings>>> = {
  es: async () => (await import("./es.js")).es,
  de: async () => (await import("./de.js")).de,
};

/** @param wanted BCP 47, as `de-AT`; anything that is no locale counts as English */
export async function languageOf(wanted: string | undefined): Promise<Language> {
  let locale = "en";
  try {
    locale = new Intl.Locale(wanted || navigator.language).baseName;
  } catch {}
  const language = locale.split("-")[0] ?? "en";
  // A language file that does not load must not keep the chat from opening.
  const say = (await others[language]?.().catch(() => en)) ?? en;
  return { locale, direction: RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr", say };
}
