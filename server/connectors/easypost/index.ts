import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector } from "../connector.js";
import { createHttp } from "../http.js";
import type { Timings } from "../timings.js";
import { easyPostTools } from "./tools.js";

export interface EasyPostConfig {
  /** `https://api.easypost.com` where left out. */
  readonly baseUrl?: string | undefined;
  /** A production key: test keys know test numbers only. */
  readonly apiKey: string;
  /** Whom the insurer writes to about claims: the shop's own address. The shopper's where left out. */
  readonly contactEmail?: string | undefined;
  /** How a claim is paid out: `easypost_wallet` (default) or `mailed_check`. */
  readonly paymentMethod?: string | undefined;
  /** Of insured amounts; USD where left out. Claims in other currencies are refused. */
  readonly currency?: string | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** What carriers say of parcels, and claims on those that the shop insured with EasyPost. */
export function createEasyPost(config: EasyPostConfig): Connector {
  const clock = config.clock ?? systemClock;
  const credentials = Buffer.from(`${config.apiKey}:`).toString("base64");
  const http = createHttp({
    system: "easypost",
    baseUrl: config.baseUrl ?? "https://api.easypost.com",
    authorize: () => ({ authorization: `Basic ${credentials}` }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock,
  });
  return {
    system: "easypost",
    tools: easyPostTools(http, {
      contactEmail: config.contactEmail,
      paymentMethod: config.paymentMethod ?? "easypost_wallet",
      currency: config.currency ?? "USD",
      now: () => clock.now(),
    }),
    close: () => http.close(),
  };
}
