/** Who may do what. Whatever a policy asks for, the guard has the last word. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  CAPABILITIES,
  type CapabilityDefinition,
  type CapabilityName,
  LEVELS,
  type Level,
  type ToolOutcome,
} from "../../server/connectors/index.js";
import type { ShopOfTools } from "../../server/tools/index.js";
import { ANN, caller, fakeTool, type Stage, sampleCall, startStage } from "./outside.js";

/** Written out, so that no level can be lowered, and no capability added, without somebody saying so twice. */
const NEEDS: Record<CapabilityName, Level> = {
  lookup_customer: "anonymous",
  list_orders: "verified",
  get_order: "verified",
  list_subscriptions: "verified",
  get_subscription: "verified",
  get_tracking: "verified",
  check_reship: "verified",
  list_products: "anonymous",
  file_claim: "verified",
  create_replacement: "stepped_up",
  mark_paid: "stepped_up",
  apply_discount: "stepped_up",
  upgrade_shipping: "stepped_up",
  issue_refund: "stepped_up",
  store_credit: "stepped_up",
  exchange: "stepped_up",
  cancel_order: "stepped_up",
  cancel_subscription: "stepped_up",
  skip_shipment: "verified",
  unskip_shipment: "verified",
  pause_subscription: "verified",
  swap_product: "verified",
  update_address: "person",
  send_message: "verified",
  handoff: "anonymous",
};
const NAMES = Object.keys(CAPABILITIES) as CapabilityName[];
const BOB = "bob@example.com";

it("every capability has the level that is written down here", () => {
  expect(Object.fromEntries(NAMES.map((name) => [name, CAPABILITIES[name].level]))).toEqual(NEEDS);
});

describe.each(NAMES)("%s", (name) => {
  const definition: CapabilityDefinition = CAPABILITIES[name];
  const { args, result } = sampleCall(name, ANN);
  const isHigh = (level: Level) => LEVELS.indexOf(level) >= LEVELS.indexOf(NEEDS[name]);
  const proven = (level: Level) => LEVELS.indexOf(level) >= LEVELS.indexOf("verified");
  const tool = fakeTool(name, () => ({ result: "ok", value: result }));
  // Whose an order or a subscription is, the guard asks the system itself.
  const readers = (["get_order", "get_subscription"] as const)
    .filter((reader) => reader !== name)
    .map((reader) => fakeTool(reader, () => ({ result: "ok", value: sampleCall(reader, ANN).result })));
  let desk: Stage;
  beforeAll(async () => {
    desk = await startStage([tool, ...readers]);
  });
  afterAll(() => desk.end());

  it.each(LEVELS.flatMap((level) => [ANN, BOB, undefined].map((email) => [level, email] as const)))(
    "asked for by somebody at level %s, proved to be %s",
    async (level, email) => {
      tool.calls.length = 0;
      const called = await desk.tools.call(tool.name, args, caller(level, email));
      const isOwn = proven(level) && email === ANN;
      if (name === "send_message" && isHigh(level) && isOwn) {
        expect(called.result, "words to the shopper's own address need no yes").toBe("ok");
      } else if (definition.effect !== undefined) {
        expect(called.result, "an effect that nobody has said yes to").not.toBe("ok");
        expect(tool.calls, "nothing may leave").toEqual([]);
      } else if (name === "lookup_customer") {
        expect(called.result).toBe("ok");
        if (isOwn) expect(called.value).toEqual(result);
        else expect(JSON.stringify(called.value)).not.toContain(ANN);
      } else if (name === "list_products") {
        expect(called).toMatchObject({ result: "ok", value: result });
      } else if (isHigh(level) && isOwn) {
        expect(called).toMatchObject({ result: "ok", value: result });
      } else {
        expect(called.result).toMatch(/^(refused|not_found)$/);
        expect(called.value).toBeUndefined();
        if (!isHigh(level)) expect(tool.calls, "below its level nothing is even asked").toEqual([]);
      }
    },
  );
});

let stage: Stage;
afterEach(() => stage?.end());

describe("whose it is", () => {
  const order = (email: unknown) => ({ number: "5501", ...(email !== undefined && { email }) });
  const read = async (value: unknown, outcome: Partial<ToolOutcome<unknown>> = {}) => {
    const tool = fakeTool("get_order", () => ({ result: "ok", value, ...outcome }) as ToolOutcome<unknown>);
    stage = await startStage([tool]);
    const { trace: _, ...told } = await stage.tools.call(tool.name, { order_id: "5501" }, caller("verified", ANN));
    await stage.end();
    return told;
  };

  it("gives somebody else's order and no such order the same answer, byte for byte", async () => {
    const foreign = await read(order(BOB));
    const none = await read(undefined, { result: "not_found" });
    expect(JSON.stringify(foreign)).toBe(JSON.stringify({ result: "not_found" }));
    expect(JSON.stringify(none)).toBe(JSON.stringify({ result: "not_found" }));
  });

  it.each([[undefined], [null], [""], [42], [`${ANN}.evil.example`], [`x${ANN}`]])(
    "takes an order whose owner is %j for nobody's",
    async (email) => expect(await read(order(email))).toEqual({ result: "not_found" }),
  );

  it.each([[ANN.toUpperCase()], [` ${ANN} `]])("does not mind how the owner %j is written", async (email) => {
    expect((await read(order(email))).result).toBe("ok");
  });

  it("shows no list in which one entry is somebody else's", async () => {
    const tool = fakeTool("list_orders", () => ({ result: "ok", value: [order(ANN), order(BOB)] }));
    stage = await startStage([tool]);
    const called = await stage.tools.call(tool.name, { email: ANN }, caller("verified", ANN));
    expect(called).toMatchObject({ result: "not_found" });
    expect(called.value).toBeUndefined();
  });
});

