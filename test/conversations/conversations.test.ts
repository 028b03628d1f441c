/**
 * Every `*.convo.txt` below this folder is one test. `ACCEPT_WORDING=1 npx vitest run test/conversations` writes changed
 * replies into the files: read the diff before you commit it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";
import { accepted } from "./accept.js";
import { differences } from "./compare.js";
import { parseConvo } from "./parse.js";
import { hold } from "./run.js";

const here = import.meta.dirname;
const acceptsWording = process.env.ACCEPT_WORDING === "1";

/** After the intents' examples have changed, all of them are encoded anew. */
const FIRST_START_MS = 600_000;

let classifier: Classifier;
beforeAll(async () => {
  classifier = await openClassifier();
}, FIRST_START_MS);
afterAll(() => classifier.close());

const files = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".convo.txt"));
for (const file of files.sort()) {
  const text = readFileSync(join(here, file), "utf8");
  const title = /^Title: (.*)$/m.exec(text)?.[1] ?? "has a title";
  test(`${file}: ${title}`, async () => {
    const convo = parseConvo(file, text);
    const happened = await hold(convo, classifier);
    if (acceptsWording) writeFileSync(join(here, file), accepted(text, convo, happened));
    const differs = differences(convo, happened);
    if (differs !== undefined && !acceptsWording) throw new Error(`${file}\n\n${differs}\n`);
  });
}
