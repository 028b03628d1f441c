/** The load test in small: not how fast, but that nothing is lost, doubled or left lying under it, and that it would notice. */
import { expect, it } from "vitest";
import { type LoadRun, report, runLoad, verdicts } from "./load.js";

const OPTIONS = { sockets: 200, rate: 100, seconds: 3, wishes: 40, wishRate: 20, soakMinutes: 0 };

let run: LoadRun;

it("200 shoppers: every message is stored once, acknowledged and answered", { timeout: 240_000 }, async () => {
  run = await runLoad(OPTIONS, () => undefined);
  // How late the generator itself was says something about this machine only.
  expect(verdicts(run).filter((line) => line.startsWith("WRONG"))).toEqual([]);
  const said = OPTIONS.sockets + OPTIONS.rate * OPTIONS.seconds + OPTIONS.wishes;
  expect(run.stored).toMatchObject({ utterances: said, untaken: 0, gaps: 0 });
  expect(run.stored.answers).toBeGreaterThanOrEqual(said);
  expect(run.shop.answered).toBe(OPTIONS.rate * OPTIONS.seconds);
  expect(run.echo.answered).toBe(run.shop.answered);
});

it("a message that was lost, left lying or stored twice would have been told", () => {
  const wrong = (change: Partial<LoadRun>) => verdicts({ ...run, ...change }).join("\n");
  expect(wrong({ shop: { ...run.shop, answered: run.shop.answered - 1 } })).toContain("answered");
  expect(wrong({ shop: { ...run.shop, acknowledged: run.shop.acknowledged - 1 } })).toContain("acknowledged");
  expect(wrong({ shop: { ...run.shop, gone: 1 } })).toContain("connections lost");
  expect(wrong({ shop: { ...run.shop, ownP99: 11 } })).toContain("VOID");
  expect(wrong({ stored: { ...run.stored, utterances: run.stored.utterances + 1 } })).toContain("in the database");
  expect(wrong({ stored: { ...run.stored, untaken: 1 } })).toContain("never looked at");
  expect(wrong({ stored: { ...run.stored, gaps: 1 } })).toContain("gap");
});

it("its report has the figures beside those of the bare echo", () => {
  const lines: string[] = [];
  report(run, OPTIONS, (line) => lines.push(line));
  const text = lines.join("\n");
  for (const name of ["echo: answered", "server: answered, no embedding", "embeddings/s", "times the echo"])
    expect(text).toContain(name);
  expect(text).not.toContain("NaN");
});
