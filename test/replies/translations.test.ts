import { readdirSync, readFileSync } from "node:fs";
import { Liquid } from "liquidjs";
import { describe, expect, it } from "vitest";
import { formatMoney, loadMacros } from "../../server/replies/index.js";
import { FACTS } from "./plausible-facts.js";

const ROOT = "policies/macros";
const OPTIONS = { defaultLocale: "en", timeZone: "UTC" };
/** A label of one word has no room for a longer one: "No" is "Nein". */
const SPARE_LETTERS = 3;
const QUOTES: Readonly<Record<string, string>> = { en: "“”", de: "„“", es: "«»" };
const QUOTE_MARKS = /["“”„«»‹›‚‘`]/g;
/** An apostrophe of English is a straight one; other languages have none. */
const QUOTE_MARKS_AND_STRAIGHT = /["'“”„«»‹›‚‘`]/g;

const filesOf = (locale: string) =>
  readdirSync(`${ROOT}/${locale}`).map((name) => {
    const file = `${ROOT}/${locale}/${name}`;
    return { file, text: readFileSync(file, "utf8") };
  });
const textsOf = (locale: string): Map<string, string> =>
  new Map(
    filesOf(locale).flatMap(({ file, text }) => {
      const group = file.slice(file.lastIndexOf("/") + 1, -".json".length);
      return Object.entries(JSON.parse(text) as Record<string, string>).map(([name, of]) => [`${group}.${name}`, of]);
    }),
  );

const shipped = readdirSync(ROOT);
const { macros, problems } = loadMacros(shipped.flatMap(filesOf), OPTIONS);
const english = textsOf("en");

const syntax = new Liquid();
const pathsIn = (text: string): string[] =>
  [...new Set(syntax.globalVariableSegmentsSync(syntax.parse(text)).map((path) => path.join(".")))].sort();
/** `{{ order.total | money }}` and the like, each once. */
const outputsIn = (text: string): string[] => [...new Set(text.match(/\{\{.*?\}\}/g))].sort();
const wordsOf = (text: string): string => text.replace(/\{[{%].*?[%}]\}/g, " ");
/** What stands in quotation marks is an example of what to type, and promises nothing. */
const numbersIn = (text: string): string[] =>
  [
    ...new Set(
      wordsOf(text)
        .replace(/[“„«].*?[”“»]/g, "")
        .match(/\d+/g),
    ),
  ].sort();

type Scope = Record<string, unknown>;

/** The plausible facts; then without each one in turn; then with each value that the text asks for. */
function scopesFor(text: string, needed: readonly string[]): Scope[] {
  const compared = [...text.matchAll(/([\w.]+) == ["'](\w+)["']/g)].map(([, path, value]) => [path, value]);
  const subject = /\{% case ([\w.]+) %\}/.exec(text)?.[1];
  // Whether a `case` has a value to speak of is the policy's to ask.
  const without = pathsIn(text).filter((path) => path !== subject && !needed.includes(path));
  const cases = [...text.matchAll(/\{% when ["'](\w+)["'] %\}/g)].map(([, value]) => [subject, value]);
  return [
    FACTS,
    ...without.map((path) => withFact(path, undefined)),
    ...[...compared, ...cases].map(([path, value]) => withFact(path as string, value)),
  ];
}

function withFact(path: string, value: unknown): Scope {
  const scope = structuredClone(FACTS) as Scope;
  const parts = path.split(".");
  const last = parts.pop() as string;
  const holder = parts.reduce((each, part) => each[part] as Scope, scope);
  holder[last] = value;
  return scope;
}

function factAt(path: string): unknown {
  return path.split(".").reduce<unknown>((each, part) => (each as Scope | undefined)?.[part], FACTS);
}

it("every macro of every language can be used", () => expect(problems).toEqual([]));

it("there is a plausible fact for everything that a macro speaks of", () => {
  const unknown = [...english.values()].flatMap(pathsIn).filter((path) => factAt(path) === undefined);
  expect(unknown).toEqual([]);
});

describe.each(shipped)("the macros in %s", (locale) => {
  const texts = textsOf(locale);
  const pairs = [...texts].flatMap(([name, text]) => {
    const original = english.get(name);
    return original === undefined ? [] : [{ name, text, original }];
  });
  const said = pairs.flatMap(({ name, original }) =>
    scopesFor(original, macros.needs.get(name) ?? []).map((scope) => {
      return { name, one: macros.render(name, "en", scope), other: macros.render(name, locale, scope) };
    }),
  );

  it("are those of English, and no other", () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("need no fact that the English ones do without", () => {
    const { macros: both } = loadMacros([...filesOf("en"), ...filesOf(locale)], OPTIONS);
    expect(both.needs).toEqual(loadMacros(filesOf("en"), OPTIONS).macros.needs);
  });

  it("speak of the same facts, formatted alike", () => {
    const facts = (of: string): string[] => [...pathsIn(of), ...outputsIn(of)];
    expect(byName(pairs, ({ text }) => facts(text))).toEqual(byName(pairs, ({ original }) => facts(original)));
  });

  it("name the same figures, so that nothing more is promised", () => {
    expect(byName(pairs, ({ text }) => numbersIn(text))).toEqual(byName(pairs, ({ original }) => numbersIn(original)));
  });

  it("are no more than 1.6 times as long", () => {
    expect(said.filter(({ one, other }) => other.length > 1.6 * one.length + SPARE_LETTERS)).toEqual([]);
  });

  it("ask where the English ones ask", () => {
    expect(said.filter(({ one, other }) => one.endsWith("?") && !other.endsWith("?"))).toEqual([]);
  });

  it("read as a person would write them, whatever is known", () => {
    const odd = /undefined|null|\[object|\{\{|\{%| {2}| [.,;:!?)]|\( |\.\.|,,|,\.|::|[.?!] \p{Ll}/u;
    expect(said.filter(({ other }) => other === "" || odd.test(other))).toEqual([]);
    const marks = locale === "es" ? ["()", "¿?", "¡!"] : ["()"];
    const unpaired = ({ other }: { other: string }): boolean =>
      marks.some((pair) => count(other, pair.charAt(0)) !== count(other, pair.charAt(1)));
    expect(said.filter(unpaired)).toEqual([]);
  });

  it("quote as the language does", () => {
    const [left, right] = QUOTES[locale] ?? [];
    const marksIn = (text: string) =>
      wordsOf(text).match(locale === "en" ? QUOTE_MARKS : QUOTE_MARKS_AND_STRAIGHT) ?? [];
    const wrong = ({ text }: { text: string }): boolean =>
      marksIn(text).some((mark, at) => mark !== (at % 2 === 0 ? left : right)) || marksIn(text).length % 2 === 1;
    expect(pairs.filter(wrong)).toEqual([]);
  });

  it("tell days and money in the language's way", () => {
    const forms = formsOf(locale);
    const wrong = said.filter(({ one, other }) =>
      forms.some(([inEnglish, inLocale]) => {
        if (!tells(one, inEnglish)) return false;
        return !tells(other, inLocale) || (inLocale !== inEnglish && tells(other, inEnglish));
      }),
    );
    expect(wrong).toEqual([]);
  });
});

/** "March 1" is not told by "March 18". */
function tells(text: string, form: string): boolean {
  return text
    .split(form)
    .slice(1)
    .some((rest) => !/^\d/.test(rest));
}

it.each([
  ["en", "1 month", "Every month"],
  ["en", "2 weeks", "Every 2 weeks"],
  ["de", "1 month", "Monatlich"],
  ["de", "1 week", "Wöchentlich"],
  ["de", "2 weeks", "Alle 2 Wochen"],
  ["es", "1 month", "Cada mes"],
  ["es", "2 weeks", "Cada 2 semanas"],
])("in %s, what comes each %s reads %s", (locale, interval, expected) => {
  expect(macros.render("card.every", locale, { subscription: { interval } })).toBe(expected);
});

function byName<T extends { name: string }>(of: readonly T[], value: (each: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(of.map((each) => [each.name, value(each)]));
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}

/** Each day and amount among the facts, as English and as the locale write it. */
function formsOf(locale: string): (readonly [string, string])[] {
  const values = Object.values(FACTS).flatMap((fact) => [fact, ...Object.values(fact as object)]);
  return values.flatMap((value): (readonly [string, string])[] => {
    if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value)) {
      return [
        { weekday: "long", month: "long", day: "numeric" } as const,
        { year: "numeric", month: "long", day: "numeric" } as const,
      ].map((options) => {
        const form = (of: string) =>
          new Intl.DateTimeFormat(of, { ...options, timeZone: "UTC" }).format(new Date(value));
        return [form("en"), form(locale)] as const;
      });
    }
    const amount = formatMoney(value, "en");
    return amount === "" ? [] : [[amount, formatMoney(value, locale)] as const];
  });
}
