import type { Comparison } from "./eval-compare.js";
import type { Metrics } from "./eval-metrics.js";
import type { BadRow } from "./eval-rows.js";

/** What `eval --json` writes. Public contract, version 1: fields are added, never changed or taken away. */
export interface EvalReport extends Metrics {
  readonly contract: 1;
  readonly files: readonly string[];
  readonly n: number;
  /** Absent when the shop's own classifier was measured. */
  readonly train?: { readonly n: number; readonly seconds: number };
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly perSecond: number;
  readonly peakMemoryMB: number;
  readonly bad: readonly BadRow[];
  readonly errors: readonly EvalError[];
  readonly suggestions: readonly string[];
  readonly compared?: Comparison;
}

export interface EvalError {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly intent: string;
  readonly predicted: string;
  readonly confidence: number;
  /** The examples that drew the message to what was predicted. */
  readonly nearest: readonly { readonly text: string; readonly intent: string; readonly similarity: number }[];
}

const SHOWN_ERRORS = 20;
const SHOWN_INTENTS = 40;

/** The tables that a person reads. */
export function reportTables(report: EvalReport): string {
  const { abstention, outOfScope, costly, several, calibration, latencyMs } = report;
  const lines = [
    `${report.n} messages from ${report.files.join(", ")}`,
    ...(report.train === undefined
      ? []
      : [`trained on ${report.train.n} messages in ${report.train.seconds.toFixed(1)} s`]),
    "",
    ...table(
      ["", ""],
      [
        ["accuracy", percent(report.accuracy)],
        ["  a further wish counts too", percent(report.lenient)],
        ["  in the best two", percent(report.top2)],
        ["macro-F1", percent(report.macroF1)],
        [
          "acted on without asking",
          `${percent(abstention.coverage)}, of those right ${percent(abstention.accuracyWhenAccepted)}`,
        ],
        ["calibration error (ECE)", percent(calibration.ece)],
        ["money policy started wrongly", `${percent(costly.rate)} (first guess ${percent(costly.first)})`],
        [
          `  with a negation (${costly.negation.n})`,
          `${percent(costly.negation.rate)} (first guess ${percent(costly.negation.first)})`,
        ],
        ...(several.n === 0 ? [] : [[`several wishes (${several.n}), all found`, percent(several.bothFound)]]),
        [
          "latency",
          `p50 ${latencyMs.p50.toFixed(1)} ms, p99 ${latencyMs.p99.toFixed(1)} ms, ${report.perSecond.toFixed(0)} a second`,
        ],
        ["peak memory", `${report.peakMemoryMB.toFixed(0)} MB`],
      ],
    ),
    ...(outOfScope === undefined
      ? []
      : [
          "",
          ...table(
            ["out of scope", ""],
            [
              ["AUROC", outOfScope.auroc.toFixed(3)],
              ["recall at the built-in threshold", percent(outOfScope.recall)],
              ["  in-scope accuracy there", percent(outOfScope.inScopeAccuracy)],
              ...outOfScope.at.map(({ inScopeLoss, recall }) => [
                `recall when ${percent(inScopeLoss)} of the others are lost`,
                percent(recall),
              ]),
            ],
          ),
        ]),
    "",
    ...intentTable(report),
    ...(Object.keys(report.tags).length === 0
      ? []
      : [
          "",
          ...table(
            ["tag", "n", "accuracy"],
            Object.entries(report.tags).map(([tag, { n, accuracy }]) => [tag, `${n}`, percent(accuracy)]),
          ),
        ]),
    ...confusionLines(report),
    ...errorLines(report),
    ...(report.suggestions.length === 0
      ? []
      : ["", "Worth doing:", ...report.suggestions.map((line) => `  - ${line}`)]),
    ...(report.bad.length === 0
      ? []
      : [
          "",
          `Skipped ${report.bad.length} rows:`,
          ...report.bad.slice(0, SHOWN_ERRORS).map(({ file, line, why }) => `  ${file}:${line} ${why}`),
        ]),
    ...(report.compared === undefined ? [] : ["", comparedLine(report.compared)]),
  ];
  return `${lines.join("\n")}\n`;
}

export function comparedLine({ lost, gained, p }: Comparison): string {
  const verdict = p < 0.05 ? (gained > lost ? "better" : "worse") : "no clear difference";
  return `Against the earlier run: ${gained} messages newly right, ${lost} newly wrong; p = ${p.toPrecision(2)} (McNemar): ${verdict}.`;
}

function intentTable({ intents }: EvalReport): string[] {
  const rows = Object.entries(intents)
    .sort(([, a], [, b]) => a.f1 - b.f1)
    .map(([intent, { precision, recall, f1, support }]) => [
      intent,
      percent(precision),
      percent(recall),
      percent(f1),
      `${support}`,
    ]);
  const left = rows.length - SHOWN_INTENTS;
  return [
    ...table(["intent (weakest first)", "precision", "recall", "F1", "n"], rows.slice(0, SHOWN_INTENTS)),
    ...(left > 0 ? [`… and ${left} more; all are in the JSON and HTML reports`] : []),
  ];
}

function confusionLines({ confusion }: EvalReport): string[] {
  const pairs = Object.entries(confusion)
    .flatMap(([intent, line]) => Object.entries(line).map(([predicted, n]) => ({ intent, predicted, n })))
    .filter(({ intent, predicted }) => intent !== predicted)
    .sort((a, b) => b.n - a.n)
    .slice(0, 10);
  if (pairs.length === 0) return [];
  return [
    "",
    ...table(
      ["most confused: is", "taken for", "times"],
      pairs.map(({ intent, predicted, n }) => [intent, predicted, `${n}`]),
    ),
  ];
}

function errorLines({ errors }: EvalReport): string[] {
  if (errors.length === 0) return [];
  const shown = [...errors].sort((a, b) => b.confidence - a.confidence).slice(0, SHOWN_ERRORS);
  return [
    "",
    `Surest mistakes (${shown.length} of ${errors.length}):`,
    ...shown.flatMap(({ line, text, intent, predicted, confidence, nearest }) => [
      `  ${line}: ${clip(text, 90)}`,
      `      is ${intent}, taken for ${predicted} (${percent(confidence)})` +
        (nearest[0] === undefined ? "" : `, like "${clip(nearest[0].text, 50)}" (${nearest[0].intent})`),
    ]),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = head.some((cell) => cell !== "") ? [head, ...rows] : rows;
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all.map((row) =>
    row
      .map((cell, column) =>
        column === 0
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(column === row.length - 1 && row.length === 2 ? 0 : (widths[column] ?? 0)),
      )
      .join("  "),
  );
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

export function clip(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
