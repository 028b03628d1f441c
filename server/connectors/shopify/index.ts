import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector } from "../connector.js";
import { createHttp, type Http } from "../http.js";
import type { Timings } from "../timings.js";
import { Shopify } from "./client.js";
import { fixedToken, renewedToken } from "./token.js";
import { SHOPIFY_TOOLS, shopifyTools } from "./tools.js";

export interface ShopifyConfig {
  /** `https://SHOP.myshopify.com` */
  readonly baseUrl: string;
  /** A token that does not run out; or `clientId` and `clientSecret` of an own-store app. */
  readonly apiKey?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Of the Admin API, for example `2026-04`. */
  readonly version?: string | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** A connection to one shop; also lent to systems that keep their orders in Shopify. */
export function connectShopify(config: ShopifyConfig): { http: Http; shop: Shopify; close(): Promise<void> } {
  const clock = config.clock ?? systemClock;
  const common = {
    system: "shopify",
    baseUrl: config.baseUrl,
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock,
  };
  const door = createHttp(common);
  const { clientId: id, clientSecret: secret } = config;
  const tokens =
    id !== undefined && secret !== undefined
      ? renewedToken(door, { id, secret }, () => clock.now())
      : fixedToken(config.apiKey ?? "");
  const http = createHttp({
    ...common,
    authorize: async () => ({ "x-shopify-access-token": await tokens.token() }),
  });
  return {
    http,
    shop: new Shopify(config.version ?? "2026-04"),
    async close() {
      await Promise.all([http.close(), door.close()]);
    },
  };
}

/** A shop on Shopify, through the GraphQL Admin API. */
export function createShopify(config: ShopifyConfig): Connector {
  const { http, shop, close } = connectShopify(config);
  return { system: "shopify", tools: shopifyTools(http, shop, "shopify", SHOPIFY_TOOLS), close };
}
