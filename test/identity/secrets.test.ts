import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  createIdentity,
  IdentityError,
  includes,
  LEVELS,
  type Level,
  loadOrCreateSecret,
} from "../../server/identity/index.js";
import { systemPorts } from "../../server/ports/index.js";

const folder = mkdtempSync(join(tmpdir(), "secret-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the server's secret", () => {
  it("is made once, for the server's user alone, and is the same at every start", () => {
    const data = join(folder, "new", "data");
    const first = loadOrCreateSecret(data);
    expect(first).toHaveLength(32);
    expect(loadOrCreateSecret(data)).toEqual(first);
    expect(loadOrCreateSecret(join(folder, "other"))).not.toEqual(first);
    expect(statSync(join(data, "secret.key")).mode & 0o777).toBe(0o600);
    expect(readdirSync(data)).toEqual(["secret.key"]);
  });

  it.each([0o640, 0o604, 0o666])("is refused when others can read it (mode %o)", (mode) => {
    const data = join(folder, `mode-${mode}`);
    loadOrCreateSecret(data);
    chmodSync(join(data, "secret.key"), mode);
    expect(() => loadOrCreateSecret(data)).toThrow(IdentityError);
    expect(() => loadOrCreateSecret(data)).toThrow("other users");
  });

  it.each(["", "abc", "z".repeat(64), "a".repeat(63)])("is refused when the file holds %j", (text) => {
    const data = join(folder, `text-${text.length}-${text[0]}`);
    loadOrCreateSecret(data);
    writeFileSync(join(data, "secret.key"), text);
    expect(() => loadOrCreateSecret(data)).toThrow("64 hexadecimal digits");
  });

  it("is refused when it is too short to protect anything", () => {
    const shop = { botId: "demo-bot", name: "Demo Shop" };
    expect(() => createIdentity({ ports: systemPorts, secret: Buffer.alloc(16), shop })).toThrow(IdentityError);
  });
});

describe("a conversation's secret", () => {
  const identityWith = (byte: number) =>
    createIdentity({
      ports: systemPorts,
      secret: Buffer.alloc(32, byte),
      shop: { botId: "demo-bot", name: "Demo Shop" },
    });
  const identity = identityWith(1);

  it("opens its own conversation, also after a restart", () => {
    const secret = identity.issueConversationSecret("c1");
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(identity.checkConversationSecret("c1", secret)).toBe(true);
    expect(identityWith(1).checkConversationSecret("c1", secret)).toBe(true);
  });

  it("opens nothing else", () => {
    const secret = identity.issueConversationSecret("c1");
    expect(identity.checkConversationSecret("c2", secret)).toBe(false);
    expect(identityWith(2).checkConversationSecret("c1", secret)).toBe(false);
    for (const bad of ["", secret.slice(1), `${secret}x`, secret.toUpperCase(), "\u0000".repeat(43), "ü".repeat(43)]) {
      expect(identity.checkConversationSecret("c1", bad)).toBe(false);
    }
  });
});

describe("identity levels", () => {
  it("each include the ones before, and none after", () => {
    const table = LEVELS.map((level) => LEVELS.map((needed) => (includes(level, needed) ? 1 : 0)).join(""));
    expect(table).toEqual(["10000", "11000", "11100", "11110", "11111"]);
  });

  it("give nothing for a word that is no level", () => {
    for (const word of ["", "admin", "Verified", "constructor"]) {
      expect(includes(word as Level, "anonymous")).toBe(false);
      expect(includes("person", word as Level)).toBe(false);
    }
  });
});
