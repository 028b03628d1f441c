import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector } from "../connector.js";
import { createHttp } from "../http.js";
import type { Timings } from "../timings.js";
import { gladlyTools } from "./tools.js";

export interface GladlyConfig {
  /** `https://ORGANIZATION.gladly.com` */
  readonly baseUrl: string;
  /** The API user and their token. */
  readonly agentEmail: string;
  readonly apiKey: string;
  /** Where tasks land. */
  readonly inboxId: string;
  /** Other inboxes for some queues, by the queue's name in the policies. */
  readonly inboxes?: Readonly<Record<string, string>> | undefined;
  /** Stands in for the shopper's address when they gave none: Gladly needs one. */
  readonly fallbackEmail?: string | undefined;
  /** Shown as the source of transcripts. */
  readonly botName?: string | undefined;
  /** Where an agent can read the whole conversation. */
  readonly transcriptUrl?: ((handoffId: string) => string) | undefined;
  readonly http?: Partial<Timings> | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** The helpdesk Gladly: a person takes over by a task in an inbox, and answers by e-mail. */
export function createGladly(config: GladlyConfig): Connector {
  const clock = config.clock ?? systemClock;
  const credentials = Buffer.from(`${config.agentEmail}:${config.apiKey}`).toString("base64");
  const http = createHttp({
    system: "gladly",
    baseUrl: config.baseUrl,
    authorize: () => ({ authorization: `Basic ${credentials}` }),
    timings: config.http,
    allowPrivate: config.allowPrivate,
    clock,
  });
  return {
    system: "gladly",
    tools: gladlyTools(http, {
      baseUrl: config.baseUrl,
      inboxId: config.inboxId,
      inboxes: config.inboxes ?? {},
      fallbackEmail: config.fallbackEmail,
      botName: config.botName ?? "Aftersale",
      transcriptUrl: config.transcriptUrl,
      now: () => clock.now(),
    }),
    close: () => http.close(),
  };
}
