/**
 * `npm run simulate -- --seeds 1000` runs many seeds and says what became of them; `npm run simulate -- --seed 17` replays
 * one and tells all of it. Exits with 1 when a promise was broken.
 */
import { parseArgs } from "node:util";
import { openSimulation } from "./simulation.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    "until-first": { type: "boolean", default: false },
  },
});

const simulation = await openSimulation();
try {
  if (values.seed !== undefined) {
    const { result, log } = await simulation.replay(Number(values.seed));
    process.stdout.write(`${log.join("\n")}\n`);
    process.exitCode = result.broken.length > 0 ? 1 : 0;
  } else {
    const summary = await simulation.many(Number(values.from), Number(values.seeds), {
      untilFirst: values["until-first"],
      onBroken: ({ seed, broken }) => {
        if (!values.json)
          process.stdout.write(`seed ${seed}: ${broken.join("; ")}\n  replay: npm run simulate -- --seed ${seed}\n`);
      },
    });
    const { seeds, failing, firstFailing, how, doubled, lost, unsettled } = summary;
    process.stdout.write(
      values.json
        ? JSON.stringify({ seeds, failing, firstFailing, how, doubled, lost, unsettled })
        : `${summary.table()}\n`,
    );
    process.exitCode = summary.failing > 0 ? 1 : 0;
  }
} finally {
  simulation.close();
}
