/**
 * `npm run chaos`: every proof that nothing is lost and nothing happens twice, in full, with its tables. `npm test` runs a
 * shorter one of each. Exits with 1 when a promise was broken, a seeded bug was not found, or a cell is empty.
 *
 * Options: --seeds (default 10000), --mutant-seeds (3000), --kills (300), and the names of parts to run (default: all):
 * simulate, mutants, points, kills.
 */
import { parseArgs } from "node:util";
import { mutationTable, runMutants } from "../simulation/mutation.js";
import { emptyCells, pointTable, runPoints } from "../simulation/points.js";
import { openSimulation } from "../simulation/simulation.js";
import { killTable, runKills } from "./kills.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "10000" },
    "mutant-seeds": { type: "string", default: "3000" },
    kills: { type: "string", default: "300" },
  },
});
const wants = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
let failed = false;

if (wants("simulate") || wants("points")) {
  const simulation = await openSimulation();
  try {
    if (wants("simulate")) {
      print("\nSimulation: the whole server in simulated time");
      const summary = await simulation.many(1, Number(values.seeds), {
        onBroken: ({ seed, broken }) => print(`seed ${seed}: ${broken.join("; ")}`),
      });
      print(summary.table());
      failed ||= summary.failing > 0;
    }
    if (wants("points")) {
      print("\nCrash points x faults of a vendor: runs that went through both");
      const cells = await runPoints(simulation, ["keyed", "readable", "blind"]);
      print(pointTable(cells));
      const empty = emptyCells(cells);
      const broken = cells.flatMap(({ point, fault, kind, broken: what }) =>
        what.map((each) => `${point} x ${fault} (${kind}): ${each}`),
      );
      for (const line of [...empty.map((cell) => `EMPTY: ${cell}`), ...broken]) print(line);
      const sum = (of: "effects" | "doubled" | "lost" | "unsettled"): number =>
        cells.reduce((total, cell) => total + cell[of], 0);
      print(`effects ${sum("effects")}, doubled ${sum("doubled")}, lost ${sum("lost")}, unsettled ${sum("unsettled")}`);
      failed ||= empty.length > 0 || broken.length > 0;
    }
  } finally {
    simulation.close();
  }
}

if (wants("mutants")) {
  print("\nSeeded bugs: each must be found");
  const found = await runMutants({ seeds: Number(values["mutant-seeds"]), untilFirst: false });
  print(mutationTable(found));
  failed ||= found.some(({ firstSeed }) => firstSeed === undefined);
}

if (wants("kills")) {
  print("\nReal kills: the server and its vendors as processes of their own, kill -9, started again at once");
  const result = await runKills({ kills: Number(values.kills) });
  print(killTable(result));
  failed ||= result.broken.length > 0;
}

print(failed ? "\nFAILED" : "\nAll held.");
process.exitCode = failed ? 1 : 0;
