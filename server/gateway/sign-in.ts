import { createHash, timingSafeEqual } from "node:crypto";
import { type Clock, systemClock } from "../ports/index.js";
import type { WebApp } from "./gateway.js";
import type { GatewayLog } from "./needs.js";
import { networkOf } from "./networks.js";
import { rateLimit } from "./rate-limit.js";

export interface SignIn {
  /**
   * What people sign in with: as a bearer token, or as the password that the browser asks for (any user name). Without
   * one only a browser on this very machine is let in.
   */
  readonly token?: string;
  /** As browsers show it when they ask. */
  readonly realm: string;
  readonly trustedProxies?: number;
  readonly log: GatewayLog;
  readonly clock?: Clock;
}

/** Wrong ones from one network: so many at once, then one each …; until then not even a right one is looked at. */
const WRONG_BURST = 10;
const WRONG_EVERY_MS = 30_000;
const MOST_NETWORKS = 10_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Pages for the shop's own people: everything that `routes` adds is behind one sign-in, whatever it is called.
 *
 * A browser sends its password along with what another site makes it send: whatever changes something must therefore come
 * from a page of ours.
 */
export function behindSignIn(
  routes: (app: WebApp) => void | Promise<void>,
  { token, realm, trustedProxies = 0, log, clock = systemClock }: SignIn,
): (app: WebApp) => Promise<void> {
  const wrong = rateLimit(WRONG_BURST, WRONG_EVERY_MS);
  const shutUntil = new Map<string, number>();
  const wanted = token === undefined ? undefined : digest(token);
  return async (app) => {
    await app.register(async (inner) => {
      inner.addHook("onRequest", async (request, reply) => {
        const { headers, method } = request;
        reply.header("cache-control", "no-store");
        const isBearer = /^bearer /i.test(headers.authorization ?? "");
        if (!isBearer && !/^(?:GET|HEAD)$/.test(method) && !isFromOurPage(headers)) {
          return reply.code(403).send({ status: 403, message: "This has to come from a page of this server." });
        }
        if (wanted === undefined) {
          // A foreign name that leads here (DNS rebinding) must not read what is meant for this machine.
          if (LOOPBACK.test(headers.host ?? "")) return;
          return reply.code(403).send({ status: 403, message: "Open it by the address of this machine." });
        }
        const given = tokenIn(headers.authorization);
        const network = networkOf(request.raw, trustedProxies);
        const now = clock.now();
        if ((shutUntil.get(network) ?? 0) > now) {
          return reply.code(429).header("retry-after", "30").send({ status: 429, message: "Please wait a moment." });
        }
        if (given !== undefined && timingSafeEqual(digest(given), wanted)) return;
        if (given !== undefined) {
          log({ level: "warn", message: "a sign-in was refused", code: "sign_in" });
          const { waitMs } = wrong.take(network, now, WRONG_EVERY_MS);
          if (waitMs > 0) {
            if (shutUntil.size >= MOST_NETWORKS) shutUntil.clear();
            shutUntil.set(network, now + waitMs);
          }
        }
        return reply
          .code(401)
          .header("www-authenticate", `Basic realm="${realm}", charset="UTF-8"`)
          .send({ status: 401, message: "Please sign in." });
      });
      await routes(inner as unknown as WebApp);
    });
  };
}

function isFromOurPage(headers: Readonly<Record<string, unknown>>): boolean {
  if (headers["sec-fetch-site"] !== undefined) return headers["sec-fetch-site"] === "same-origin";
  const { origin, host } = headers;
  return typeof origin === "string" && URL.canParse(origin) && new URL(origin).host === host;
}

/** The token of a bearer, or the password of a browser's own form. */
function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme = "", value = ""] = /^(bearer|basic) +(\S{1,1000})$/i.exec(authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme === "") return undefined;
  const pair = Buffer.from(value, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

/** Of one length whatever was typed, so that comparing takes the same time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
