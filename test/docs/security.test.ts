/** The threat table of docs/security.md: whole, and each test that it names is there. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("docs/security.md", "utf8");
const rows = [...page.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| (.+) \|$/gm)].map(
  ([, number, threat, defence, held]) => ({
    number: Number(number),
    threat: threat as string,
    defence: defence as string,
    held: held as string,
  }),
);
/** `test/…` with the name of a test, or a whole file. */
const NAMED = /`(test\/[\w./-]+)`(?: "((?:[^"\\]|\\.)+)")?/g;

it("has all 27 threats, each with a defence and with what holds it", () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 27 }, (_, n) => n + 1));
  for (const { number, threat, defence, held } of rows) {
    expect(threat.length, `row ${number}`).toBeGreaterThan(10);
    expect(defence.length, `row ${number}`).toBeGreaterThan(20);
    expect([...held.matchAll(NAMED)].length, `row ${number} names no test`).toBeGreaterThan(0);
  }
});

describe.each(rows)("threat $number", ({ held }) => {
  it.each([...held.matchAll(NAMED)].map(([, file, name]) => [file as string, name]))(
    "is held by %s %s",
    (file, name) => {
      expect(existsSync(file), `${file} is gone`).toBe(true);
      if (name === undefined) return;
      const text = readFileSync(file, "utf8").replaceAll("\\`", "`");
      expect(text.includes(name.replaceAll('\\"', '"')), `${file} has no test called "${name}"`).toBe(true);
    },
  );
});
