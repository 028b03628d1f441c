import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs", "seeds.md"), "utf8");
const policies = new Map(
  readdirSync(join(root, "policies"))
    .filter((name) => name.endsWith(".policy.json"))
    .map((name) => {
      const { id, steps } = JSON.parse(readFileSync(join(root, "policies", name), "utf8")) as {
        id: string;
        steps: { id: string }[];
      };
      return [id, new Set(steps.map((step) => step.id))] as const;
    }),
);

/** `policy / step`, then further steps of it in quotes of their own, up to the next policy. */
function stepsNamed(row: string): { policy: string; step: string }[] {
  const found: { policy: string; step: string }[] = [];
  let policy: string | undefined;
  for (const [, quoted = ""] of row.matchAll(/`([^`]+)`/g)) {
    const [name = "", step] = quoted.split(" / ");
    if (step !== undefined && policies.has(name)) {
      policy = name;
      found.push({ policy: name, step });
    } else if (policies.has(quoted)) policy = undefined;
    else if (policy !== undefined && /^[a-z][a-z0-9-]*$/.test(quoted)) found.push({ policy, step: quoted });
  }
  return found;
}

const tables = page.split("\n").filter((line) => line.startsWith("| ") && !line.includes("test/conversations"));

test("every step that the page about the articles names is a step of that policy", () => {
  const named = tables.flatMap((line) => stepsNamed(line.split("|").at(-2) ?? ""));
  expect(named.length).toBeGreaterThan(100);
  const events = ["in_transit", "delayed", "silent", "confirm"];
  const missing = named.filter(({ policy, step }) => !policies.get(policy)?.has(step) && !events.includes(step));
  expect(missing).toEqual([]);
});

test("every policy that is not about the shopper or a person stands on that page", () => {
  expect([...policies.keys()].filter((id) => !page.includes(`\`${id}`))).toEqual([]);
});
