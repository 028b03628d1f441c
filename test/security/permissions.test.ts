/**
 * Who may do what, over every tool that any system declares: each level, the owner, somebody else, nobody. Generated from
 * the declarations, and held against rules that are written here a second time.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import {
  CAPABILITIES,
  type CapabilityDefinition,
  type CapabilityName,
  CONNECTOR_SYSTEMS,
  createConnector,
  LEVELS,
  type Level,
  TOOL_NAMES,
} from "../../server/connectors/index.js";
import { startSimulators } from "../../server/connectors/simulators.js";
import { digestOf } from "../../server/dialogue/index.js";
import { OWN_TOOLS } from "../../server/tools/index.js";
import { ANN, caller, type FakeTool, fakeTool, type Stage, sampleCall, startStage } from "../tools/outside.js";

const BOB = "bob@example.com";
const WHO = [ANN, BOB, undefined] as const;
const declared = CONNECTOR_SYSTEMS.flatMap((system) =>
  Object.entries(TOOL_NAMES[system]).map(([name, capability]) => ({ system, name, capability })),
);
const at = (level: Level): number => LEVELS.indexOf(level);

/** The table of docs/security.md and of the design, once more and by capability. */
type Rule = "anybody" | "masked" | "own" | "own message" | "own + yes" | "own + yes + code" | "person" | "never called";
const RULES: Record<CapabilityName, Rule> = {
  lookup_customer: "masked",
  list_products: "anybody",
  list_orders: "own",
  get_order: "own",
  list_subscriptions: "own",
  get_subscription: "own",
  get_tracking: "own",
  check_reship: "own",
  send_message: "own message",
  file_claim: "own + yes",
  skip_shipment: "own + yes",
  unskip_shipment: "own + yes",
  pause_subscription: "own + yes",
  swap_product: "own + yes",
  issue_refund: "own + yes + code",
  store_credit: "own + yes + code",
  exchange: "own + yes + code",
  create_replacement: "own + yes + code",
  mark_paid: "own + yes + code",
  apply_discount: "own + yes + code",
  upgrade_shipping: "own + yes + code",
  cancel_order: "own + yes + code",
  cancel_subscription: "own + yes + code",
  update_address: "person",
  handoff: "never called",
};

type Verdict = "ok" | "masked" | "needs_code" | "denied";
function verdict(rule: Rule, level: Level, email: string | undefined, isAgreed: boolean): Verdict {
  const isOwn = email === ANN && at(level) >= at("verified");
  switch (rule) {
    case "anybody":
      return "ok";
    case "masked":
      return isOwn ? "ok" : "masked";
    case "own":
    case "own message":
      return isOwn ? "ok" : "denied";
    case "own + yes":
      return isOwn && isAgreed ? "ok" : "denied";
    case "own + yes + code":
      if (!isOwn || !isAgreed) return "denied";
      return at(level) >= at("stepped_up") ? "ok" : "needs_code";
    case "person":
    case "never called":
      return "denied";
  }
}

it("every tool that a system declares has a capability with a level, an owner and a rule here", () => {
  expect(declared.length).toBeGreaterThan(70);
  for (const { name, capability } of declared) {
    const definition: CapabilityDefinition | undefined = CAPABILITIES[capability];
    expect(definition, `${name}: no capability is called ${capability}`).toBeDefined();
    expect(LEVELS, name).toContain(definition.level);
    expect(RULES[capability], `${name}: say here who may call it`).toBeDefined();
    const isSomebodys = definition.owner !== undefined || definition.about !== undefined;
    const isForAll = ["list_products", "send_message", "handoff"].includes(capability);
    expect(isSomebodys || isForAll, `${name}: whose are its answers?`).toBe(true);
  }
});

it("every tool that a system really offers is declared, as what it is", async () => {
  const { world } = parseWorld({ customers: [{ email: ANN, name: "Ann" }] }, Date.now());
  const simulators = await startSimulators(world as World, { systems: CONNECTOR_SYSTEMS });
  try {
    for (const system of CONNECTOR_SYSTEMS) {
      const connector = createConnector(system, simulators.configs[system] as never);
      const offered = Object.fromEntries(connector.tools.map(({ name, capability }) => [name, capability]));
      expect(offered, system).toEqual(TOOL_NAMES[system]);
      await connector.close();
    }
  } finally {
    await simulators.close();
  }
});

