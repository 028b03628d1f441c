/** Every way out of a policy is walked in some conversation: each decision's branches, each hand-over's reason. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const here = import.meta.dirname;
const policiesDir = join(here, "../../policies");
const texts = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".convo.txt"))
  .map((file) => readFileSync(join(here, file), "utf8"));

interface PolicyFile {
  readonly steps: readonly {
    readonly decide?: string;
    readonly on?: Readonly<Record<string, string>>;
    readonly handoff?: { readonly reason: string };
  }[];
}

/** The level is one of a fixed list and always known: these branches stand there because a file must have them. */
const UNREACHABLE = ["rules identity-level: otherwise", "rules identity-level: unknown"];

describe.each(["wismo", "identify-customer", "order-by-number", "talk-to-a-person"])("%s", (id) => {
  const policy = JSON.parse(readFileSync(join(policiesDir, `${id}.policy.json`), "utf8")) as PolicyFile;
  const ways = policy.steps.flatMap(({ decide, on, handoff }) => [
    ...(decide === undefined ? [] : Object.keys(on ?? {}).map((event) => `rules ${decide}: ${event}`)),
    ...(handoff === undefined ? [] : [`handed over to gladly: ${handoff.reason}`]),
  ]);
  test.each([...new Set(ways)].filter((way) => !UNREACHABLE.includes(way)))("%s happens in a conversation", (way) => {
    const said = new RegExp(`^- ${way}(?: \\(|$)`, "m");
    expect(texts.some((text) => said.test(text))).toBe(true);
  });
});
