/**
 * Every named crash point with every fault of a vendor at least once: the process dies at the point, at its first passing, at
 * its second and so on, while the vendor fails that way at the effect. A new point is one line in the list.
 */
import type { SeedResult } from "./run.js";
import type { Simulation } from "./simulation.js";
import { VENDOR_FAULTS, type VendorFault, type VendorKind } from "./vendors.js";

export interface CrashPoint {
  readonly name: string;
  readonly isHere: (point: string, what: string) => boolean;
  /** What goes on at the side, while the call is out; the point is in the middle of that. */
  readonly meanwhile?: "reload" | "erase";
}

const EFFECT = "issue_refund";

export const CRASH_POINTS: readonly CrashPoint[] = [
  { name: "before commit (utterance)", isHere: (point, what) => point === "in commit" && what === "utterance" },
  { name: "after commit before ack", isHere: (point, what) => point === "after commit" && what === "utterance" },
  { name: "after ack", isHere: (point) => point === "after ack" },
  { name: "before commit (intent)", isHere: (point, what) => point === "in commit" && what === "intent" },
  { name: "after commit (intent)", isHere: (point, what) => point === "after commit" && what === "intent" },
  { name: "before commit (sending)", isHere: (point, what) => point === "in commit" && what === "sending" },
  { name: "before call", isHere: (point, what) => point === "before call" && what === EFFECT },
  {
    name: "after call before record",
    isHere: (point, what) => point === "after call before record" && what === EFFECT,
  },
  { name: "before commit (record)", isHere: (point, what) => point === "in commit" && what === "settled" },
  { name: "after record before turn", isHere: (point, what) => point === "after commit" && what === "settled" },
  { name: "before commit (turn)", isHere: (point, what) => point === "in commit" && what === "turn" },
  { name: "after turn before emit", isHere: (point, what) => point === "after commit" && what === "turn" },
  {
    name: "during policy reload",
    isHere: (point, what) => /commit/.test(point) && what === "reload",
    meanwhile: "reload",
  },
  { name: "during erase", isHere: (point, what) => /commit/.test(point) && what === "erase", meanwhile: "erase" },
];

/** How often a point may be passed in one conversation: an upper bound, so that a bug cannot run for ever. */
const MOST_PASSINGS = 15;

export interface Cell {
  readonly point: string;
  readonly fault: VendorFault;
  readonly kind: VendorKind;
  /** Runs in which the process died there and the vendor failed so. */
  runs: number;
  readonly broken: string[];
  doubled: number;
  lost: number;
  unsettled: number;
  effects: number;
}

/** @param kinds of vendor to go through; a duplicate can only be held by one that keeps keys */
export async function runPoints(
  simulation: Simulation,
  kinds: readonly VendorKind[],
  passings = MOST_PASSINGS,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const kind of kinds)
    for (const point of CRASH_POINTS)
      for (const fault of VENDOR_FAULTS) {
        if (fault === "duplicate" && kind !== "keyed") continue;
        cells.push(await runCell(simulation, point, fault, kind, passings));
      }
  return cells;
}

async function runCell(
  simulation: Simulation,
  { name, isHere, meanwhile }: CrashPoint,
  fault: VendorFault,
  kind: VendorKind,
  passings: number,
): Promise<Cell> {
  const cell: Cell = { point: name, fault, kind, runs: 0, broken: [], doubled: 0, lost: 0, unsettled: 0, effects: 0 };
  for (let passing = 1; passing <= passings; passing += 1) {
    let passed = 0;
    let struck = false;
    const result = await simulation.one(passing, {
      wish: "I want my money back",
      kind,
      ...(meanwhile && { meanwhile }),
      dies: (point, what) => isHere(point, what) && ++passed === passing,
      vendorFault: (capability, call) => {
        if (struck || capability !== EFFECT || call !== "effect") return undefined;
        struck = true;
        return fault;
      },
    });
    if (passed < passing) break;
    take(cell, result, struck, passing);
  }
  return cell;
}

function take(cell: Cell, result: SeedResult, struck: boolean, passing: number): void {
  if (struck) cell.runs += 1;
  cell.broken.push(...result.broken.map((what) => `passing ${passing}: ${what}`));
  cell.doubled += result.doubled;
  cell.lost += result.lost;
  cell.unsettled += result.unsettled;
  cell.effects += result.effects;
}

/** Rows are points, columns are faults; how many runs went through each. */
export function pointTable(cells: readonly Cell[]): string {
  const runs = (point: string, fault: string): number =>
    cells.filter((cell) => cell.point === point && cell.fault === fault).reduce((sum, cell) => sum + cell.runs, 0);
  const short = VENDOR_FAULTS.map((fault) => fault.replace("500 after the effect", "500 after").slice(0, 13));
  const line = (first: string, rest: readonly (string | number)[]): string =>
    first.padEnd(27) + rest.map((cell) => String(cell).padStart(14)).join("");
  return [
    line("crash point x vendor fault", short),
    ...CRASH_POINTS.map(({ name }) =>
      line(
        name,
        VENDOR_FAULTS.map((fault) => runs(name, fault) || "EMPTY"),
      ),
    ),
  ].join("\n");
}

export function emptyCells(cells: readonly Cell[]): string[] {
  const isFull = (point: string, fault: string): boolean =>
    cells.some((cell) => cell.point === point && cell.fault === fault && cell.runs > 0);
  return CRASH_POINTS.flatMap(({ name }) =>
    VENDOR_FAULTS.filter((fault) => !isFull(name, fault)).map((fault) => `${name} x ${fault}`),
  );
}
