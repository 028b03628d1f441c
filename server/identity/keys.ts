import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** One key for each use, all from the server's secret: what leaks from one use says nothing about another. */
export type KeyUse = "code" | "address" | "network" | "conversation" | "mail" | "customer";

export type Keys = (use: KeyUse) => Buffer;

export function keysFrom(secret: Buffer): Keys {
  const made = new Map<KeyUse, Buffer>();
  return (use) => {
    const kept = made.get(use);
    if (kept !== undefined) return kept;
    const key = Buffer.from(hkdfSync("sha256", secret, "aftersale", use, 32));
    made.set(use, key);
    return key;
  };
}

/** HMAC-SHA256, base64url. The parts are told apart: ("ab", "c") and ("a", "bc") differ. */
export function sign(key: Buffer, ...parts: readonly string[]): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest("base64url");
}

/** Compares in a time that does not tell where the difference is. */
export function equalSecrets(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** AES-256-GCM: iv, tag and text, base64url. */
export function seal(key: Buffer, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
}

/** @returns absent when it was sealed with another key, or changed */
export function unseal(key: Buffer, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < 28) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
