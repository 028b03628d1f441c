import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressLine, splitAddress } from "../../server/connectors/address-line.js";
import { decimalOf, moneyOf, statusWord, timeOf } from "../../server/connectors/values.js";

describe("money from vendors", () => {
  test.each([
    ["24.5000", "USD", 2450],
    [24, "USD", 2400],
    [0.1 + 0.2, "USD", 30],
    ["19.99", "EUR", 1999],
    ["1999", "JPY", 1999],
    ["1.234", "KWD", 1234],
    ["-3.50", "usd", -350],
    ["2.345", "USD", 235],
    ["0.00", "USD", 0],
  ])("%s %s is %i of the smallest unit", (major, currency, minor) => {
    expect(moneyOf(major, currency)).toEqual({ amountMinor: minor, currency: currency.toUpperCase() });
  });

  test.each([
    ["", "USD"],
    ["12,50", "USD"],
    ["free", "USD"],
    ["1e3", "USD"],
    [Number.NaN, "USD"],
    ["5", "dollars"],
    ["5", undefined],
    [null, "USD"],
  ])("%s %s cannot be read, and is unknown rather than nothing", (major, currency) => {
    expect(moneyOf(major, currency)).toBeUndefined();
  });

  test("what is written for a vendor reads back the same", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.constantFrom("USD", "JPY", "KWD", "EUR"),
        (amountMinor, currency) => {
          expect(moneyOf(decimalOf({ amountMinor, currency }), currency)).toEqual({ amountMinor, currency });
        },
      ),
    );
  });
});

test.each([
  ["2026-03-10T12:00:00Z", "2026-03-10T12:00:00.000Z"],
  ["2026-03-10 12:00:00", "2026-03-10T12:00:00.000Z"],
  ["2026-03-10T14:00:00+02:00", "2026-03-10T12:00:00.000Z"],
  ["2026-03-10", "2026-03-10T00:00:00.000Z"],
  [null, null],
  [undefined, undefined],
  ["soon", undefined],
  ["10/03/2026", undefined],
])("the vendor's time %s is %s", (text, iso) => {
  expect(timeOf(text)).toBe(iso);
});

test.each([
  ["Pending Shipment", "pending_shipment"],
  ["onHold", "on_hold"],
  ["back-order", "back_order"],
  ["  In transit ", "in_transit"],
  ["Unterwegs (Zoll)", "unterwegs_zoll"],
])("the status %s is the word %s", (text, word) => {
  expect(statusWord(text)).toBe(word);
});

test.each([
  "12 Orchard Way, Springfield",
  "12 Orchard Way, Flat 2, Springfield, IL 62704, US",
  "1 High St, Leeds, LS1 4AP",
])("the address %s survives being taken apart for a vendor and put together again", (line) => {
  expect(addressLine(splitAddress(line))).toBe(line);
});

test.each([
  ["12 Orchard Way, Springfield", { street1: "12 Orchard Way", city: "Springfield" }],
  [
    "12 Orchard Way, Flat 2, Springfield, IL 62704, US",
    {
      street1: "12 Orchard Way",
      street2: "Flat 2",
      city: "Springfield",
      state: "IL",
      zip: "62704",
      country: "US",
    },
  ],
  ["1 High St, Leeds, LS1 4AP", { street1: "1 High St", city: "Leeds", zip: "LS1 4AP" }],
  ["PO box 9", { street1: "PO box 9" }],
])("the address line %s comes apart into its parts", (line, parts) => {
  expect(splitAddress(line)).toEqual(parts);
});
