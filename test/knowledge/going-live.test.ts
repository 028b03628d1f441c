/** A passage goes live like any other file: at once, or not at all. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkShopTexts, readShopTexts, setIdOf } from "../../server/shop-files.js";
import { buildCatalogue } from "../../server/tools/index.js";

const root = mkdtempSync(join(tmpdir(), "aftersale-live-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const passage = (text: string) => `---\ntitle: Tea\nsource: https://shop.example/tea\n---\n${text}\n`;
const options = {
  root,
  locale: "en",
  timeZone: "UTC",
  tools: buildCatalogue([], { systems: {}, levels: {}, limits: {} }).shapes,
};

it("a changed passage is another set of files, and one with an error names its file and keeps the set from going live", async () => {
  for (const part of ["policies", "rules", "embeddings/intents"]) cpSync(part, join(root, part), { recursive: true });
  const before = setIdOf(await readShopTexts(root));
  writeFileSync(join(root, "policies/knowledge/tea.md"), passage("We sell no tea."));
  const texts = await readShopTexts(root);
  expect(setIdOf(texts)).not.toBe(before);
  const broken = { ...texts, knowledge: [{ file: "policies/knowledge/tea.md", text: passage("") }] };
  const { files, problems } = await checkShopTexts(broken, options);
  expect(files).toBeUndefined();
  expect(problems.filter(({ code }) => code.startsWith("KNOWLEDGE"))).toMatchObject([
    { file: "policies/knowledge/tea.md", code: "KNOWLEDGE_EMPTY", severity: "error" },
  ]);
});

it("a file that would not be read is told", async () => {
  writeFileSync(join(root, "policies/knowledge/coffee.txt"), passage("We sell coffee."));
  const { problems } = await checkShopTexts(await readShopTexts(root), options);
  expect(problems.filter(({ file }) => file.endsWith("coffee.txt"))).toMatchObject([
    { code: "FILE_IGNORED", fix: "Call it coffee.md, or move it elsewhere.", severity: "warning" },
  ]);
});

it("a set that was kept before there were passages still loads", async () => {
  const { knowledge: _, ...older } = await readShopTexts(root);
  const { problems } = await checkShopTexts(older as Awaited<ReturnType<typeof readShopTexts>>, options);
  expect(problems.filter(({ code }) => code.startsWith("KNOWLEDGE"))).toEqual([]);
});
