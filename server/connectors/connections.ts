/**
 * How a shop writes down its connections, in `shop.json` under `connectors`: one schema per system gives the check at
 * start-up, the editor's help, and the names of what is a secret.
 */
import { z } from "zod";
import { joinPath, type Problem, problemsOf } from "../problems/index.js";
import { checkBaseUrl } from "./addresses.js";
import { CONNECTOR_SYSTEMS, type ConnectorSystem } from "./create.js";
import { DEFAULT_TIMINGS } from "./timings.js";

const TO_ENV = 'Write "env:NAME", and put the secret into the environment variable NAME.';
const text = z.string().min(1);
const secret = z
  .string()
  .regex(/^env:[A-Z][A-Z0-9_]*$/)
  .describe('A secret: "env:NAME", with the secret in that environment variable');
const byQueue = <T extends z.ZodType>(value: T) => z.record(z.string(), value).optional();

/** What every connection over HTTP may say. */
const common = {
  http: z
    .strictObject(
      Object.fromEntries(Object.keys(DEFAULT_TIMINGS).map((name) => [name, z.number().positive().optional()])),
    )
    .optional()
    .describe("Other time-outs and limits than the usual ones, in milliseconds and counts"),
  allowPrivate: z
    .boolean()
    .optional()
    .describe("Only for a simulator or a gateway of your own: allows http and private addresses"),
};
const baseUrl = text.describe("https, without credentials");

const shopify = z.strictObject({
  baseUrl: baseUrl.describe("https://SHOP.myshopify.com"),
  apiKey: secret.optional().describe("A token that does not run out; else clientId and clientSecret"),
  clientId: text.optional(),
  clientSecret: secret.optional(),
  version: text.optional().describe("Of the Admin API, for example 2026-04"),
  ...common,
});

/** By system, as it stands in the file: secrets are still names of variables. */
export const CONNECTIONS = {
  shipmonk: z.strictObject({
    baseUrl: baseUrl.describe("https://api.shipmonk.com"),
    apiKey: secret,
    index: z
      .strictObject({
        days: z.number().positive().optional().describe("How far back orders are found by e-mail; 400 where left out"),
        minIntervalMs: z.number().nonnegative().optional(),
        staleMs: z.number().nonnegative().optional(),
        pollMs: z.number().positive().optional(),
        patienceMs: z.number().positive().optional(),
      })
      .optional(),
    ...common,
  }),
  magento: z.strictObject({
    baseUrl: baseUrl.describe("With /rest and the store's code: https://shop.example.com/rest/default"),
    consumerKey: secret,
    consumerSecret: secret,
    accessToken: secret,
    accessTokenSecret: secret,
    currency: text.optional(),
    replacement: z
      .strictObject({
        carrierCode: text.optional(),
        methodCode: text.optional(),
        coupon: text.optional().describe("Of 100 %, for orders that replace others"),
        paymentMethod: text.optional(),
      })
      .optional(),
    storeCreditPath: text.optional().describe("Path of the shop's module that grants store credit"),
    ...common,
  }),
  shopify,
  smartrr: z.strictObject({ baseUrl: baseUrl.describe("https://api.smartrr.com"), apiKey: secret, ...common }),
  stayai: z.strictObject({
    baseUrl: baseUrl.describe("https://api.retextion.com/api/v2"),
    apiKey: secret,
    shopify: shopify.describe("Where its orders are"),
    paths: z
      .strictObject({
        skip: text.optional(),
        setNextDate: text.optional(),
        swap: text.optional(),
        discount: text.optional(),
        shipping: text.optional(),
      })
      .optional(),
    currency: text.optional(),
    ...common,
  }),
  easypost: z.strictObject({
    baseUrl: baseUrl.optional(),
    apiKey: secret,
    contactEmail: text.optional(),
    paymentMethod: z.enum(["easypost_wallet", "mailed_check"]).optional(),
    currency: text.optional(),
    ...common,
  }),
  gladly: z.strictObject({
    baseUrl: baseUrl.describe("https://ORGANIZATION.gladly.com"),
    agentEmail: text,
    apiKey: secret,
    inboxId: text,
    inboxes: byQueue(text).describe("Inboxes of their own for some queues"),
    fallbackEmail: text.optional(),
    botName: text.optional(),
    ...common,
  }),
  kustomer: z.strictObject({
    baseUrl: baseUrl.describe("https://ORGANIZATION.api.kustomerapp.com"),
    apiKey: secret,
    queues: byQueue(text),
    teams: byQueue(z.array(text)),
    priorities: z
      .strictObject({
        low: z.number().int().optional(),
        normal: z.number().int().optional(),
        high: z.number().int().optional(),
        urgent: z.number().int().optional(),
      })
      .optional(),
    orderField: text.optional(),
    addressField: text.optional(),
    ...common,
  }),
  freshdesk: z.strictObject({
    baseUrl: baseUrl.describe("https://DOMAIN.freshdesk.com"),
    apiKey: secret,
    groups: byQueue(z.number().int()),
    group: z.number().int().optional(),
    ticketType: text.optional(),
    orderField: text.optional(),
    referenceField: text.optional(),
    emailConfigId: z.number().int().optional(),
    subject: text.optional(),
    ...common,
  }),
  desk: z.strictObject({ file: text.describe("Where tickets are kept, one line each") }),
  smtp: z.strictObject({
    url: secret,
    from: text.describe("Shop <support@shop.example>"),
    subject: text.optional(),
    http: common.http,
  }),
} as const satisfies { readonly [System in ConnectorSystem]: z.ZodType };

/**
 * All that is wrong with a shop's connections: unknown systems, missing keys, secrets written out, addresses that a
 * server must not be sent to. Nothing is connected to.
 */
export function checkConnections(file: string, connections: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(connections).flatMap(([system, settings]) => {
    const path = `connectors.${system}`;
    if (!Object.hasOwn(CONNECTIONS, system)) {
      const fix = `Use one of: ${CONNECTOR_SYSTEMS.join(", ")}.`;
      return [problem(file, path, `There is no connector for "${system}".`, fix)];
    }
    const parsed = CONNECTIONS[system as ConnectorSystem].safeParse(settings, { reportInput: true });
    if (!parsed.success) {
      return parsed.error.issues.flatMap((issue) =>
        // A secret is the only text with a format here. What was found must not be repeated.
        issue.code === "invalid_format"
          ? [
              problem(
                file,
                joinPath(path, issue.path),
                "This is a secret, and secrets do not stand in the file.",
                TO_ENV,
              ),
            ]
          : problemsOf(file, "CONNECTION_INVALID", [issue], path),
      );
    }
    const within = (parsed.data as { shopify?: unknown }).shopify;
    return [...addressProblems(file, path, parsed.data), ...addressProblems(file, `${path}.shopify`, within)];
  });
}

function addressProblems(file: string, path: string, settings: unknown): Problem[] {
  const { baseUrl: url, allowPrivate } = (settings ?? {}) as { baseUrl?: string; allowPrivate?: boolean };
  const wrong = url === undefined ? undefined : checkBaseUrl(url, allowPrivate);
  if (wrong === undefined) return [];
  const [, message = wrong, fix = "Change it."] = /^(.*?[.]) ([A-Z].*)$/.exec(wrong) ?? [];
  return [problem(file, `${path}.baseUrl`, message, fix)];
}

function problem(file: string, path: string, message: string, fix: string): Problem {
  return { file, path, code: "CONNECTION_INVALID", message, fix, severity: "error" };
}
