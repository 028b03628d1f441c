/** The audit log: one row per effect, in the effect's own commit, and nobody changes it unseen. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  appendAudit,
  intendEffect,
  latestAudit,
  moveEffect,
  openStore,
  type Store,
  verifyAudit,
} from "../../server/store/index.js";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  store = await openStore({ url: join(folder, "aftersale.db") });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const event = (n: number) => ({ at: 1_000 + n, kind: "read", body: { what: "customer", customer: `p:${n}` } });
const verdict = () => store.read((tx) => verifyAudit(tx));
async function write(rows: number): Promise<void> {
  for (let n = 1; n <= rows; n += 1) await store.write((tx) => appendAudit(tx, event(n)));
}

/** As somebody with the file and a database tool would. */
async function tamper(...statements: string[]): Promise<void> {
  await store.close();
  const database = new Sqlite(join(folder, "aftersale.db"));
  for (const statement of statements) database.exec(statement);
  database.close();
  store = await openStore({ url: join(folder, "aftersale.db") });
}

describe("the chain", () => {
  it("is in order when nobody touched it, empty or long", async () => {
    expect(await verdict()).toMatchObject({ rows: 0 });
    await write(5);
    expect(await verdict()).toMatchObject({ rows: 5, head: { n: 5 } });
    expect((await verdict()).broken).toBeUndefined();
  });

  it("stays one chain when many write at once", async () => {
    await Promise.all(Array.from({ length: 300 }, (_, n) => store.write((tx) => appendAudit(tx, event(n)))));
    expect(await verdict()).toMatchObject({ rows: 300, head: { n: 300 } });
  });

  it("has no row, and no gap, for work that was undone", async () => {
    await write(1);
    const failed = store.write(async (tx) => {
      await appendAudit(tx, event(2));
      throw new Error("on second thoughts");
    });
    await expect(failed).rejects.toThrow("second thoughts");
    await write(1);
    expect(await verdict()).toMatchObject({ rows: 2 });
  });

  it.each<[string, string[], number, RegExp]>([
    ["a changed amount", [`update audit set body = '{"what":"nothing"}' where n = 3`], 3, /not what was written/],
    ["a changed time", ["update audit set at = at + 1 where n = 2"], 2, /not what was written/],
    ["a changed kind", ["update audit set kind = 'effect' where n = 5"], 5, /not what was written/],
    ["a removed row", ["delete from audit where n = 2"], 2, /missing/],
    ["a removed first row", ["delete from audit where n = 1"], 1, /missing/],
    ["a removed last row", ["delete from audit where n = 5"], 5, /missing/],
    [
      "a removed row with the rest moved up",
      ["delete from audit where n = 2", "update audit set n = n - 1 where n > 2"],
      2,
      /does not follow/,
    ],
    ["a new hash that fits nothing", [`update audit set hash = '${"f".repeat(64)}' where n = 4`], 4, /not what/],
    [
      "rows that changed places",
      ["update audit set n = -n where n in (2, 3)", "update audit set n = 5 + n where n < 0"],
      2,
      /does not follow/,
    ],
    [
      "a cut-off end, with its mark set back",
      ["delete from audit where n > 3", "update audit_head set n = 3"],
      3,
      /end of the chain/,
    ],
    ["an added row", ["insert into audit select 6, at, kind, body, hash, hash from audit where n = 5"], 6, /not what/],
    ["no end", ["delete from audit_head"], 6, /end of the chain is missing/],
  ])("names the first row that %s breaks", async (_, statements, n, why) => {
    await write(5);
    await tamper(...statements);
    expect((await verdict()).broken).toEqual({ n, why: expect.stringMatching(why) });
  });

  it("computed anew by somebody who can write everything differs from what was noted elsewhere", async () => {
    await write(3);
    const { head: noted } = await verdict();
    await write(2);
    expect((await store.read((tx) => verifyAudit(tx, noted))).broken).toBeUndefined();
    await tamper("delete from audit", `update audit_head set n = 0, hash = '${"0".repeat(64)}'`);
    await write(2);
    expect((await verdict()).broken, "the chain alone cannot tell").toBeUndefined();
    expect((await store.read((tx) => verifyAudit(tx, noted))).broken).toEqual({ n: 3, why: expect.any(String) });
    await write(3);
    expect((await store.read((tx) => verifyAudit(tx, noted))).broken).toEqual({
      n: 3,
      why: expect.stringContaining("noted"),
    });
  });
});

describe("an effect", () => {
  const refund = {
    key: "remedy:order:5501",
    family: "remedy:order:5501",
    conversation: "c1",
    turn: 3,
    tool: "shopify_issue_refund",
    capability: "issue_refund",
    system: "shopify",
    arguments: { order_id: "5501", amount: { amountMinor: 4200, currency: "EUR" }, note: "ann.reed@example.com" },
    authorisedBy: { level: "stepped_up", email: "ann.reed@example.com", codeId: "code-1", policy: "refund-order@2" },
    at: 1_000,
  };

  it("has one row when it has settled, with what it was and who allowed it, and nothing personal", async () => {
    await store.write((tx) => intendEffect(tx, refund));
    await store.write((tx) => moveEffect(tx, refund.key, ["intended"], "sending", { at: 1_001, tried: true }));
    expect(await verdict()).toMatchObject({ rows: 0 });
    const done = { at: 1_002, receipt: "refund to ann.reed@example.com", result: { email: "ann.reed@example.com" } };
    const moves = [1, 2].map(() => store.write((tx) => moveEffect(tx, refund.key, ["sending"], "done", done)));
    expect(await Promise.all(moves)).toEqual([true, false]);
    const rows = await store.read((tx) => latestAudit(tx));
    expect(rows).toMatchObject([
      {
        n: 1,
        at: 1_002,
        kind: "effect",
        body: {
          key: "remedy:order:5501",
          tool: "shopify_issue_refund",
          status: "done",
          amountMinor: 4200,
          currency: "EUR",
          level: "stepped_up",
          codeId: "code-1",
          policy: "refund-order@2",
          conversation: "c1",
        },
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain("ann.reed");
  });

  it("has none when its move was undone", async () => {
    await store.write((tx) => intendEffect(tx, refund));
    const failed = store.write(async (tx) => {
      await moveEffect(tx, refund.key, ["intended"], "refused", { at: 1_001 });
      throw new Error("crash");
    });
    await expect(failed).rejects.toThrow("crash");
    expect(await verdict()).toMatchObject({ rows: 0 });
  });
});
