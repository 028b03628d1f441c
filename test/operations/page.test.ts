/** `docs/operations.md` names every figure, every setting and every page that there is, and none that there is not. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const page = readFileSync("docs/operations.md", "utf8");
const unique = (found: readonly string[]): string[] => [...new Set(found)].toSorted();

it("names every figure of ours, and none that is gone", () => {
  const told = unique(readFileSync("server/operations/metrics.ts", "utf8").match(/"aftersale_\w+"/g) ?? []);
  const figures = told.map((name) => name.slice(1, -1));
  expect(figures.length).toBeGreaterThan(14);
  const named = unique((page.match(/\baftersale_\w+/g) ?? []).map((name) => name.replace(/_bucket$/, "")));
  expect(named).toEqual(figures);
});

it("names every variable of the environment that the server reads", () => {
  const config = readFileSync("server/config.ts", "utf8");
  const read = unique([
    ...[...config.matchAll(/\benv\.([A-Z][A-Z_]+)/g)].map(([, name]) => name as string),
    ...[...config.matchAll(/"(AFTERSALE_[A-Z_]+)"/g)].map(([, name]) => name as string),
  ]);
  expect(read.length).toBeGreaterThan(12);
  const named = unique([...page.matchAll(/`([A-Z][A-Z_]{3,})`/g)].map(([, name]) => name as string));
  expect(read.filter((name) => !named.includes(name))).toEqual([]);
  const ours = named.filter((name) => name.startsWith("AFTERSALE_"));
  expect(ours.filter((name) => !read.includes(name))).toEqual([]);
});

it("names only files that exist", () => {
  const files = [...page.matchAll(/`((?:server|test|docs)\/[\w./-]+\.\w+)`|\]\(([\w./-]+)\)/g)].map(
    ([, quoted, linked]) => (quoted === undefined ? `docs/${linked}` : quoted),
  );
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) expect(() => readFileSync(file), file).not.toThrow();
});
