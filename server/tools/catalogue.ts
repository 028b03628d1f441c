/** Which tools there are, and which system really serves each in this shop. */
import { z } from "zod";
import {
  CAPABILITIES,
  type CapabilityDefinition,
  type CapabilityName,
  type Connector,
  type Level,
  TOOL_NAMES,
  type Tool,
} from "../connectors/index.js";
import { BOOK_TOOLS } from "./book-tools.js";
import { NEEDS_NO_YES } from "./effects.js";
import type { EffectLimit } from "./limits.js";
import { ORDER_STAGE } from "./order-stage.js";
import { PICKING_TOOLS } from "./picking-tools.js";

/** What a shop may map as a whole in `shop.json`: `"systems": { "orders": "magento" }`. */
const GROUP_OF_SYSTEM: Readonly<Record<string, string>> = {
  shipmonk: "orders",
  magento: "orders",
  shopify: "orders",
  smartrr: "subscriptions",
  stayai: "subscriptions",
  easypost: "tracking",
  gladly: "helpdesk",
  kustomer: "helpdesk",
  freshdesk: "helpdesk",
  desk: "helpdesk",
};

/** Tools of our own. A code goes to the address on file, never to one that was typed. */
export const OWN_TOOLS = {
  send_code: {
    args: z.strictObject({ account: z.unknown().describe("What a look-up of the customer returned") }),
    result: z.strictObject({}),
  },
  check_code: { args: z.strictObject({ code: z.string() }), result: z.strictObject({}) },
  order_stage: ORDER_STAGE,
  ...BOOK_TOOLS,
  ...PICKING_TOOLS,
} as const;

export interface CatalogueEntry {
  readonly name: string;
  readonly capability: CapabilityName;
  readonly definition: CapabilityDefinition;
  /** The tool that serves it here, which may be another system's. */
  readonly served: Tool;
  readonly level: Level;
}

export interface Catalogue {
  find(name: string): CatalogueEntry | undefined;
  /** The tool of a system for a capability; another system's when that one has none. */
  forCapability(capability: CapabilityName, system?: string): CatalogueEntry | undefined;
  /** The helpdesk: as the shop maps it, else the one that the policy's article names; undefined when there is none. */
  handoffFor(systems: readonly string[]): CatalogueEntry | undefined;
  /** Names that some connected system serves, our own tools included. */
  readonly served: ReadonlySet<string>;
  /** For the checks of policies: every name that there is, served here or not, with what it takes and gives. */
  readonly shapes: ReadonlyMap<
    string,
    {
      readonly args: z.ZodType;
      readonly result: z.ZodType;
      readonly effect?: string;
      readonly needsYes?: boolean;
    }
  >;
}

/** What `systems` of `shop.json` may name besides single capabilities. */
export const SYSTEM_GROUPS: readonly string[] = [
  ...new Set([
    ...Object.values(GROUP_OF_SYSTEM),
    ...Object.values(CAPABILITIES as Record<string, CapabilityDefinition>).flatMap(({ group }) => group ?? []),
  ]),
];

export interface ShopOfTools {
  /** Capability or group → system. */
  readonly systems: Readonly<Record<string, string>>;
  /** Tool or capability → level, where the merchant wants another one than the default. */
  readonly levels: Readonly<Record<string, Level>>;
  /** Tool or capability → what is allowed without a person. */
  readonly limits: Readonly<Record<string, EffectLimit>>;
}

/**
 * A policy written for one shop system runs on another: every tool name that is known at all is served by whichever
 * connected system can do the same, by the shop's own word (`systems`), or by its own system, or by the only other one.
 */
export function buildCatalogue(connectors: readonly Connector[], shop: ShopOfTools): Catalogue {
  const entries = new Map<string, CatalogueEntry>();
  const known = [...everyTool(), ...connectors.flatMap(({ tools }) => tools)];
  for (const { name, capability, system } of known) {
    const served = servedBy(capability, system, connectors, shop);
    if (served === undefined) continue;
    const definition: CapabilityDefinition = CAPABILITIES[capability];
    const level = shop.levels[name] ?? shop.levels[capability] ?? definition.level;
    entries.set(name, { name, capability, definition, served, level });
  }
  const all = [...entries.values()];
  const ofCapability = (capability: CapabilityName): CatalogueEntry[] =>
    all.filter((entry) => entry.capability === capability);
  return {
    find: (name) => entries.get(name),
    forCapability(capability, system) {
      const able = ofCapability(capability);
      return able.find(({ served }) => served.system === system) ?? able[0];
    },
    handoffFor(systems) {
      const desks = ofCapability("handoff");
      const mapped = shop.systems.handoff ?? shop.systems.helpdesk;
      const of = (system: string | undefined): CatalogueEntry | undefined =>
        desks.find(({ served, name }) => served.name === name && served.system === system);
      return of(mapped) ?? systems.map(of).find((entry) => entry !== undefined) ?? desks[0];
    },
    served: new Set([...Object.keys(OWN_TOOLS), ...entries.keys()]),
    shapes: shapesOf(known),
  };
}

/** For the checks of policies: every name with what it takes, gives and changes. */
export function shapesOf(
  tools: readonly { readonly name: string; readonly capability: CapabilityName }[],
): Catalogue["shapes"] {
  const shapes = new Map<string, { args: z.ZodType; result: z.ZodType; effect?: string; needsYes?: boolean }>(
    Object.entries(OWN_TOOLS),
  );
  for (const { name, capability } of tools) {
    const definition: CapabilityDefinition = CAPABILITIES[capability];
    const needsYes = definition.effect !== undefined && !NEEDS_NO_YES.has(capability);
    shapes.set(name, { ...definition, needsYes });
  }
  return shapes;
}

function everyTool(): { name: string; capability: CapabilityName; system: string }[] {
  return Object.entries(TOOL_NAMES).flatMap(([system, tools]) =>
    Object.entries(tools).map(([name, capability]) => ({ name, capability, system })),
  );
}

function servedBy(
  capability: CapabilityName,
  system: string,
  connectors: readonly Connector[],
  shop: ShopOfTools,
): Tool | undefined {
  const able = connectors.flatMap(({ tools }) => tools.filter((tool) => tool.capability === capability));
  const of = (wanted: string | undefined) => able.find((tool) => tool.system === wanted);
  const definition: CapabilityDefinition = CAPABILITIES[capability];
  const group = definition.group ?? GROUP_OF_SYSTEM[system] ?? "";
  return of(shop.systems[capability] ?? shop.systems[group]) ?? of(system) ?? (able.length === 1 ? able[0] : undefined);
}
