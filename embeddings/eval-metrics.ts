import { COSTLY } from "./calibration.js";
import type { Classification } from "./classification.js";
import type { EvalRow } from "./eval-rows.js";
import { OUT_OF_SCOPE } from "./intents-load.js";

export interface Judged {
  readonly row: EvalRow;
  readonly answer: Classification;
  readonly ms: number;
}

export interface Metrics {
  readonly accuracy: number;
  /** The label, or one of the row's further wishes. */
  readonly lenient: number;
  readonly macroF1: number;
  readonly top2: number;
  readonly intents: Readonly<Record<string, IntentMetrics>>;
  /** `confusion[true][predicted]`. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly outOfScope?: OutOfScopeMetrics;
  readonly abstention: {
    /** Share of messages that the chat acts on without asking. */
    readonly coverage: number;
    readonly accuracyWhenAccepted: number;
    /** `[coverage, accuracy]`, surest messages first. */
    readonly curve: readonly (readonly [number, number])[];
  };
  /** Expected calibration error over ten bins of confidence; `bins` as drawn in the report. */
  readonly calibration: {
    readonly ece: number;
    readonly bins: readonly { readonly confidence: number; readonly accuracy: number; readonly n: number }[];
  };
  /**
   * A money policy started (accepted without asking) although neither the label nor a further wish is it; `first` counts
   * it as soon as it is the best guess. `n`: messages looked at.
   */
  readonly costly: CostlyMetrics & { readonly negation: CostlyMetrics };
  /** Messages with further wishes; all of them found, in any order. */
  readonly several: { readonly n: number; readonly bothFound: number };
  readonly tags: Readonly<Record<string, { readonly n: number; readonly accuracy: number }>>;
}

export interface IntentMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

export interface OutOfScopeMetrics {
  readonly auroc: number;
  readonly recall: number;
  readonly inScopeAccuracy: number;
  readonly at: readonly { readonly inScopeLoss: number; readonly recall: number }[];
}

interface CostlyMetrics {
  readonly n: number;
  readonly rate: number;
  readonly first: number;
}

const IN_SCOPE_LOSSES = [0.01, 0.02, 0.03, 0.05];
const CURVE_POINTS = 50;
const BINS = 10;
const NEGATION = /(?<!\p{L})(?:not|no|never|don'?t|doesn'?t|didn'?t|isn'?t|instead|rather than|without)(?!\p{L})/iu;

export function metricsOf(judged: readonly Judged[]): Metrics {
  const outOfScope = outOfScopeMetrics(judged);
  const accepted = judged.filter(({ answer }) => answer.outcome === "accept");
  const several = judged.filter(({ row }) => row.also.length > 0);
  const { intents, macroF1, confusion } = perIntent(judged);
  return {
    accuracy: share(judged, isRight),
    lenient: share(judged, isLenientlyRight),
    macroF1,
    top2: share(judged, ({ row, answer }) => answer.ranking.slice(0, 2).some(({ intent }) => intent === row.intent)),
    intents,
    confusion,
    ...(outOfScope === undefined ? {} : { outOfScope }),
    abstention: {
      coverage: ratio(accepted.length, judged.length),
      accuracyWhenAccepted: share(accepted, isRight),
      curve: riskCoverage(judged),
    },
    calibration: calibrationOf(judged),
    costly: { ...costlyOf(judged), negation: costlyOf(judged.filter(({ row }) => isNegation(row))) },
    several: { n: several.length, bothFound: share(several, allFound) },
    tags: byTag(judged),
  };
}

export function isRight({ row, answer }: Judged): boolean {
  return answer.intent === row.intent;
}

function isLenientlyRight({ row, answer }: Judged): boolean {
  return answer.intent === row.intent || row.also.includes(answer.intent);
}

function allFound({ row, answer }: Judged): boolean {
  const found = new Set([answer.intent, ...answer.also]);
  return [row.intent, ...row.also].every((intent) => found.has(intent));
}

function isNegation({ text, tags }: EvalRow): boolean {
  return tags.length > 0 ? tags.some((tag) => tag === "negation" || tag === "contrast") : NEGATION.test(text);
}

