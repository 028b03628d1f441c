/** An outside world of one system for tests: tools that answer as told and remember how often they were called. */
import type { z } from "zod";
import {
  CAPABILITIES,
  type CapabilityName,
  type Connector,
  type HandoffPayload,
  type Level,
  type Tool,
  type ToolCall,
  type ToolOutcome,
} from "../../server/connectors/index.js";
import type { Ports } from "../../server/ports/index.js";
import { openStore, type Store } from "../../server/store/index.js";
import { buildCatalogue, type Caller, createTools, type ShopOfTools, type Tools } from "../../server/tools/index.js";
import { startWorld, type World } from "../identity/world.js";

export const ANN = "ann.reed@example.com";

type Answer = (args: never, call: ToolCall) => ToolOutcome<unknown> | Promise<ToolOutcome<unknown>>;

export interface FakeTool extends Tool {
  readonly calls: unknown[];
  readonly readBacks: unknown[];
}

export function fakeTool(
  capability: CapabilityName,
  run: Answer,
  more: { name?: string; system?: string; readBack?: Answer } = {},
): FakeTool {
  const { name = `do_${capability}`, system = "shipmonk", readBack } = more;
  const tool = {
    name,
    capability,
    system,
    calls: [] as unknown[],
    readBacks: [] as unknown[],
    run: async (args: never, call: ToolCall) => {
      tool.calls.push(args);
      return run(args, call);
    },
    ...(readBack && {
      readBack: async (args: never, call: ToolCall) => {
        tool.readBacks.push(args);
        return readBack(args, call);
      },
    }),
  };
  return tool as unknown as FakeTool;
}

export function connect(...tools: Tool[]): Connector[] {
  const systems = [...new Set(tools.map(({ system }) => system))];
  return systems.map((system) => ({
    system,
    tools: tools.filter((tool) => tool.system === system),
    close: async () => undefined,
  }));
}

export const TICKET = { id: "T-1", mode: "async" } as const;
export const helpdesk = (): FakeTool =>
  fakeTool("handoff", () => ({ result: "ok", value: TICKET, receipt: "ticket T-1" }), { system: "gladly" });

export interface Stage {
  readonly world: World;
  readonly store: Store;
  readonly tools: Tools;
  readonly ports: Ports;
  /** The same shop over the same disk after a crash: nothing that was only in memory is left. */
  asNewProcess(): Promise<Stage>;
  end(): Promise<void>;
}

/** Real store, identity, guard and journal over the given tools; a helpdesk is added where there is none. */
export async function startStage(tools: readonly Tool[], shop: Partial<ShopOfTools> = {}): Promise<Stage> {
  const world = await startWorld();
  await world.start("c1");
  const all = tools.some(({ capability }) => capability === "handoff") ? [...tools] : [...tools, helpdesk()];
  const catalogue = buildCatalogue(connect(...all), { systems: {}, levels: {}, limits: {}, ...shop });
  const { identity } = world;
  // Pauses are for people; nobody waits here.
  const ports = { ...world.ports, clock: { ...world.ports.clock, pause: async () => undefined } };
  const over = (store: Store): Stage => ({
    world,
    store,
    ports,
    tools: createTools({ catalogue, store, identity, ports, limits: shop.limits ?? {} }),
    asNewProcess: async () => {
      await store.close({ drain: false });
      return over(await openStore({ url: world.url }));
    },
    end: async () => {
      await store.close();
      await world.end();
    },
  });
  return over(world.store);
}

export function caller(level: Level, email?: string): Caller {
  const who = { level, ...(email !== undefined && { email }) };
  return { conversation: "c1", turn: 0, policy: "wismo@1", who, claims: new Map() };
}

export function payload(id = "c1-1"): HandoffPayload {
  return {
    handoff_id: id,
    queue: "support",
    reason: "delayed",
    priority: "normal",
    summary: "Where is my order? (order 5501): delayed",
    policy: "wismo",
    locale: "en",
    customer: { level: "verified", email: ANN, claimed: false, name: "Ann Reed" },
    order_number: "5501",
    facts: [],
    reasons: [],
    receipts: [],
    transcript: [],
  };
}

/** Something of the given shape; whatever is called `email` in it belongs to `owner`. */
export function sampleOf(shape: z.ZodType, owner: string, key = ""): unknown {
  const { def } = shape as unknown as { def: Record<string, unknown> & { type: string } };
  const inner = (name: string): z.ZodType => def[name] as z.ZodType;
  switch (def.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(def.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
          const optional = (field as unknown as { def: { type: string } }).def.type === "optional";
          return optional && name !== "email" ? [] : [[name, sampleOf(field, owner, name)]];
        }),
      );
    case "array":
      return [sampleOf(inner("element"), owner)];
    case "optional":
    case "nullable":
    case "default":
      return sampleOf(inner("innerType"), owner, key);
    case "enum":
      return Object.values(def.entries as Record<string, unknown>)[0];
    case "union":
      return sampleOf((def.options as z.ZodType[])[0] as z.ZodType, owner, key);
    case "number":
      return 1;
    case "boolean":
      return true;
    case "string":
      if (key === "email") return owner;
      if (key === "currency") return "USD";
      return def.format === "datetime" ? "2026-03-01T12:00:00Z" : "sample";
    default:
      throw new Error(`no sample for ${def.type} (${key})`);
  }
}

export function sampleCall(capability: CapabilityName, owner: string): { args: never; result: unknown } {
  const { args, result } = CAPABILITIES[capability];
  return { args: sampleOf(args, owner) as never, result: sampleOf(result, owner) };
}
