import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, jsonSchema, loadRuleSets } from "../../server/decisions/index.js";
import { FACTS, NOW, ruleFile, shapes } from "./helpers.js";

describe("loading", () => {
  it("never throws, whatever the file", () => {
    const strange = fc.oneof(
      fc.json(),
      fc.string(),
      fc.anything().map((value) => JSON.stringify({ id: "x", title: "x", facts: FACTS, rules: value }) ?? ""),
      fc.anything().map((value) => ruleFile([{ conditions: value }]).text),
      fc
        .anything()
        .map(
          (value) =>
            ruleFile([{ conditions: { all: [{ fact: "order", path: "status", operator: "equal", value }] } }]).text,
        ),
      fc.anything().map((value) => ruleFile([{ conditions: { all: [] } }], value).text),
    );
    fc.assert(
      fc.property(strange, (text) => {
        const { ruleSets, problems } = loadRuleSets([{ file: "rules/x.rules.json", text }], { shapes });
        expect(ruleSets.size > 0 || problems.some(({ severity }) => severity === "error")).toBe(true);
        for (const { message, fix } of problems) expect(`${message} ${fix}`).not.toMatch(/undefined|\[object/);
      }),
      { numRuns: 1_500 },
    );
  });

  it("of a file with one byte changed, either refuses it or has rules that still decide", async () => {
    const original = readFileSync("rules/README.md", "utf8").split("```json\n")[1]?.split("```")[0] ?? "";
    const order = { delivered_at: "2025-03-01T00:00:00Z", total: { amountMinor: 5_000, currency: "USD" } };
    const facts = { order, refunds: 0 };
    const events = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.integer({ min: 32, max: 126 }), async (place, code) => {
        const text = original.slice(0, place) + String.fromCharCode(code) + original.slice(place + 1);
        const { ruleSets, problems } = loadRuleSets([{ file: "rules/x.rules.json", text }], { shapes });
        expect(ruleSets.size > 0 || problems.length > 0).toBe(true);
        for (const ruleSet of ruleSets.values()) {
          const decision = await decide(ruleSet, facts, NOW);
          expect(decision.failure).toBeUndefined();
          events.add(decision.event);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(events).toContain("refund");
  });
});

describe("the page about rules", () => {
  const page = readFileSync("rules/README.md", "utf8");

  it("names every operator, and its example loads", () => {
    const operators =
      JSON.stringify(jsonSchema())
        .match(/"enum":\["equal"[^\]]*\]/)?.[0]
        .match(/"(\w+)"/g) ?? [];
    expect(operators.length).toBeGreaterThan(15);
    for (const operator of operators.slice(1)) expect(page).toContain(`\`${operator.slice(1, -1)}\``);
    const example = page.split("```json\n")[1]?.split("```")[0] ?? "";
    expect(loadRuleSets([{ file: "rules/README.md", text: example }], { shapes })).toMatchObject({ problems: [] });
  });
});
