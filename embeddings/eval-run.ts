import { answerable, type Calibration } from "./calibration.js";
import { fitCalibration, type LabelledMessage, lowestLoss } from "./calibration-fit.js";
import type { Classification } from "./classification.js";
import { type Brain, classifyWith, openBrain } from "./classify.js";
import type { Encoder } from "./encode.js";
import { isRight, type Judged, metricsOf } from "./eval-metrics.js";
import type { EvalReport } from "./eval-report.js";
import type { BadRow, EvalRow } from "./eval-rows.js";
import { OUT_OF_SCOPE } from "./intents-load.js";
import { type Example, FEW, FOREIGN, FOREIGN_FEW, type LearnSettings, labelsOf, SHOP, score } from "./learned.js";
import { seededRandom } from "./perturb.js";

export interface Trained {
  readonly labels: readonly string[];
  classify(text: string): Promise<Classification>;
}

export type Step = (title: string, done: number, total: number) => void;

/** With up to so many examples, every one is held back once to choose the calibration; with more, a fifth of them. */
const CROSS_FITTED = 3_000;
const FOLDS = 5;

/**
 * Trains on labelled messages, with the same code and settings as the shop's own classifier. What is sure enough is chosen
 * on `validation`, else on parts of the training messages that a first training did not see. Without an encoder words and
 * runs of characters alone decide.
 */
export async function trainOn(
  examples: readonly Example[],
  validation: readonly Example[] | undefined,
  encoder: Encoder | undefined,
  step: Step,
): Promise<Trained> {
  const remembering = encoder === undefined ? undefined : rememberVectors(encoder);
  const settings = await chooseSettings(examples, validation, remembering, step);
  const brain = await openBrain(examples, remembering, {
    settings,
    onProgress: (done, total) => step("Learning the training messages", done, total),
  });
  const { labels } = brain.learned;
  const heldBack =
    validation === undefined
      ? await holdBack(examples, remembering, settings, step)
      : await scoreAll(validation, brain, (done, total) => step("Reading the validation messages", done, total));
  const known = heldBack.filter(({ label }) => answerable(labels).includes(label));
  const where = validation === undefined ? "training messages held back" : "validation messages";
  const calibration = fitCalibration(known, labels, `${known.length} ${where}`);
  return { labels: answerable(labels), classify: (text) => classifyWith(text, brain, calibration) };
}

/** Enough to see which settings suit the messages better; more only takes longer. */
const TRIED_ON = 3_000;
const JUDGED_ON = 800;

/** Are these messages such as the encoder was tuned on, or foreign to it? What predicts held-back messages better. */
async function chooseSettings(
  examples: readonly Example[],
  validation: readonly Example[] | undefined,
  encoder: Encoder | undefined,
  step: Step,
): Promise<LearnSettings> {
  const folds = foldsOf(examples, FOLDS);
  const dealt = foldsOf(examples, Math.max(2, Math.ceil(examples.length / TRIED_ON)));
  const few = examples.length <= TRIED_ON;
  const held = (i: number): boolean => validation === undefined && folds[i] === 0;
  const some = examples.filter((_, i) => !held(i) && (few || dealt[i] === 0));
  const judgedBy = (validation ?? examples.filter((_, i) => held(i))).slice();
  const spread = Math.max(1, Math.floor(judgedBy.length / JUDGED_ON));
  const known = new Set(some.map(({ label }) => label));
  const sample = judgedBy.filter(({ label }, i) => i % spread === 0 && known.has(label));
  if (sample.length < FEWEST_JUDGED) return SHOP;
  const foreign = examples.length / labelsOf(examples).length < FEW ? FOREIGN_FEW : FOREIGN;
  const losses: number[] = [];
  for (const [i, settings] of [SHOP, foreign].entries()) {
    const tried = { ...settings, copies: 0 };
    const title = `Choosing settings, ${i + 1} of 2`;
    const brain = await openBrain(some, encoder, {
      settings: tried,
      onProgress: (done, total) => step(title, done, total),
    });
    losses.push(lowestLoss(await scoreAll(sample, brain), brain.learned.labels));
  }
  return (losses[1] ?? 0) < (losses[0] ?? 0) ? foreign : SHOP;
}
const FEWEST_JUDGED = 30;

async function holdBack(
  examples: readonly Example[],
  encoder: Encoder | undefined,
  settings: LearnSettings,
  step: Step,
): Promise<LabelledMessage[]> {
  const folds = foldsOf(examples, FOLDS);
  const used = examples.length <= CROSS_FITTED ? FOLDS : 1;
  const scored: LabelledMessage[] = [];
  for (let fold = 0; fold < used; fold++) {
    const title = used === 1 ? "Choosing thresholds" : `Choosing thresholds, part ${fold + 1} of ${used}`;
    const rest = examples.filter((_, i) => folds[i] !== fold);
    const out = examples.filter((_, i) => folds[i] === fold);
    const brain = await openBrain(rest, encoder, { settings, onProgress: (done, total) => step(title, done, total) });
    // Labels must be those of the whole training set; one that has no example left in `rest` cannot be judged.
    if (brain.learned.labels.length !== new Set(examples.map(({ label }) => label)).size) continue;
    scored.push(...(await scoreAll(out, brain)));
  }
  return scored;
}

async function scoreAll(
  examples: readonly Example[],
  { learned, encoder, index }: Brain,
  onProgress?: (done: number, total: number) => void,
): Promise<LabelledMessage[]> {
  const messages: LabelledMessage[] = [];
  for (const [i, { text, label }] of examples.entries()) {
    messages.push({ ...(await score(text, learned, encoder, index)), label });
    onProgress?.(i + 1, examples.length);
  }
  return messages;
}

