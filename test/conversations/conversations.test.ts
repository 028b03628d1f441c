/**
 * Every `*.convo.txt` below this folder is one test. `ACCEPT_WORDING=1 npx vitest run test/conversations` writes changed
 * replies into the files: read the diff before you commit it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";
import {
  accepted,
  conversationFiles,
  differences,
  failuresOf,
  hold,
  parseConvo,
  reportOf,
} from "../../server/cli/rehearsal/index.js";
import { coverageOf, type PolicySet, type WayTaken } from "../../server/dialogue/index.js";

const here = import.meta.dirname;
const acceptsWording = process.env.ACCEPT_WORDING === "1";

/** After the intents' examples have changed, all of them are encoded anew. */
const FIRST_START_MS = 600_000;

let classifier: Classifier;
let policies: PolicySet | undefined;
const taken: WayTaken[] = [];
beforeAll(async () => {
  classifier = await openClassifier();
}, FIRST_START_MS);
afterAll(() => classifier.close());

const files = conversationFiles(here);
for (const file of files) {
  const text = readFileSync(join(here, file), "utf8");
  const title = /^Title: (.*)$/m.exec(text)?.[1] ?? "has a title";
  test(`${file}: ${title}`, async () => {
    const convo = parseConvo(file, text);
    const happened = await hold(convo, {
      classifier,
      onWays: (ways) => taken.push(...ways),
      onPolicies: (set) => {
        policies = set;
      },
    });
    if (acceptsWording) writeFileSync(join(here, file), accepted(text, convo, happened));
    const differs = differences(convo, happened);
    if (differs !== undefined && !acceptsWording) throw new Error(`${file}\n\n${differs}\n`);
  });
}

test("every way through every policy is taken by some conversation", () => {
  if (policies === undefined) throw new Error("No conversation was held.");
  const found = coverageOf(policies, taken, failuresOf);
  expect(found.missing, reportOf(found)).toEqual([]);
});
