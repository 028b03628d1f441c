/** Every slot says where in the text it was found, in whatever language and spelling it stands there. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";
import { type Slot, understand } from "../../server/understanding/index.js";

let classifier: Classifier;
beforeAll(async () => {
  classifier = await openClassifier();
});
afterAll(() => classifier.close());

/** Monday. */
const NOW = Date.parse("2026-11-23T10:00:00Z");

async function slotsOf(text: string, locale = "en"): Promise<Record<string, Slot>> {
  return (await understand({ text }, { now: NOW, locale }, classifier)).slots;
}

describe("amounts", () => {
  test.each<[string, number, string | undefined, string]>([
    ["it was EUR 12,50 in total", 12.5, "EUR", "EUR 12,50"],
    ["costs 12.50€!", 12.5, "EUR", "12.50€"],
    ["charged $1,200 twice", 1200, undefined, "$1,200"],
    ["US$ 1,200.99", 1200.99, "USD", "US$ 1,200.99"],
    ["1.200,50 € zu viel", 1200.5, "EUR", "1.200,50 €"],
    ["nur 12,- Euro", 12, "EUR", "12,- Euro"],
    ["1'200 CHF", 1200, "CHF", "1'200 CHF"],
    ["50 cents", 0.5, undefined, "50 cents"],
    ["me cobraron 15 euros", 15, "EUR", "15 euros"],
    ["£9.99 please", 9.99, "GBP", "£9.99"],
  ])("%j", async (text, value, currency, written) => {
    const { amount } = await slotsOf(text);
    expect(amount).toMatchObject({ value, text: written });
    expect(amount?.currency).toBe(currency);
  });

  test.each(["2 boxes", "order 5501", "12.05.2027", "I am 40"])("none in %j", async (text) => {
    expect(await slotsOf(text)).not.toHaveProperty("amount");
  });
});

describe("telephone numbers", () => {
  test.each<[string, string]>([
    ["call +49 30 123 4567", "+49301234567"],
    ["0049 (30) 1234567", "+49301234567"],
    ["meine Nummer: 0176 12345678", "017612345678"],
    ["030/1234567 ab acht", "0301234567"],
    ["llámame al 612 345 678", "612345678"],
    ["(555) 010-0199", "5550100199"],
  ])("%j", async (text, value) => {
    const slots = await slotsOf(text);
    expect(slots.phone?.value).toBe(value);
    expect(slots).not.toHaveProperty("order_number");
  });
});

describe("addresses", () => {
  test.each<[string, string]>([
    ["ich bin umgezogen nach Lindenweg 12, 10115 Berlin, danke", "Lindenweg 12, 10115 Berlin"],
    ["Bitte an Berliner Straße 7b, 60311 Frankfurt am Main liefern", "Berliner Straße 7b, 60311 Frankfurt am Main"],
    ["neue adresse: am Alten Markt 3, 50667 Köln", "am Alten Markt 3, 50667 Köln"],
    ["mándalo a Calle Mayor 5, 28013 Madrid por favor", "Calle Mayor 5, 28013 Madrid"],
    ["ahora vivo en Avenida de América 12, 3º B, 28028 Madrid", "Avenida de América 12, 3º B, 28028 Madrid"],
    ["please send order 5501 to 12 Orchard Way, Springfield 62704", "12 Orchard Way, Springfield 62704"],
    ["I moved to 221B Baker Street, London NW1 6XE last week", "221B Baker Street, London NW1 6XE"],
  ])("%j", async (text, value) => {
    const slots = await slotsOf(text);
    expect(slots.address?.value).toBe(value);
    expect(slots.order_number?.value).toBe(text.includes("5501") ? "5501" : undefined);
  });

  test.each([
    "2 boxes on the way",
    "I ordered 3 bags of dark roast",
    "it has been 2 weeks",
    "order 5501 is late",
    "das Paket ist seit 3 Tagen unterwegs",
  ])("none in %j", async (text) => {
    expect(await slotsOf(text)).not.toHaveProperty("address");
  });

  test.each<[string, string]>([
    ["ich wohne in 10115 Berlin", "10115"],
    ["PLZ 10115", "10115"],
    ["my zip code is 62704", "62704"],
    ["el código postal es 28013", "28013"],
    ["my postcode is NW1 6XE", "NW1 6XE"],
  ])("a postcode is no order number: %j", async (text, postcode) => {
    const slots = await slotsOf(text);
    expect(slots.postcode?.value).toBe(postcode);
    expect(slots).not.toHaveProperty("order_number");
  });

  test("a number of five digits is an order all the same", async () => {
    expect((await slotsOf("cancel order 12345 Please")).order_number?.value).toBe("12345");
    expect((await slotsOf("12345 Where is it")).order_number?.value).toBe("12345");
  });
});

