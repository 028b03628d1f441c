/** Real `kill -9`, over and over, at moments that nobody chose. `npm run chaos` does it 300 times. */
import { expect, it } from "vitest";
import { killTable, runKills } from "./kills.js";

const KILLS = Number(process.env.CHAOS_KILLS ?? 60);

it(`${KILLS} kills in mid-work: nothing doubled, nothing lost, nothing left open`, { timeout: 1_500_000 }, async () => {
  const result = await runKills({ kills: KILLS });
  expect(result.broken, killTable(result)).toEqual([]);
  const { doubled, lost, unsettled } = result;
  expect({ doubled, lost, unsettled }).toEqual({ doubled: 0, lost: 0, unsettled: 0 });
  // It is worth nothing if little happened.
  expect(result.effects, killTable(result)).toBeGreaterThan(KILLS);
  expect(result.dropped, killTable(result)).toBeGreaterThan(0);
});
