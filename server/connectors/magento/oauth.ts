/**
 * OAuth 1.0a request signing as Magento wants it: HMAC-SHA256 only, secrets of an integration.
 * @see https://www.rfc-editor.org/rfc/rfc5849 and Adobe's "OAuth-based authentication"
 */
import { createHmac } from "node:crypto";

export interface OAuthSecrets {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly accessToken: string;
  readonly accessTokenSecret: string;
}

/** The `Authorization` header of one request. `nonce` and `timestamp` (seconds) must be new for each. */
export function oauthHeader(
  { method, url }: { method: string; url: URL },
  secrets: OAuthSecrets,
  { nonce, timestamp }: { nonce: string; timestamp: number },
): string {
  const oauth = {
    oauth_consumer_key: secrets.consumerKey,
    oauth_nonce: nonce,
    oauth_signature_method: "HMAC-SHA256",
    oauth_timestamp: String(timestamp),
    oauth_token: secrets.accessToken,
    oauth_version: "1.0",
  };
  const signature = sign(signatureBase(method, url, Object.entries(oauth)), secrets);
  return `OAuth ${Object.entries({ ...oauth, oauth_signature: signature })
    .map(([name, value]) => `${encode(name)}="${encode(value)}"`)
    .join(", ")}`;
}

export function sign(base: string, secrets: Pick<OAuthSecrets, "consumerSecret" | "accessTokenSecret">): string {
  const key = `${encode(secrets.consumerSecret)}&${encode(secrets.accessTokenSecret)}`;
  return createHmac("sha256", key).update(base).digest("base64");
}

/** RFC 5849 section 3.4.1: method, address without query, and all parameters sorted. */
export function signatureBase(method: string, url: URL, oauth: readonly (readonly [string, string])[]): string {
  const parameters = [...url.searchParams.entries(), ...oauth]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([oneName, oneValue], [otherName, otherValue]) =>
      oneName === otherName ? compare(oneValue, otherValue) : compare(oneName, otherName),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return [method.toUpperCase(), encode(`${url.origin}${url.pathname}`), encode(parameters)].join("&");
}

/** By code unit: the order of the signature must not depend on a locale. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** RFC 3986, stricter than `encodeURIComponent`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
