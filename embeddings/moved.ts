/**
 * What an edit of the intents does to everything else: each example that was not edited, and each message of the past, is
 * decided with what was learned before and with what is learned now.
 */
import { join, resolve } from "node:path";
import { DEFAULT_CACHE_DIR } from "./cache-files.js";
import type { Classification } from "./classification.js";
import { asOneBar, type Brain, classifyWith, examplesOf, shippedCalibration } from "./classify.js";
import { type Encoder, openEncoder } from "./encode.js";
import { IntentsInvalidError } from "./errors.js";
import { examplesFile, readExamples } from "./examples-kept.js";
import { textsToEmbed } from "./features.js";
import { openIndex } from "./index-cached.js";
import type { NeighbourIndex } from "./index-exact.js";
import { DEFAULT_INTENTS_DIR, loadIntents } from "./intents-load.js";
import { type Example, learn, learnKey } from "./learned.js";
import { isLearnedFrom, keepLearned, readLearned, SHIPPED_DIR } from "./learned-file.js";
import { embedAll, keptVectors } from "./vector-store.js";

/** What was learned for a comparison, beside what a server uses: a start after the edit finds it there. */
export const COMPARED = "compared";

export interface MovesOptions {
  readonly intentsDir?: string;
  readonly cacheDir?: string;
  readonly modelDir?: string;
  /** Messages of the past, as shoppers wrote them; asked for only when there is something to compare. */
  readonly messages?: () => Promise<readonly string[]>;
  readonly onProgress?: (title: string, done: number, total: number) => void;
}

export interface Decided {
  readonly intent: string;
  readonly outcome: Classification["outcome"];
  readonly confidence: number;
}

export interface Moved {
  readonly text: string;
  /** Of an example: the intent that it stands under. */
  readonly of?: string;
  readonly before: Decided;
  readonly after: Decided;
}

export interface Compared {
  /** How many were decided twice. */
  readonly total: number;
  /** Now taken for something else, or for nothing certain, or no longer so; in their order. */
  readonly elsewhere: readonly Moved[];
  /** The same intent, but now asked about first, or no longer. */
  readonly asked: readonly Moved[];
}

export interface Moves {
  /** With what was compared: the examples of the last start, or those that the product is shipped with. */
  readonly since: "last start" | "shipped";
  readonly edited: { readonly added: number; readonly removed: number; readonly relabelled: number };
  readonly examples: Compared;
  readonly messages: Compared;
}

/**
 * Learns the edited intents where that was not done yet (a quarter of a minute to a minute, kept for the next start), and
 * decides everything twice.
 *
 * @returns undefined when the intents are those of before
 * @throws {IntentsInvalidError | ModelFileMissingError | ModelFileDamagedError}
 */
export async function findMoves(options: MovesOptions = {}): Promise<Moves | undefined> {
  const intentsDir = options.intentsDir ?? DEFAULT_INTENTS_DIR;
  const cacheDir = options.cacheDir ?? DEFAULT_CACHE_DIR;
  const { utterances, problems } = await loadIntents(intentsDir);
  if (problems.some(({ severity }) => severity === "error")) throw new IntentsInvalidError(problems);
  const now = examplesOf(utterances);
  const lastStart = await readExamples(examplesFile(cacheDir, resolve(intentsDir)));
  const before = lastStart ?? (await readExamples(examplesFile(SHIPPED_DIR)));
  if (before === undefined || sameExamples(before, now)) return undefined;
  const { onProgress, modelDir } = options;
  const messages = (await options.messages?.()) ?? [];
  const encoder = await openEncoder(modelDir === undefined ? {} : { modelDir });
  try {
    // Shipped examples of another edition than the shipped head would show edits that nobody made.
    if (lastStart === undefined && !(await isLearnedFrom(SHIPPED_DIR, before, encoder))) return undefined;
    const calibration = await shippedCalibration();
    const dir = join(cacheDir, COMPARED);
    const { remembering, keep } = await rememberVectors(encoder, [cacheDir, dir]);
    const step = (title: string) => (done: number, total: number) => onProgress?.(title, done, total);
    const old = await openComparedBrain(before, remembering, dir, "before", cacheDir, step("Learning what was before"));
    const fresh = await openComparedBrain(
      now,
      remembering,
      dir,
      "after",
      cacheDir,
      step("Learning the edited examples"),
    );
    const kept = unedited(before, now);
    const decide = (text: string, brain: Brain, own?: number): Promise<Classification> =>
      classifyWith(text, own === undefined ? brain : without(brain, own), calibration);
    const examples = await compare(
      kept.map(({ example, before: was, now: is }) => ({ text: example.text, of: example.label, was, is })),
      (text, own) => decide(text, old, own),
      (text, own) => decide(text, fresh, own),
      step("Deciding the other examples"),
    );
    const past = await compare(
      [...new Set(messages)].map((text) => ({ text })),
      (text) => decide(text, old),
      (text) => decide(text, fresh),
      step("Deciding the messages of the past"),
    );
    await keep(dir);
    const since = lastStart === undefined ? "shipped" : "last start";
    return { since, edited: editsOf(before, now), examples, messages: past };
  } finally {
    await encoder.close();
  }
}

