import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/**
 * Where a request comes from, as far as limits are concerned: an IPv4 address, or the /64 of an IPv6 one, since a single
 * household has all of that.
 *
 * @param trustedProxies how many reverse proxies of our own stand before us. Each adds the address that it sees at the end
 * of `X-Forwarded-For`; whatever stands further left was written by the client and proves nothing.
 */
export function networkOf(request: IncomingMessage, trustedProxies = 0): string {
  const direct = request.socket.remoteAddress ?? "unknown";
  if (trustedProxies === 0) return groupOf(direct);
  const header = request.headers["x-forwarded-for"];
  const hops = (Array.isArray(header) ? header.join() : (header ?? "")).split(",").map((hop) => hop.trim());
  return groupOf(hops.at(-trustedProxies) || direct);
}

function groupOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(plain)) return plain.slice(0, 64);
  const [head = "", tail = ""] = plain.toLowerCase().split("%")[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = plain.includes("::") ? [...left, ...zeros, ...right] : left;
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
