import type { CapabilityName } from "./capabilities.js";
import type { Connector } from "./connector.js";
import { createGladly, type GladlyConfig } from "./gladly/index.js";
import { createShipMonk, type ShipMonkConfig } from "./shipmonk/index.js";

/** What each system's connection needs to know. */
export interface ConnectorConfigs {
  readonly shipmonk: ShipMonkConfig;
  readonly gladly: GladlyConfig;
}
export type ConnectorSystem = keyof ConnectorConfigs;

const makers: { readonly [System in ConnectorSystem]: (config: ConnectorConfigs[System]) => Connector } = {
  shipmonk: createShipMonk,
  gladly: createGladly,
};

export const CONNECTOR_SYSTEMS = Object.keys(makers) as ConnectorSystem[];

export function createConnector<System extends ConnectorSystem>(
  system: System,
  config: ConnectorConfigs[System],
): Connector {
  return makers[system](config);
}

/**
 * Every tool by system, with the capability it serves: known without any connection, so that policies and world files
 * can be checked. A test compares it with what the connectors really offer.
 */
export const TOOL_NAMES: { readonly [System in ConnectorSystem]: Readonly<Record<string, CapabilityName>> } = {
  shipmonk: {
    get_shipmonk_account_details: "lookup_customer",
    get_shipmonk_orders: "list_orders",
    shipmonk_order_details: "get_order",
  },
  gladly: { gladly_handoff: "handoff" },
};

/** The names of all tools, of all systems or of one. */
export function toolNamesOf(system?: ConnectorSystem): string[] {
  const systems = system === undefined ? CONNECTOR_SYSTEMS : [system];
  return systems.flatMap((each) => Object.keys(TOOL_NAMES[each]));
}
