import type { IncomingHttpHeaders } from "node:http";

/** Which web pages may frame the chat and talk to the server. */
export interface Origins {
  /** The shop's pages, for `frame-ancestors`. */
  readonly shops: () => readonly string[];
  /** Whether a browser may connect with these headers. A fence against other sites, not a proof of anything. */
  allows(headers: IncomingHttpHeaders): boolean;
  allowsOrigin(origin: string | undefined): boolean;
}

/**
 * @param shops origins of the shop's pages (`https://shop.example`); asked at each request, so that they may change
 * @param own origins under which this server itself is reached; the chat's frame connects from there
 */
export function originList(shops: () => readonly string[], own: () => readonly string[]): Origins {
  const allowsOrigin = (origin: string | undefined): boolean =>
    origin !== undefined && [...own(), ...shops()].some((listed) => originOf(listed) === origin);
  return {
    shops: () =>
      shops()
        .map((shop) => originOf(shop))
        .filter((origin) => origin !== undefined),
    allowsOrigin,
    allows: (headers) => {
      if (headers.origin !== undefined) return allowsOrigin(headers.origin);
      // Browsers leave `Origin` out of same-origin GET requests (the first one of long polling), and say so here.
      if (headers["sec-fetch-site"] !== undefined) return headers["sec-fetch-site"] === "same-origin";
      return (
        headers.referer !== undefined && own().some((listed) => originOf(listed) === originOf(headers.referer ?? ""))
      );
    },
  };
}

function originOf(address: string): string | undefined {
  try {
    const { origin } = new URL(address);
    return origin === "null" ? undefined : origin;
  } catch {
    return undefined;
  }
}
