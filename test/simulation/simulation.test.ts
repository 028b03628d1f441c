/** The whole server in simulated time, with bad luck at every turn. `npm run simulate` runs as many seeds as wanted. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyCells, runPoints } from "./points.js";
import { openSimulation, type Simulation } from "./simulation.js";

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 60);

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulation();
});
afterAll(() => simulation?.close());

describe("a simulated shop", () => {
  it(`keeps every promise over ${SEEDS} seeds of crashes, lost answers and double clicks`, {
    timeout: 600_000,
  }, async () => {
    const broken: string[] = [];
    const summary = await simulation.many(1, SEEDS, {
      onBroken: (result) => broken.push(`seed ${result.seed}: ${result.broken.join("; ")}`),
    });
    expect(broken, "replay one with: npm run simulate -- --seed N").toEqual([]);
    const { effects, doubled, lost, unsettled, faults } = summary;
    expect({ doubled, lost, unsettled }).toEqual({ doubled: 0, lost: 0, unsettled: 0 });
    // It is worth nothing if little happened.
    expect(effects).toBeGreaterThan(SEEDS);
    const kinds = ["crash", "lost request", "lost answer", "duplicate", "500 after the effect", "time-out", "line cut"];
    expect(kinds.filter((kind) => !faults.has(kind))).toEqual([]);
  });

  it("does the same again for the same seed, to the byte", async () => {
    for (const seed of [3, 7, 11]) {
      const [first, second] = [await simulation.replay(seed), await simulation.replay(seed)];
      expect(first.log.length, `seed ${seed}`).toBeGreaterThan(20);
      expect(second.log.join("\n"), `seed ${seed}`).toBe(first.log.join("\n"));
    }
  });

  it("does something else for another seed", async () => {
    const [one, other] = [await simulation.replay(3), await simulation.replay(4)];
    expect(one.log.join("\n")).not.toBe(other.log.join("\n"));
  });
});

it("every crash point has been met with every fault of a vendor, and nothing was doubled, lost or left open", {
  timeout: 600_000,
}, async () => {
  const cells = await runPoints(simulation, ["keyed"], 1);
  expect(emptyCells(cells)).toEqual([]);
  expect(cells.flatMap(({ point, fault, broken }) => broken.map((what) => `${point} x ${fault}: ${what}`))).toEqual([]);
});
