import type { Clock } from "../../ports/index.js";
import type { Connector } from "../connector.js";
import { createHttp } from "../http.js";
import type { Timings } from "../timings.js";
import { freshdeskTools } from "./tools.js";

export interface FreshdeskConfig {
  /** `https://DOMAIN.freshdesk.com`; a shop's own domain name does not work for the API. */
  readonly baseUrl: string;
  /** An agent's; what is filed has that agent's rights. */
  readonly apiKey: string;
  /** Ids of groups, by the queue's name in the policies. */
  readonly groups?: Readonly<Record<string, number>> | undefined;
  /** For every other queue. */
  readonly group?: number | undefined;
  /** One of the account's ticket types. */
  readonly ticketType?: string | undefined;
  /** Custom field of tickets that keeps the order's number, for example `cf_order_number`. */
  readonly orderField?: string | undefined;
  /** Custom field of tickets that keeps our reference. Without one it becomes a tag, a new one for each ticket. */
  readonly referenceField?: string | undefined;
  /** Of the address that messages to customers come from (`GET /email_configs`); without it none can be sent. */
  readonly emailConfigId?: number | undefined;
  /** Of messages for which the policy gives none. */
  readonly subject?: string | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** The helpdesk Freshdesk: knows contacts, takes tickets, and mails customers. */
export function createFreshdesk(config: FreshdeskConfig): Connector {
  // Any password will do; X is the usual one.
  const credentials = Buffer.from(`${config.apiKey}:X`).toString("base64");
  const http = createHttp({
    system: "freshdesk",
    baseUrl: config.baseUrl,
    authorize: () => ({ authorization: `Basic ${credentials}` }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock: config.clock,
  });
  return {
    system: "freshdesk",
    tools: freshdeskTools(http, {
      baseUrl: config.baseUrl,
      groups: config.groups ?? {},
      group: config.group,
      ticketType: config.ticketType,
      orderField: config.orderField,
      referenceField: config.referenceField,
      emailConfigId: config.emailConfigId,
      subject: config.subject ?? "A message about your order",
    }),
    close: () => http.close(),
  };
}
