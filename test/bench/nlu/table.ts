import { BARS, type Bar } from "./bars.js";

/** `figures[set][figure][who]` */
export type Figures = Record<string, Record<string, Record<string, number>>>;

export interface TableRow extends Bar {
  readonly figures: Readonly<Record<string, number>>;
  readonly met: "goal" | "at least" | "short" | undefined;
}

/** Each bar beside what was measured; rows that were not measured are left out. */
export function tableOf(figures: Figures, ours: string): TableRow[] {
  return BARS.flatMap((bar) => {
    const found = figures[bar.set]?.[bar.figure];
    if (found === undefined) return [];
    const value = found[ours];
    return [{ ...bar, figures: found, met: value === undefined ? undefined : standing(bar, value) }];
  });
}

function standing({ atLeast, goal, lowerIsBetter, unit }: Bar, value: number): "goal" | "at least" | "short" {
  // As printed: 85.96 % is 86.0 %.
  const shown = Number(value.toFixed(digits(unit)));
  const reaches = (bar: number): boolean => (lowerIsBetter === true ? shown <= bar : shown >= bar);
  return reaches(goal) ? "goal" : reaches(atLeast) ? "at least" : "short";
}

export function printed(rows: readonly TableRow[], contestants: readonly string[]): string {
  const head = ["set", "figure", ...contestants, "at least", "goal", "met"];
  const lines = rows.map((row, i) => [
    rows[i - 1]?.set === row.set ? "" : row.set,
    row.figure,
    ...contestants.map((who) => shown(row.figures[who], row)),
    shown(row.atLeast, row),
    shown(row.goal, row),
    row.met === "short" ? "no" : (row.met ?? "–"),
  ]);
  const widths = head.map((title, c) => Math.max(...[head, ...lines].map((line) => (line[c] ?? title).length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => (c < 2 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...lines.map(line), ""].join("\n");
}

function shown(value: number | undefined, { unit }: Bar): string {
  return value === undefined ? "–" : `${value.toFixed(digits(unit))} ${unit}`;
}

function digits(unit: Bar["unit"]): number {
  return unit === "s" ? 2 : 1;
}
