import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  appendEntries,
  appendShopperEntry,
  createConversation,
  entriesAfter,
  findConversation,
  markMailSent,
  openStore,
  queueMail,
  type Store,
} from "../../server/store/index.js";
import { storeContract } from "./contract.js";

const NOON = Date.parse("2026-03-10T12:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function freshFile(): string {
  count += 1;
  return join(folder, `${count}`, "aftersale.db");
}

storeContract("SQLite", async () => freshFile());

describe("a SQLite store", () => {
  const stores: Store[] = [];
  const open = async (options: Parameters<typeof openStore>[0]): Promise<Store> => {
    const store = await openStore(options);
    stores.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });
  const withConversation = async (options: Parameters<typeof openStore>[0]): Promise<Store> => {
    const store = await open(options);
    await store.write((tx) => createConversation(tx, { id: "c1", at: NOON, locale: "en" }));
    return store;
  };

  it("works with whole durability: WAL, synchronous FULL, foreign keys, secure delete", async () => {
    const store = await open({ url: `sqlite:${freshFile()}` });
    const settings = await store.write(async (tx) => {
      const pragma = async (name: string) => Object.values((await sql.raw(`pragma ${name}`).execute(tx)).rows[0] ?? {});
      return [
        await pragma("journal_mode"),
        await pragma("synchronous"),
        await pragma("foreign_keys"),
        await pragma("secure_delete"),
      ].flat();
    });
    expect(settings).toEqual(["wal", 2, 1, 1]);
  });

  it.each(["NORMAL", "off", "1"])("refuses to open with synchronous=%s", async (value) => {
    const file = freshFile();
    await expect(openStore({ url: `sqlite:${file}?synchronous=${value}` })).rejects.toMatchObject({
      name: "StoreUnavailable",
      code: "STORE_WEAK",
    });
    expect(existsSync(file)).toBe(false);
    await open({ url: `sqlite:${file}?synchronous=full` });
  });

  it.each([":memory:", "", "sqlite:", "mysql://somewhere/db", "x.db?cache=shared"])(
    "refuses the address %j with a word on what is wanted",
    async (url) => {
      await expect(openStore({ url })).rejects.toMatchObject({ code: "STORE_ADDRESS" });
    },
  );

  it("keeps its files from other users of the machine, also files that were open to them", async () => {
    const file = freshFile();
    await (await open({ url: file })).close();
    chmodSync(file, 0o644);
    await withConversation({ url: file });
    const modes = () =>
      readdirSync(join(file, "..")).map((name) => (statSync(join(file, "..", name)).mode & 0o777).toString(8));
    expect(new Set(modes())).toEqual(new Set(["600"]));
    expect(modes().length).toBeGreaterThanOrEqual(3);
  });

  it("refuses a second server on the same file, and frees it on closing", async () => {
    const file = freshFile();
    const first = await open({ url: file });
    await expect(openStore({ url: file })).rejects.toMatchObject({ code: "STORE_IN_USE" });
    await first.close();
    await open({ url: file });
  });

  it("says plainly that a file is no database", async () => {
    const file = join(folder, "letter.db");
    writeFileSync(file, "Dear customer, ".repeat(1000));
    await expect(openStore({ url: file })).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(readFileSync(file, "utf8")).toContain("Dear customer");
  });

  it("says plainly that a database is damaged inside or cut short", async () => {
    const file = freshFile();
    const store = await withConversation({ url: file });
    await store.write((tx) =>
      appendEntries(
        tx,
        "c1",
        Array.from({ length: 500 }, (_, n) => ({ from: "bot" as const, at: NOON, text: `line ${n} `.repeat(20) })),
      ),
    );
    await store.close();
    const sound = readFileSync(file);
    const damaged = Buffer.from(sound);
    damaged.fill(0xa5, 4096 * 3, damaged.length - 4096);
    writeFileSync(file, damaged);
    await expect(openStore({ url: file })).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    writeFileSync(file, sound);
    truncateSync(file, sound.length - 4096 * 5);
    await expect(openStore({ url: file })).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    writeFileSync(file, sound);
    await open({ url: file });
  });

  it("refuses a database of a newer version and leaves it alone", async () => {
    const file = freshFile();
    await (await open({ url: file })).close();
    const newer = new Sqlite(file);
    newer.exec("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2030-01-01')");
    newer.close();
    await expect(openStore({ url: file })).rejects.toMatchObject({ code: "STORE_NEWER" });
  });

  it("refuses writes when there is no room, keeps what it has, and goes on when there is room again", async () => {
    const file = freshFile();
    let store = await withConversation({ url: file, maxBytes: 400_000 });
    const big = "x".repeat(20_000);
    const stored: string[] = [];
    let refusal: unknown;
    for (let n = 0; n < 100 && refusal === undefined; n += 1) {
      const messageId = `m-${n}`;
      try {
        await store.write((tx) => appendShopperEntry(tx, "c1", { messageId, text: big, at: NOON }));
        stored.push(messageId);
      } catch (error) {
        refusal = error;
      }
    }
    expect(refusal).toMatchObject({ name: "StoreUnavailable", code: "STORE_DISK_FULL" });
    expect(stored.length).toBeGreaterThan(3);
    const kept = await store.read((tx) => entriesAfter(tx, "c1", 0));
    expect(kept.entries.map(({ messageId }) => messageId)).toEqual(stored);
    await store.close();
    store = await open({ url: file });
    expect(
      await store.write((tx) => appendShopperEntry(tx, "c1", { messageId: "m-last", text: big, at: NOON })),
    ).toEqual({ seq: stored.length + 1, isNew: true });
  });

  it("keeps small works of a commit in which a big one finds no room", async () => {
    const store = await withConversation({ url: freshFile(), maxBytes: 400_000 });
    const say = (messageId: string, text: string) =>
      store.write((tx) => appendShopperEntry(tx, "c1", { messageId, text, at: NOON }));
    const results = await Promise.allSettled([say("m-1", "hi"), say("m-2", "x".repeat(900_000)), say("m-3", "hi")]);
    const told = results.filter(({ status }) => status === "fulfilled").length;
    const page = await store.read((tx) => entriesAfter(tx, "c1", 0));
    expect(page.entries).toHaveLength(told);
    expect(results[1]).toMatchObject({ status: "rejected", reason: { code: "STORE_DISK_FULL" } });
    expect(await say("m-4", "hi")).toMatchObject({ isNew: true });
  });

  it("commits a crowd in parts, so that the rest of the server gets its turn in between", async () => {
    const commits: number[] = [];
    const store = await open({ url: freshFile(), onCommit: ({ works }) => commits.push(works) });
    const order: number[] = [];
    const busy = async (n: number): Promise<void> => {
      // As long as a turn's queries take on a busy machine.
      for (const until = performance.now() + 2; performance.now() < until; );
      order.push(n);
    };
    let turnsOfTheLoop = 0;
    const count = setInterval(() => turnsOfTheLoop++, 0);
    await Promise.all(Array.from({ length: 200 }, (_, n) => store.write(() => busy(n))));
    clearInterval(count);
    expect(order).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(commits.length).toBeGreaterThan(2);
    expect(Math.min(...commits.slice(0, -1))).toBeGreaterThanOrEqual(32);
    expect(commits.reduce((sum, works) => sum + works, 0)).toBe(200);
    expect(turnsOfTheLoop).toBeGreaterThan(1);
  });

  it("refuses writes when the file is taken away beneath it", async () => {
    const file = freshFile();
    const store = await withConversation({ url: file });
    rmSync(file);
    const write = store.write((tx) => appendShopperEntry(tx, "c1", { messageId: "m-1", text: "hi", at: NOON }));
    await expect(write).rejects.toMatchObject({ name: "StoreUnavailable", code: "STORE_READ_ONLY" });
  });

  it("leaves nothing of a sent mail in the file", async () => {
    const file = freshFile();
    const store = await open({ url: file });
    const canary = "canary-7f3a9c";
    await store.write((tx) =>
      queueMail(tx, { id: "m1", to: `${canary}@example.com`, subject: canary, text: canary, at: NOON }),
    );
    await store.write((tx) => markMailSent(tx, "m1", NOON));
    await store.close();
    for (const name of readdirSync(join(file, ".."))) {
      expect(readFileSync(join(file, "..", name)).includes(canary)).toBe(false);
    }
  });
});

