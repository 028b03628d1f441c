import { describe, expect, it } from "vitest";
import { loadMacros, type Macros } from "../../server/replies/index.js";

const OPTIONS = { defaultLocale: "en", timeZone: "America/New_York" };
type Texts = Readonly<Record<string, string>>;

function load(texts: Texts, locales: Readonly<Record<string, Texts>> = {}, options = OPTIONS) {
  const files = Object.entries({ en: texts, ...locales }).map(([locale, of]) => ({
    file: `policies/macros/${locale}/shop.json`,
    text: JSON.stringify(of),
  }));
  return loadMacros(files, options);
}
const say = (text: string, scope: object = {}, locale = "en", options = OPTIONS): string =>
  load({ text }, {}, options).macros.render("shop.text", locale, scope as Record<string, unknown>);

describe("what a text cannot do without", () => {
  const needs = (text: string) => load({ text }).macros.needs.get("shop.text");
  it.each([
    ["a fact said outright", "Order {{ order.number }}.", ["order.number"]],
    ["each fact once", "{{ a.b }} {{ a.b }} {{ c }}", ["a.b", "c"]],
    ["nothing asked for by an if", "{% if order.eta %}by {{ order.eta | day }}{% endif %}", []],
    ["what another branch asks for", "{% if a %}{{ a }}{% else %}{{ b }}{% endif %}", ["b"]],
    ["what an elsif asks for itself", "{% if a %}A{% elsif b %}{{ b }}{{ a }}{% endif %}", ["a"]],
    ["neither of two that an and asks for", "{% if a and b %}{{ a }}{{ b }}{% endif %}", []],
    ["each of two that an or asks for: one may be missing", "{% if a or b %}{{ a }}{{ b }}{% endif %}", ["a", "b"]],
    ["nothing that is compared with a value", '{% if a == "x" %}{{ a }}{% endif %}', []],
    ["what is compared by !=: missing is different, too", '{% if a != "x" %}{{ a }}{% endif %}', ["a"]],
    ["nothing that is not blank", "{% if a != blank %}{{ a }}{% endif %}", []],
    ["nothing in the else of nil", "{% if a == nil %}none{% else %}{{ a }}{% endif %}", []],
    ["nothing in the else of an unless", "{% unless a %}none{% else %}{{ a }}{% endunless %}", []],
    ["what an unless says in its own branch", "{% unless a %}{{ a }}{% endunless %}", ["a"]],
    ["nothing that has a default", '{{ a | default: "your parcel" }}', []],
    ["nothing that a when has named", '{% case a %}{% when "x", "y" %}{{ a }}{% endcase %}', []],
    ["no list that is gone through, and no entry of it", "{% for i in a.list %}{{ i.name }}{% endfor %}", []],
    ["what is said inside a loop", "{% for i in list %}{{ i.name }} {{ b }}{% endfor %}", ["b"]],
    ["what is put aside for later", "{% assign d = a.b | day %}{{ d }}", ["a.b"]],
    ["guards inside guards", "{% if a %}{% if b %}{{ a }}{{ b }}{% endif %}{{ b }}{% endif %}", ["b"]],
    ["no language, which is always known", "{{ locale }}", []],
  ])("is %s", (_, text, expected) => expect(needs(text)).toEqual(expected));

  it("is asked of every language: a translation may not need more than is there", () => {
    const { macros } = load({ text: "{{ a }}" }, { de: { text: "{{ b }}" } });
    expect(macros.needs.get("shop.text")).toEqual(["a", "b"]);
  });
});

describe("a text that cannot be used", () => {
  it.each([
    ["an output that is not closed", "{{ order.number", "not closed", "Check the {{ }}"],
    ["a tag that is not closed", "{% if a %}x", "not closed", "Check the {{ }}"],
    ["a misspelt filter", "{{ a | mony }}", "undefined filter: mony", 'Did you mean "money"?'],
    ["an unknown tag", "{% ef a %}x{% endif %}", 'tag "ef" not found', "Check the {{ }}"],
    ["a tag that reads files", "{% include 'package.json' %}", 'tag "include" not found', "Check the {{ }}"],
    ["another one", "{% render 'package.json' %}", 'tag "render" not found', "Check the {{ }}"],
    ["chance", "{{ a | sample }}", "undefined filter: sample", 'Did you mean "simple"?'],
    ["a loop without end", "{% for i in (1..100000000) %}x{% endfor %}", "limit exceeded", "Check the {{ }}"],
  ])("%s is a problem with file, name and fix", (what, text, message, fix) => {
    const { problems, macros } = load({ good: "Hi!", text });
    expect(problems).toMatchObject([
      { file: "policies/macros/en/shop.json", path: "text", code: "MACRO_TEXT", severity: "error" },
    ]);
    expect(problems[0]?.message).toContain(message);
    if (what !== "chance") expect(problems[0]?.fix).toContain(fix);
    expect([macros.has("shop.good"), macros.has("shop.text")]).toEqual([true, false]);
  });

  it.each([
    ["MACRO_SHAPE", "policies/macros/en/shop.json", '{ "Text": "x" }', "Text"],
    ["MACRO_SHAPE", "policies/macros/en/shop.json", '{ "text": 5 }', "text"],
    ["MACRO_SHAPE", "policies/macros/en/shop.json", '{ "text": "" }', "text"],
    ["MACRO_SHAPE", "policies/macros/en/shop.json", "[]", ""],
    ["FILE_NOT_JSON", "policies/macros/en/shop.json", '{ "text": "x", }', ""],
    ["MACRO_PLACE", "policies/macros/shop.json", '{ "text": "x" }', ""],
    ["MACRO_PLACE", "policies/macros/en/more/shop.json", '{ "text": "x" }', ""],
    ["MACRO_PLACE", "policies/macros/en_GB/shop.json", '{ "text": "x" }', ""],
    ["MACRO_PLACE", "policies/macros/en/My File.json", '{ "text": "x" }', ""],
  ])("%s: %s with %s", (code, file, text, path) => {
    const { problems } = loadMacros([{ file, text }], OPTIONS);
    expect(problems).toMatchObject([{ file, path, code, severity: "error" }]);
    expect(problems[0]?.fix).toMatch(/^[A-Z].*[.?}]$/);
  });
});

