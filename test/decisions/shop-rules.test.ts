import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CAPABILITIES } from "../../server/connectors/capabilities.js";
import { type Decision, decide, loadRuleSets } from "../../server/decisions/index.js";
import { NOW } from "./helpers.js";

const files = readdirSync("rules").filter((name) => name.endsWith(".rules.json"));
const shapes = Object.fromEntries(Object.entries(CAPABILITIES).map(([name, { result }]) => [name, result]));
const { ruleSets, problems } = loadRuleSets(
  files.map((name) => ({ file: `rules/${name}`, text: readFileSync(`rules/${name}`, "utf8") })),
  { shapes },
);

async function decideBy(id: string, facts: Record<string, unknown>): Promise<Decision> {
  const ruleSet = ruleSets.get(id);
  if (ruleSet === undefined) throw new Error(`no rule set ${id}`);
  return decide(ruleSet, facts, NOW);
}

it("the shop's own rule files have no problems, and each bears its id", () => {
  expect(problems).toEqual([]);
  expect([...ruleSets.keys()].map((id) => `${id}.rules.json`).toSorted()).toEqual(files.toSorted());
});

describe("wismo-status", () => {
  const today = "2025-03-10";
  it.each([
    ["approved", { status: "approved" }],
    ["processing", { status: "processing" }],
    ["pending_shipment", { status: "pending_shipment", ship_date: "2025-03-12T00:00:00Z" }],
    ["shipped", { status: "shipped" }],
    ["delivered", { status: "delivered" }],
    ["canceled", { status: "canceled" }],
    ["in_transit", { status: "in_transit", estimated_delivery: "2025-03-12T00:00:00Z" }],
    ["in_transit", { status: "in_transit", estimated_delivery: `${today}T00:00:00Z` }],
    ["in_transit", { status: "in_transit", estimated_delivery: `${today}T23:59:59Z` }],
    ["in_transit", { status: "in_transit", estimated_delivery: `${today}T00:00:00-08:00` }],
    ["delayed", { status: "in_transit", estimated_delivery: "2025-03-09T23:59:59Z" }],
    ["delayed", { status: "in_transit", estimated_delivery: "2025-02-01T00:00:00Z" }],
    ["otherwise", { status: "on_hold" }],
    ["otherwise", { status: "" }],
    ["otherwise", { status: null }],
    ["unknown", { status: "in_transit" }],
    ["unknown", { status: "in_transit", estimated_delivery: null }],
    ["unknown", { status: "in_transit", estimated_delivery: "next week" }],
    ["unknown", {}],
    ["unknown", { estimated_delivery: "2025-03-12T00:00:00Z" }],
    ["unknown", { status: 5 }],
    ["unknown", null],
    ["unknown", undefined],
  ])("%s: %j", async (event, order) => {
    expect((await decideBy("wismo-status", { order })).event).toBe(event);
  });

  it("says how late a delayed order is, and what is missing where it cannot know", async () => {
    const late = { order: { status: "in_transit", estimated_delivery: "2025-03-08T15:00:00Z" } };
    expect((await decideBy("wismo-status", late)).flip).toBe("2 days too late for in_transit (estimated delivery)");
    const unknown = await decideBy("wismo-status", { order: { status: "in_transit" } });
    expect(unknown.flip).toBe("estimated delivery is missing");
  });
});

describe("identity-level", () => {
  it.each([
    ["anonymous", "not_verified"],
    ["order_known", "not_verified"],
    ["verified", "verified"],
    ["stepped_up", "verified"],
    ["person", "verified"],
    ["admin", "unknown"],
    [null, "otherwise"],
    [undefined, "unknown"],
  ])("%s is %s", async (level, event) => {
    expect((await decideBy("identity-level", { level })).event).toBe(event);
  });
});
