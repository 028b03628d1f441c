/** One figure of the table: how it is told from the others, and what it should reach. */
export interface Bar {
  readonly set: string;
  readonly figure: string;
  readonly atLeast: number;
  readonly goal: number;
  readonly unit: "%" | "ms" | "s";
  /** Of these, less is better. */
  readonly lowerIsBetter?: boolean;
}

const percent = (set: string, figure: string, atLeast: number, goal: number): Bar => ({
  set,
  figure,
  atLeast,
  goal,
  unit: "%",
});
const atMost = (set: string, figure: string, atLeast: number, goal: number, unit: Bar["unit"]): Bar => ({
  ...percent(set, figure, atLeast, goal),
  unit,
  lowerIsBetter: true,
});

export const BARS: readonly Bar[] = [
  percent("dev", "accuracy", 79, 84),
  percent("dev", "in the best two", 92, 95),
  percent("dev", "out-of-scope recall", 86, 90),
  atMost("dev", "money policy wrongly first", 2.5, 1, "%"),
  atMost("dev", "  of negations and contrasts", 4, 2, "%"),
  percent("dev", "accepted without asking", 65, 75),
  percent("dev", "  of those right", 94, 97),
  percent("dev", "several wishes: first right", 65, 80),
  percent("dev", "  all found", 60, 75),
  percent("dev", "typo", 80, 85),
  percent("dev", "sms", 80, 85),
  percent("dev", "followup", 80, 85),
  percent("abcd", "our intents", 92, 95),
  percent("abcd", "the rest", 80, 88),
  percent("banking77", "accuracy", 93.2, 94.2),
  percent("banking77_10", "accuracy", 85.5, 87.4),
  percent("clinc150", "accuracy, no threshold", 96.1, 97),
  percent("clinc150", "in scope, with threshold", 94.5, 95.5),
  percent("clinc150", "out-of-scope recall", 83, 88),
  percent("hwu64", "accuracy", 92, 92.4),
  atMost("latency", "p50, up to 40 tokens", 5, 4, "ms"),
  atMost("latency", "p99", 20, 10, "ms"),
  atMost("training", "5,000 messages, first start", 60, 30, "s"),
  atMost("training", "  later starts", 0.5, 0.2, "s"),
];

export const SETS = [...new Set(BARS.map(({ set }) => set))];
