/**
 * How each vendor signs its calls, over the bytes as they came: a body that was parsed and written again is another one.
 * From the vendors' own pages; where they leave something open, the comment says what was assumed.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export interface Call {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export type Refusal = "unsigned" | "bad_signature" | "too_old" | "too_long";

/** `id` is the same for a call that is sent again. */
export type Checked = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly reason: Refusal };

/** @param secrets the one in use, and the one before while it is being changed */
export type Scheme = (call: Call, secrets: readonly string[], nowMs: number) => Checked;

/** How far a signed time may be from ours. */
export const WINDOW_S = 300;
const MOST_ID_CHARACTERS = 200;

/** A digest in one header, over the raw body. */
function hmacHeader(options: {
  readonly header: string;
  readonly algorithm: "sha256" | "sha512";
  readonly encodings: readonly ("hex" | "base64")[];
  readonly prefix?: string;
  readonly secret?: (secret: string) => string;
  /** Absent: the body itself, hashed, tells one call from another. */
  readonly id?: (call: Call) => unknown;
}): Scheme {
  const { header, algorithm, encodings, prefix = "", secret: prepared = (secret) => secret } = options;
  return (call, secrets) => {
    const given = call.headers[header];
    if (given === undefined || !given.startsWith(prefix)) return { ok: false, reason: "unsigned" };
    const signature = given.slice(prefix.length);
    const fits = secrets.map((secret) => {
      const digest = createHmac(algorithm, prepared(secret)).update(call.body).digest();
      return encodings.map((encoding) => isSame(signature, digest.toString(encoding))).some(Boolean);
    });
    return fits.some(Boolean) ? taken(options.id?.(call), call) : { ok: false, reason: "bad_signature" };
  };
}

/**
 * A secret that the vendor repeats with each call: no signature, so it proves who calls and nothing about the body. What
 * such a call says is therefore only ever a hint.
 */
function secretHeader(headers: readonly string[], id?: (call: Call) => unknown): Scheme {
  return (call, secrets) => {
    const given = headers.map((header) => call.headers[header]).find((value) => value !== undefined);
    if (given === undefined) return { ok: false, reason: "unsigned" };
    const fits = secrets.map((secret) => isSame(given, secret)).some(Boolean);
    return fits ? taken(id?.(call), call) : { ok: false, reason: "bad_signature" };
  };
}

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const standard: Scheme = ({ headers, body }, secrets, nowMs) => {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (!id || !timestamp || !signatures) return { ok: false, reason: "unsigned" };
  if (id.length > MOST_ID_CHARACTERS) return { ok: false, reason: "too_long" };
  const wanted = secrets.map((secret) => {
    const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret);
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64")}`;
  });
  // Several may stand there while the sender changes its secret.
  const given = signatures.split(" ").slice(0, 10);
  const fits = given.flatMap((signature) => wanted.map((each) => isSame(signature, each)));
  if (!fits.some(Boolean)) return { ok: false, reason: "bad_signature" };
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : 0;
  return Math.abs(nowMs / 1000 - seconds) > WINDOW_S ? { ok: false, reason: "too_old" } : { ok: true, id };
};

const idInBody = ({ body }: Call): unknown => (json(body) as { id?: unknown } | undefined)?.id;

/** Systems that are not listed are the shop's own: they sign as Standard Webhooks says. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  shopify: hmacHeader({
    header: "x-shopify-hmac-sha256",
    algorithm: "sha256",
    encodings: ["base64"],
    id: ({ headers }) => headers["x-shopify-webhook-id"],
  }),
  easypost: hmacHeader({
    header: "x-hmac-signature",
    prefix: "hmac-sha256-hex=",
    algorithm: "sha256",
    encodings: ["hex"],
    secret: (secret) => secret.normalize("NFKD"),
    id: idInBody,
  }),
  kustomer: hmacHeader({
    header: "x-kustomer-webhook-signature",
    algorithm: "sha256",
    encodings: ["hex"],
    id: idInBody,
  }),
  // Hex or base64 is not said: a verifier that others published takes both.
  shipmonk: hmacHeader({ header: "x-sm-signature", algorithm: "sha512", encodings: ["hex", "base64"] }),
  gladly: secretHeader(["x-gladly-token"], idInBody),
  freshdesk: secretHeader(["x-webhook-secret"]),
};

/** These sign nothing, or not the body (docs/security.md): a call of theirs could say anything. */
export const UNSIGNED_SYSTEMS: readonly string[] = ["stayai", "smartrr", "magento", "smtp", "desk"];

export function schemeOf(system: string): Scheme {
  return Object.hasOwn(SCHEMES, system) ? (SCHEMES[system] as Scheme) : standard;
}

export function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

function taken(id: unknown, { body }: Call): Checked {
  if (typeof id === "string" && id !== "" && id.length <= MOST_ID_CHARACTERS) return { ok: true, id };
  return { ok: true, id: `body:${createHash("sha256").update(body).digest("hex")}` };
}

/** In a time that does not tell where the difference is, whatever the lengths. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
