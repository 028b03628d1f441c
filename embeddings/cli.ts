import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { type ClassifierOptions, openClassifier, shippedCalibration } from "./classify.js";
import { type Encoder, openEncoder } from "./encode.js";
import { compareRuns } from "./eval-compare.js";
import { reportHtml } from "./eval-html.js";
import { type EvalReport, reportTables } from "./eval-report.js";
import { type BadRow, type EvalRow, readRows } from "./eval-rows.js";
import { crossValidate, judgeAll, type Step, type Trained, toReport, trainOn } from "./eval-run.js";
import { loadIntents } from "./intents-load.js";

export interface CliStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Draws progress; silent when left out. */
  readonly progress?: Step;
}

export interface ClassifyOptions extends ClassifierOptions {
  /** Train on this file (JSON Lines or CSV) instead of taking the shop's own classifier. */
  readonly train?: string;
  /** Choose what is sure enough on this file. */
  readonly validate?: string;
}

export interface EvalOptions extends ClassifyOptions {
  readonly files: readonly string[];
  readonly json?: string;
  readonly html?: string;
  readonly compare?: string;
  /** Number of parts. Without files, the shop's own examples. */
  readonly crossValidate?: number;
  /** `accuracy=0.8`, `costly.rate=0.02`: paths into the JSON report. */
  readonly failUnder?: readonly string[];
}

/** Bad input: said on stderr, exit code 2. */
class InputError extends Error {}

