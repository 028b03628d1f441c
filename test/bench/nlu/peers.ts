import { createRequire } from "node:module";
import { type Classification, type EvalRow, OUT_OF_SCOPE, trainOn } from "../../../embeddings/index.js";

/** Something that learns from labelled messages. */
export interface Learner {
  readonly name: string;
  /** `validation`: for settings and thresholds; without it the learner holds some of `train` back. */
  learn(train: readonly EvalRow[], validation: readonly EvalRow[] | undefined): Promise<Taught>;
}

export interface Taught {
  classify(text: string): Promise<Classification>;
}

const require = createRequire(import.meta.url);

interface NlpJs {
  addLanguage(locale: string): void;
  addDocument(locale: string, text: string, intent: string): void;
  train(): Promise<void>;
  process(locale: string, text: string): Promise<{ classifications: { intent: string; score: number }[] }>;
}

/** nlp.js as its own guide sets it up: tokens, English stemming, its neural network; no names and no spelling asked of it. */
export const nlpJs: Learner = {
  name: "nlp.js",
  async learn(train, validation) {
    const { dockStart } = require("@nlpjs/basic") as {
      dockStart(settings: object): Promise<{ get(name: string): NlpJs }>;
    };
    const dock = await dockStart({
      use: ["Basic"],
      settings: { nlp: { languages: ["en"], autoSave: false, log: false }, "nlu-en": { log: false } },
      autoTrain: false,
    });
    const nlp = dock.get("nlp");
    nlp.addLanguage("en");
    for (const { text, intent } of train) nlp.addDocument("en", text, intent);
    await nlp.train();
    const rank: Rank = async (text) => {
      const { classifications } = await nlp.process("en", text);
      return classifications.map(({ intent, score }) => ({
        intent: intent === "None" ? OUT_OF_SCOPE : intent,
        probability: score,
      }));
    };
    // Its own threshold: below one half it says "None".
    return withThreshold(rank, train, validation, 0.5);
  },
};

interface Wink {
  defineConfig(config: { considerOnlyPresence: boolean; smoothingFactor: number }): boolean;
  definePrepTasks(tasks: readonly unknown[]): number;
  learn(text: string, label: string): boolean;
  consolidate(): boolean;
  computeOdds(text: string): [string, number][];
}

/** wink's naive Bayes with the helper that it ships for preparing texts (stems, negations) and the settings of its guide. */
export const wink: Learner = {
  name: "wink",
  async learn(train, validation) {
    const create = require("wink-naive-bayes-text-classifier") as () => Wink;
    const prepare = require("wink-naive-bayes-text-classifier/src/prep-text.js") as unknown;
    const bayes = create();
    bayes.definePrepTasks([prepare]);
    bayes.defineConfig({ considerOnlyPresence: true, smoothingFactor: 0.5 });
    for (const { text, intent } of train) bayes.learn(text, intent);
    bayes.consolidate();
    const rank: Rank = async (text) => {
      const odds = bayes.computeOdds(text).filter(([intent]) => intent !== "unknown");
      // Log2 of odds: a share each, so that one threshold fits all messages.
      const shares = odds.map(([intent, odd]) => ({ intent, probability: 1 / (1 + 2 ** -odd) }));
      return shares.length === 0 ? [{ intent: train[0]?.intent ?? OUT_OF_SCOPE, probability: 0 }] : shares;
    };
    return withThreshold(rank, train, validation);
  },
};

/** TF-IDF of words and runs of characters under a linear head: this project's own way of learning without the encoder. */
export const tfIdf: Learner = {
  name: "TF-IDF",
  learn: (train, validation) => trainOn(train.map(toExample), validation?.map(toExample), undefined, () => {}),
};

export function toExample({ text, intent }: EvalRow): { text: string; label: string } {
  return { text, label: intent };
}

type Rank = (text: string) => Promise<{ intent: string; probability: number }[]>;

/** Out of scope counts for this share of the validation messages, as for this project's own thresholds. */
const OUT_OF_SCOPE_SHARE = 0.12;

/** Below a confidence, out of scope: the one with which most validation messages come out right. */
async function withThreshold(
  rank: Rank,
  train: readonly EvalRow[],
  validation: readonly EvalRow[] | undefined,
  acceptFrom = 0,
): Promise<Taught> {
  const outside = validation?.filter(({ intent }) => intent === OUT_OF_SCOPE).length ?? 0;
  const isLearned = train.some(({ intent }) => intent === OUT_OF_SCOPE);
  const threshold =
    validation === undefined || outside === 0 || isLearned ? 0 : await bestThreshold(rank, validation, outside);
  return {
    classify: async (text) => {
      const sorted = (await rank(text)).sort((a, b) => b.probability - a.probability);
      const confidence = sorted[0]?.probability ?? 0;
      const ranking =
        confidence < threshold ? [{ intent: OUT_OF_SCOPE, probability: 1 - confidence }, ...sorted] : sorted;
      const intent = ranking[0]?.intent ?? OUT_OF_SCOPE;
      const outcome = confidence >= acceptFrom ? "accept" : "unsure";
      return { text, outcome, intent, confidence, ranking, also: [], clauses: [], nearest: [] };
    },
  };
}

async function bestThreshold(rank: Rank, validation: readonly EvalRow[], outside: number): Promise<number> {
  const share = outside / validation.length;
  const weight = (OUT_OF_SCOPE_SHARE / (1 - OUT_OF_SCOPE_SHARE)) * ((1 - share) / share);
  const judged: { confidence: number; gain: number }[] = [];
  for (const { text, intent } of validation) {
    const [best] = (await rank(text)).sort((a, b) => b.probability - a.probability);
    // What is won by turning this message away.
    const gain = intent === OUT_OF_SCOPE ? weight : best?.intent === intent ? -1 : 0;
    judged.push({ confidence: best?.probability ?? 0, gain });
  }
  judged.sort((a, b) => a.confidence - b.confidence);
  let won = 0;
  let most = 0;
  let threshold = 0;
  for (const { confidence, gain } of judged) {
    won += gain;
    if (won > most) [most, threshold] = [won, confidence + 1e-9];
  }
  return threshold;
}
