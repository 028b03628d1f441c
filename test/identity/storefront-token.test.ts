import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createIdentity, IdentityError, signStorefrontToken, type TokenKey } from "../../server/identity/index.js";
import { systemPorts } from "../../server/ports/index.js";
import { HOUR, MINUTE, NOON } from "./world.js";

const older: TokenKey = { kid: "2025", secret: "the-older-key-of-the-demo-shop-32-bytes" };
const newer: TokenKey = { kid: "2026", secret: "the-newer-key-of-the-demo-shop-32-bytes" };
const shop = { botId: "demo-bot", name: "Demo Shop", tokenKeys: [older, newer] };
const identity = createIdentity({ ports: systemPorts, secret: Buffer.alloc(32, 7), shop });
const verify = (token: unknown) => identity.verifyStorefrontToken(token, NOON);

const seconds = NOON / 1000;
const good = {
  aud: "demo-bot",
  iat: seconds,
  exp: seconds + 600,
  email: "Ann.Reed@example.com",
  email_verified: true,
};
const signed = (claims: Record<string, unknown>, header: Record<string, unknown> = {}, secret = newer.secret) =>
  new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: "HS256", kid: "2026", ...header })
    .sign(new TextEncoder().encode(secret));

/** A token whose parts are written by hand. */
function byHand(header: string, payload: string, secret = newer.secret): string {
  const body = [header, payload].map((part) => Buffer.from(part).toString("base64url")).join(".");
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
const header = '{"alg":"HS256","kid":"2026"}';
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

describe("a storefront's token", () => {
  it("says who somebody is, under either of the two active keys", async () => {
    const claims = { botId: "demo-bot", email: "Ann.Reed@example.com", name: "Ann Reed", subject: "42", nowMs: NOON };
    for (const key of [older, newer]) {
      expect(await verify(await signStorefrontToken(key, claims))).toEqual({
        ok: true,
        email: "ann.reed@example.com",
        name: "Ann Reed",
        subject: "42",
      });
    }
    expect(await verify(await signed({}))).toEqual({ ok: true, email: "ann.reed@example.com" });
  });

  it("allows a minute of difference between the clocks, and not more", async () => {
    expect(await verify(await signed({ iat: seconds + 59, exp: seconds + 600 }))).toMatchObject({ ok: true });
    expect(await verify(await signed({ iat: seconds - 800, exp: seconds - 59 }))).toMatchObject({ ok: true });
    expect(await verify(await signed({ iat: seconds - 800, exp: seconds - 61 }))).toMatchObject({ reason: "expired" });
  });

  it("shows a name as one plain line", async () => {
    const token = await signed({ name: "Ann\u202E\n\u0000  Reed <b>\u2028".padEnd(300, "x") });
    const answer = await verify(token);
    expect(answer).toMatchObject({ ok: true, name: expect.stringMatching(/^Ann Reed <b> x{1,68}$/) });
  });

  it.each<[string, () => unknown, string]>([
    ["no token", () => undefined, "malformed"],
    ["an empty one", () => "", "malformed"],
    ["a number", () => 7, "malformed"],
    ["an object", () => ({ token: "x" }), "malformed"],
    ["plain words", () => "let me in please", "malformed"],
    ["two parts only", () => `${Buffer.from(header).toString("base64url")}.e30`, "malformed"],
    ["a payload that is no JSON", () => byHand(header, "not json"), "malformed"],
    ["a payload that is a list", () => byHand(header, "[]"), "malformed"],
    ["alg none", () => new UnsecuredJWT({ ...good }).encode(), "wrong_algorithm"],
    ["alg NONE with a key id", () => byHand('{"alg":"NONE","kid":"2026"}', JSON.stringify(good)), "wrong_algorithm"],
    ["HS512 with the right key", () => signed({}, { alg: "HS512" }, newer.secret.repeat(3)), "wrong_algorithm"],
    [
      "RS256 by a stranger",
      () => new SignJWT({ ...good }).setProtectedHeader({ alg: "RS256", kid: "2026" }).sign(rsa.privateKey),
      "wrong_algorithm",
    ],
    [
      "HS256 signed with a public key",
      () => signed({}, {}, rsa.publicKey.export({ type: "spki", format: "pem" }).toString()),
      "bad_signature",
    ],
    ["a wrong key", () => signed({}, {}, "some-other-key-that-is-also-32-bytes-long"), "bad_signature"],
    ["the older key under the newer one's name", () => signed({}, {}, older.secret), "bad_signature"],
    ["no key id", () => byHand('{"alg":"HS256"}', JSON.stringify(good)), "unknown_key"],
    ["a retired key id", () => signed({}, { kid: "2024" }), "unknown_key"],
    ["a key id of an object's own", () => signed({}, { kid: "__proto__" }), "unknown_key"],
    ["a changed address", async () => tamper(await signed({})), "bad_signature"],
    [
      "an unknown critical header",
      () => byHand('{"alg":"HS256","kid":"2026","crit":["x"],"x":1}', JSON.stringify(good)),
      "malformed",
    ],
    ["an expired one", () => signed({ iat: seconds - 900, exp: seconds - 300 }), "expired"],
    ["one from the future", () => signed({ iat: seconds + 120, exp: seconds + 300 }), "not_yet"],
    ["one not valid yet", () => signed({ nbf: seconds + 120 }), "not_yet"],
    ["one that lives for an hour", () => signed({ exp: seconds + 3600 }), "lives_too_long"],
    ["one that lives for ever", () => signed({ exp: undefined }), "incomplete"],
    ["one that is over before it began", () => signed({ iat: seconds + 30, exp: seconds + 10 }), "incomplete"],
    ["no time of issue", () => signed({ iat: undefined }), "incomplete"],
    ["a time as text", () => byHand(header, JSON.stringify({ ...good, exp: `${seconds + 600}` })), "incomplete"],
    ["another shop's audience", () => signed({ aud: "other-bot" }), "wrong_audience"],
    ["no audience", () => signed({ aud: undefined }), "incomplete"],
    ["an address that is not verified", () => signed({ email_verified: false }), "email_not_verified"],
    ["verified as text", () => signed({ email_verified: "true" }), "email_not_verified"],
    ["no word on verification", () => signed({ email_verified: undefined }), "email_not_verified"],
    ["no address", () => signed({ email: undefined }), "incomplete"],
    ["an address that is a list", () => signed({ email: ["ann.reed@example.com"] }), "incomplete"],
    ["two addresses in one", () => signed({ email: "ann@example.com, eve@example.com" }), "email_not_verified"],
    [
      "an address with a line break",
      () => signed({ email: "ann@example.com\nBcc: eve@example.com" }),
      "email_not_verified",
    ],
  ])("is refused: %s", async (_, make, reason) => {
    expect(await verify(await make())).toEqual({ ok: false, reason });
  });

  it("of a megabyte is refused before it is looked at", async () => {
    const token = byHand(header, JSON.stringify({ ...good, filler: "x".repeat(1_000_000) }));
    const before = performance.now();
    expect(await verify(token)).toEqual({ ok: false, reason: "too_long" });
    expect(await verify(".".repeat(1_000_000))).toEqual({ ok: false, reason: "too_long" });
    expect(performance.now() - before).toBeLessThan(20);
  });

  it("takes the last of two claims of the same name, as it was signed", async () => {
    const payload = JSON.stringify(good).replace("{", '{"email":"eve@example.com",');
    expect(await verify(byHand(header, payload))).toMatchObject({ ok: true, email: "ann.reed@example.com" });
  });

  it("is refused in every form by a shop without keys", async () => {
    const closed = createIdentity({
      ports: systemPorts,
      secret: Buffer.alloc(32, 7),
      shop: { botId: "demo-bot", name: "Demo Shop" },
    });
    expect(await closed.verifyStorefrontToken(await signed({}), NOON)).toEqual({ ok: false, reason: "unknown_key" });
  });

  it("uses the clock when no time is given", async () => {
    const now = Date.now();
    const claims = { botId: "demo-bot", email: "ann.reed@example.com" };
    const fresh = await signStorefrontToken(newer, { ...claims, nowMs: now - MINUTE });
    const stale = await signStorefrontToken(newer, { ...claims, nowMs: now - HOUR });
    expect(await identity.verifyStorefrontToken(fresh)).toMatchObject({ ok: true });
    expect(await identity.verifyStorefrontToken(stale)).toMatchObject({ ok: false, reason: "expired" });
  });
});

describe("the keys of a storefront", () => {
  const create = (tokenKeys: TokenKey[]) =>
    createIdentity({ ports: systemPorts, secret: Buffer.alloc(32), shop: { ...shop, tokenKeys } });

  it("must be long enough that nobody can guess them, and are at most two", () => {
    expect(() => create([{ kid: "a", secret: "hunter2" }])).toThrow(IdentityError);
    expect(() => create([older, newer, { ...newer, kid: "2027" }])).toThrow("at most two");
    expect(() => create([older, newer])).not.toThrow();
  });
});

function tamper(token: string): string {
  const [head = "", body = "", tail = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
  const changed = Buffer.from(JSON.stringify({ ...claims, email: "eve@example.com" })).toString("base64url");
  return [head, changed, tail].join(".");
}
