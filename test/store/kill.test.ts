import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entriesAfter, openStore } from "../../server/store/index.js";
import { type Postgres, startPostgres } from "./postgres.js";

const folder = mkdtempSync(join(tmpdir(), "kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a writer until it has acknowledged so many messages, then has it fail in the middle of whatever it does. */
async function writeUntil(
  url: string,
  round: number,
  after: number,
  fail: (writer: ChildProcess) => unknown,
): Promise<string[]> {
  const script = join(import.meta.dirname, "writer.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, url, `${round}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === after) void fail(child);
  }
  return acknowledged;
}

/** Every acknowledged message is there under its number, there is no gap, and hardly anything that nobody was told of. */
async function expectAllOf(url: string, acknowledged: readonly string[]): Promise<void> {
  const store = await openStore({ url });
  const { entries } = await store.read((tx) => entriesAfter(tx, "c1", 0, 1_000_000));
  await store.close();
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
  const stored = new Set(entries.map(({ seq, messageId }) => `${seq} ${messageId}`));
  expect(acknowledged.filter((line) => !stored.has(line))).toEqual([]);
  // At most the messages of one commit are stored without their acknowledgement having got out, for each kill.
  expect(entries.length - acknowledged.length).toBeLessThanOrEqual(30);
}

const kill = (writer: ChildProcess): unknown => writer.kill("SIGKILL");

it("keeps every acknowledged message under its number, without gaps, over ten kills in mid-write", async () => {
  const file = join(folder, "aftersale.db");
  const acknowledged: string[] = [];
  for (let round = 0; round < 10; round += 1)
    acknowledged.push(...(await writeUntil(file, round, 20 + round * 7, kill)));
  expect(acknowledged.length).toBeGreaterThan(500);
  await expectAllOf(file, acknowledged);
});

describe("on Postgres", () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  it("the same, over five kills of the node and three of the database", { timeout: 180_000 }, async () => {
    const url = await postgres.freshUrl();
    const acknowledged: string[] = [];
    for (let round = 0; round < 5; round += 1)
      acknowledged.push(...(await writeUntil(url, round, 20 + round * 7, kill)));
    for (let round = 5; round < 8; round += 1) {
      let down: Promise<void> | undefined;
      acknowledged.push(
        ...(await writeUntil(url, round, 30, () => {
          down = postgres.crash();
        })),
      );
      await down;
      await postgres.start();
    }
    expect(acknowledged.length).toBeGreaterThan(200);
    await expectAllOf(url, acknowledged);
  });
});
