/**
 * Whatever shoppers say and systems answer, in whatever order, over the policies that are shipped: the interpreter never
 * throws, never goes on for ever, and never leaves a shopper without an answer or a policy without a way on.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CAPABILITIES, type CapabilityName, LEVELS, TOOL_NAMES } from "../../server/connectors/index.js";
import { renderReply } from "../../server/replies/index.js";
import type { Answer, Understood } from "../../server/understanding/index.js";
import { sampleOf } from "../tools/outside.js";
import { shipped } from "./shop.js";
import { heard, Talk } from "./talk.js";

const { rooms, macros, policies } = shipped();
const INTENTS = [
  ...new Set([...policies.all.values()].flatMap(({ intents }) => intents)),
  "greeting",
  "out_of_scope",
  "skip_shipment",
];
const EMAIL = "ann.reed@example.com";
const capabilityOf = new Map<string, CapabilityName>(
  Object.values(TOOL_NAMES).flatMap((tools) => Object.entries(tools)),
);

const anAnswer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom<Answer>({ kind: "yes" }, { kind: "yes", qualified: true }, { kind: "no" }, { kind: "unknown" }),
  fc
    .constantFrom(
      "sample",
      "5501",
      EMAIL,
      "123456",
      "unknown",
      "status_only",
      "yes",
      "no",
      "none",
      "constructor",
      "",
      "<b>",
    )
    .chain((value) =>
      fc.constantFrom<Answer>(
        { kind: "value", value, from: { start: 0, end: 1 } },
        { kind: "choice", value, label: value },
      ),
    ),
);
const aSlot = (name: string, value: string) =>
  fc.option(fc.constant({ [name]: { value, start: 0, end: 1, text: value } }));
const aMessage: fc.Arbitrary<Understood> = fc
  .record({
    text: fc.constantFrom("5501", "what?", "no, I mean the other one", "x".repeat(300)),
    intent: fc.constantFrom(...INTENTS),
    outcome: fc.constantFrom("accept", "accept", "ask", "unsure"),
    answer: fc.option(anAnswer, { nil: undefined, freq: 4 }),
    digression: fc.boolean(),
    also: fc.subarray(INTENTS, { maxLength: 2 }),
    signal: fc.constantFrom(
      "",
      "",
      "",
      "",
      "wantsPerson",
      "stop",
      "repeat",
      "startOver",
      "thanks",
      "greeting",
      "goodbye",
      "correction",
    ),
    slots: fc.tuple(aSlot("email", EMAIL), aSlot("order_number", "sample"), aSlot("date", "2026-03-10")),
  })
  .map(({ answer, signal, slots, ...rest }) =>
    heard({
      ...rest,
      ranking: INTENTS.map((intent) => ({ intent, probability: 0.2 })),
      slots: Object.assign({}, ...slots) as Understood["slots"],
      signals: signal === "" ? {} : { [signal]: true },
      ...(answer && { answer, digression: false }),
    }),
  );
const STATUSES = ["approved", "in_transit", "delivered", "canceled", "on_hold", null, undefined];
const aToolAnswer = fc.record({
  result: fc.constantFrom(
    "ok",
    "ok",
    "ok",
    "not_found",
    "refused",
    "unavailable",
    "unknown_outcome",
    "needs_code",
    "wrong_code",
  ),
  status: fc.constantFrom(...STATUSES),
  bare: fc.boolean(),
});
const anEvent = fc.oneof(
  { weight: 12, arbitrary: aMessage.map((understood) => ({ kind: "understood", understood }) as const) },
  { weight: 1, arbitrary: fc.nat(30).map((opened) => ({ kind: "silence", opened }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "identified" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "broken" } as const) },
);

it("holds any conversation to an end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anEvent, { minLength: 1, maxLength: 15 }),
      fc.infiniteStream(aToolAnswer),
      fc.constantFrom(...LEVELS),
      async (events, answers, level) => {
        const talk = new Talk(rooms, { level, ...(level !== "anonymous" && { email: EMAIL }) });
        const answer = (name: string) => () => {
          const { value } = answers.next() as { value: { result: "ok"; status: unknown; bare: boolean } };
          return { result: value.result, value: answerOf(name, value), reason: "sample" };
        };
        for (const name of [...capabilityOf.keys(), "send_code", "check_code", "order_stage"])
          talk.answers.set(name, answer(name));
        for (const event of events) {
          talk.at += 60_000;
          await talk.happens(event);
          const { state } = talk;
          expect(state.waiting, "nobody is waited for that does not answer").toBeUndefined();
          if (state.frames.length > 0) expect(["step", "confirm", "step_up"]).toContain(state.question?.kind);
          expect(state.frames.length, "policies within policies").toBeLessThanOrEqual(6);
          if (event.kind === "understood") expect(talk.said, "the shopper gets an answer").not.toEqual([]);
          for (const { reason } of talk.of("handoff")) expect(reason).toMatch(/^[a-z][a-z0-9_]*$/);
          for (const command of talk.of("reply")) {
            const { text } = renderReply(command, macros, "en");
            expect(text, command.macros.join(" + ")).toMatch(/\S/);
            expect(text, command.macros.join(" + ")).not.toMatch(/undefined|\[object|NaN|Invalid/);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
}, 120_000);

function answerOf(tool: string, { status, bare }: { status: unknown; bare: boolean }): unknown {
  const capability = capabilityOf.get(tool);
  if (capability === undefined) return tool === "order_stage" ? { number: "sample", status } : {};
  const full = sampleOf(CAPABILITIES[capability].result, EMAIL) as Record<string, unknown>;
  const orders = Array.isArray(full) ? full : [full];
  const known = orders.map((order) => ({
    ...order,
    ...(capability.includes("order") && status !== undefined && { status }),
  }));
  const fields = bare
    ? known
    : known.map((order) => ({ ...order, estimated_delivery: "2026-03-09T12:00:00Z", name: "Ann" }));
  return Array.isArray(full) ? fields : fields[0];
}