describe("order numbers in other languages", () => {
  test.each<[string, string]>([
    ["Bestellung 5501", "5501"],
    ["meine Bestellnummer ist 123", "123"],
    ["pedido número 5501", "5501"],
    ["el pedido 778", "778"],
  ])("%j", async (text, value) => {
    expect((await slotsOf(text)).order_number?.value).toBe(value);
  });

  test.each(["seit 14 Tagen", "nach 1000 Stunden", "hace 1500 días", "im Jahr 2024", "vor 2000 Wochen"])(
    "none in %j",
    async (text) => {
      expect(await slotsOf(text)).not.toHaveProperty("order_number");
    },
  );
});

describe("e-mail addresses with a slip", () => {
  test.each<[string, string | undefined]>([
    ["ann@exmaple.com", "ann@example.com"],
    ["ann@gmial.com", "ann@gmail.com"],
    ["ann@hotmial.com", "ann@hotmail.com"],
    ["ann@yahoo.con", "ann@yahoo.com"],
    ["ann@gmx.de", undefined],
    ["ann@web.de", undefined],
    ["ann@example.com", undefined],
  ])("%j", async (text, hint) => {
    const { email } = await slotsOf(`it is ${text} ok`);
    expect(email).toMatchObject({ value: text, text });
    expect(email?.hint).toBe(hint);
  });
});

test("whatever is put together, every slot stands where it says, and no two share a letter", async () => {
  const pieces = [
    "order #5501",
    "Bestellung 5502",
    "ann@example.com",
    "+49 30 123 4567",
    "EUR 12,50",
    "$1,200",
    "12.05.2027",
    "next friday",
    "nächsten Freitag",
    "pasado mañana",
    "Lindenweg 12, 10115 Berlin",
    "Calle Mayor 5, 28013 Madrid",
    "12 Orchard Way, Springfield",
    "zip 62704",
    "ñandú 😀 ﬁn",
    "Ⅻ ½ ßß",
    "and then",
    "\n",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }),
      fc.constantFrom("en", "en-GB", "de", "es", "fr"),
      async (parts, locale) => {
        const text = parts.join(" ");
        const slots = Object.values(await slotsOf(text, locale));
        for (const slot of slots) expect(text.slice(slot.start, slot.end)).toBe(slot.text);
        const places = slots.map(({ start, end }) => [start, end] as const).sort(([a], [b]) => a - b);
        for (const [i, [start]] of places.entries()) expect(start).toBeGreaterThanOrEqual(places[i - 1]?.[1] ?? 0);
        expect(await slotsOf(text, locale)).toEqual(Object.fromEntries(Object.entries(await slotsOf(text, locale))));
      },
    ),
    { numRuns: 60 },
  );
});

test("an answer says where it was found, chosen and counted ones too", async () => {
  const at = async (
    text: string,
    type: "choice" | "number" | "code" | "date",
    locale = "en",
  ): Promise<string | undefined> => {
    const choices = [
      { label: "Coffee beans", value: "COF" },
      { label: "Green tea", value: "TEA" },
    ];
    const question = { slot: "x", type, ...(type === "choice" && { choices }) };
    const { answer } = await understand({ text }, { question, now: NOW, locale }, classifier);
    return answer !== undefined && "from" in answer && answer.from !== undefined
      ? text.slice(answer.from.start, answer.from.end)
      : undefined;
  };
  expect(await at("well, the Cofee beans please", "choice")).toBe("Cofee beans");
  expect(await at(" the second one ", "choice")).toBe("the second one");
  expect(await at("make it twenty two please", "number")).toBe("twenty two");
  expect(await at("also zweiundzwanzig Stück", "number", "de")).toBe("zweiundzwanzig");
  expect(await at("it says one two three four five six", "code")).toBe("one two three four five six");
  expect(await at("vielleicht am 12.5. oder so", "date", "de")).toBe("12.5.");
});