describe("languages", () => {
  const texts = { day: "On {{ at | day }}", only: "Only in English" };
  const scope = { at: "2026-03-10T12:00:00Z" };
  const { macros, problems } = load(texts, { de: { day: "Am {{ at | day }}" } });

  it("warns of what has no translation, and keeps serving it in the shop's own language", () => {
    expect(problems).toMatchObject([{ file: "policies/macros/de", code: "MACRO_UNTRANSLATED", severity: "warning" }]);
    expect(problems[0]?.message).toContain("shop.only");
    expect(macros.render("shop.only", "de", {})).toBe("Only in English");
  });

  it("writes days as the text's language does, and as the shopper's country does where it is the same language", () => {
    expect(macros.render("shop.day", "de", scope)).toBe("Am Dienstag, 10. März");
    expect(macros.render("shop.day", "de-AT", scope)).toBe("Am Dienstag, 10. März");
    expect(macros.render("shop.day", "en-GB", scope)).toBe("On Tuesday 10 March");
    expect(macros.render("shop.day", "en", scope)).toBe("On Tuesday, March 10");
    expect(macros.render("shop.day", "fr", scope), "no German day in an English sentence").toBe("On Tuesday, March 10");
  });

  it.each([["en_GB"], ["nonsense!!"], [""], ["x".repeat(500)], ["__proto__"]])(
    "takes whatever a browser sends as its language: %s",
    (locale) => expect(macros.render("shop.day", locale, scope)).toMatch(/^On Tuesday,? /),
  );

  it("knows a macro only in the shop's own language, so that none is ever without words", () => {
    const { macros: german } = load({}, { de: { extra: "Nur deutsch" } });
    expect(german.has("shop.extra")).toBe(false);
  });
});

describe("days and amounts", () => {
  it.each([
    ["{{ x | day }}", "2026-03-11T03:30:00Z", "Tuesday, March 10", "in the shop's time zone"],
    ["{{ x | day }}", "2026-03-10T23:00:00-08:00", "Wednesday, March 11", "whatever zone it is written in"],
    ["{{ x | day }}", "2026-03-10", "Tuesday, March 10", "a day without a time is that day everywhere"],
    ["{{ x | date }}", "2026-03-10T12:00:00Z", "March 10, 2026", "with the year"],
    ["{{ x | time }}", "2026-03-10T12:05:00Z", "8:05 AM", "by the shop's clock"],
    ["{{ x | day }}", "soon", "soon", "what is no time is said as it is"],
    ["{{ x | day }}", null, "", "nothing is nothing"],
    ["{{ x | money }}", { amountMinor: 2400, currency: "USD" }, "$24.00", ""],
    ["{{ x | money }}", { amountMinor: 1234567, currency: "USD" }, "$12,345.67", ""],
    ["{{ x | money }}", { amountMinor: 500, currency: "JPY" }, "¥500", "yen have no cents"],
    ["{{ x | money }}", { amountMinor: 1500, currency: "KWD" }, "KWD 1.500", "dinars have thousandths"],
    ["{{ x | money }}", { amountMinor: -250, currency: "EUR" }, "-€2.50", ""],
    ["{{ x | money }}", { amountMinor: 100, currency: "$$$" }, "", "no currency, no amount"],
    ["{{ x | money }}", { amountMinor: "24", currency: "USD" }, "", "text is no amount"],
    ["{{ x | money }}", 24, "", "a bare number has no currency"],
    ["{{ x | money }}", undefined, "", ""],
  ] as [string, unknown, string, string][])("%s of %j is %s (%s)", (text, x, expected, _why) => {
    // Intl puts a no-break space between a code and its amount.
    expect(say(text, { x }).replaceAll("\u00a0", " ")).toBe(expected);
  });

  it("are written in the shopper's language", () => {
    const { macros } = load({}, { de: { t: "{{ x | money }}" }, en: { t: "{{ x | money }}" } });
    const scope = { x: { amountMinor: 123456, currency: "EUR" } };
    expect(macros.render("shop.t", "de", scope).replaceAll("\u00a0", " ")).toBe("1.234,56 €");
  });
});

describe("facts in a text", () => {
  it("stay text, whatever is in them", () => {
    const name = `<img src=x onerror="alert(1)"> {{ secret }} {% if x %}`;
    expect(say("Hi {{ name }}!", { name, secret: "s" })).toBe(`Hi ${name}!`);
  });

  it("are only those that are there: nothing of the language or of JavaScript itself", () => {
    expect(say("[{{ x }} {{ missing }} {{ missing.too }}]", { x: null })).toBe("[  ]");
    for (const path of [
      "constructor",
      "x.constructor",
      "x.__proto__",
      "x.toString",
      "toString",
      "__proto__.polluted",
    ]) {
      expect(say(`[{{ ${path} }}]`, { x: {} })).toBe("[]");
    }
  });

  it("make the same text of the same facts, however often", () => {
    const { macros }: { macros: Macros } = load({ t: "{{ a }}{% increment n %}{% cycle 'x', 'y' %}" });
    const texts = Array.from({ length: 5 }, () => macros.render("shop.t", "en", { a: 1 }));
    expect(new Set(texts)).toEqual(new Set(["10x"]));
  });
});