/** Deals the examples of each label out evenly, in an order that is random but always the same. */
export function foldsOf(examples: readonly Example[], folds: number): number[] {
  const random = seededRandom(20_261);
  const order = examples.map((_, i) => ({ i, at: random() })).sort((a, b) => a.at - b.at);
  const dealt = new Map<string, number>();
  const fold: number[] = new Array(examples.length).fill(0);
  for (const { i } of order) {
    const label = examples[i]?.label ?? "";
    const next = dealt.get(label) ?? Math.floor(random() * folds);
    fold[i] = next % folds;
    dealt.set(label, next + 1);
  }
  return fold;
}

/** The same encoder, but each text is encoded once in the life of this run. */
export function rememberVectors(encoder: Encoder): Encoder {
  const known = new Map<string, Promise<Float32Array>>();
  return {
    ...encoder,
    embed: (text) => {
      const vector = known.get(text) ?? encoder.embed(text);
      known.set(text, vector);
      return vector;
    },
  };
}

/** Classifies every row. Latency is per message, encoder included, one after the other. */
export async function judgeAll(
  rows: readonly EvalRow[],
  classifier: Pick<Trained, "classify">,
  step: Step,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const [i, row] of rows.entries()) {
    const start = performance.now();
    const answer = await classifier.classify(row.text);
    judged.push({ row, answer, ms: performance.now() - start });
    step("Classifying", i + 1, rows.length);
  }
  return judged;
}

export interface CrossValidation {
  readonly judged: Judged[];
  readonly seconds: number;
}

/** Each row is classified by a training that did not see it. */
export async function crossValidate(
  rows: readonly EvalRow[],
  folds: number,
  encoder: Encoder,
  calibration: Calibration | undefined,
  step: Step,
): Promise<CrossValidation> {
  const examples = rows.map(({ text, intent }) => ({ text, label: intent }));
  const fold = foldsOf(examples, folds);
  const remembering = rememberVectors(encoder);
  const judged: Judged[] = [];
  const start = performance.now();
  const settings = calibration === undefined ? await chooseSettings(examples, undefined, remembering, step) : SHOP;
  for (let k = 0; k < folds; k++) {
    const rest = examples.filter((_, i) => fold[i] !== k);
    const out = rows.filter((_, i) => fold[i] === k);
    const title = `Part ${k + 1} of ${folds}`;
    const brain = await openBrain(rest, remembering, {
      settings,
      onProgress: (done, total) => step(title, done, total),
    });
    const sure =
      calibration ??
      fitCalibration(await holdBack(rest, remembering, settings, step), brain.learned.labels, "held back");
    judged.push(...(await judgeAll(out, { classify: (text) => classifyWith(text, brain, sure) }, step)));
  }
  return { judged, seconds: (performance.now() - start) / 1000 };
}

/** Puts a run's outcome into the public shape. */
export function toReport(
  judged: readonly Judged[],
  about: { files: readonly string[]; bad: readonly BadRow[]; train?: { n: number; seconds: number } },
): EvalReport {
  const times = judged.map(({ ms }) => ms).sort((a, b) => a - b);
  const total = times.reduce((a, b) => a + b, 0);
  const at = (share: number): number =>
    round2(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
  return {
    contract: 1,
    files: about.files,
    n: judged.length,
    ...(about.train === undefined ? {} : { train: about.train }),
    ...metricsOf(judged),
    latencyMs: { p50: at(0.5), p99: at(0.99) },
    perSecond: round2(total === 0 ? 0 : (1000 * judged.length) / total),
    peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
    bad: about.bad,
    errors: judged
      .filter((each) => !isRight(each))
      .map(({ row, answer }) => ({
        file: row.file,
        line: row.line,
        text: row.text,
        intent: row.intent,
        predicted: answer.intent,
        confidence: answer.confidence,
        nearest: answer.nearest,
      })),
    suggestions: suggestionsFor(judged),
  };
}

const SUGGESTIONS = 8;

/** What would help most: contradictions between a message and the examples, thin intents, messages worth labelling. */
function suggestionsFor(judged: readonly Judged[]): string[] {
  const lines: string[] = [];
  const contradicting = judged.filter(({ row, answer }) => {
    const [near] = answer.nearest;
    return near !== undefined && near.similarity > 0.95 && near.intent !== row.intent;
  });
  for (const { row, answer } of contradicting.slice(0, SUGGESTIONS)) {
    lines.push(
      `line ${row.line} is labelled ${row.intent}, but nearly the same example is in ${answer.nearest[0]?.intent}: decide which is right`,
    );
  }
  const missed = new Map<string, { n: number; wrong: number }>();
  for (const each of judged) {
    const { intent } = each.row;
    const count = missed.get(intent) ?? { n: 0, wrong: 0 };
    missed.set(intent, { n: count.n + 1, wrong: count.wrong + (isRight(each) ? 0 : 1) });
  }
  for (const [intent, { n, wrong }] of [...missed].sort(([, a], [, b]) => b.wrong / b.n - a.wrong / a.n).slice(0, 3)) {
    if (n >= 5 && wrong / n > 0.25)
      lines.push(`${intent} is missed in ${wrong} of ${n}: add examples in the words of those messages`);
  }
  const unsure = judged.filter(({ row, answer }) => answer.outcome === "unsure" && row.intent !== OUT_OF_SCOPE);
  if (unsure.length > 0) {
    lines.push(
      `${unsure.length} messages leave the classifier unsure; adding them as examples helps most, first line ${unsure
        .slice(0, SUGGESTIONS)
        .map(({ row }) => row.line)
        .join(", ")}`,
    );
  }
  return lines;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
