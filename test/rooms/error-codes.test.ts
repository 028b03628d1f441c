/** `docs/errors.md` and the sources agree: every code is explained, and every explanation is of a code that exists. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("docs/errors.md", "utf8");
const explained = [...page.matchAll(/^\| `([A-Z_]+)` \| (.+) \| (.+) \|$/gm)].map(([, code, means, fix]) => ({
  code: code as string,
  means: means as string,
  fix: fix as string,
}));
const families = [...new Set([...page.matchAll(/`([A-Z]+)_…`/g)].map(([, family]) => family as string))];

/** Words of the same form that are no codes of ours. */
const NOT_CODES = /^(CONNECTOR_SYSTEMS|MAIL_QUEUED|SHOP_INACTIVE|RULE_PROBLEMS)$/;

const sources = ["server", "embeddings", "sandbox", "widget", "studio"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !/(^|\/)(built|stubs)\//.test(name))
    .map((name) => readFileSync(`${root}/${name}`, "utf8")),
);
const used = new Set(
  sources.flatMap((text) => [
    ...[...text.matchAll(new RegExp(`\\b(?:${families.join("|")})_[A-Z]+(?:_[A-Z]+)*\\b`, "g"))].map(([code]) => code),
    // Whatever an error of ours calls its code, in a family that is listed or not.
    ...[...text.matchAll(/\breadonly code = "([A-Z_]+)"/g)].map(([, code]) => code as string),
  ]),
);

describe("docs/errors.md", () => {
  it("lists codes, each once", () => {
    expect(explained.length).toBeGreaterThan(90);
    expect(families).toEqual(expect.arrayContaining(["POLICY", "RULES", "STORE", "TOOLS"]));
    const codes = explained.map(({ code }) => code);
    expect(codes.length).toBe(new Set(codes).size);
  });

  it("explains every code of the sources", () => {
    const known = new Set(explained.map(({ code }) => code));
    expect([...used].filter((code) => !known.has(code) && !NOT_CODES.test(code)).toSorted()).toEqual([]);
  });

  it("explains none that is gone", () => {
    expect(explained.map(({ code }) => code).filter((code) => !used.has(code))).toEqual([]);
  });

  it("says of each what it means and what to do, in sentences", () => {
    for (const { code, means, fix } of explained) {
      expect(means, code).toMatch(/^[A-Z`].*[.)]$/);
      expect(fix, code).toMatch(/^[A-Z`].*[.?)]$/);
    }
  });
});
