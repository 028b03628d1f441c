import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector } from "../connector.js";
import { createHttp } from "../http.js";
import { DEFAULT_TIMINGS, type Timings } from "../timings.js";
import { createOrderIndex, type OrderIndexOptions } from "./order-index.js";
import { shipMonkTools } from "./tools.js";

export interface ShipMonkConfig {
  /** `https://api.shipmonk.com` */
  readonly baseUrl: string;
  /** From Account Settings, Integration API Keys. */
  readonly apiKey: string;
  readonly index?: Partial<OrderIndexOptions> | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** Orders and parcels of a shop whose warehouse is ShipMonk. */
export function createShipMonk(config: ShipMonkConfig): Connector {
  const clock = config.clock ?? systemClock;
  const http = createHttp({
    system: "shipmonk",
    baseUrl: config.baseUrl,
    authorize: () => ({ "api-key": config.apiKey }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock,
  });
  const deadlineMs = config.http?.deadlineMs ?? DEFAULT_TIMINGS.deadlineMs;
  const index = createOrderIndex(http, clock, {
    days: 400,
    minIntervalMs: 15_000,
    staleMs: 60_000,
    pollMs: 300_000,
    patienceMs: Math.round(deadlineMs * 0.6),
    ...config.index,
  });
  return {
    system: "shipmonk",
    tools: shipMonkTools(http, index),
    start: () => index.start(),
    async close() {
      index.close();
      await http.close();
    },
  };
}
