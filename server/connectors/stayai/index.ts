import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector, Tool } from "../connector.js";
import { createHttp, type Http } from "../http.js";
import { connectShopify, type ShopifyConfig } from "../shopify/index.js";
import { shopifyTools, type ToolNames } from "../shopify/tools.js";
import type { Timings } from "../timings.js";
import { defineTool } from "../tool.js";
import { ASSUMED, type StayPaths } from "./client.js";
import { readAddressBack, readShippingBack, setAddress, stayAiTools, upgradeShipping } from "./tools.js";

export interface StayAiConfig {
  /** `https://api.retextion.com/api/v2` */
  readonly baseUrl: string;
  /** From Settings, API Keys; with Read and Update Subscriptions. */
  readonly apiKey: string;
  /** Stay AI keeps no orders: they are in the shop that its subscriptions are sold in. */
  readonly shopify: ShopifyConfig;
  readonly paths?: Partial<StayPaths> | undefined;
  /** Of the catalogue's prices; USD where left out. */
  readonly currency?: string | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** What is done in Shopify, under the names that it has in policies for Stay AI. */
export const LENT_BY_SHOPIFY = {
  list_orders: "get_stayai_orders",
  get_order: "stayai_order_details",
  get_tracking: "stayai_tracking_info",
  check_reship: "stayai_reship_eligibility",
  create_replacement: "create_stayai_order",
  mark_paid: "stayai_mark_paid",
  issue_refund: "stayai_issue_refund",
  store_credit: "stayai_store_credit",
  exchange: "stayai_exchange_order",
  cancel_order: "stayai_cancel_order",
} as const satisfies ToolNames;

/** Subscriptions of a Shopify shop, kept by Stay AI; orders come from Shopify itself. */
export function createStayAi(config: StayAiConfig): Connector {
  const http = createHttp({
    system: "stayai",
    baseUrl: config.baseUrl,
    authorize: () => ({ "x-retextion-access-token": config.apiKey }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock: config.clock ?? systemClock,
  });
  const shopify = connectShopify(config.shopify);
  const paths = { ...ASSUMED, ...config.paths };
  const lend = (names: ToolNames) => shopifyTools(shopify.http, shopify.shop, "stayai", names);
  const ofOrders = lend({ update_address: "update_order_address", upgrade_shipping: "upgrade_order_shipping" });
  return {
    system: "stayai",
    tools: [
      ...stayAiTools(http, paths, config.currency ?? "USD"),
      ...lend(LENT_BY_SHOPIFY),
      addressTool(http, ofOrders),
      shippingTool(http, ofOrders, paths.shipping),
    ],
    async close() {
      await Promise.all([http.close(), shopify.close()]);
    },
  };
}

/** A subscription's address is Stay AI's; that of an order already made is Shopify's. */
function addressTool(http: Http, lent: readonly Tool[]): Tool {
  const ofOrder = lent.find(({ capability }) => capability === "update_address") as Tool<"update_address"> | undefined;
  return defineTool(http, {
    name: "update_stayai_address",
    capability: "update_address",
    system: "stayai",
    async run(args, call, tool) {
      if (args.subscription_id !== undefined) return setAddress(call, args.subscription_id, args.address);
      return (await ofOrder?.run(args, tool)) ?? { result: "not_found" };
    },
    async readBack(args, call, tool) {
      if (args.subscription_id !== undefined) return readAddressBack(call, args.subscription_id, args.address);
      return (await ofOrder?.readBack?.(args, tool)) ?? { result: "not_found" };
    },
  });
}

/** How a subscription is sent is Stay AI's; how an order already made is sent is Shopify's. */
function shippingTool(http: Http, lent: readonly Tool[], path: string): Tool {
  const ofOrder = lent.find(({ capability }) => capability === "upgrade_shipping") as
    | Tool<"upgrade_shipping">
    | undefined;
  return defineTool(http, {
    name: "stayai_upgrade_shipping",
    capability: "upgrade_shipping",
    system: "stayai",
    async run(args, call, tool) {
      if (args.subscription_id !== undefined) return upgradeShipping(call, args.subscription_id, path, args.service);
      return (await ofOrder?.run(args, tool)) ?? { result: "not_found" };
    },
    async readBack(args, call, tool) {
      if (args.subscription_id !== undefined) return readShippingBack(call, args.subscription_id, args.service);
      return (await ofOrder?.readBack?.(args, tool)) ?? { result: "not_found" };
    },
  });
}
