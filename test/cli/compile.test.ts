import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const PROJECT = join(import.meta.dirname, "../..");
let copy: string;

/** A project in small: the real command over a command line of three lines. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "aftersale-compile-"));
  for (const folder of ["server/cli", "embeddings", "sandbox", "studio", "widget"])
    mkdirSync(join(copy, folder), { recursive: true });
  for (const file of ["server/aftersale.mjs", "server/compile.mjs", "package.json", "package-lock.json"])
    cpSync(join(PROJECT, file), join(copy, file));
  symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(source: string): { stdout: string; stderr: string } {
  writeFileSync(join(copy, "server/cli/main.ts"), source);
  return spawnSync(process.execPath, [join(copy, "server/aftersale.mjs")], { encoding: "utf8" });
}

const made = (): string[] => readdirSync(join(copy, ".aftersale/code"));

it("what was compiled is used again until a source changes", () => {
  const say = (what: string) => `export const main = async (): Promise<number> => (console.log("${what}"), 0);\n`;
  expect(run(say("one")).stdout).toBe("one\n");
  expect(run(say("another")).stdout).toBe("another\n");
  expect(made()).toHaveLength(2);
  expect(spawnSync(process.execPath, [join(copy, "server/aftersale.mjs")], { encoding: "utf8" }).stdout).toBe(
    "another\n",
  );
  expect(made()).toHaveLength(2);
});

it("sources find their data by their own place, and errors name their own lines", () => {
  const { stdout, stderr } = run(
    'interface Nothing {}\nexport async function main(): Promise<Nothing> {\n  console.log(import.meta.url);\n  throw new Error("lost");\n}\n',
  );
  expect(stdout.trim()).toMatch(/\/server\/cli\/main\.ts$/);
  expect(stderr).toMatch(/server\/cli\/main\.ts:4:9/);
});

it("a source with a mistake is named, and nothing is left behind", () => {
  const before = made();
  expect(run("export const main = ;\n").stderr).toMatch(/server\/cli\/main\.ts:1:20/);
  expect(made()).toEqual(before);
});
