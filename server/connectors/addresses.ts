/**
 * Which addresses a connector may talk to. Merchants type base URLs, and a URL can lead into our own network; so every
 * address that a name resolves to is checked at the moment of connecting, and literal ones too.
 */
import { lookup as dnsLookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

const blocked = new BlockList();
// IANA's special-purpose registries for IPv4 and IPv6, and the one public address that serves a cloud's metadata.
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  ["168.63.129.16", 32],
] as const)
  blocked.addSubnet(net, prefix, "ipv4");

// Within 2000::/3, the only range of IPv6 that is publicly routed: protocol assignments (Teredo among them),
// documentation, and 6to4, which wraps IPv4.
for (const [net, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  blocked.addSubnet(net, prefix, "ipv6");

const publicIpv6 = new BlockList();
publicIpv6.addSubnet("2000::", 3, "ipv6");

/** True for anything but a publicly routed address; also true for what is no address at all. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  switch (isIP(bare)) {
    case 4:
      return blocked.check(bare, "ipv4");
    case 6:
      return !publicIpv6.check(bare, "ipv6") || blocked.check(bare, "ipv6");
    default:
      return true;
  }
}

export class BlockedAddressError extends Error {
  override readonly name = "BlockedAddressError";
  readonly code = "CONNECTOR_BLOCKED_ADDRESS";
  constructor(host: string) {
    super(`${host} leads to an address that is not public. Use the vendor's public host name.`);
  }
}

/** Resolves like the system does, and fails when *any* of the addresses is not public. */
export function publicOnlyLookup(resolve: LookupFunction = dnsLookup as LookupFunction): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error !== null && error !== undefined) return callback(error, "", 0);
      const addresses: LookupAddress[] = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address))) {
        return callback(new BlockedAddressError(host), "", 0);
      }
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/**
 * What is wrong with a base URL that a merchant typed, as a sentence with the fix; undefined when nothing is. Says
 * nothing about where its name leads: that is checked at each connection.
 */
export function checkBaseUrl(baseUrl: string, allowPrivate = false): string | undefined {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    return `"${baseUrl}" is not a URL. Write it like https://shop.example.com.`;
  }
  if (url.username !== "" || url.password !== "")
    return "The URL holds credentials. Put them in the keys of the connection.";
  if (allowPrivate) {
    return url.protocol === "http:" || url.protocol === "https:" ? undefined : "Use https:// (or http:// on loopback).";
  }
  if (url.protocol !== "https:") return `Only https is allowed, found ${url.protocol}//. Write https://${url.host}.`;
  if (url.port !== "") return `Only port 443 is allowed, found ${url.port}. Leave the port out.`;
  if (isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0 && isPrivateAddress(url.hostname))
    return `${url.hostname} is not a public address. Use the vendor's public host name.`;
  return undefined;
}
