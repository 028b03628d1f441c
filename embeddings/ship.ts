/**
 * For maintainers, after a change to the shipped intents, to the encoder, or to the way of learning:
 *
 *     node --import tsx embeddings/ship.ts [--calibrate HELD-BACK.jsonl]
 *
 * Learns from `embeddings/intents/` and writes `embeddings/trained/`; with messages that are in no intent's file, chooses
 * `embeddings/calibration.json` anew. Two runs write the same bytes.
 */
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_CACHE_DIR } from "./cache-files.js";
import { fitCalibration, type LabelledMessage } from "./calibration-fit.js";
import { examplesOf, openBrain } from "./classify.js";
import { openEncoder } from "./encode.js";
import { readRows } from "./eval-rows.js";
import { examplesFile, keepExamples } from "./examples-kept.js";
import { loadIntents } from "./intents-load.js";
import { learnKey, score } from "./learned.js";
import { keepLearned, SHIPPED_DIR } from "./learned-file.js";

const { values } = parseArgs({ options: { calibrate: { type: "string" } } });
const { utterances } = await loadIntents();
const examples = examplesOf(utterances);
const encoder = await openEncoder();
const onProgress = (done: number, total: number): void => {
  if (done % 2_000 === 0 || done === total) process.stderr.write(`${done}/${total}\n`);
};
const brain = await openBrain(examples, encoder, { cacheDir: DEFAULT_CACHE_DIR, onProgress });
await keepLearned(SHIPPED_DIR, learnKey(examples, encoder.id), brain.learned);
await keepExamples(examplesFile(SHIPPED_DIR), examples);
if (values.calibrate !== undefined) {
  const { rows } = readRows(basename(values.calibrate), await readFile(values.calibrate, "utf8"));
  const messages: LabelledMessage[] = [];
  for (const { text, intent } of rows)
    messages.push({ ...(await score(text, brain.learned, encoder, brain.index)), label: intent });
  const howChosen =
    `${rows.length} hand-written shopper messages held back from training and tuning, harder than what shoppers mostly write: ` +
    "lowest log loss for sharpness, votes, outOfScope and distance; then the lowest thresholds that keep the budgets: of what is " +
    "accepted at most 7.5 % wrong, a money policy started wrongly in at most 1 % of all messages, and of what is asked about the " +
    "right intent among the three offered in 80 %";
  const calibration = fitCalibration(messages, brain.learned.labels, howChosen);
  const file = fileURLToPath(new URL("./calibration.json", import.meta.url));
  await writeFile(file, `${JSON.stringify(calibration, null, 2)}\n`);
}
await encoder.close();
