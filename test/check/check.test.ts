/** `aftersale check`, as a merchant runs it: the command itself, over a folder of files. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "check-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(folder, "shop-"));
  for (const part of ["policies", "rules"]) cpSync(part, join(root, part), { recursive: true });
  mkdirSync(join(root, "embeddings"));
  cpSync("embeddings/intents", join(root, "embeddings", "intents"), { recursive: true });
});

function check(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["server/aftersale.mjs", "check", ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}
const write = (name: string, value: unknown): void =>
  writeFileSync(join(root, name), typeof value === "string" ? value : JSON.stringify(value));

const GLADLY = {
  baseUrl: "https://shop.gladly.com",
  agentEmail: "bot@shop.example",
  apiKey: "env:GLADLY_KEY",
  inboxId: "inbox-1",
};

describe("aftersale check", () => {
  it("counts what there is, and ends well, for the files that are shipped", async () => {
    const { code, out, err } = await check();
    expect(err).toBe("");
    expect(out).toMatch(/In order: \d+ policies, \d+ rule sets, \d+ macros, \d+ intents\. \d+ warnings?\.\n$/);
    expect(out).not.toContain("error");
    expect(code).toBe(0);
  });

  it("tells every problem of every file, with place, fix and code, and ends with 1", async () => {
    write("policies/new.policy.json", {
      id: "new",
      title: "New",
      when: "Never.",
      steps: [{ id: "a", say: "no.such" }],
    });
    write("policies/broken.policy.json", '{\n  "id": "broken"\n  "title": "x"\n}');
    write("rules/broken.rules.json", { id: "broken", title: "x", facts: {}, rules: [] });
    write("policies/macros/en/broken.json", { hello: "Hi {{ name" });
    write("embeddings/intents/wismo.json", { id: "other", title: "x", description: "x", utterances: ["where is it"] });
    const { code, out } = await check("--root", root);
    for (const text of [
      "error  policies/new.policy.json, steps[0].say\n",
      "[POLICY_UNKNOWN_MACRO]",
      "error  policies/broken.policy.json\n  This is not valid JSON: line 3 breaks at",
      "error  rules/broken.rules.json, rules\n",
      "error  policies/macros/en/broken.json, hello\n",
      "[INTENT_ID_MISMATCH]",
      "would not go live; the last good ones keep serving.",
    ]) {
      expect(out).toContain(text);
    }
    expect(out).toMatch(/\n\d+ errors, \d+ warnings?\. These files/);
    expect(code).toBe(1);
  });

  it("warns of files that nobody would read", async () => {
    write("policies/returns.json", {});
    write("rules/returns.rule.json", {});
    const { code, out } = await check("--root", root);
    expect(out).toContain("warning  policies/returns.json\n");
    expect(out).toContain("Call it returns.policy.json, or move it elsewhere.  [FILE_IGNORED]");
    expect(out).toContain("Call it returns.rules.json, or move it elsewhere.  [FILE_IGNORED]");
    expect(code).toBe(0);
  });

  it("takes the shop's own language and systems into account", async () => {
    write("shop.json", { name: "x", locale: "fr" });
    const french = await check("--root", root, "--shop", join(root, "shop.json"));
    expect(french.out).toContain("error  policies/macros/fr/repair.json, greeting\n");
    expect(french.code).toBe(1);

    write("shop.json", { name: "x", connectors: { gladly: GLADLY } });
    const few = await check("--root", root, "--shop", join(root, "shop.json"));
    expect(few.out).toContain("[POLICY_RESTS]");
    expect(few.code).toBe(0);
  });

  it("checks the demo shop as it stands", async () => {
    expect((await check("--shop", "sandbox/shop.json")).code).toBe(0);
  });

  it.each([
    ["nowhere.json", /nowhere\.json: The file does not exist\./],
    ["package.json", /package\.json, version: "version" is not a known key here\./],
  ])("ends with 2 for the settings %s, in one sentence a line and without a stack", async (shop, said) => {
    const { code, out, err } = await check("--shop", shop);
    expect(err).toMatch(said);
    expect(err).not.toMatch(/\n\s+at /);
    expect([code, out]).toEqual([2, ""]);
  });
});
