/** The simulation is worth as much as the bugs that it finds: seven of them, each put into a copy of the sources. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { bundle } from "./bundle.js";
import { runMutants } from "./mutation.js";

const folder = mkdtempSync(join(tmpdir(), "aftersale-mutants-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("each of the seven seeded bugs is found", { timeout: 600_000 }, async () => {
  const found = await runMutants({ seeds: 400, untilFirst: true });
  expect(found).toHaveLength(7);
  expect(found.filter(({ firstSeed }) => firstSeed === undefined).map(({ name }) => name)).toEqual([]);
});

it("a mutant whose place in the source is gone is an error, not one mutant less", async () => {
  const change = { file: "server/tools/journal.ts", find: "this line is nowhere", put: "" };
  const out = join(folder, "never.mjs");
  await expect(bundle("test/simulation/main.ts", out, [change])).rejects.toThrow("write the mutant anew");
  const elsewhere = { file: "server/no-such-file.ts", find: "x", put: "" };
  await expect(bundle("test/simulation/main.ts", out, [elsewhere])).rejects.toThrow("was not made");
});
