/** Whether a conversation file that is wrong really fails: without this, the other tests would prove nothing. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";
import { accepted, differences, type Happened, hold, MARK, parseConvo } from "../../server/cli/rehearsal/index.js";

const RIGHT = `Title: A late parcel goes to a person
Given: customer Ann Reed <ann.reed@example.com>
Given: order 5502 of ann.reed@example.com: In transit, ordered 16 days ago, expected 2 days ago, House blend at 24.00 USD
Given: order 5503 of ann.reed@example.com: Approved, ordered 1 hour ago, Green tea at 9.00 USD
Given: the storefront vouches for ann.reed@example.com

Shopper: where is my order
- understood: wismo
- called @get_shipmonk_orders: ok
- not mail to ann.reed@example.com
Bot: Which order is it about? Pick one, or type its number.
Choices: [Order 5503: Green tea] [Order 5502: House blend]

Shopper: 5503
- rules wismo-status: approved (order.status = approved)
- policy wismo: ended (answered)
Bot: Order 5503 is approved and is waiting to be processed. We'll e-mail you when it ships.
Card: Order 5503 (Approved)

Shopper: and 5502?
- rules wismo-status: delayed
- handed over to gladly: delayed (queue = shipping; order = 5502)
Bot: I'm sorry: order 5502 is running late; it was expected on Sunday, March 8. I'm passing it to a colleague, who will find out what is holding it up.

     The answer comes by e-mail to ann.reed@example.com.

Never: on time
Afterwards:
- ticket in gladly: queue shipping, reason delayed, order 5502, says "shopper: and 5502?", never says "4111"
- nothing else changed
`;

let happened: Happened;
/** After the intents' examples have changed, all of them are encoded anew. */
const FIRST_START_MS = 600_000;

let classifier: Classifier;
beforeAll(async () => {
  classifier = await openClassifier();
  happened = await hold(parseConvo("right", RIGHT), { classifier });
}, FIRST_START_MS);
afterAll(() => classifier.close());

/** What is said about the same conversation when the file has other words in it. */
function changed(from: string | RegExp, to: string): string | undefined {
  const text = RIGHT.replace(from, to);
  expect(text).not.toBe(RIGHT);
  return differences(parseConvo("changed", text), happened);
}

