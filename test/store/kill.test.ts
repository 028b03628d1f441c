import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it } from "vitest";
import { entriesAfter, openStore } from "../../server/store/index.js";

const folder = mkdtempSync(join(tmpdir(), "kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a writer until it has acknowledged so many messages, then kills it in the middle of whatever it does. */
async function writeAndKill(file: string, round: number, after: number): Promise<string[]> {
  const script = join(import.meta.dirname, "writer.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, file, `${round}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === after) child.kill("SIGKILL");
  }
  return acknowledged;
}

it("keeps every acknowledged message under its number, without gaps, over ten kills in mid-write", async () => {
  const file = join(folder, "aftersale.db");
  const acknowledged: string[] = [];
  for (let round = 0; round < 10; round += 1) acknowledged.push(...(await writeAndKill(file, round, 20 + round * 7)));
  expect(acknowledged.length).toBeGreaterThan(500);

  const store = await openStore({ url: file });
  const { entries } = await store.read((tx) => entriesAfter(tx, "c1", 0, 1_000_000));
  await store.close();
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
  const stored = new Set(entries.map(({ seq, messageId }) => `${seq} ${messageId}`));
  expect(acknowledged.filter((line) => !stored.has(line))).toEqual([]);
  // At most the messages of one commit are stored without their acknowledgement having got out, for each kill.
  expect(entries.length - acknowledged.length).toBeLessThanOrEqual(30);
});
