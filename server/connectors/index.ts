/** The door to every outside system: what can be asked of them, and how to make a connection. */
export { checkBaseUrl } from "./addresses.js";
export {
  CAPABILITIES,
  type Capability,
  type CapabilityDefinition,
  type CapabilityName,
  Customer,
  HandoffPayload,
  Item,
  LEVELS,
  type Level,
  Money,
  ORDER_STATUSES,
  Order,
  Product,
  SUBSCRIPTION_STATUSES,
  Subscription,
  Ticket,
  Tracking,
} from "./capabilities.js";
export { CONNECTIONS, checkConnections } from "./connections.js";
export { type Connector, ok, type Tool, type ToolCall, type ToolOutcome, type ToolResult } from "./connector.js";
export {
  CONNECTOR_SYSTEMS,
  type ConnectorConfigs,
  type ConnectorSystem,
  createConnector,
  TOOL_NAMES,
  toolNamesOf,
} from "./create.js";
export { createDesk, type DeskConfig, type DeskTicket, eraseTickets, type TicketBook } from "./desk/index.js";
export { createEasyPost, type EasyPostConfig } from "./easypost/index.js";
export { createFreshdesk, type FreshdeskConfig } from "./freshdesk/index.js";
export { createGladly, type GladlyConfig } from "./gladly/index.js";
export { CALLS_CHANNEL, type ConnectorSaid } from "./http.js";
export { addInterval, parseInterval } from "./intervals.js";
export { createKustomer, type KustomerConfig } from "./kustomer/index.js";
export { createMagento, type MagentoConfig } from "./magento/index.js";
export { createShipMonk, type ShipMonkConfig } from "./shipmonk/index.js";
export { createShopify, type ShopifyConfig } from "./shopify/index.js";
export { createSmartrr, type SmartrrConfig } from "./smartrr/index.js";
export { createSmtp, type SmtpConfig } from "./smtp/index.js";
export { createStayAi, type StayAiConfig } from "./stayai/index.js";
export { DEFAULT_TIMINGS, scaleTimings, type Timings } from "./timings.js";