describe("a look-up for somebody who has proved nothing", () => {
  async function lookUp(outcome: ToolOutcome<unknown>) {
    const tool = fakeTool("lookup_customer", () => outcome);
    stage = await startStage([tool]);
    Object.assign(stage.ports, { newId: () => "x".repeat(22) });
    const asking = caller("anonymous");
    const { trace, ...told } = await stage.tools.call(tool.name, { email: ANN }, asking);
    return { told, trace, claims: [...asking.claims.values()] };
  }

  it("tells the policy the same, byte for byte, whether the address is known or not", async () => {
    const found = await lookUp({ result: "ok", value: { email: ANN, name: "Ann Reed" } });
    await stage.end();
    const none = await lookUp({ result: "not_found" });
    expect(JSON.stringify(found.told)).toBe(JSON.stringify(none.told));
    expect(found.told).toEqual({ result: "ok", value: { claim: "x".repeat(22) } });
    expect([found.claims, none.claims], "a code can be sent only to the one that was found").toEqual([
      [{ email: ANN }],
      [],
    ]);
    expect([found.trace?.result, none.trace?.result], "the team may know").toEqual(["ok", "not_found"]);
  });

  it("says so when the system does not answer: that is the same for every address", async () => {
    const { told, claims } = await lookUp({ result: "unavailable", reason: "timeout" });
    expect(told).toEqual({ result: "unavailable", reason: "timeout" });
    expect(claims).toEqual([]);
  });
});

describe("what the merchant sets in shop.json", () => {
  const value = { number: "5501", email: ANN };
  const levelled = async (levels: ShopOfTools["levels"], level: Level, email?: string) => {
    const tool = fakeTool("get_order", () => ({ result: "ok", value }));
    stage = await startStage([tool], { levels });
    return (await stage.tools.call(tool.name, { order_id: "5501" }, caller(level, email))).result;
  };

  it("raises a level", async () => {
    expect(await levelled({ get_order: "stepped_up" }, "verified", ANN)).toBe("refused");
  });

  it("raises it for one tool alone, over what is said of the capability", async () => {
    expect(await levelled({ get_order: "verified", do_get_order: "person" }, "stepped_up", ANN)).toBe("refused");
  });

  it("may lower it, and somebody unproved sees nobody's order all the same", async () => {
    expect(await levelled({ get_order: "anonymous" }, "anonymous")).toBe("not_found");
    await stage.end();
    expect(await levelled({ get_order: "anonymous" }, "anonymous", ANN), "an address is no proof").toBe("not_found");
  });
});

describe("anything unexpected", () => {
  it("is refused without asking the system: wrong arguments, unknown tools, levels that do not exist", async () => {
    const tool = fakeTool("get_order", () => ({ result: "ok", value: { number: "1", email: ANN } }));
    stage = await startStage([tool]);
    const { call } = stage.tools;
    const ann = caller("verified", ANN);
    expect((await call(tool.name, { order_id: 5501 }, ann)).result).toBe("refused");
    expect((await call(tool.name, { order_id: "5501", email: ANN }, ann)).result).toBe("refused");
    expect((await call("no_such_tool", {}, ann)).result).toBe("refused");
    expect((await call("__proto__", {}, ann)).result).toBe("refused");
    expect((await call(tool.name, { order_id: "5501" }, caller("admin" as Level, ANN))).result).toBe("refused");
    expect(tool.calls).toEqual([]);
  });

  it("in a tool of ours reads as unavailable, and the turn goes on", async () => {
    const tool = fakeTool("get_order", () => {
      throw new TypeError("a fault of ours");
    });
    stage = await startStage([tool]);
    const called = await stage.tools.call(tool.name, { order_id: "5501" }, caller("verified", ANN));
    expect(called).toMatchObject({ result: "unavailable", reason: "internal" });
  });

  it("is traced with personal data masked", async () => {
    const tool = fakeTool("list_orders", () => ({ result: "ok", value: [] }));
    stage = await startStage([tool]);
    const { trace } = await stage.tools.call(tool.name, { email: ANN }, caller("verified", ANN));
    expect(trace?.arguments).toEqual({ email: "a•••@example.com" });
  });
});
