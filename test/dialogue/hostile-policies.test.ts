/**
 * Policies as hostile input: made by chance, or a good one with a byte changed. Each is refused with its reasons, or it is one
 * that never acts without a yes, never takes missing data for a reason, and never goes on for ever.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { loadPolicies } from "../../server/dialogue/index.js";
import { allTools, type Json, load, returns } from "./shop.js";
import { heard, no, Talk, value, wish, yes } from "./talk.js";

const base = load(returns());
const tools = allTools();
const intents = new Map([["refund", { title: "Get money back" }]]);
const macros = new Map([...base.macros.needs, ["returns.x", []]]);
const ruleSets = new Map([
  ["return-stage", { file: "rules/return-stage.rules.json", events: ["on_the_way", "delivered"], facts: ["order"] }],
]);
const loadText = (text: string) =>
  loadPolicies([{ file: "policies/returns.policy.json", text }], { tools, ruleSets, macros, locale: "en", intents });

/** How many steps on from here; now and then to somewhere else, or nowhere. */
const way = fc.oneof(
  { weight: 30, arbitrary: fc.constant(1) },
  { weight: 8, arbitrary: fc.integer({ min: 2, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom("s0", "s1", "s2", "done", "lost") },
);
const ways = (...names: string[]) => fc.record(Object.fromEntries(names.map((name) => [name, way])));
const read = { call: "@magento_order_details", with: { order_id: "5501" }, as: "order" };
/** One or two steps that belong together. */
const gadget: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ say: fc.constant("returns.x"), then: way }).map((step) => [step]),
  ways("yes", "no").map((on) => [{ ask: "returns.x", slot: "a", type: "yes_no", on }]),
  fc
    .record({ ask: fc.constant("returns.x"), slot: fc.constantFrom("a", "b"), type: fc.constant("text"), then: way })
    .map((step) => [step]),
  way.map((then) => [{ ...read, then }]),
  ways("on_the_way", "delivered", "otherwise", "unknown").map((on) => [{ decide: "return-stage", on }]),
  fc
    .record({ set: fc.record({ kept: fc.constantFrom(1, "x", "$order.number", "$a") }), then: way })
    .map((step) => [step]),
  fc.tuple(way, way, fc.boolean()).map(([no, then, bound]) => [
    { confirm: "returns.x", for: bound ? "next" : "s0", on: { yes: 1, no } },
    { call: "@magento_cancel_order", with: { order_id: "5501" }, then },
  ]),
  fc.constant([{ call: "@magento_cancel_order", with: { order_id: "5501" } }]),
);
const policy = fc.array(gadget, { minLength: 1, maxLength: 5 }).map((gadgets) => {
  const bodies: Json[] = [read, ...gadgets.flat()];
  const idOf = (at: number): string => (at < bodies.length ? `s${at}` : "done");
  const steps = bodies.map((step: Json, at) => {
    const to = (where: unknown): unknown => (typeof where === "number" ? idOf(at + where) : where);
    const on = step.on && Object.fromEntries(Object.entries(step.on).map(([name, where]) => [name, to(where)]));
    const allowed = step.for && [step.for === "next" ? idOf(at + 1) : step.for];
    return {
      id: idOf(at),
      ...step,
      ...(step.then && { then: to(step.then) }),
      ...(on && { on }),
      ...(allowed && { for: allowed }),
    };
  });
  return { ...returns().policy, steps: [...steps, { id: "done", end: "answered" }] };
});
const event = fc.constantFrom(
  wish("refund"),
  heard({ answer: yes }),
  heard({ answer: no }),
  heard({ answer: value("5501") }),
  heard(),
);

it("of ten thousand made by chance, none that loads acts without a yes or decides on what is missing", async () => {
  const seen = { loaded: 0, refused: 0, acted: 0, decided: 0 };
  await fc.assert(
    fc.asyncProperty(policy, fc.array(event, { minLength: 3, maxLength: 6 }), async (made, events) => {
      const { policies, problems } = loadText(JSON.stringify(made));
      if (policies === undefined) {
        seen.refused += 1;
        expect(problems.filter(({ severity }) => severity === "error").length).toBeGreaterThan(0);
        for (const { file, message, fix } of problems)
          expect([file, message, fix].join()).not.toMatch(/undefined|\[object/);
        return;
      }
      seen.loaded += 1;
      const talk = new Talk({ policies, decide: base.rooms.decide });
      // An order of which nobody knows how it stands.
      talk.answers.set("magento_order_details", { result: "ok", value: { number: "5501", email: "a@b.c" } });
      talk.answers.set("magento_cancel_order", { result: "ok", value: {} });
      let agreed = false;
      for (const understood of [wish("refund"), ...events]) {
        await talk.say(understood);
        agreed ||= understood.answer?.kind === "yes";
        for (const call of talk.of("call").filter(({ tool }) => tool === "magento_cancel_order")) {
          seen.acted += 1;
          expect(call.agreed, "what was agreed to").toBeDefined();
          expect(agreed, "somebody has said yes").toBe(true);
        }
        for (const item of talk.trace) {
          if (item.kind !== "decision") continue;
          seen.decided += 1;
          expect(item.event).toBe("unknown");
        }
      }
    }),
    { numRuns: 10_000 },
  );
  // Chance has made enough of each for this to mean something.
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(20);
}, 180_000);

it("of a thousand with one byte changed, each is refused or still the same steps in another dress", () => {
  const original = JSON.stringify(returns().policy, undefined, 2);
  const before = loadText(original).policies?.newest("returns");
  expect(before).toBeDefined();
  let same = 0;
  fc.assert(
    fc.property(fc.nat(original.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
      const text = original.slice(0, at) + String.fromCharCode(code) + original.slice(at + 1);
      const { policies, problems } = loadText(text);
      if (policies === undefined) {
        expect(problems.some(({ severity }) => severity === "error")).toBe(true);
        return;
      }
      same += 1;
      const [changed] = [...policies.all.values()];
      // Words for people may differ; what is called, decided and where it leads may not.
      expect(shapeOf(changed)).toEqual(shapeOf(before));
    }),
    { numRuns: 1_000 },
  );
  expect(same).toBeGreaterThan(20);
});

/** Names of slots, steps and reasons are the merchant's own: numbered in the order in which they come. */
function shapeOf(policy: Json): unknown {
  const names = new Map<string, number>();
  const free = new Set(["id", "slot", "as", "then", "queue", "reason", "end"]);
  const numbered = (name: string): string => {
    if (!names.has(name)) names.set(name, names.size);
    return `#${names.get(name)}`;
  };
  const walk = (value: Json, key: string): unknown => {
    if (typeof value === "string") {
      if (value.startsWith("$")) return value.replace(/^\$[a-z_0-9]+/, (name) => `$${numbered(name.slice(1))}`);
      return free.has(key) || key === "on" ? numbered(value) : value;
    }
    if (Array.isArray(value)) return value.map((inner) => walk(inner, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, walk(inner, key === "on" ? "on" : name)]),
    );
  };
  return walk(policy.steps, "steps");
}
