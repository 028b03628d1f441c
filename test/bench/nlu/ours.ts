import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Classification,
  type Encoder,
  type EvalRow,
  judgeAll,
  loadIntents,
  openClassifier,
  trainOn,
} from "../../../embeddings/index.js";
import type { Taught } from "./peers.js";
import { toExample } from "./peers.js";

export const OURS = "ours";

/** Trains as `aftersale eval --train` does. */
export async function learnOurs(
  train: readonly EvalRow[],
  validation: readonly EvalRow[] | undefined,
  encoder: Encoder,
  step: (title: string, done: number, total: number) => void,
): Promise<Taught> {
  return trainOn(train.map(toExample), validation?.map(toExample), encoder, step);
}

const LONGEST_TOKENS = 40;
const WARM_UP = 20;

/** Milliseconds a message, encoder included, one after the other, each text for the first time. */
export async function latencyOf(rows: readonly EvalRow[]): Promise<{ p50: number; p99: number }> {
  const classifier = await openClassifier();
  try {
    // Words and signs: the encoder cuts rare words further, so that some messages are a little longer than 40 tokens.
    const short = rows.filter(
      ({ text }) => (text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []).length <= LONGEST_TOKENS,
    );
    for (let i = 0; i < WARM_UP; i++) await classifier.classify(`is this warm ${"yet ".repeat(i)}`);
    const times = (await judgeAll(short, classifier, () => {})).map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  } finally {
    await classifier.close();
  }
}

/** Seconds until a shop with so many messages of its own answers for the first time, and at a later start. */
export async function startsWith(count: number): Promise<{ first: number; later: number }> {
  const folder = await mkdtemp(join(tmpdir(), "aftersale-nlu-"));
  try {
    const { intents, utterances } = await loadIntents();
    const share = count / utterances.length;
    for (const intent of intents) {
      const own = utterances.filter((each) => each.intent === intent.id).map(({ text }) => text);
      const some = own.slice(0, Math.round(own.length * share));
      await writeFile(join(folder, `${intent.id}.json`), JSON.stringify({ ...intent, utterances: some }));
    }
    const start = async (): Promise<number> => {
      const begun = performance.now();
      const classifier = await openClassifier({ intentsDir: folder, cacheDir: join(folder, "cache") });
      await classifier.classify("where is my order");
      const seconds = (performance.now() - begun) / 1_000;
      await classifier.close();
      return seconds;
    };
    return { first: await start(), later: await start() };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The shop's own classifier as it ships. */
export async function openOurs(): Promise<{ classify(text: string): Promise<Classification>; close(): Promise<void> }> {
  return openClassifier();
}

/** For the report: which head was measured. */
export async function shippedHead(): Promise<string> {
  const sidecar = JSON.parse(await readFile(new URL("../../../embeddings/trained/head.json", import.meta.url), "utf8"));
  return String(sidecar.head).slice(0, 12);
}
