import type { CapabilityName } from "./capabilities.js";
import type { Connector } from "./connector.js";
import { createDesk, type DeskConfig } from "./desk/index.js";
import { createEasyPost, type EasyPostConfig } from "./easypost/index.js";
import { createFreshdesk, type FreshdeskConfig } from "./freshdesk/index.js";
import { createGladly, type GladlyConfig } from "./gladly/index.js";
import { createKustomer, type KustomerConfig } from "./kustomer/index.js";
import { createMagento, type MagentoConfig } from "./magento/index.js";
import { createShipMonk, type ShipMonkConfig } from "./shipmonk/index.js";
import { createShopify, type ShopifyConfig } from "./shopify/index.js";
import { createSmartrr, type SmartrrConfig } from "./smartrr/index.js";
import { createSmtp, type SmtpConfig } from "./smtp/index.js";
import { createStayAi, type StayAiConfig } from "./stayai/index.js";

/** What each system's connection needs to know. */
export interface ConnectorConfigs {
  readonly shipmonk: ShipMonkConfig;
  readonly gladly: GladlyConfig;
  readonly kustomer: KustomerConfig;
  readonly freshdesk: FreshdeskConfig;
  readonly easypost: EasyPostConfig;
  readonly desk: DeskConfig;
  readonly smtp: SmtpConfig;
  readonly magento: MagentoConfig;
  readonly shopify: ShopifyConfig;
  readonly smartrr: SmartrrConfig;
  readonly stayai: StayAiConfig;
}
export type ConnectorSystem = keyof ConnectorConfigs;

const makers: { readonly [System in ConnectorSystem]: (config: ConnectorConfigs[System]) => Connector } = {
  shipmonk: createShipMonk,
  gladly: createGladly,
  kustomer: createKustomer,
  freshdesk: createFreshdesk,
  easypost: createEasyPost,
  desk: createDesk,
  smtp: createSmtp,
  magento: createMagento,
  shopify: createShopify,
  smartrr: createSmartrr,
  stayai: createStayAi,
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
    shipmonk_cancel_order: "cancel_order",
    shipmonk_update_address: "update_address",
  },
  gladly: { gladly_handoff: "handoff" },
  kustomer: { get_kustomer_account_details: "lookup_customer", kustomer_handoff: "handoff" },
  freshdesk: {
    get_freshdesk_account_details: "lookup_customer",
    freshdesk_handoff: "handoff",
    freshdesk_send_message: "send_message",
  },
  desk: { desk_handoff: "handoff" },
  smtp: { send_async_message: "send_message" },
  easypost: { get_tracking_info: "get_tracking", file_carrier_claim: "file_claim" },
  magento: {
    get_magento_account_details: "lookup_customer",
    get_magento_orders: "list_orders",
    magento_order_details: "get_order",
    magento_reship_eligibility: "check_reship",
    get_magento_products: "list_products",
    magento_issue_refund: "issue_refund",
    magento_apply_discount: "apply_discount",
    magento_cancel_order: "cancel_order",
    magento_update_address: "update_address",
    magento_mark_paid: "mark_paid",
    magento_exchange_order: "exchange",
    magento_store_credit: "store_credit",
    magento_create_order: "create_replacement",
  },
  shopify: {
    get_shopify_account_details: "lookup_customer",
    get_shopify_orders: "list_orders",
    shopify_order_details: "get_order",
    shopify_tracking_info: "get_tracking",
    check_reshipment_eligibility: "check_reship",
    get_shopify_products: "list_products",
    shopify_issue_refund: "issue_refund",
    shopify_store_credit: "store_credit",
    shopify_cancel_order: "cancel_order",
    set_order_to_paid: "mark_paid",
    set_discount_to_order: "apply_discount",
    upgrade_shipping: "upgrade_shipping",
    shopify_update_address: "update_address",
    shopify_exchange_order: "exchange",
    shopify_create_order: "create_replacement",
  },
  smartrr: {
    get_smartrr_account_details: "lookup_customer",
    get_smartrr_orders: "list_orders",
    smartrr_order_details: "get_order",
    get_smartrr_subscriptions: "list_subscriptions",
    smartrr_subscription_details: "get_subscription",
    smartrr_skip_shipment: "skip_shipment",
    smartrr_unskip_shipment: "unskip_shipment",
    smartrr_pause_subscription: "pause_subscription",
    smartrr_cancel_subscription: "cancel_subscription",
    smartrr_swap_product: "swap_product",
    smartrr_apply_discount: "apply_discount",
    smartrr_upgrade_shipping: "upgrade_shipping",
    smartrr_update_address: "update_address",
  },
  stayai: {
    get_stayai_account_details: "lookup_customer",
    get_stayai_subscriptions: "list_subscriptions",
    stayai_subscription_details: "get_subscription",
    get_stayai_products: "list_products",
    stayai_skip_shipment: "skip_shipment",
    stayai_unskip_shipment: "unskip_shipment",
    stayai_pause_subscription: "pause_subscription",
    stayai_cancel_subscription: "cancel_subscription",
    stayai_swap_product: "swap_product",
    stayai_apply_discount: "apply_discount",
    update_stayai_address: "update_address",
    get_stayai_orders: "list_orders",
    stayai_order_details: "get_order",
    stayai_tracking_info: "get_tracking",
    stayai_reship_eligibility: "check_reship",
    create_stayai_order: "create_replacement",
    stayai_mark_paid: "mark_paid",
    stayai_upgrade_shipping: "upgrade_shipping",
    stayai_issue_refund: "issue_refund",
    stayai_store_credit: "store_credit",
    stayai_exchange_order: "exchange",
    stayai_cancel_order: "cancel_order",
  },
};

/** The names of all tools, of all systems or of one. */
export function toolNamesOf(system?: ConnectorSystem): string[] {
  const systems = system === undefined ? CONNECTOR_SYSTEMS : [system];
  return systems.flatMap((each) => Object.keys(TOOL_NAMES[each]));
}
