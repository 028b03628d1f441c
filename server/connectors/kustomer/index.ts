import type { Clock } from "../../ports/index.js";
import type { HandoffPayload } from "../capabilities.js";
import type { Connector } from "../connector.js";
import { createHttp } from "../http.js";
import type { Timings } from "../timings.js";
import { kustomerTools } from "./tools.js";

export interface KustomerConfig {
  /** The organization's own host, `https://ORGANIZATION.api.kustomerapp.com`: others may serve another region. */
  readonly baseUrl: string;
  /** May read and create customers, conversations, messages and notes. */
  readonly apiKey: string;
  /** Ids of routing queues, by the queue's name in the policies; for organizations that route. */
  readonly queues?: Readonly<Record<string, string>> | undefined;
  /** Ids of teams, by the queue's name in the policies. */
  readonly teams?: Readonly<Record<string, readonly string[]>> | undefined;
  /** 1 to 5. By default 5 is the most urgent, as Kustomer's concept page says; integrators have read it the other way. */
  readonly priorities?: Partial<Record<HandoffPayload["priority"], number>> | undefined;
  /** A custom attribute of conversations that keeps the order's number, for example `orderNumberStr`. */
  readonly orderField?: string | undefined;
  /** A custom attribute of customers that keeps their address, where it is not among their locations. */
  readonly addressField?: string | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** The helpdesk Kustomer: knows customers and where they live; a person takes over in a conversation of theirs. */
export function createKustomer(config: KustomerConfig): Connector {
  const http = createHttp({
    system: "kustomer",
    baseUrl: config.baseUrl,
    authorize: () => ({ authorization: `Bearer ${config.apiKey}` }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock: config.clock,
  });
  return {
    system: "kustomer",
    tools: kustomerTools(http, {
      baseUrl: config.baseUrl,
      queues: config.queues ?? {},
      teams: config.teams ?? {},
      priorities: { low: 2, normal: 3, high: 4, urgent: 5, ...config.priorities },
      orderField: config.orderField,
      addressField: config.addressField,
    }),
    close: () => http.close(),
  };
}
