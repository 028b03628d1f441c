import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { Http } from "../http.js";

export interface TokenSource {
  token(): Promise<string>;
}

/** A shop made before 2026 has a token that does not run out. */
export function fixedToken(token: string): TokenSource {
  return { token: async () => token };
}

const Granted = z.looseObject({ access_token: z.string(), expires_in: z.number().nullish() });
/** Renewed this long before it runs out. */
const MARGIN_MS = 300_000;

/** Own-store apps exchange their client id and secret for a token of 24 hours (client credentials grant). */
export function renewedToken(
  http: Http,
  client: { readonly id: string; readonly secret: string },
  now: () => number,
): TokenSource {
  let current: { token: string; until: number } | undefined;
  let renewing: Promise<string> | undefined;
  async function renew(): Promise<string> {
    const answer = await http.begin({ tool: "shopify_token", capability: "token" }).request({
      method: "POST",
      path: "/admin/oauth/access_token",
      json: { client_id: client.id, client_secret: client.secret, grant_type: "client_credentials" },
      effect: false,
      schema: Granted,
    });
    if (!answer.ok) throw new CallFailed("auth");
    current = {
      token: answer.body.access_token,
      until: now() + (answer.body.expires_in ?? 86_400) * 1_000 - MARGIN_MS,
    };
    return current.token;
  }
  return {
    async token() {
      if (current !== undefined && now() < current.until) return current.token;
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
  };
}
