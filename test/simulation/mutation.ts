/** Runs the simulation over each mutant and says at which seed it was found. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundle } from "./bundle.js";
import { MUTANTS, type Mutant } from "./mutants.js";

export interface Found {
  readonly name: string;
  readonly firstSeed: number | undefined;
  readonly failing: number;
  readonly seeds: number;
  readonly doubled: number;
  readonly lost: number;
  readonly unsettled: number;
  /** What was broken at the first one. */
  readonly how: string;
}

export interface MutationOptions {
  /** Most seeds to try for each mutant. */
  readonly seeds: number;
  /** Ends at the first seed that finds the bug. */
  readonly untilFirst: boolean;
  readonly onFound?: (found: Found) => void;
}

export async function runMutants(options: MutationOptions): Promise<Found[]> {
  const folder = await mkdtemp(join(tmpdir(), "aftersale-mutants-"));
  try {
    const all: Found[] = [];
    for (const [n, mutant] of MUTANTS.entries()) {
      const found = await runMutant(mutant, join(folder, `${n}.mjs`), options);
      options.onFound?.(found);
      all.push(found);
    }
    return all;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runMutant(
  { name, changes }: Mutant,
  file: string,
  { seeds, untilFirst }: MutationOptions,
): Promise<Found> {
  await bundle("test/simulation/main.ts", file, changes);
  const args = [file, "--seeds", String(seeds), "--json", ...(untilFirst ? ["--until-first"] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { code?: unknown; stdout: string; stderr: string }) => {
      // 1 is what a broken promise is told by; anything else is a mutant that does not even run.
      if (error.code === 1) return error;
      throw new Error(`The mutant "${name}" does not run: ${error.stderr}`);
    },
  );
  const { firstFailing, how = "", ...told } = JSON.parse(stdout) as Told;
  return { name, firstSeed: firstFailing, how, ...told };
}

type Told = Omit<Found, "name" | "firstSeed" | "how"> & { readonly firstFailing?: number; readonly how?: string };

export function mutationTable(found: readonly Found[]): string {
  const rows = found.map(({ name, firstSeed, failing, seeds, doubled, lost, unsettled, how }) => [
    name.padEnd(40),
    String(firstSeed ?? "NOT FOUND").padStart(10),
    `${failing}/${seeds}`.padStart(12),
    ...[doubled, lost, unsettled].map((n) => String(n).padStart(10)),
    `  ${how.slice(0, 60)}`,
  ]);
  const head = ["seeded bug".padEnd(40), "first seed".padStart(10), "failing".padStart(12)];
  const counts = ["doubled", "lost", "unsettled"].map((name) => name.padStart(10));
  return [[...head, ...counts, "  how it showed first"], ...rows].map((cells) => cells.join("")).join("\n");
}
