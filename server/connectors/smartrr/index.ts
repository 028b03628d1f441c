import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector } from "../connector.js";
import { createHttp } from "../http.js";
import type { Timings } from "../timings.js";
import { smartrrTools } from "./tools.js";

export interface SmartrrConfig {
  /** `https://api.smartrr.com` */
  readonly baseUrl: string;
  /** From Integrations, API Tokens; Read and Write on Subscriptions. */
  readonly apiKey: string;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** Subscriptions of a Shopify shop, kept by Smartrr. */
export function createSmartrr(config: SmartrrConfig): Connector {
  const http = createHttp({
    system: "smartrr",
    baseUrl: config.baseUrl,
    authorize: () => ({ "x-smartrr-access-token": config.apiKey }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock: config.clock ?? systemClock,
  });
  return { system: "smartrr", tools: smartrrTools(http), close: () => http.close() };
}
