/** A backup is made beside a working server, is of use only to whom it is meant for, and brings every conversation back. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendShopperEntry, createConversation, entriesAfter, openStore } from "../../server/store/index.js";
import { type Visitor, visit } from "../operations/shop.js";
import { type ServerProcess, serverProcess } from "../restart/server-process.js";

const COMMAND = fileURLToPath(new URL("../../server/aftersale.mjs", import.meta.url));
const KEY = "a-key-that-is-kept-elsewhere";
const CANARY = "marmalade-umbrella-4711";

const folder = mkdtempSync(join(tmpdir(), "aftersale-backup-"));
let server: ServerProcess;
let visitor: Visitor;
const file = (name: string) => join(folder, name);

interface Ran {
  readonly code: number;
  readonly said: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const all = { ...process.env, AFTERSALE_DATA: server.dataDir, AFTERSALE_BACKUP_KEY: "", ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { env: all }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });
}

beforeAll(async () => {
  server = await serverProcess({
    connectors: {},
    origins: [],
    smtpUrl: "smtp://127.0.0.1:1",
    joinPauseMs: 0,
    shop: { connectors: { desk: { file: file("tickets.jsonl") } }, systems: { helpdesk: "desk" } },
  });
  await server.start();
  visitor = await visit(server.url);
  await visitor.say(`hello, ${CANARY}`);
});
afterAll(async () => {
  visitor?.leave();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => readdirSync(server.dataDir).toSorted();

describe("a backup beside a working server", () => {
  it("is a whole database that only its owner may read, and leaves nothing else behind", async () => {
    const before = data();
    // Somebody goes on writing meanwhile.
    const [made, answer] = await Promise.all([run(["backup", file("plain.db")]), visitor.say("thanks a lot")]);
    expect(made, made.said).toMatchObject({ code: 0 });
    expect(answer).not.toBe("");
    expect(statSync(file("plain.db")).mode & 0o777).toBe(0o600);
    const copy = new Sqlite(file("plain.db"), { readonly: true });
    expect(copy.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(copy.prepare("select count(*) from entry where text like ?").pluck().get(`%${CANARY}%`)).toBe(1);
    copy.close();
    expect(data()).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.includes("unfinished"))).toEqual([]);
    // What it lacks, and what it does not hide, is said.
    expect(made.said).toMatch(/not sealed.*AFTERSALE_BACKUP_KEY/s);
    expect(made.said).toContain("secret.key");
  });

  it("is sealed with a key from the environment: nothing can be read in it, and it holds the server's secret", async () => {
    const made = await run(["backup", file("sealed")], { AFTERSALE_BACKUP_KEY: KEY });
    expect(made, made.said).toMatchObject({ code: 0 });
    expect(statSync(file("sealed")).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(file("sealed"));
    const secret = readFileSync(join(server.dataDir, "secret.key"), "utf8").trim();
    for (const plain of [CANARY, "SQLite format", "conversation", secret]) expect(bytes.includes(plain)).toBe(false);
    expect(made.said).not.toContain(KEY);
  });

  it("never overwrites a file, and refuses a key that could be guessed", async () => {
    const sealed = readFileSync(file("sealed"));
    const again = await run(["backup", file("sealed")]);
    expect(again).toMatchObject({ code: 2 });
    expect(again.said).toContain("there already");
    expect(readFileSync(file("sealed")).equals(sealed)).toBe(true);
    const weak = await run(["backup", file("weak")], { AFTERSALE_BACKUP_KEY: "hunter2" });
    expect(weak).toMatchObject({ code: 2 });
    expect(weak.said).not.toContain("hunter2");
    expect(existsSync(file("weak"))).toBe(false);
  });

  it("says where to look when there is no database, and makes none", async () => {
    const empty = file("empty");
    const none = await run(["backup", file("none.db"), "--data", empty]);
    expect(none).toMatchObject({ code: 2 });
    expect(none.said).toContain("no database is here");
    expect(existsSync(empty)).toBe(false);
  });
});

describe("restoring", () => {
  it("is refused while a server runs, and changes nothing", async () => {
    const before = data();
    const refused = await run(["restore", file("plain.db")]);
    expect(refused, refused.said).toMatchObject({ code: 2 });
    expect(refused.said).toContain("another server is running");
    expect(data()).toEqual(before);
    expect(await visitor.say("still there?")).not.toBe("");
  });

  it("brings every conversation back on another machine, and they go on; what was there is kept", {
    timeout: 180_000,
  }, async () => {
    const seen = [...visitor.entries];
    visitor.leave();
    expect((await run(["backup", file("moved")], { AFTERSALE_BACKUP_KEY: KEY })).code).toBe(0);
    expect(await server.stop()).toBe(0);
    // Another machine: another database and another secret stand there.
    for (const name of data()) if (/^(aftersale\.db|secret)/.test(name)) rmSync(join(server.dataDir, name));
    await server.start();
    const stranger = await visit(server.url);
    await stranger.say("I was here only now");
    stranger.leave();
    await expect(visit(server.url, undefined, visitor)).rejects.toThrow();
    expect(await server.stop()).toBe(0);

    const restored = await run(["restore", file("moved")], { AFTERSALE_BACKUP_KEY: KEY });
    expect(restored, restored.said).toMatchObject({ code: 0 });
    expect(restored.said).toMatch(/Restored 1 conversations/);
    await server.start();
    const back = await visit(server.url, undefined, visitor);
    expect(await back.say("here I am again")).not.toBe("");
    await expect.poll(() => back.entries.length).toBeGreaterThan(seen.length);
    expect(back.entries.slice(0, seen.length)).toEqual(seen);
    back.leave();
    expect(await server.stop()).toBe(0);

    const aside = data().filter((name) => name.startsWith("aftersale.db.before-restore-"));
    expect(aside).toHaveLength(1);
    const old = new Sqlite(join(server.dataDir, aside[0] as string), { readonly: true });
    expect(old.prepare("select count(*) from entry where text like '%only now%'").pluck().get()).toBe(1);
    old.close();
    expect(data().filter((name) => name.startsWith("secret.key.before-restore-"))).toHaveLength(1);
  });

  const standing = async () => {
    const store = await openStore({ url: join(server.dataDir, "aftersale.db") });
    const page = await store.read((tx) => entriesAfter(tx, visitor.conversation, 0));
    await store.close();
    return page.entries.length;
  };

  it.each<[string, () => void, NodeJS.ProcessEnv, RegExp]>([
    ["a sealed one without its key", () => {}, {}, /sealed.*AFTERSALE_BACKUP_KEY/],
    ["a sealed one with another key", () => {}, { AFTERSALE_BACKUP_KEY: `${KEY}!` }, /does not open it/],
    [
      "a sealed one in which one bit was changed",
      () => changeByte("bad", Math.floor(statSync(file("bad")).size / 2)),
      { AFTERSALE_BACKUP_KEY: KEY },
      /does not open it/,
    ],
    [
      "a sealed one that was cut short",
      () => writeFileSync(file("bad"), readFileSync(file("bad")).subarray(0, -100)),
      { AFTERSALE_BACKUP_KEY: KEY },
      /does not open it/,
    ],
    [
      "a plain one that is damaged",
      () => {
        const bytes = readFileSync(file("plain.db"));
        bytes.fill(0xa5, 4096 * 2, 4096 * 6);
        writeFileSync(file("bad"), bytes);
      },
      {},
      /sound/,
    ],
    ["what is no backup at all", () => writeFileSync(file("bad"), "Dear shop, ".repeat(1_000)), {}, /sound/],
    ["an empty file", () => writeFileSync(file("bad"), ""), {}, /no database of Aftersale/],
    [
      "a database of something else",
      () => {
        rmSync(file("bad"));
        const other = new Sqlite(file("bad"));
        other.exec("create table recipe (name text)");
        other.close();
      },
      {},
      /no database of Aftersale/,
    ],
    [
      "one of a newer version",
      () => {
        writeFileSync(file("bad"), readFileSync(file("plain.db")));
        const newer = new Sqlite(file("bad"));
        newer.exec("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2030-01-01')");
        newer.close();
      },
      {},
      /newer version/,
    ],
  ])("refuses %s, and leaves everything as it is", async (_, spoil, env, why) => {
    writeFileSync(file("bad"), readFileSync(file("sealed")));
    spoil();
    const before = data();
    const entries = await standing();
    const refused = await run(["restore", file("bad")], env);
    expect(refused, refused.said).toMatchObject({ code: 2 });
    expect(refused.said).toMatch(why);
    expect(refused.said.trim().split("\n")).toHaveLength(1);
    expect(data()).toEqual(before);
    expect(await standing()).toBe(entries);
  });

  it("reads nothing out of the log of the database that it replaces, even when that one was killed", async () => {
    // A log that was never folded in: its process died.
    const url = join(server.dataDir, "aftersale.db");
    const store = await openStore({ url });
    await store.write((tx) => createConversation(tx, { id: "late", at: Date.now(), locale: "en" }));
    await store.write((tx) =>
      appendShopperEntry(tx, "late", { messageId: "message-late", text: "after the backup", at: Date.now() }),
    );
    const killed = ["", "-wal", "-shm"].map((part) => [part, readFileSync(url + part)] as const);
    await store.close();
    for (const [part, bytes] of killed) writeFileSync(url + part, bytes);
    expect((await run(["restore", file("plain.db")])).code).toBe(0);
    const after = await openStore({ url });
    expect((await after.read((tx) => entriesAfter(tx, "late", 0))).entries).toEqual([]);
    expect((await after.read((tx) => entriesAfter(tx, visitor.conversation, 0))).entries.length).toBeGreaterThan(1);
    await after.close();
    const kept = data().filter((name) => /^aftersale\.db\.before-restore-[\dTZ-]+$/.test(name));
    const texts = kept.map((name) => {
      const old = new Sqlite(join(server.dataDir, name), { readonly: true });
      const found = old.prepare("select count(*) from entry where text = 'after the backup'").pluck().get();
      old.close();
      return found;
    });
    expect(texts).toContain(1);
  });
});

function changeByte(name: string, at: number): void {
  const bytes = readFileSync(file(name));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file(name), bytes);
}
