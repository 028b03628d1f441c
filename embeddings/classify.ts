import { DEFAULT_CACHE_DIR } from "./cache-files.js";
import type { Classification } from "./classification.js";
import { type Encoder, openEncoder } from "./encode.js";
import { IntentsInvalidError } from "./errors.js";
import { openIndex } from "./index-cached.js";
import type { NeighbourIndex } from "./index-exact.js";
import { DEFAULT_INTENTS_DIR, type Intent, loadIntents, type Utterance } from "./intents-load.js";
import type { Log } from "./log.js";
import { embedAll } from "./vector-store.js";

const NEIGHBOURS = 15;
const SHOWN_NEIGHBOURS = 5;

export interface Classifier {
  readonly intents: readonly Intent[];
  /** @throws {EncoderBusyError} too many messages are waiting */
  classify(text: string): Promise<Classification>;
  close(): Promise<void>;
}

export interface ClassifierOptions {
  /** Folder of `*.json`, one an intent; default `embeddings/intents/`. */
  readonly intentsDir?: string;
  /** Default `.aftersale/understanding/` in the project. */
  readonly cacheDir?: string;
  readonly modelDir?: string;
  readonly log?: Log;
  /** Told while the examples are encoded: only at the first start and after a change. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Opens the encoder and everything learned from the intents. Slow (half a minute) only when intents or model changed
 * since the last start with this `cacheDir`.
 *
 * @throws {IntentsInvalidError} with all problems of the intents' files
 * @throws {ModelFileMissingError | ModelFileDamagedError}
 */
export async function openClassifier(options: ClassifierOptions = {}): Promise<Classifier> {
  const { cacheDir = DEFAULT_CACHE_DIR, log } = options;
  const { intents, utterances, problems } = await loadIntents(options.intentsDir ?? DEFAULT_INTENTS_DIR);
  if (problems.some(({ severity }) => severity === "error")) throw new IntentsInvalidError(problems);
  const encoder = await openEncoder({
    ...(options.modelDir === undefined ? {} : { modelDir: options.modelDir }),
    ...(log === undefined ? {} : { log }),
  });
  try {
    const texts = utterances.map(({ text }) => text);
    const index = await openIndex(
      {
        encoderId: encoder.id,
        dimension: encoder.dimension,
        texts,
        vectors: () => embedAll(texts, encoder, cacheDir, options.onProgress),
      },
      cacheDir,
      log,
    );
    return {
      intents,
      classify: (text) => classify(text, encoder, index, intents, utterances),
      close: () => encoder.close(),
    };
  } catch (error) {
    await encoder.close();
    throw error;
  }
}

async function classify(
  text: string,
  encoder: Encoder,
  index: NeighbourIndex,
  intents: readonly Intent[],
  utterances: readonly Utterance[],
): Promise<Classification> {
  const neighbours = index.nearest(await encoder.embed(text), NEIGHBOURS).map(({ label, similarity }) => ({
    text: utterances[label]?.text ?? "",
    intent: utterances[label]?.intent ?? "",
    similarity,
  }));
  const weights = new Map(intents.map(({ id }) => [id, 1e-4]));
  for (const { intent, similarity } of neighbours) {
    weights.set(intent, (weights.get(intent) ?? 0) + Math.exp(12 * (similarity - 1)));
  }
  const sum = [...weights.values()].reduce((a, b) => a + b, 0);
  const ranking = [...weights]
    .map(([intent, weight]) => ({ intent, probability: weight / sum }))
    .sort((a, b) => b.probability - a.probability);
  const best = ranking[0] ?? { intent: "out_of_scope", probability: 1 };
  const similarity = neighbours[0]?.similarity ?? 0;
  const outcome =
    similarity < 0.45 ? "unsure" : best.probability >= 0.7 ? "accept" : best.probability >= 0.35 ? "ask" : "unsure";
  return {
    text,
    outcome,
    intent: best.intent,
    confidence: best.probability,
    ranking,
    also: [],
    clauses: [{ text, intent: best.intent, confidence: best.probability }],
    nearest: neighbours.slice(0, SHOWN_NEIGHBOURS),
  };
}