describe("a conversation file", () => {
  test("that is right passes", () => {
    expect(differences(parseConvo("right", RIGHT), happened)).toBeUndefined();
  });

  test.each([
    ["another word in a reply", "Pick one, or type", "Pick one or type", "line 11 has instead:"],
    ["a reply too few", /Bot: Which order.*\nChoices.*\n/, "", "the file has no such reply"],
    ["a reply too many", "Choices: [Order 5503", "Bot: Hello!\nChoices: [Order 5503", "a reply that did not come"],
    ["a paragraph missing", /\n\n {5}The answer comes.*/, "", "line 23 has instead:"],
    ["another choice", "[Order 5502: House blend]", "[Order 5502: Green tea]", "line 11 has instead:"],
    ["no choices", /Choices: .*\n/, "", "line 11 has instead:"],
    ["another card", "Card: Order 5503 (Approved)", "Card: Order 5503 (Shipped)", "line 17 has instead:"],
    ["no card", "Card: Order 5503 (Approved)\n", "", "line 17 has instead:"],
    ["another decision", "wismo-status: delayed", "wismo-status: in_transit", "- rules wismo-status: in_transit"],
    ["a detail that did not hold", "status = approved", "status = shipped", "order.status = shipped"],
    ["another queue", "queue = shipping", "queue = support", "queue = support"],
    ["a reason that did not happen", "- understood: wismo", "- called @check_code: ok", "- called @check_code: ok"],
    [
      "reasons in another order",
      "- understood: wismo\n- called @get_shipmonk_orders: ok",
      "- called @get_shipmonk_orders: ok\n- understood: wismo",
      "- understood: wismo",
    ],
    [
      "something forbidden that happened",
      "- not mail to ann.reed@example.com",
      "- not called @get_shipmonk_orders",
      "does not happen",
    ],
    [
      "a text that no reply may hold",
      "Never: on time",
      "Never: running late",
      "says that no reply holds: running late",
    ],
    ["a text that no choice may hold", "Never: on time", "Never: green tea", "says that no reply holds: green tea"],
    ["no ticket listed", /- ticket.*\n/, "", "the file has no such change"],
    ["nothing changed", /Afterwards:.*/s, "Afterwards: nothing changed\n", "the file has no such change"],
    [
      "a ticket too many",
      "- nothing else",
      "- ticket in gladly: reason delayed\n- nothing else",
      "a change that did not happen",
    ],
    ["another reason on the ticket", "reason delayed, order", "reason lost, order", "differs in: reason"],
    ["no order on the ticket", "order 5502, says", "no order, says", "differs in: order"],
    [
      "words that are not in the ticket",
      'says "shopper: and',
      'says "shopper: or',
      'differs in: says "shopper: or 5502?"',
    ],
    ["words that must not be in the ticket", 'never says "4111"', 'never says "5502"', 'differs in: never says "5502"'],
    ["a ticket at another helpdesk", "ticket in gladly", "ticket in kustomer", "differs in: gladly"],
    ["another kind of change", "- ticket in gladly", "- refund in gladly", "a change that did not happen"],
  ])("fails with %s", (_, from, to, mark) => {
    const report = changed(from, to);
    expect(report).toContain(mark);
    expect(report).toMatch(new RegExp(`^${MARK} `, "m"));
  });

  test("that fails shows the whole conversation, in the form of a file, with only the difference marked", () => {
    const report = changed("Pick one, or type", "Pick one or type") ?? "";
    const marked = report.split("\n").filter((line) => line.startsWith(MARK));
    expect(marked).toEqual([
      `${MARK} line 11 has instead:`,
      `${MARK} Bot: Which order is it about? Pick one or type its number.`,
      `${MARK} Choices: [Order 5503: Green tea] [Order 5502: House blend]`,
    ]);
    expect(report).toContain("Shopper: and 5502?\n- understood");
    expect(report).toContain("- ticket in gladly: ");
  });

  test("may stop before the shopper's silence, but what then is said must stand in it", async () => {
    const text = `Title: Silence
Shopper: where is my order
Bot: Happy to look. What is the e-mail address you ordered with?

Shopper: one@example.com
Bot: Thanks. If we know one@example.com, a 6-digit code is on its way there. Please type it here, so that I know it's you.
Choices: [No code came] [I only want to know where it is]

Shopper: two@example.com
Bot: Thanks. If we know two@example.com, a code is on its way there now. Please type the 6 digits. If nothing comes within a few minutes, a colleague takes over from here.
Choices: [No code came]

Afterwards: nothing changed
`;
    const convo = parseConvo("silence", text);
    const report = differences(convo, await hold(convo, { classifier }));
    expect(report).toContain("(the shopper says no more)\n- did @gladly_handoff: done");
    expect(report).toContain(`${MARK} the file has no such reply`);
  });

  test("is explained on a page whose examples are right", async () => {
    const page = readFileSync(new URL("README.md", import.meta.url), "utf8");
    const [example = "", facts = ""] = [...page.matchAll(/```\n(.*?)```/gs)].map(([, text]) => text as string);
    const convo = parseConvo("README.md", example);
    expect(differences(convo, await hold(convo, { classifier }))).toBeUndefined();
    const { given } = parseConvo("README.md", `Title: x\n${facts}Shopper: hi\nAfterwards: nothing changed\n`);
    expect(given.world.orders[0]).toEqual({
      id: "5501",
      email: "ann.reed@example.com",
      status: "In transit",
      ordered: "-6d",
      ship: "-5d",
      eta: "+2d",
      tracking: "TRK5501",
      carrier: "in_transit",
      shipTo: "12 Orchard Way, Springfield",
      items: [{ name: "House blend", qty: 2, price: 24 }],
      currency: "USD",
    });
    expect(given.world.orders[1]).toEqual({ id: "5501" });
    expect(given.world.faults).toEqual({ list_orders: { kind: "unavailable", times: 2 } });
  });

  test("gets the replies that came, and nothing else, when its wording is accepted", () => {
    const wrong = RIGHT.replace("Pick one, or type", "Choose")
      .replace(/Choices: .*\n/, "")
      .replace("Card: Order 5503 (Approved)\n", "")
      .replace(/Bot: I'm sorry.*example\.com\.\n(?=\nNever)/s, "");
    expect(accepted(wrong, parseConvo("wrong", wrong), happened)).toBe(RIGHT);
  });
});

describe("the outside world", () => {
  const start = `Title: It moves on
Given: order 5501 of ann.reed@example.com: Approved, ordered 1 hour ago, House blend at 24.00 USD
Given: order 5502 of ann.reed@example.com: Approved, ordered 2 hours ago, Green tea at 9.00 USD
Given: the storefront vouches for ann.reed@example.com

Shopper: where is my order
Bot: Which order is it about? Pick one, or type its number.
Choices: [Order 5501: House blend] [Order 5502: Green tea]
`;
  const person = "The answer comes by e-mail to ann.reed@example.com.";
  test.each([
    [
      "an order that has moved on",
      "(order 5501 is now: Canceled)",
      "Bot: Order 5501 was already canceled, so nothing more is on its way.\nCard: Order 5501 (Canceled)",
      "nothing changed",
    ],
    [
      "an order that is gone",
      "(order 5501 is gone)",
      `Bot: I can't find that order under your e-mail address. I'm passing this to a colleague, who will look for it.\n\n     ${person}`,
      "\n- ticket in gladly: reason order_not_found",
    ],
    [
      "a system that fails, and is well again",
      "(the order look-up is down)\n(all is well again)",
      "Bot: Order 5501 is approved and is waiting to be processed. We'll e-mail you when it ships.\nCard: Order 5501 (Approved)",
      "nothing changed",
    ],
  ])("goes on between two messages: %s", async (_, happening, reply, changed) => {
    const text = `${start}\n${happening}\n\nShopper: 5501\n${reply}\n\nAfterwards: ${changed}\n`;
    const convo = parseConvo("happening", text);
    expect(differences(convo, await hold(convo, { classifier }))).toBeUndefined();
  });

  test("can lose only what there is", async () => {
    const convo = parseConvo("gone", `${start}\n(order 5509 is gone)\nAfterwards: nothing changed\n`);
    await expect(hold(convo, { classifier })).rejects.toThrow(
      'There is no "5509" that could be gone. Name one of: 5501, 5502.',
    );
  });
});

describe("a conversation file that cannot be read", () => {
  const parts = { title: "Title: x\n", shopper: "Shopper: hi\n", after: "Afterwards: nothing changed\n" };
  test.each([
    ["no title", parts.shopper + parts.after, 'line 1: The first line is "Title: …"'],
    ["no shopper", parts.title + parts.after, "Nobody says anything"],
    ["no end", parts.title + parts.shopper, "The file ends with what changed in the outside world"],
    ["a misspelled keyword", `${parts.title}Shoper: hi\n`, 'line 2: "Shoper: hi" cannot be read. A line begins with'],
    ["a reply before anything was said", `${parts.title}Bot: hi\n`, '"Bot:" has nothing to belong to'],
    ["a fact in other words", `${parts.title}Given: order 1 by Ann\n`, "It is written like one of these:"],
    [
      "a fault that does not exist",
      `${parts.title}Given: the helpdesk is sad\n`,
      '"is sad" is no fault. There are: is down;',
    ],
    [
      "a time that is none",
      `${parts.title}Given: order 1 of a@b.c: Approved, ordered soon\n`,
      '"soon" is no time. Write "6 days ago"',
    ],
    [
      "a control that does not exist",
      `${parts.title}(it rains)\n`,
      '"(it rains)" is no control. There are: (3 days pass)',
    ],
    [
      "a fault in the middle that does not exist",
      `${parts.title}(the order look-up is sad)\n`,
      '"is sad" is no fault. There are: is down;',
    ],
    [
      "an end in other words",
      `${parts.title}${parts.shopper}Afterwards: all is well\n`,
      'Write "Afterwards: nothing changed"',
    ],
  ])("says where and what to write: %s", (_, text, problem) => {
    expect(() => parseConvo("a.convo.txt", text)).toThrow(problem);
    expect(() => parseConvo("a.convo.txt", text)).toThrow(/^a\.convo\.txt, line \d+: /);
  });
});
