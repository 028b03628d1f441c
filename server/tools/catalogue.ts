/** Which tools there are, and which system really serves each in this shop. */
import { z } from "zod";
import {
  CAPABILITIES,
  type CapabilityDefinition,
  type CapabilityName,
  type Connector,
  type Level,
  type Tool,
} from "../connectors/index.js";
import { ORDER_STAGE } from "./order-stage.js";

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
const GROUP_OF_CAPABILITY: Readonly<Record<string, string>> = {
  get_tracking: "tracking",
  file_claim: "claims",
  handoff: "helpdesk",
};

/** Tools of our own: they prove who is asking. The code goes to the address on file, never to one that was typed. */
export const OWN_TOOLS = {
  send_code: {
    args: z.strictObject({ account: z.unknown().describe("What a look-up of the customer returned") }),
    result: z.strictObject({}),
  },
  check_code: { args: z.strictObject({ code: z.string() }), result: z.strictObject({}) },
  order_stage: ORDER_STAGE,
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
  /** The helpdesk's tool; undefined when the shop has none. */
  readonly handoff: CatalogueEntry | undefined;
  /** For the checks of policies: every name with the shape of its arguments and result. */
  readonly shapes: ReadonlyMap<
    string,
    { readonly args: z.ZodType; readonly result: z.ZodType; readonly effect?: string }
  >;
}

export interface ShopOfTools {
  /** Capability or group → system. */
  readonly systems: Readonly<Record<string, string>>;
  /** Tool or capability → level, where the merchant wants another one than the default. */
  readonly levels: Readonly<Record<string, Level>>;
}

export function buildCatalogue(connectors: readonly Connector[], shop: ShopOfTools): Catalogue {
  const entries = new Map<string, CatalogueEntry>();
  for (const tool of connectors.flatMap(({ tools }) => tools)) {
    const definition: CapabilityDefinition = CAPABILITIES[tool.capability];
    entries.set(tool.name, {
      name: tool.name,
      capability: tool.capability,
      definition,
      served: servedBy(tool, connectors, shop) ?? tool,
      level: shop.levels[tool.name] ?? shop.levels[tool.capability] ?? definition.level,
    });
  }
  const handoffs = [...entries.values()].filter(({ capability }) => capability === "handoff");
  const shapes = new Map<string, { args: z.ZodType; result: z.ZodType; effect?: string }>(Object.entries(OWN_TOOLS));
  for (const { name, definition } of entries.values()) shapes.set(name, definition);
  return {
    find: (name) => entries.get(name),
    handoff: handoffs.find(({ served, name }) => served.name === name) ?? handoffs[0],
    shapes,
  };
}

function servedBy(tool: Tool, connectors: readonly Connector[], shop: ShopOfTools): Tool | undefined {
  const group = GROUP_OF_CAPABILITY[tool.capability] ?? GROUP_OF_SYSTEM[tool.system] ?? "";
  const system = shop.systems[tool.capability] ?? shop.systems[group] ?? tool.system;
  if (system === tool.system) return tool;
  return connectors
    .find((connector) => connector.system === system)
    ?.tools.find(({ capability }) => capability === tool.capability);
}
