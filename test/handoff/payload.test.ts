/** What a person who takes over is given: enough to go on without asking again, and nothing that was not said or found. */
import { describe, expect, it } from "vitest";
import { HandoffPayload } from "../../server/connectors/index.js";
import type { Decision } from "../../server/decisions/index.js";
import { buildPayload, type Handover } from "../../server/handoff/index.js";

type Part = Partial<Omit<Handover, "command">> & {
  reason?: string;
  scope?: Record<string, unknown>;
  answers?: Record<string, string>;
};
const build = ({ reason = "delayed", scope = {}, answers = {}, ...part }: Part = {}): HandoffPayload =>
  buildPayload({
    handoffId: "c1-3",
    command: {
      kind: "handoff",
      queue: "shipping",
      reason,
      priority: "normal",
      policy: "wismo",
      systems: [],
      scope,
      answers,
    },
    policyTitle: "Where is my order?",
    shopper: { level: "verified", email: "ann@example.com", name: "Ann" },
    locale: "en",
    transcript: [{ from: "shopper", at: "2026-03-10T12:00:00Z", text: "where is it?" }],
    decisions: [],
    receipts: ["issue_refund at magento: done (R-1)"],
    ...part,
  });
const ORDER = { number: "5501", status: "in_transit", carrier: null, email: "ann@example.com" };

it("has the shape that every helpdesk is promised", () => {
  expect(HandoffPayload.safeParse(build({ scope: { order: ORDER } })).error).toBeUndefined();
  expect(HandoffPayload.safeParse(build({ policyTitle: null, scope: {} })).error).toBeUndefined();
});

it("says in one line what is wanted, about which order, and why the chat stopped", () => {
  expect(build({ scope: { order: ORDER } }).summary).toBe("Where is my order? (order 5501): delayed");
  expect(build({ policyTitle: null, reason: "not_understood" }).summary).toBe("A question: not understood");
});

describe("the order", () => {
  it("is the one that was found, else the one that was named, else the one that could not be found", () => {
    expect(build({ scope: { order: ORDER, order_number: "9999" } }).order_number).toBe("5501");
    expect(build({ scope: { order_number: "9999" } }).order_number).toBe("9999");
    expect(build({ scope: { answer: "1234" }, reason: "order_not_found" }).order_number).toBe("1234");
    expect(build({ scope: { answer: "1234" } }).order_number, "any other answer is none").toBeNull();
  });

  it("is told with what is empty and what is unknown kept apart", () => {
    const { facts } = build({ scope: { order: ORDER } });
    expect(Object.fromEntries(facts.map(({ label, value }) => [label, value]))).toMatchObject({
      number: "5501",
      status: "in_transit",
      carrier: "none",
      "estimated delivery": "unknown",
    });
  });

  it("is told as far as it is known without a code, too", () => {
    expect(build({ scope: { stage: { number: "5501", status: "on_hold" } } })).toMatchObject({ order_number: "5501" });
  });
});

describe("the subscription", () => {
  it("is told like an order, beside it where there are both", () => {
    const subscription = { id: "S-77", status: "active", product: "House blend", next_charge: null };
    const { facts } = build({ scope: { order: ORDER, subscription } });
    expect(Object.fromEntries(facts.map(({ label, value }) => [label, value]))).toMatchObject({
      number: "5501",
      subscription: "S-77",
      "subscription status": "active",
      product: "House blend",
      "next charge": "none",
      "changeable until": "unknown",
    });
  });

  it("is not spoken of where there is none", () => {
    const { facts } = build({ scope: { order: ORDER } });
    expect(facts.map(({ label }) => label)).not.toContain("subscription");
  });
});

describe("the shopper", () => {
  it("is who was proved, whatever was typed", () => {
    const { customer } = build({ scope: { email: "bob@example.com" } });
    expect(customer).toEqual({ level: "verified", email: "ann@example.com", claimed: false, name: "Ann" });
  });

  it("is marked as claimed where only an address was typed", () => {
    const { customer } = build({ shopper: { level: "anonymous" }, scope: { email: "bob@example.com" } });
    expect(customer).toEqual({ level: "anonymous", email: "bob@example.com", claimed: true, name: null });
  });

  it("may be nobody", () => {
    const { customer } = build({ shopper: { level: "anonymous" } });
    expect(customer).toEqual({ level: "anonymous", email: null, claimed: false, name: null });
  });
});

describe("the reasons", () => {
  const condition = (value: unknown, verdict: "true" | "false" | "unknown", rule = "Late") =>
    ({
      rule,
      fact: "order",
      path: "status",
      value,
      operator: "equal",
      bound: "shipped",
      verdict,
      tell: true,
    }) as Decision["why"][number];
  const reasons = (decision: Partial<Decision>, times = 1) => {
    const whole = { rules: "wismo-status", event: "delayed", why: [], ...decision } as Decision;
    return build({ decisions: Array(times).fill(whole) }).reasons;
  };

  it("are those of the rule that held, with what nearly changed it", () => {
    const why = [condition("x", "true"), condition("y", "true", "Another"), condition("z", "false")];
    expect(reasons({ rule: "Late", why, flip: "2 days too late" })).toEqual([
      "wismo-status: delayed, because order.status = x (equal shipped: true) [2 days too late]",
    ]);
  });

  it("name what is unknown", () => {
    expect(reasons({ event: "unknown", why: [condition(undefined, "unknown")] })).toEqual([
      "wismo-status: unknown, because order.status is unknown (equal shipped: unknown)",
    ]);
  });

  it("say what was found where no rule held, once", () => {
    const why = [condition("on_hold", "false"), condition("on_hold", "false", "Another")];
    expect(reasons({ event: "otherwise", why })).toEqual(["wismo-status: otherwise, because order.status = on_hold"]);
  });

  it("are not repeated", () => expect(reasons({}, 3)).toEqual(["wismo-status: delayed"]));
});

it("what was said and done comes along, in order", () => {
  const { transcript, receipts } = build();
  expect(transcript).toEqual([{ from: "shopper", at: "2026-03-10T12:00:00Z", text: "where is it?" }]);
  expect(receipts).toEqual(["issue_refund at magento: done (R-1)"]);
});

describe("what was answered", () => {
  it("is told by its slot, but for what has a place of its own", () => {
    const { facts } = build({ answers: { received: "no", email: "ann@example.com", order_number: "5501" } });
    expect(facts).toEqual([{ label: "answered: received", value: "no" }]);
  });
});

it("has no one-time code in it, and order numbers that look like one stay", () => {
  const at = "2026-03-10T12:00:00Z";
  const said = build({
    transcript: [
      { from: "bot", at, text: "Which order?", asks: { slot: "order_number", type: "order_number" } },
      { from: "shopper", at, text: "123456" },
      { from: "bot", at, text: "I have sent you a code.", asks: { slot: "code", type: "code" } },
      { from: "shopper", at, text: "it says 654 321" },
      { from: "bot", at, text: "That is not the code." },
      { from: "shopper", at, text: "654322!" },
      { from: "bot", at, text: "Did you get it?", asks: { slot: "received", type: "yes_no" } },
      { from: "shopper", at, text: "no, 123456 did not come" },
    ],
  });
  expect(said.transcript.filter(({ from }) => from === "shopper").map(({ text }) => text)).toEqual([
    "123456",
    "it says [code]",
    "[code]!",
    "no, 123456 did not come",
  ]);
});
