import {
  type EvalRow,
  judgeAll,
  loadIntents,
  type Metrics,
  metricsOf,
  OUT_OF_SCOPE,
} from "../../../embeddings/index.js";
import type { Reader, Rows } from "./data.js";
import type { Taught } from "./peers.js";

/** What is measured on one set of messages. */
export interface MeasuredSet {
  readonly set: string;
  /** The shop's own intents: there the shipped classifier itself is measured. */
  readonly isShop: boolean;
  rows(read: Reader): Promise<Rows>;
  figures(judged: Awaited<ReturnType<typeof judgeAll>>): Readonly<Record<string, number>>;
}

const all = (set: string, figure: string, rows: (read: Reader) => Rows): MeasuredSet => ({
  set,
  isShop: false,
  rows: async (read) => rows(read),
  figures: (judged) => ({ [figure]: 100 * metricsOf(judged).accuracy }),
});

export const MEASURED: readonly MeasuredSet[] = [
  {
    set: "dev",
    isShop: true,
    rows: async (read) => ({ train: await shopRows(), test: read("utterances/dev") }),
    figures: (judged) => shopFigures(metricsOf(judged)),
  },
  {
    set: "abcd",
    isShop: true,
    rows: async (read) => ({ train: await shopRows(), test: read("datasets/abcd_openings.dev") }),
    figures: (judged) => {
      const right = (ours: boolean): number => {
        const some = judged.filter(({ row }) => (row.intent !== OUT_OF_SCOPE) === ours);
        const hits = some.filter(({ row, answer }) => [row.intent, ...row.also].includes(answer.intent));
        return (100 * hits.length) / some.length;
      };
      return { "our intents": right(true), "the rest": right(false) };
    },
  },
  all("banking77", "accuracy", (read) => ({
    train: read("datasets/banking77.train"),
    test: read("datasets/banking77.test"),
  })),
  all("banking77_10", "accuracy", (read) => ({
    train: read("datasets/banking77.train_10"),
    validation: read("datasets/banking77.fs_valid"),
    test: read("datasets/banking77.test"),
  })),
  {
    set: "clinc150",
    isShop: false,
    rows: async (read) => ({
      train: read("datasets/clinc150.train"),
      validation: read("datasets/clinc150.val", "datasets/clinc150.oos_val"),
      test: read("datasets/clinc150.test", "datasets/clinc150.oos_test"),
    }),
    figures: (judged) => {
      const { outOfScope } = metricsOf(judged);
      const inside = judged.filter(({ row }) => row.intent !== OUT_OF_SCOPE);
      // The best of the labels that were learned, however unsure.
      const right = inside.filter(
        ({ row, answer }) => answer.ranking.find(({ intent }) => intent !== OUT_OF_SCOPE)?.intent === row.intent,
      );
      return {
        "accuracy, no threshold": (100 * right.length) / inside.length,
        "in scope, with threshold": 100 * (outOfScope?.inScopeAccuracy ?? 0),
        "out-of-scope recall": 100 * (outOfScope?.recall ?? 0),
      };
    },
  },
  all("hwu64", "accuracy", (read) => ({
    train: read("datasets/hwu64.train"),
    validation: read("datasets/hwu64.valid"),
    test: read("datasets/hwu64.test"),
  })),
];

export async function shopRows(): Promise<EvalRow[]> {
  const { utterances } = await loadIntents();
  return utterances.map(({ text, intent, also, style }, i) => ({
    file: "embeddings/intents",
    line: i + 1,
    text,
    intent,
    also,
    tags: style,
  }));
}

function shopFigures({
  accuracy,
  top2,
  outOfScope,
  costly,
  abstention,
  several,
  tags,
}: Metrics): Record<string, number> {
  return {
    accuracy: 100 * accuracy,
    "in the best two": 100 * top2,
    "out-of-scope recall": 100 * (outOfScope?.recall ?? 0),
    "money policy wrongly first": 100 * costly.first,
    "  of negations and contrasts": 100 * costly.negation.first,
    "accepted without asking": 100 * abstention.coverage,
    "  of those right": 100 * abstention.accuracyWhenAccepted,
    "several wishes: first right": 100 * (tags.multi?.accuracy ?? 0),
    "  all found": 100 * several.bothFound,
    typo: 100 * (tags.typo?.accuracy ?? 0),
    sms: 100 * (tags.sms?.accuracy ?? 0),
    followup: 100 * (tags.followup?.accuracy ?? 0),
  };
}

export async function measure(
  { figures }: MeasuredSet,
  test: readonly EvalRow[],
  taught: Taught,
): Promise<Readonly<Record<string, number>>> {
  return figures(await judgeAll(test, taught, () => {}));
}
