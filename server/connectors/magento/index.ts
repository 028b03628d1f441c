import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector } from "../connector.js";
import { createHttp } from "../http.js";
import type { Timings } from "../timings.js";
import { type MagentoEffectOptions, magentoEffects } from "./effects.js";
import { type OAuthSecrets, oauthHeader } from "./oauth.js";
import { magentoReads } from "./tools.js";

export interface MagentoConfig extends OAuthSecrets {
  /** With `/rest`, and the store's code where there are several: `https://shop.example.com/rest/default` */
  readonly baseUrl: string;
  /** Of the catalogue's prices, which Magento gives without one; USD where left out. */
  readonly currency?: string | undefined;
  readonly replacement?: Partial<MagentoEffectOptions["replacement"]> | undefined;
  readonly storeCreditPath?: string | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** A shop on Magento 2 or Adobe Commerce, through an integration with OAuth 1.0a. */
export function createMagento(config: MagentoConfig): Connector {
  const clock = config.clock ?? systemClock;
  const http = createHttp({
    system: "magento",
    baseUrl: config.baseUrl,
    authorize: (request) => ({
      authorization: oauthHeader(request, config, {
        nonce: randomBytes(16).toString("hex"),
        timestamp: Math.floor(clock.now() / 1_000),
      }),
    }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock,
  });
  const replacement = {
    carrierCode: "flatrate",
    methodCode: "flatrate",
    coupon: "REPLACEMENT",
    paymentMethod: "free",
    ...config.replacement,
  };
  return {
    system: "magento",
    tools: [
      ...magentoReads(http, config.currency ?? "USD"),
      ...magentoEffects(http, { replacement, storeCreditPath: config.storeCreditPath }),
    ],
    close: () => http.close(),
  };
}
