import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactCards } from "../../server/identity/index.js";

/** First digits and length; the rest is filled up and given its check digit. */
const brands: readonly (readonly [name: string, start: string, length: number])[] = [
  ["Visa", "4111", 16],
  ["Visa, 13 digits", "4222", 13],
  ["Visa, 19 digits", "4929", 19],
  ["Mastercard", "5454", 16],
  ["Mastercard, 2 series", "2223", 16],
  ["American Express", "3782", 15],
  ["American Express", "3434", 15],
  ["Discover", "6011", 16],
  ["Discover", "6500", 16],
  ["Diners Club", "3056", 14],
  ["Diners Club", "3852", 14],
  ["Diners Club International", "3622", 14],
  ["JCB", "3530", 16],
  ["UnionPay", "6240", 16],
  ["UnionPay, 19 digits", "6205", 19],
  ["Maestro", "6759", 16],
  ["Maestro", "5018", 13],
  ["Mir", "2202", 16],
  ["RuPay", "6073", 16],
  ["Elo", "5067", 16],
  ["Hipercard", "6062", 16],
  ["Hipercard", "3841", 19],
  ["Verve", "5061", 19],
  ["Troy", "9792", 16],
  ["Dankort", "5019", 16],
  ["InterPayment", "6360", 16],
  ["Laser", "6304", 17],
  ["Uzcard", "8600", 16],
  ["Humo", "9860", 16],
];

function withCheckDigit(start: string, length: number): string {
  const body = (start + "9073518264092".repeat(2)).slice(0, length - 1);
  const sum = [...body].reverse().reduce((total, digit, at) => {
    const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}

const inFours = (digits: string) => digits.match(/.{1,4}/g) ?? [];
const ways: readonly (readonly [name: string, write: (digits: string) => string])[] = [
  ["unbroken", (digits) => digits],
  ["in fours with blanks", (digits) => inFours(digits).join(" ")],
  ["with dashes", (digits) => inFours(digits).join("-")],
  ["with dots", (digits) => inFours(digits).join(".")],
  ["with en dashes", (digits) => inFours(digits).join("–")],
  ["with spaced dashes", (digits) => inFours(digits).join(" - ")],
  ["with no-break spaces", (digits) => inFours(digits).join("\u00a0")],
  ["with thin spaces", (digits) => inFours(digits).join("\u2009")],
  ["with slashes", (digits) => inFours(digits).join("/")],
  ["with line breaks", (digits) => inFours(digits).join("\n")],
  ["with zero-width spaces", (digits) => inFours(digits).join("\u200b")],
  ["digit by digit", (digits) => [...digits].join(" ")],
  ["with commas", (digits) => inFours(digits).join(",")],
  ["with two blanks", (digits) => inFours(digits).join("  ")],
  ["in Arabic digits", (digits) => digits.replace(/\d/g, (d) => String.fromCharCode(0x660 + Number(d)))],
  ["in full-width digits", (digits) => digits.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d)))],
];

describe("a card number", () => {
  it.each(brands)(
    "of %s (%s…, %i digits) is taken out however it is typed, but for its last four digits",
    (_, start, length) => {
      const digits = withCheckDigit(start, length);
      for (const [way, write] of ways) {
        const text = `my card is ${write(digits)}, please refund`;
        expect([way, redactCards(text)]).toEqual([way, `my card is [card …${digits.slice(-4)}], please refund`]);
      }
    },
  );

  it("is found between other numbers", () => {
    expect(redactCards("4111 1111 1111 1111 12/27 order 1001")).toBe("[card …1111] 12/27 order 1001");
    expect(redactCards("1001 4111111111111111 1002")).toBe("1001 [card …1111] 1002");
    expect(redactCards("a4111111111111111b")).toBe("a[card …1111]b");
    expect(redactCards("4111111111111111/5454545454545454")).toBe("[card …1111]/[card …5454]");
  });

  it("takes the security code with it", () => {
    expect(redactCards("4111111111111111 exp 12/27 cvv 123")).toBe("[card …1111] exp 12/27 cvv [removed]");
    for (const text of [
      "CVC: 1234",
      "cvv2=123",
      "the security code is 123",
      "Kartenprüfnummer 123",
      "cvv:\u0661\u0662\u0663",
    ]) {
      expect(redactCards(text)).toMatch(/\[removed\]$/);
    }
  });
});

describe("what is no card number", () => {
  it.each([
    "order 1001",
    "9400111202555842332012",
    "9400 1112 0255 5842 3320 12",
    "9405 5118 9922 3345 3485 01",
    "tracking 92748999985493513000001234",
    "1Z999AA10123456784",
    "orders 4001, 4002, 4003 and 4004",
    "call +1 (555) 010-0199 or +44 20 7946 0958",
    "IBAN DE89 3704 0044 0532 0130 00",
    "4111111111111112",
    "123456",
    "your security code is 123456",
    "I paid 24.00 on 2026-03-10 at 12:30",
    "41111111111111111111111111",
    "",
  ])("stays as it is: %s", (text) => {
    expect(redactCards(text)).toBe(text);
  });

  it("is rarely mistaken for one", () => {
    let seed = 1;
    const next = () => {
      seed = (seed * 48271) % 2147483647;
      return seed;
    };
    let mistaken = 0;
    for (let n = 0; n < 10_000; n += 1) {
      const digits = Array.from({ length: 13 + (n % 7) }, () => next() % 10).join("");
      if (redactCards(digits) !== digits) mistaken += 1;
    }
    expect(mistaken).toBeLessThan(400);
  });
});

describe("redaction", () => {
  it("changes nothing but what it takes out, and nothing the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const once = redactCards(text);
        expect(redactCards(once)).toBe(once);
      }),
    );
  });

  it.each([
    ["digits", "4".repeat(30_000)],
    ["spaced digits", "4 ".repeat(15_000)],
    ["separators", "4 - ".repeat(7_500)],
    ["security words", "cvv ".repeat(7_500)],
    ["blanks", " ".repeat(30_000)],
  ])("takes no longer than a blink over 30,000 characters of %s", (_, text) => {
    const before = performance.now();
    redactCards(text);
    expect(performance.now() - before).toBeLessThan(200);
  });
});
