/**
 * Macros: every sentence that leaves, approved by the merchant, in Liquid. The only file that knows the template engine.
 * Files are `policies/macros/<locale>/<file>.json`, each `{ "name": "text" }`; a macro is called `file.name`.
 */
import { Liquid, type Template } from "liquidjs";
import { z } from "zod";
import { type MerchantFile, type Problem, parseMerchantFile, problemsOf } from "../problems/index.js";
import { addFormatters } from "./formatters.js";

const MacroFile = z.record(
  z.string().regex(/^(\$schema|[a-z][a-z0-9_]*)$/, "A macro's name has lower-case letters, digits and underscores."),
  z.string().min(1).max(2_000),
);

export interface Macros {
  readonly locales: readonly string[];
  has(name: string): boolean;
  /** Name → context paths that its text cannot do without, in the default locale. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** @throws never for a known macro; a missing locale falls back to the default one. */
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
  const liquid = new Liquid({ strictFilters: true, ownPropertyOnly: true, outputEscape: String });
  addFormatters(liquid, options);
  const problems: Problem[] = [];
  const byLocale = new Map<string, Map<string, Macro>>();
  for (const file of files) {
    const [locale, group] = nameOf(file.file);
    const known = byLocale.get(locale) ?? new Map<string, Macro>();
    byLocale.set(locale, known);
    for (const [name, text] of readFile(file, problems)) {
      try {
        const template = liquid.parse(text);
        known.set(`${group}.${name}`, { template, needs: needsOf(liquid, template) });
      } catch (error) {
        problems.push(brokenText(file.file, name, error as Error));
      }
    }
  }
  const standard = byLocale.get(options.defaultLocale) ?? new Map<string, Macro>();
  problems.push(...untranslated(standard, byLocale, options.defaultLocale));
  const macros: Macros = {
    locales: [...byLocale.keys()],
    has: (name) => standard.has(name),
    needs: new Map([...standard].map(([name, { needs }]) => [name, needs])),
    render(name, locale, scope) {
      const language = locale.split("-")[0] as string;
      const macro = byLocale.get(locale)?.get(name) ?? byLocale.get(language)?.get(name) ?? standard.get(name);
      if (macro === undefined)
        throw new Error(`No macro is called "${name}". Loading checks every name; this is a bug.`);
      return String(liquid.renderSync(macro.template, { ...scope, locale })).trim();
    },
  };
  return { macros, problems };
}

function nameOf(file: string): [locale: string, group: string] {
  const parts = file.replace(/\.json$/, "").split("/");
  return [parts.at(-2) ?? "", parts.at(-1) ?? ""];
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

function brokenText(file: string, name: string, error: Error): Problem {
  return {
    file,
    path: name,
    code: "MACRO_TEXT",
    message: `The text cannot be read: ${error.message.split("\n")[0]?.replace(/, line:\d+, col:\d+$/, "")}.`,
    fix: "Check the {{ }} and {% %} in it; filters are money, day, date, time and those of Liquid.",
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

/** What the parsed tags of the engine look like, as far as is needed here. */
interface Node {
  readonly name?: string;
  readonly branches?: readonly { readonly value: unknown; readonly templates: Template[] }[];
  readonly elseTemplates?: Template[];
  readonly templates?: Template[];
}

/** Paths outside any `{% if path %}` that asks for them. */
function needsOf(liquid: Liquid, template: Template[]): string[] {
  const free = new Set(pathsOf(liquid, template));
  const needed = new Set<string>();
  const walk = (nodes: Template[], guarded: ReadonlySet<string>): void => {
    for (const node of nodes) {
      const { name, branches, elseTemplates, templates } = node as unknown as Node;
      if (branches !== undefined && name === "if") {
        for (const branch of branches) {
          const asked = pathsOf(liquid, [conditionOf(node, branch.value)]);
          walk(branch.templates, new Set([...guarded, ...asked]));
        }
        walk(elseTemplates ?? [], guarded);
      } else if (branches !== undefined || templates !== undefined) {
        for (const branch of branches ?? []) walk(branch.templates, guarded);
        walk([...(templates ?? []), ...(elseTemplates ?? [])], guarded);
      } else {
        for (const path of pathsOf(liquid, [node])) if (free.has(path) && !guarded.has(path)) needed.add(path);
      }
    }
  };
  walk(template, new Set());
  needed.delete("locale");
  return [...needed];
}

function pathsOf(liquid: Liquid, nodes: Template[]): string[] {
  const paths = liquid.globalVariableSegmentsSync(nodes, { partials: false });
  return paths.map((segments) => segments.filter((segment) => typeof segment === "string").join("."));
}

/** A stand-in node that has the condition as its only argument, so that the engine's own analysis reads it. */
function conditionOf(node: Template, value: unknown): Template {
  return {
    token: node.token,
    *arguments() {
      yield value;
    },
  } as unknown as Template;
}
