/** Real `kill -9`, over and over, at moments that nobody chose. `npm run chaos` does it 300 times. */
import { expect, it } from "vitest";
import { killTable, runKills } from "./kills.js";

const KILLS = Number(process.env.CHAOS_KILLS ?? 60);
/** A machine that is busy with other things does fewer; one that is not needs a little over a minute. */
const MOST_MS = 80_000;

it(`up to ${KILLS} kills in mid-work: nothing doubled, nothing lost, nothing left open`, {
  timeout: 1_500_000,
}, async () => {
  const result = await runKills({ kills: KILLS, mostMs: MOST_MS });
  expect(result.broken, killTable(result)).toEqual([]);
  const { doubled, lost, unsettled } = result;
  expect({ doubled, lost, unsettled }).toEqual({ doubled: 0, lost: 0, unsettled: 0 });
  // It is worth nothing if little happened.
  expect(result.kills, killTable(result)).toBeGreaterThan(4);
  expect(result.effects, killTable(result)).toBeGreaterThan(result.kills);
});
