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
  const told = JSON.parse(stdout) as { seeds: number; failing: number; firstFailing?: number; how?: string };
  return { name, firstSeed: told.firstFailing, failing: told.failing, seeds: told.seeds, how: told.how ?? "" };
}

export function mutationTable(found: readonly Found[]): string {
  const rows = found.map(({ name, firstSeed, failing, seeds, how }) => [
    name,
    firstSeed === undefined ? "NOT FOUND" : String(firstSeed),
    `${failing}/${seeds}`,
    how.slice(0, 70),
  ]);
  const head = ["seeded bug", "first seed", "failing", "how it showed"];
  return [head, ...rows]
    .map(([a = "", b = "", c = "", d = ""]) => `${a.padEnd(42)}${b.padStart(10)}${c.padStart(12)}  ${d}`)
    .join("\n");
}