describe.each(CONNECTOR_SYSTEMS)("the tools of %s", (system) => {
  const tools = new Map<string, FakeTool>();
  let stage: Stage;
  beforeAll(async () => {
    for (const [name, capability] of Object.entries(TOOL_NAMES[system])) {
      const { result } = sampleCall(capability, ANN);
      tools.set(
        name,
        fakeTool(capability, () => ({ result: "ok", value: result, receipt: "R" }), { name, system }),
      );
    }
    const readers = (["get_order", "get_subscription"] as const)
      .filter((capability) => !Object.values(TOOL_NAMES[system]).includes(capability))
      .map((capability) => fakeTool(capability, () => ({ result: "ok", value: sampleCall(capability, ANN).result })));
    stage = await startStage([...tools.values(), ...readers]);
  });
  afterAll(() => stage?.end());

  const cases = Object.entries(TOOL_NAMES[system]).flatMap(([name, capability]) =>
    [true, false].map((isAgreed) => ({ name, capability, isAgreed })),
  );
  it.each(cases)("$name ($capability), agreed to: $isAgreed", async ({ name, capability, isAgreed }) => {
    const tool = tools.get(name) as FakeTool;
    // A conversation has five codes a day.
    stage.world.now += 25 * 3_600_000;
    for (const [n, level] of LEVELS.entries()) {
      for (const [m, email] of WHO.entries()) {
        // An order and a subscription of its own for each case: what was done for one is done.
        const id = `${name}-${n}-${m}-${isAgreed}`;
        const sample = sampleCall(capability, ANN).args as Record<string, unknown>;
        const args: Record<string, unknown> = { ...sample };
        for (const key of ["order_id", "subscription_id"]) if (key in args) args[key] = id;
        if (capability === "apply_discount" || capability === "upgrade_shipping") args.order_id = id;
        const calls = [{ step: "do", tool: name, args }];
        const agreed = { agreement: { digest: digestOf(calls), calls }, macro: "x.sure", at: 0 };
        tool.calls.length = 0;
        const called = await stage.tools.call(name, args, caller(level, email), {
          step: "do",
          words: "this",
          ...(isAgreed && { agreed }),
        });
        const expected = verdict(RULES[capability], level, email, isAgreed);
        const where = `${name} for ${email ?? "nobody"} at level ${level}`;
        if (expected === "ok") expect(called.result, where).toBe("ok");
        else if (expected === "needs_code") expect(called, where).toEqual({ result: "needs_code" });
        else if (expected === "masked") {
          expect(called.result, where).toBe("ok");
          expect(JSON.stringify(called.value), where).not.toContain(ANN);
        } else {
          expect(called.result, where).toMatch(/^(refused|not_found)$/);
          expect(called.value, where).toBeUndefined();
        }
        const { level: needed, effect } = CAPABILITIES[capability] as CapabilityDefinition;
        if (at(level) < at(needed) && expected !== "needs_code")
          expect(tool.calls, `${where}: it was asked below its level`).toEqual([]);
        const isEffect = effect !== undefined;
        if (isEffect && expected !== "ok") expect(tool.calls, `${where}: something has left`).toEqual([]);
      }
    }
  });
});

describe("our own tools", () => {
  /** What each tells, and to whom. */
  const own: Record<keyof typeof OWN_TOOLS, "anybody" | "verified"> = {
    send_code: "anybody",
    check_code: "anybody",
    order_stage: "anybody",
    retention_offers: "verified",
    note_offer: "verified",
    last_skip: "verified",
    named_product: "anybody",
    part_of_order: "anybody",
    moment_of: "anybody",
  };

  it("are all listed here", () => {
    expect(Object.keys(OWN_TOOLS).toSorted()).toEqual(Object.keys(own).toSorted());
  });

  it("that look into the books do so for nobody who has not proved who they are", async () => {
    const stage = await startStage([]);
    try {
      for (const [name, who] of Object.entries(own)) {
        if (who !== "verified") continue;
        for (const level of ["anonymous", "order_known"] as const) {
          const called = await stage.tools.call(name, { subscription_id: "S-1", offer: "x" }, caller(level, ANN));
          expect(called.result, `${name} at ${level}`).toBe("refused");
        }
      }
    } finally {
      await stage.end();
    }
  });
});
