import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ORDER_STATUSES } from "../../server/connectors/index.js";
import type { ReplyCommand } from "../../server/dialogue/index.js";
import type { CardPart } from "../../server/protocol/index.js";
import { loadMacros, renderReply } from "../../server/replies/index.js";

const folder = "policies/macros/en";
const { macros, problems } = loadMacros(
  readdirSync(folder).map((name) => ({ file: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, "utf8") })),
  { defaultLocale: "en", timeZone: "UTC" },
);

const reply = (command: Partial<ReplyCommand>) =>
  renderReply({ kind: "reply", macros: [], scope: {}, ...command }, macros, "en");
const cardOf = (of: unknown): CardPart => reply({ card: { show: "order_card", of } }).parts[0] as CardPart;

const ORDER = {
  number: "5501",
  email: "ann.reed@example.com",
  status: "in_transit",
  ordered_at: "2026-03-01T12:00:00Z",
  ship_date: "2026-03-03T12:00:00Z",
  estimated_delivery: "2026-03-12T12:00:00Z",
  delivered_at: null,
  tracking_url: "https://carrier.example/TRK5501",
  items: [
    { name: "House blend 1kg", quantity: 2, price: { amountMinor: 2400, currency: "USD" } },
    { name: "Filter papers", quantity: 1 },
  ],
};

it("the shop's own macros have no problems", () => expect(problems).toEqual([]));

describe("the card of an order", () => {
  it("says what it is, where it stands, and the days that are known", () => {
    expect(cardOf(ORDER)).toEqual({
      kind: "card",
      title: "Order 5501",
      subtitle: "Ordered on March 1, 2026",
      status: { label: "In transit", tone: "good" },
      lines: [{ label: "2 × House blend 1kg", detail: "$24.00 each" }, { label: "Filter papers" }],
      timeline: [
        { label: "Ordered", state: "done", detail: "Sunday, March 1" },
        { label: "Packed", state: "done" },
        { label: "On its way", state: "current", detail: "Tuesday, March 3" },
        { label: "Delivered", state: "ahead", detail: "Thursday, March 12" },
      ],
      link: { label: "Track the parcel", href: "https://carrier.example/TRK5501" },
    });
  });

  it.each([
    ["approved", "Approved", "waiting", "current ahead ahead ahead"],
    ["processing", "Processing", "waiting", "done current ahead ahead"],
    ["pending_shipment", "Pending shipment", "waiting", "done current ahead ahead"],
    ["shipped", "Shipped", "good", "done done current ahead"],
    ["in_transit", "In transit", "good", "done done current ahead"],
    ["delivered", "Delivered", "good", "done done done done"],
    ["canceled", "Canceled", "neutral", undefined],
    ["on_hold", "on hold", "warning", undefined],
    ["constructor", "constructor", "warning", undefined],
    ["toString", "toString", "warning", undefined],
    ["__proto__", "  proto  ", "warning", undefined],
  ])("with status %s", (status, label, tone, way) => {
    const card = cardOf({ ...ORDER, status });
    expect(card.status).toEqual({ label, tone });
    expect(card.timeline?.map(({ state }) => state).join(" ")).toBe(way);
  });

  it("has words for every status that connectors are asked to use", () => {
    for (const status of ORDER_STATUSES) expect(cardOf({ ...ORDER, status }).status?.tone).not.toBe("warning");
  });

  it("never passes an estimate off as the day of delivery", () => {
    const day = (order: object) => cardOf({ ...ORDER, ...order }).timeline?.[3]?.detail;
    expect(day({ status: "delivered", delivered_at: "2026-03-11T09:00:00Z" })).toBe("Wednesday, March 11");
    expect(day({ status: "delivered", delivered_at: null })).toBeUndefined();
    expect(day({ status: "delivered", delivered_at: undefined })).toBeUndefined();
  });

  it.each([
    [{ number: "1" }, { kind: "card", title: "Order 1", lines: [] }],
    [
      { number: "1", status: null, items: null, tracking_url: null, ordered_at: null },
      { title: "Order 1", lines: [] },
    ],
    [undefined, { title: "Order", lines: [] }],
    ["text", { title: "Order", lines: [] }],
  ])("shows only what is known of %j", (order, expected) => {
    const card = cardOf(order);
    expect(card).toMatchObject(expected);
    expect(JSON.stringify(card)).not.toMatch(/undefined|null|NaN|Invalid/);
    for (const missing of ["status", "subtitle", "timeline", "link"]) expect(card).not.toHaveProperty(missing);
  });

  it.each([
    ["javascript:alert(1)"],
    ["data:text/html,x"],
    ["http://carrier.example/1"],
    ["//carrier.example/1"],
    ["https://user@carrier.example/1"],
    ["https://:secret@carrier.example/1"],
    ["not a link"],
    [""],
    [42],
    [{ href: "https://carrier.example" }],
  ])("drops the tracking link %j", (tracking_url) => {
    expect(cardOf({ ...ORDER, tracking_url })).not.toHaveProperty("link");
  });

  it("keeps markup in a name as text", () => {
    const card = cardOf({ ...ORDER, items: [{ name: "<b>Blend</b> {{ x }}", quantity: 1 }], number: "<i>1</i>" });
    expect([card.title, card.lines[0]?.label]).toEqual(["Order <i>1</i>", "<b>Blend</b> {{ x }}"]);
  });
});

describe("a reply", () => {
  it("joins its sentences into one message, and leaves out those that say nothing", () => {
    const scope = { contact: undefined };
    expect(reply({ macros: ["repair.friendly", "wismo.received"], scope }).text).toBe("Sure!\n\nDid you get it?");
    const { macros: few } = loadMacros(
      [{ file: "policies/macros/en/x.json", text: '{ "a": "{% if b %}B{% endif %}", "c": "C" }' }],
      { defaultLocale: "en", timeZone: "UTC" },
    );
    expect(renderReply({ kind: "reply", macros: ["x.a", "x.c"], scope: {} }, few, "en").text).toBe("C");
  });

  it("offers yes and no to a question that takes them, in the shop's words", () => {
    const { asks, parts } = reply({ question: { kind: "step", slot: "received", type: "yes_no" } });
    const choices = [
      { value: "yes", label: "Yes" },
      { value: "no", label: "No" },
    ];
    expect(asks).toEqual({ slot: "received", type: "yes_no", choices });
    expect(parts).toEqual([{ kind: "choices", choices }]);
  });

  it("words choices by macro, by text, or by the card of what they stand for", () => {
    const { asks, parts } = reply({
      question: {
        kind: "step",
        slot: "order_number",
        type: "order_number",
        options: [
          { value: "5501", label: { show: "order_card", of: ORDER } },
          { value: "5502", label: { show: "order_card", of: { number: "5502" } } },
          { value: "text", label: { text: "Ready words" } },
          { value: "none", label: { macro: "repair.none_of_these" } },
        ],
      },
    });
    expect(asks?.choices?.map(({ label }) => label)).toEqual([
      "Order 5501: 2 × House blend 1kg",
      "Order 5502",
      "Ready words",
      "Something else",
    ]);
    expect(parts[0]).toMatchObject({ kind: "choices", choices: [{ card: { title: "Order 5501" } }, {}, {}, {}] });
  });

  it("asks for free text without choices", () => {
    const { asks, parts } = reply({ question: { kind: "step", slot: "email", type: "email" } });
    expect(asks).toEqual({ slot: "email", type: "email" });
    expect(parts).toEqual([]);
  });
});
