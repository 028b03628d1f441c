/**
 * Macros: every sentence that leaves, approved by the merchant, in Liquid. The only file that knows the template engine.
 * Files are `policies/macros/<locale>/<file>.json`, each `{ "name": "text" }`; a macro is called `file.name`.
 */
import { Liquid, type Template } from "liquidjs";
import { z } from "zod";
import { fixName, type MerchantFile, type Problem, parseMerchantFile, problemsOf } from "../problems/index.js";
import { addFormatters, knownLocale } from "./formatters.js";
import { needsOf } from "./needs.js";

const MacroFile = z.record(
  z.string().regex(/^(\$schema|[a-z][a-z0-9_]*)$/, "A macro's name has lower-case letters, digits and underscores."),
  z.string().min(1).max(2_000),
);

export interface Macros {
  readonly locales: readonly string[];
  has(name: string): boolean;
  /** Name → context paths that its text cannot do without, in whatever language. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /**
   * Never throws for a known macro. Where the shopper's language has no text, or is no language, the default one has; days
   * and amounts are then written as that text is.
   */
  render(name: string, locale: string, scope: Readonly<Record<string, unknown>>): string;
}

interface Macro {
  readonly template: Template[];
  readonly needs: readonly string[];
}

export interface MacroOptions {
  readonly defaultLocale: string;
  /** IANA name; days and times are told in it. */
  readonly timeZone: string;
}

/** @param files named `…/macros/<locale>/<file>.json` */
export function loadMacros(
  files: readonly MerchantFile[],
  options: MacroOptions,
): { macros: Macros; problems: Problem[] } {
  const liquid = newEngine(options);
  const problems: Problem[] = [];
  const byLocale = new Map<string, Map<string, Macro>>();
  for (const file of files) {
    const place = placeOf(file.file);
    if (place === undefined) {
      problems.push(misplaced(file.file));
      continue;
    }
    const known = byLocale.get(place.locale) ?? new Map<string, Macro>();
    byLocale.set(place.locale, known);
    for (const [name, text] of readFile(file, problems)) {
      try {
        const template = liquid.parse(text);
        // Without any fact, as a conversation may be: what fails now would fail in front of a shopper.
        liquid.renderSync(template, {});
        known.set(`${place.group}.${name}`, { template, needs: needsOf(liquid, template) });
      } catch (error) {
        problems.push(brokenText(file.file, name, error as Error, Object.keys(liquid.filters)));
      }
    }
  }
  const standard = byLocale.get(options.defaultLocale) ?? new Map<string, Macro>();
  problems.push(...untranslated(standard, byLocale, options.defaultLocale));
  const needs = (name: string): string[] => [
    ...new Set([...byLocale.values()].flatMap((known) => known.get(name)?.needs ?? [])),
  ];
  const macros: Macros = {
    locales: [...byLocale.keys()],
    has: (name) => standard.has(name),
    needs: new Map([...standard.keys()].map((name) => [name, needs(name)])),
    render(name, locale, scope) {
      const wanted = knownLocale(locale) ?? options.defaultLocale;
      const language = wanted.split("-")[0] as string;
      const found = [wanted, language, options.defaultLocale].find((each) => byLocale.get(each)?.has(name));
      const macro = found === undefined ? undefined : byLocale.get(found)?.get(name);
      if (found === undefined || macro === undefined)
        throw new Error(`No macro is called "${name}". Loading checks every name; this is a bug.`);
      // A text in the shopper's language speaks of days as they do: 3/4 is in March or in April.
      const spoken = found.split("-")[0] === language ? wanted : found;
      return String(liquid.renderSync(macro.template, { ...scope, locale: spoken })).trim();
    },
  };
  return { macros, problems };
}

/** Tags that would read other files; a text is complete in itself. */
const TAGS_LEFT_OUT = ["include", "render", "layout", "block"];
/** Chance, and days that are written otherwise than everywhere else. */
const FILTERS_LEFT_OUT = ["sample", "date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string"];

function newEngine(options: MacroOptions): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    // No loop of a text may hold up other shoppers.
    memoryLimit: 100_000,
  });
  for (const tag of TAGS_LEFT_OUT) delete liquid.tags[tag];
  for (const filter of FILTERS_LEFT_OUT) delete liquid.filters[filter];
  addFormatters(liquid, options);
  return liquid;
}

function placeOf(file: string): { locale: string; group: string } | undefined {
  const [, locale, group] = /(?:^|\/)macros\/([^/]+)\/([a-z][a-z0-9-]*)\.json$/.exec(file) ?? [];
  if (locale === undefined || group === undefined || knownLocale(locale) !== locale) return undefined;
  return { locale, group };
}

function misplaced(file: string): Problem {
  return {
    file,
    path: "",
    code: "MACRO_PLACE",
    message: "Macros lie in policies/macros/<locale>/<file>.json; nothing is read from here.",
    fix: "Move the file to a folder named after its language, such as policies/macros/en/ or policies/macros/pt-BR/.",
    severity: "error",
  };
}

function readFile(file: MerchantFile, problems: Problem[]): [string, string][] {
  const { json, problems: unreadable } = parseMerchantFile(file);
  if (unreadable.length > 0) {
    problems.push(...unreadable);
    return [];
  }
  const parsed = MacroFile.safeParse(json, { reportInput: true });
  if (parsed.success) return Object.entries(parsed.data).filter(([name]) => name !== "$schema");
  problems.push(...problemsOf(file.file, "MACRO_SHAPE", parsed.error.issues));
  return [];
}

function brokenText(file: string, name: string, error: Error, filters: readonly string[]): Problem {
  const said = error.message.split("\n")[0]?.replace(/,? ?(?:file:\S+, )?line:\d+, col:\d+$/, "") ?? "";
  const filter = /undefined filter: (\S+)/.exec(said)?.[1];
  return {
    file,
    path: name,
    code: "MACRO_TEXT",
    message: `The text cannot be used: ${said}.`,
    fix:
      filter === undefined
        ? "Check the {{ }} and {% %} in it; filters are money, goods, day, date, time and those of Liquid."
        : fixName(filter, filters, "a formatter"),
    severity: "error",
  };
}

function untranslated(
  standard: ReadonlyMap<string, Macro>,
  byLocale: ReadonlyMap<string, ReadonlyMap<string, Macro>>,
  defaultLocale: string,
): Problem[] {
  return [...byLocale].flatMap(([locale, known]) => {
    const missing = [...standard.keys()].filter((name) => !known.has(name));
    if (locale === defaultLocale || missing.length === 0) return [];
    return [
      {
        file: `policies/macros/${locale}`,
        path: "",
        code: "MACRO_UNTRANSLATED",
        message: `${missing.length} macros have no text in "${locale}": ${missing.slice(0, 8).join(", ")}${missing.length > 8 ? " …" : ""}.`,
        fix: `Add them; until then shoppers read them in "${defaultLocale}".`,
        severity: "warning" as const,
      },
    ];
  });
}