function perIntent(judged: readonly Judged[]): Pick<Metrics, "intents" | "macroF1" | "confusion"> {
  const confusion: Record<string, Record<string, number>> = {};
  const predicted: Record<string, number> = {};
  for (const { row, answer } of judged) {
    const line = confusion[row.intent] ?? {};
    confusion[row.intent] = line;
    line[answer.intent] = (line[answer.intent] ?? 0) + 1;
    predicted[answer.intent] = (predicted[answer.intent] ?? 0) + 1;
  }
  const intents: Record<string, IntentMetrics> = {};
  for (const intent of Object.keys(confusion).sort()) {
    const line = confusion[intent] ?? {};
    const support = Object.values(line).reduce((a, b) => a + b, 0);
    const right = line[intent] ?? 0;
    const precision = ratio(right, predicted[intent] ?? 0);
    const recall = ratio(right, support);
    intents[intent] = { precision, recall, f1: ratio(2 * precision * recall, precision + recall), support };
  }
  const f1s = Object.values(intents).map(({ f1 }) => f1);
  return {
    intents,
    macroF1: ratio(
      f1s.reduce((a, b) => a + b, 0),
      f1s.length,
    ),
    confusion,
  };
}

function outOfScopeMetrics(judged: readonly Judged[]): OutOfScopeMetrics | undefined {
  const score = ({ answer }: Judged): number =>
    answer.ranking.find(({ intent }) => intent === OUT_OF_SCOPE)?.probability ?? 0;
  const outside = judged.filter(({ row }) => row.intent === OUT_OF_SCOPE);
  const inside = judged.filter(({ row }) => row.intent !== OUT_OF_SCOPE);
  if (outside.length === 0 || inside.length === 0) return undefined;
  const scores = outside.map(score);
  const insideScores = inside.map(score).sort((a, b) => b - a);
  return {
    auroc: auroc(scores, insideScores),
    recall: share(outside, isRight),
    inScopeAccuracy: share(inside, isRight),
    at: IN_SCOPE_LOSSES.map((inScopeLoss) => {
      // So many of the others may lie above the bar.
      const bar = insideScores[Math.floor(inScopeLoss * inside.length)] ?? 0;
      return { inScopeLoss, recall: ratio(scores.filter((value) => value > bar).length, scores.length) };
    }),
  };
}

/** Chance that a positive scores above a negative; ties count half (rank sum). */
function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((value) => ({ value, positive: true })),
    ...negatives.map((value) => ({ value, positive: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let i = 0; i < all.length; ) {
    let j = i;
    while (j < all.length && all[j]?.value === all[i]?.value) j += 1;
    const rank = (i + j + 1) / 2;
    for (let k = i; k < j; k++) if (all[k]?.positive) rankSum += rank;
    i = j;
  }
  return (rankSum - (positives.length * (positives.length + 1)) / 2) / (positives.length * negatives.length);
}

function riskCoverage(judged: readonly Judged[]): [number, number][] {
  const surest = [...judged].sort((a, b) => b.answer.confidence - a.answer.confidence);
  const points: [number, number][] = [];
  let right = 0;
  for (const [i, each] of surest.entries()) {
    if (isRight(each)) right += 1;
    const n = i + 1;
    const step = Math.max(1, Math.floor(surest.length / CURVE_POINTS));
    if (n % step === 0 || n === surest.length) points.push([round(n / surest.length), round(right / n)]);
  }
  return points;
}

function calibrationOf(judged: readonly Judged[]): Metrics["calibration"] {
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, right: 0, n: 0 }));
  for (const each of judged) {
    const bin = bins[Math.min(BINS - 1, Math.floor(each.answer.confidence * BINS))];
    if (bin === undefined) continue;
    bin.n += 1;
    bin.confidence += each.answer.confidence;
    bin.right += isRight(each) ? 1 : 0;
  }
  const ece = bins.reduce((sum, { n, confidence, right }) => sum + (n === 0 ? 0 : Math.abs(right - confidence)), 0);
  return {
    ece: round(ratio(ece, judged.length)),
    bins: bins
      .filter(({ n }) => n > 0)
      .map(({ n, confidence, right }) => ({ n, confidence: round(confidence / n), accuracy: round(right / n) })),
  };
}

function costlyOf(judged: readonly Judged[]): CostlyMetrics {
  const wrong = ({ row, answer }: Judged): boolean =>
    COSTLY.has(answer.intent) && answer.intent !== row.intent && !row.also.includes(answer.intent);
  return {
    n: judged.length,
    rate: share(judged, (each) => each.answer.outcome === "accept" && wrong(each)),
    first: share(judged, wrong),
  };
}

function byTag(judged: readonly Judged[]): Metrics["tags"] {
  const tags: Record<string, Judged[]> = {};
  for (const each of judged) {
    for (const tag of each.row.tags) {
      const list = tags[tag] ?? [];
      list.push(each);
      tags[tag] = list;
    }
  }
  return Object.fromEntries(
    Object.entries(tags)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tag, list]) => [tag, { n: list.length, accuracy: share(list, isRight) }]),
  );
}

function share(judged: readonly Judged[], holds: (each: Judged) => boolean): number {
  return round(ratio(judged.filter(holds).length, judged.length));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