/** `aftersale classify`: one message a line in, one JSON object a line out, in order. */
export async function runClassify(options: ClassifyOptions, streams: CliStreams): Promise<number> {
  return reportingBadInput(streams, async () => {
    const opened = await openFor(options, streams);
    try {
      for await (const line of createInterface({ input: streams.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
        streams.stdout.write(`${JSON.stringify(await opened.classifier.classify(line))}\n`);
      }
      return 0;
    } finally {
      await opened.close();
    }
  });
}

/** `aftersale eval`: exit code 0, 1 when a metric falls short of `failUnder`, 2 on bad input. */
export async function runEval(options: EvalOptions, streams: CliStreams): Promise<number> {
  return reportingBadInput(streams, async () => {
    const bars = (options.failUnder ?? []).map(parseBar);
    const earlier = options.compare === undefined ? undefined : await readEarlier(options.compare);
    const report = await evaluate(options, streams);
    const compared = earlier === undefined ? undefined : compareRuns(wrongIn(earlier), wrongIn(report));
    const whole: EvalReport = compared === undefined ? report : { ...report, compared };
    streams.stdout.write(reportTables(whole));
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(whole, null, 1)}\n`);
    if (options.html !== undefined) await writeFile(options.html, reportHtml(whole));
    const short = bars.flatMap((bar) => fallsShort(bar, whole));
    for (const line of short) streams.stderr.write(`${line}\n`);
    return short.length > 0 ? 1 : 0;
  });
}

async function reportingBadInput(streams: CliStreams, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    streams.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function evaluate(options: EvalOptions, streams: CliStreams): Promise<EvalReport> {
  const step = streams.progress ?? (() => {});
  if (options.crossValidate !== undefined) return evaluateCrossed(options, options.crossValidate, step);
  const { rows, bad } = await readAll(options.files);
  const started = performance.now();
  const opened = await openFor(options, streams);
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  try {
    const unknown = [...new Set(rows.map(({ intent }) => intent))].filter((intent) => !opened.labels.includes(intent));
    if (unknown.length > 0) {
      throw new InputError(
        `The classifier cannot know ${unknown.slice(0, 10).join(", ")}${unknown.length > 10 ? ` and ${unknown.length - 10} more` : ""}. ` +
          `It knows: ${opened.labels.slice(0, 20).join(", ")}${opened.labels.length > 20 ? ", …" : ""}. ` +
          "Name a training file with --train, or correct the labels.",
      );
    }
    const judged = await judgeAll(rows, opened.classifier, step);
    const train = opened.trainedOn === undefined ? {} : { train: { n: opened.trainedOn, seconds } };
    return toReport(judged, { files: options.files, bad, ...train });
  } finally {
    await opened.close();
  }
}

async function evaluateCrossed(options: EvalOptions, folds: number, step: Step): Promise<EvalReport> {
  if (!Number.isInteger(folds) || folds < 2 || folds > 20)
    throw new InputError("--cross-validate takes a number from 2 to 20.");
  const own = options.files.length === 0;
  const { rows, bad } = own ? { rows: await ownRows(options.intentsDir), bad: [] } : await readAll(options.files);
  const encoder = await openEncoder(options.modelDir == null ? {} : { modelDir: options.modelDir });
  try {
    const calibration = own ? await shippedCalibration() : undefined;
    const { judged, seconds } = await crossValidate(rows, folds, encoder, calibration, step);
    const files = own ? ["the shop's own examples"] : options.files;
    return toReport(judged, { files, bad, train: { n: rows.length, seconds: Math.round(seconds * 100) / 100 } });
  } finally {
    await encoder.close();
  }
}

async function ownRows(intentsDir: string | undefined): Promise<EvalRow[]> {
  const { utterances } = await loadIntents(intentsDir);
  const lines = new Map<string, number>();
  return utterances.map(({ text, intent, also, style }) => {
    const line = (lines.get(intent) ?? 0) + 1;
    lines.set(intent, line);
    return { file: `${intent}.json`, line, text, intent, also, tags: style };
  });
}

interface Opened {
  readonly classifier: Pick<Trained, "classify">;
  readonly labels: readonly string[];
  readonly trainedOn?: number;
  close(): Promise<void>;
}

async function openFor(options: ClassifyOptions, streams: CliStreams): Promise<Opened> {
  const step = streams.progress ?? (() => {});
  if (options.train === undefined) {
    const onProgress = (done: number, total: number): void => step("Learning the shop's intents", done, total);
    const classifier = await openClassifier({ onProgress, ...options });
    return { classifier, labels: classifier.intents.map(({ id }) => id), close: () => classifier.close() };
  }
  const training = await readAll([options.train], streams);
  const validation = options.validate === undefined ? undefined : await readAll([options.validate], streams);
  const encoder: Encoder = await openEncoder(options.modelDir == null ? {} : { modelDir: options.modelDir });
  try {
    const trained = await trainOn(training.rows.map(toExample), validation?.rows.map(toExample), encoder, step);
    return {
      classifier: trained,
      labels: trained.labels,
      trainedOn: training.rows.length,
      close: () => encoder.close(),
    };
  } catch (error) {
    await encoder.close();
    throw error;
  }
}

function toExample({ text, intent }: EvalRow): { text: string; label: string } {
  return { text, label: intent };
}

async function readAll(files: readonly string[], streams?: CliStreams): Promise<{ rows: EvalRow[]; bad: BadRow[] }> {
  if (files.length === 0) throw new InputError("Name at least one file of labelled messages (JSON Lines or CSV).");
  const rows: EvalRow[] = [];
  const bad: BadRow[] = [];
  for (const file of files) {
    let content: string;
    try {
      content = await readFile(file, "utf8");
    } catch (error) {
      throw new InputError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    const read = readRows(basename(file), content);
    rows.push(...read.rows);
    bad.push(...read.bad);
  }
  if (rows.length === 0) {
    const why = bad.slice(0, 5).map(({ file, line, why: reason }) => `  ${file}:${line} ${reason}`);
    throw new InputError([`No usable row in ${files.join(", ")}.`, ...why].join("\n"));
  }
  for (const { file, line, why } of bad) streams?.stderr.write(`skipped ${file}:${line} ${why}\n`);
  return { rows, bad };
}

const Earlier = z.object({ contract: z.literal(1), errors: z.array(z.object({ file: z.string(), line: z.number() })) });

async function readEarlier(file: string): Promise<z.infer<typeof Earlier>> {
  try {
    return Earlier.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    throw new InputError(`${file} is not a report that eval --json has written.`);
  }
}

function wrongIn({ errors }: z.infer<typeof Earlier> | EvalReport): Set<string> {
  return new Set(errors.map(({ file, line }) => `${file}:${line}`));
}

interface Bar {
  readonly path: string;
  readonly value: number;
}

function parseBar(text: string): Bar {
  const [path = "", number = ""] = text.split("=");
  const value = Number(number);
  if (path === "" || number.trim() === "" || !Number.isFinite(value)) {
    throw new InputError(`--fail-under takes METRIC=VALUE, such as accuracy=0.8; found "${text}".`);
  }
  return { path: path.trim(), value };
}

/** Of these, less is better. */
const LOWER_IS_BETTER = /^(?:costly|calibration|latencyMs)\.|^peakMemoryMB$/;

function fallsShort({ path, value }: Bar, report: EvalReport): string[] {
  let found: unknown = report;
  for (const part of path.split(".")) {
    found = typeof found === "object" && found !== null ? (found as Record<string, unknown>)[part] : undefined;
  }
  if (typeof found !== "number") throw new InputError(`There is no metric "${path}" in this report.`);
  const bad = LOWER_IS_BETTER.test(path) ? found > value : found < value;
  const side = LOWER_IS_BETTER.test(path) ? "above" : "below";
  return bad ? [`${path} is ${found}, ${side} ${value}`] : [];
}
