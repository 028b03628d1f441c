import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import { isMailAddress } from "./address.js";
import { IdentityError } from "./errors.js";

/** A key that the storefront signs with. Two may be active, so that they can be changed without a gap. */
export interface TokenKey {
  readonly kid: string;
  /** At least 32 bytes as UTF-8. */
  readonly secret: string;
}

export type TokenAnswer =
  | { readonly ok: true; readonly email: string; readonly name?: string; readonly subject?: string }
  | { readonly ok: false; readonly reason: TokenReason };

/** For the trace and the merchant's log; never shown to a shopper. */
export type TokenReason =
  | "malformed"
  | "too_long"
  | "wrong_algorithm"
  | "unknown_key"
  | "bad_signature"
  | "expired"
  | "not_yet"
  | "lives_too_long"
  | "wrong_audience"
  | "incomplete"
  | "email_not_verified";

const MOST_CHARACTERS = 4096;
const LONGEST_LIFE_S = 15 * 60;
const CLOCK_SKEW_S = 60;

/** @throws {IdentityError} more than two keys, or one that could be guessed */
export function checkTokenKeys(keys: readonly TokenKey[]): void {
  if (keys.length > 2) {
    throw new IdentityError(
      "IDENTITY_TOO_MANY_KEYS",
      `${keys.length} storefront keys are set; at most two may be active. Remove the oldest.`,
    );
  }
  for (const { kid, secret } of keys) {
    if (Buffer.byteLength(secret) >= 32) continue;
    throw new IdentityError(
      "IDENTITY_WEAK_KEY",
      `the storefront key "${kid}" has fewer than 32 bytes and could be guessed. Make one with "openssl rand -hex 32".`,
    );
  }
}

/**
 * Who the storefront says this is: an HS256 JWT with header `kid` and claims `aud` (our bot id), `iat`, `exp` (at most 15
 * minutes later), `email`, `email_verified: true`, and perhaps `name` and `sub`. Anything else is refused. Never throws.
 *
 * @param nowMs milliseconds since 1970
 * @see RFC 8725 (the algorithm is fixed here, not taken from the token)
 */
export async function verifyStorefrontToken(
  token: unknown,
  nowMs: number,
  { botId, tokenKeys }: { readonly botId: string; readonly tokenKeys: readonly TokenKey[] },
): Promise<TokenAnswer> {
  const no = (reason: TokenReason): TokenAnswer => ({ ok: false, reason });
  if (typeof token !== "string" || token === "") return no("malformed");
  // Before anything is decoded: the cost of refusing must not grow with what a stranger sends.
  if (token.length > MOST_CHARACTERS) return no("too_long");
  try {
    const header = decodeProtectedHeader(token);
    if (header.alg !== "HS256") return no("wrong_algorithm");
    const key = tokenKeys.find(({ kid }) => kid === header.kid);
    if (key === undefined) return no("unknown_key");
    const { payload } = await jwtVerify(token, new TextEncoder().encode(key.secret), {
      algorithms: ["HS256"],
      audience: botId,
      clockTolerance: CLOCK_SKEW_S,
      currentDate: new Date(nowMs),
      requiredClaims: ["iat", "exp", "aud"],
    });
    const { iat, exp } = payload;
    if (typeof iat !== "number" || typeof exp !== "number" || exp <= iat) return no("incomplete");
    if (exp - iat > LONGEST_LIFE_S) return no("lives_too_long");
    if (iat > nowMs / 1000 + CLOCK_SKEW_S) return no("not_yet");
    const { email, name, sub } = payload;
    if (typeof email !== "string") return no("incomplete");
    if (payload.email_verified !== true || !isMailAddress(email)) return no("email_not_verified");
    return {
      ok: true,
      email: email.toLowerCase(),
      ...(typeof name === "string" && plainName(name) !== "" && { name: plainName(name) }),
      ...(typeof sub === "string" && sub !== "" && sub.length <= 200 && { subject: sub }),
    };
  } catch (error) {
    return no(reasonOf(error));
  }
}

/** A token as a storefront makes it. For the sandbox shop and for tests; a merchant uses any JWT library. */
export function signStorefrontToken(
  key: TokenKey,
  claims: {
    readonly botId: string;
    readonly email: string;
    readonly name?: string;
    readonly subject?: string;
    readonly nowMs: number;
    /** Default 600. */
    readonly lifeS?: number;
  },
): Promise<string> {
  const iat = Math.floor(claims.nowMs / 1000);
  const token = new SignJWT({
    email: claims.email,
    email_verified: true,
    ...(claims.name !== undefined && { name: claims.name }),
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: key.kid })
    .setAudience(claims.botId)
    .setIssuedAt(iat)
    .setExpirationTime(iat + (claims.lifeS ?? 600));
  if (claims.subject !== undefined) token.setSubject(claims.subject);
  return token.sign(new TextEncoder().encode(key.secret));
}

/** One line, no control or direction characters, at most 80 characters. */
function plainName(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80);
}

function reasonOf(error: unknown): TokenReason {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "bad_signature";
  if (error instanceof errors.JOSEAlgNotAllowed) return "wrong_algorithm";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "aud") return error.reason === "missing" ? "incomplete" : "wrong_audience";
    if (error.claim === "nbf") return "not_yet";
    return "incomplete";
  }
  return "malformed";
}