interface ToCompare {
  readonly text: string;
  readonly of?: string;
  /** Its place among the examples of before and of now. */
  readonly was?: number;
  readonly is?: number;
}

async function compare(
  all: readonly ToCompare[],
  old: (text: string, own?: number) => Promise<Classification>,
  fresh: (text: string, own?: number) => Promise<Classification>,
  onProgress: (done: number, total: number) => void,
): Promise<Compared> {
  const elsewhere: Moved[] = [];
  const asked: Moved[] = [];
  for (const [at, { text, of, was, is }] of all.entries()) {
    const before = decided(await old(text, was));
    const after = decided(await fresh(text, is));
    const moved: Moved = { text, ...(of !== undefined && { of }), before, after };
    if (destination(before) !== destination(after)) elsewhere.push(moved);
    else if (before.outcome !== after.outcome) asked.push(moved);
    onProgress(at + 1, all.length);
  }
  return { total: all.length, elsewhere, asked };
}

function decided({ intent, outcome, confidence }: Classification): Decided {
  return { intent, outcome, confidence };
}

/** Where the chat goes with it. What it is not sure of goes nowhere, whatever it resembles. */
function destination({ intent, outcome }: Decided): string {
  return outcome === "unsure" ? "" : intent;
}

/** As if this example were not among the nearest ones: else each would vote for itself, before and now. */
function without(brain: Brain, own: number): Brain {
  const { index } = brain;
  if (index === undefined) return brain;
  const others: NeighbourIndex = {
    ...index,
    nearest: (vector, k) =>
      index
        .nearest(vector, k + 1)
        .filter(({ label }) => label !== own)
        .slice(0, k),
  };
  return { ...brain, index: others };
}

/** Read where it was learned already, by a server or by an earlier comparison; else learned, and kept in its own place. */
async function openComparedBrain(
  examples: readonly Example[],
  encoder: Encoder,
  dir: string,
  slot: "before" | "after",
  cacheDir: string,
  onProgress: (done: number, total: number) => void,
): Promise<Brain> {
  const key = learnKey(examples, encoder.id);
  const own = join(dir, slot);
  let learned: Awaited<ReturnType<typeof readLearned>>;
  for (const place of [own, join(dir, slot === "before" ? "after" : "before"), cacheDir, SHIPPED_DIR]) {
    learned ??= await readLearned(place, key, examples, encoder);
  }
  const embed = (texts: readonly string[], done: (n: number, total: number) => void): Promise<Float32Array[]> =>
    embedAll(texts, encoder, dir, done);
  if (learned === undefined) {
    learned = await keepLearned(own, key, await learn(examples, encoder, embed, asOneBar(onProgress)));
  }
  const { spelling } = learned;
  const texts = examples.map(({ text }) => spelling.correct(text));
  // Encoded once and remembered: deciding all of them asks for these again.
  await embedAll([...new Set(texts.flatMap(textsToEmbed))], encoder, undefined);
  const source = { encoderId: encoder.id, dimension: encoder.dimension, texts, vectors: () => embed(texts, () => {}) };
  return { learned, encoder, index: await openIndex(source, own) };
}

/** The same encoder, but what lies in these folders, and what was encoded once, is not encoded again. */
async function rememberVectors(
  encoder: Encoder,
  dirs: readonly string[],
): Promise<{ remembering: Encoder; keep(dir: string): Promise<unknown> }> {
  const kept = await Promise.all(dirs.map((dir) => keptVectors(encoder, dir)));
  const known = new Map<string, Float32Array>();
  const remembering: Encoder = {
    ...encoder,
    async embed(text) {
      let vector = known.get(text);
      for (const find of kept) vector ??= find(text);
      vector ??= await encoder.embed(text);
      known.set(text, vector);
      return vector;
    },
  };
  return { remembering, keep: (dir) => embedAll([...known.keys()], remembering, dir) };
}

interface Unedited {
  readonly example: Example;
  readonly before: number;
  readonly now: number;
}

/** Examples that stand under the same intent before and now, each with its places. */
function unedited(before: readonly Example[], now: readonly Example[]): Unedited[] {
  const places = new Map(before.map((example, at) => [keyOf(example), at]));
  const seen = new Set<string>();
  return now.flatMap((example, at) => {
    const key = keyOf(example);
    const was = places.get(key);
    if (was === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ example, before: was, now: at }];
  });
}

function editsOf(before: readonly Example[], now: readonly Example[]): Moves["edited"] {
  const [old, fresh] = [before, now].map((examples) => new Map(examples.map(({ text, label }) => [text, label]))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  const count = (from: Map<string, string>, other: Map<string, string>): number =>
    [...from.keys()].filter((text) => !other.has(text)).length;
  const relabelled = [...fresh].filter(([text, label]) => old.has(text) && old.get(text) !== label).length;
  return { added: count(fresh, old), removed: count(old, fresh), relabelled };
}

/** In whatever order: moving a line within its file is no edit of what is meant. */
function sameExamples(before: readonly Example[], now: readonly Example[]): boolean {
  if (before.length !== now.length) return false;
  const sorted = (examples: readonly Example[]): string => JSON.stringify(examples.map(keyOf).sort());
  return sorted(before) === sorted(now);
}

function keyOf({ text, label }: Example): string {
  return JSON.stringify([label, text]);
}