describe("commits of a SQLite store", () => {
  let store: Store;
  let commits: number[];
  beforeEach(async () => {
    commits = [];
    store = await openStore({ url: freshFile(), onCommit: ({ works }) => commits.push(works) });
    await store.write((tx) => createConversation(tx, { id: "c1", at: NOON, locale: "en" }));
  });
  afterEach(() => store.close());
  const say = (messageId: string) =>
    store.write((tx) => appendShopperEntry(tx, "c1", { messageId, text: "hi", at: NOON }));

  it("shares one commit among all writes of one turn of the event loop", async () => {
    commits.length = 0;
    await Promise.all(Array.from({ length: 50 }, (_, n) => say(`m-${n}`)));
    expect(commits).toEqual([50]);
    await say("m-50");
    expect(commits).toEqual([50, 1]);
  });

  it("shares one commit among the callbacks of one turn of the event loop, as when many sockets have sent", async () => {
    commits.length = 0;
    const sockets = Array.from(
      { length: 10 },
      (_, n) => new Promise((resolve) => setImmediate(() => resolve(say(`m-${n}`)))),
    );
    await Promise.all(sockets);
    expect(commits).toEqual([10]);
  });

  it("gives writes asked for during a commit the next one", async () => {
    commits.length = 0;
    const inside: Promise<unknown>[] = [];
    await store.write(async (tx) => {
      inside.push(say("m-1"), say("m-2"));
      await findConversation(tx, "c1");
    });
    await Promise.all(inside);
    expect(commits).toEqual([1, 2]);
  });
});
