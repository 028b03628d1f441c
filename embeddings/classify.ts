import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DEFAULT_CACHE_DIR } from "./cache-files.js";
import { answerable, Calibration, outcomeOf, probabilities } from "./calibration.js";
import type { Classification } from "./classification.js";
import { splitWishes } from "./clauses.js";
import { type Encoder, openEncoder } from "./encode.js";
import { IntentsInvalidError } from "./errors.js";
import { examplesFile, keepExamples } from "./examples-kept.js";
import { openIndex } from "./index-cached.js";
import type { NeighbourIndex } from "./index-exact.js";
import { DEFAULT_INTENTS_DIR, type Intent, loadIntents, type Utterance } from "./intents-load.js";
import {
  type Example,
  type Learned,
  type LearnSettings,
  learn,
  learnKey,
  type Progress,
  type Scored,
  score,
} from "./learned.js";
import { keepLearned, readLearned, SHIPPED_DIR } from "./learned-file.js";
import type { Log } from "./log.js";
import { embedAll } from "./vector-store.js";
import { type Ranked, readWishes } from "./wishes.js";

const SHOWN_NEIGHBOURS = 5;
/** The cosine of two equal texts, less rounding. */
const SAME = 0.9999;
const SURE_OF_EXAMPLE = 0.98;
/** Each costs an encoding; the first and the last say most. */
const MOST_CLAUSES = 6;
const LONGEST_PART = 300;

export interface Classifier {
  readonly intents: readonly Intent[];
  /** @throws {EncoderBusyError} too many messages are waiting */
  classify(text: string): Promise<Classification>;
  /** For whatever else is found by meaning; absent where no model is installed. It is closed with the classifier. */
  readonly encoder: Encoder | undefined;
  /** A message as it is classified, typing errors mended: of this text the encoder has a vector already. */
  spell(text: string): string;
  close(): Promise<void>;
}

export interface ClassifierOptions {
  /** Folder of `*.json`, one an intent; default `embeddings/intents/`. */
  readonly intentsDir?: string;
  /** Default `.aftersale/understanding/` in the project. */
  readonly cacheDir?: string;
  /** Folder of the model; null where none is installed: words and runs of characters alone then decide, far less well. */
  readonly modelDir?: string | null;
  readonly log?: Log;
  /** Told while the examples are encoded and learned: only at the first start and after a change. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Opens the encoder and everything learned from the intents. The shipped intents come learned; encoding them for the
 * nearest examples takes half a minute at the first start. After a change to them, learning takes a minute or
 * two, once; what did not change is not encoded again.
 *
 * @throws {IntentsInvalidError} with all problems of the intents' files
 * @throws {ModelFileMissingError | ModelFileDamagedError}
 */
export async function openClassifier(options: ClassifierOptions = {}): Promise<Classifier> {
  const { intents, utterances, problems } = await loadIntents(options.intentsDir ?? DEFAULT_INTENTS_DIR);
  if (problems.some(({ severity }) => severity === "error")) throw new IntentsInvalidError(problems);
  const { modelDir, log } = options;
  const encoder =
    modelDir === null
      ? undefined
      : await openEncoder({ ...(modelDir === undefined ? {} : { modelDir }), ...(log === undefined ? {} : { log }) });
  try {
    const cacheDir = options.cacheDir ?? DEFAULT_CACHE_DIR;
    const examples = examplesOf(utterances);
    const brain = await openBrain(examples, encoder, { ...options, cacheDir });
    // What the next edit is compared with. Where nothing can be kept, nothing is compared.
    const live = examplesFile(cacheDir, resolve(options.intentsDir ?? DEFAULT_INTENTS_DIR));
    await keepExamples(live, examples).catch((error: unknown) =>
      log?.warn({ live, error }, "the examples are not kept"),
    );
    const calibration = await shippedCalibration();
    return {
      intents,
      classify: (text) => classifyWith(text, brain, calibration),
      encoder,
      spell: (text) => brain.learned.spelling.correct(text.slice(0, 2_000)),
      close: async () => encoder?.close(),
    };
  } catch (error) {
    await encoder?.close();
    throw error;
  }
}

export function examplesOf(utterances: readonly Utterance[]): Example[] {
  return utterances.map(({ text, intent }) => ({ text, label: intent }));
}

/** How sure is sure enough for the shipped encoder and the way of learning: chosen once, kept beside the code. */
export async function shippedCalibration(): Promise<Calibration> {
  const file = new URL("./calibration.json", import.meta.url);
  return Calibration.parse(JSON.parse(await readFile(file, "utf8")));
}

/** Everything that scores a message. */
export interface Brain {
  readonly learned: Learned;
  /** Both absent where no model is installed. */
  readonly encoder: Encoder | undefined;
  readonly index: NeighbourIndex | undefined;
}

/** Reads what was learned from these examples, or learns it. Only the shop's own settings are kept, and only in a `cacheDir`. */
export async function openBrain(
  examples: readonly Example[],
  encoder: Encoder | undefined,
  {
    cacheDir,
    log,
    onProgress,
    settings,
  }: { cacheDir?: string; log?: Log; onProgress?: ClassifierOptions["onProgress"]; settings?: LearnSettings },
): Promise<Brain> {
  const key = learnKey(examples, encoder?.id ?? "no encoder");
  let learned: Learned | undefined;
  if (cacheDir !== undefined) {
    learned =
      (await readLearned(cacheDir, key, examples, encoder)) ??
      (await readLearned(SHIPPED_DIR, key, examples, encoder)) ??
      // `aftersale check` may have learned an edit before the start.
      (await readLearned(join(cacheDir, "compared", "after"), key, examples, encoder));
  }
  const wasKept = learned !== undefined;
  if (learned === undefined) {
    log?.info({ examples: examples.length }, "the examples changed and are learned again");
    const embed = (texts: readonly string[], done: (n: number, total: number) => void): Promise<Float32Array[]> =>
      encoder === undefined ? Promise.resolve([]) : embedAll(texts, encoder, cacheDir, done);
    const fresh = await learn(examples, encoder, embed, asOneBar(onProgress), settings);
    learned = await keepLearned(cacheDir, key, fresh);
  }
  if (encoder === undefined) return { learned, encoder, index: undefined };
  const { spelling } = learned;
  const texts = examples.map(({ text }) => spelling.correct(text));
  const source = {
    encoderId: encoder.id,
    dimension: encoder.dimension,
    texts,
    // After learning all of these are known already.
    vectors: () => embedAll(texts, encoder, cacheDir, wasKept ? onProgress : undefined),
  };
  return { learned, encoder, index: await openIndex(source, cacheDir, log) };
}

/** Encoding and training as one bar; the training counts as half the encoding. */
export function asOneBar(onProgress: ClassifierOptions["onProgress"]): (progress: Progress) => void {
  let encoded = 100;
  return ({ stage, done, total }) => {
    if (stage === "examples") encoded = total;
    const all = encoded + Math.ceil(encoded / 2);
    onProgress?.(stage === "examples" ? done : encoded + Math.ceil((encoded / 2) * (done / total)), all);
  };
}

export async function classifyWith(
  text: string,
  { learned, encoder, index }: Brain,
  calibration: Calibration,
): Promise<Classification> {
  const labels = answerable(learned.labels);
  const rank = (scored: Scored): Ranked[] =>
    [...probabilities(scored, learned.labels, calibration)]
      .map((probability, i) => ({ intent: labels[i] ?? "", probability }))
      .sort((a, b) => b.probability - a.probability || (a.intent < b.intent ? -1 : 1));
  const scored = await score(text, learned, encoder, index);
  const whole = asWritten(text, scored, learned, rank(scored));
  const parts = endsOf(splitWishes(text.slice(0, 2_000)));
  const clauses: { text: string; ranking: Ranked[] }[] = [];
  for (const part of parts) {
    clauses.push({
      text: part,
      ranking:
        parts.length === 1 ? whole : rank(await score(part.slice(0, LONGEST_PART), learned, encoder, index, true)),
    });
  }
  const { intent, also } = readWishes(whole, clauses);
  const ranking = withFirst(intent, whole);
  const confidence = ranking[0]?.probability ?? 0;
  // Without a letter or a digit there is nothing to act on.
  const outcome = /[\p{L}\p{N}]/u.test(text) ? outcomeOf(intent, confidence, calibration) : "unsure";
  return {
    text,
    outcome,
    intent,
    confidence,
    ranking,
    also,
    clauses: clauses.map((clause) => ({
      text: clause.text,
      intent: clause.ranking[0]?.intent ?? intent,
      confidence: clause.ranking[0]?.probability ?? 0,
    })),
    nearest: scored.nearest.slice(0, SHOWN_NEIGHBOURS).map(({ example, similarity }) => ({
      text: learned.examples[example]?.text ?? "",
      intent: learned.examples[example]?.label ?? "",
      similarity,
    })),
  };
}

/** A message that is word for word an example means what the merchant said it means. */
function asWritten(text: string, { nearest }: Scored, { examples }: Learned, ranking: Ranked[]): Ranked[] {
  const [near] = nearest;
  const example = near === undefined || near.similarity < SAME ? undefined : examples[near.example];
  if (example === undefined || bare(example.text) !== bare(text)) return ranking;
  const others = 1 - (ranking.find(({ intent }) => intent === example.label)?.probability ?? 0);
  const left = others === 0 ? 0 : Math.min(1, (1 - SURE_OF_EXAMPLE) / others);
  return ranking
    .map(({ intent, probability }) => ({
      intent,
      probability: intent === example.label ? 1 - others * left : probability * left,
    }))
    .sort((a, b) => b.probability - a.probability);
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function endsOf(clauses: readonly string[]): string[] {
  if (clauses.length <= MOST_CLAUSES) return [...clauses];
  return [...clauses.slice(0, MOST_CLAUSES / 2), ...clauses.slice(-MOST_CLAUSES / 2)];
}

/** The intent named first leads the ranking; the one that scored higher but comes later takes its place. */
function withFirst(intent: string, whole: readonly Ranked[]): Ranked[] {
  const at = whole.findIndex((ranked) => ranked.intent === intent);
  const [best] = whole;
  const chosen = whole[at];
  if (at <= 0 || best === undefined || chosen === undefined) return [...whole];
  return whole.map((ranked, i) =>
    i === 0
      ? { intent, probability: best.probability }
      : i === at
        ? { intent: best.intent, probability: chosen.probability }
        : ranked,
  );
}
