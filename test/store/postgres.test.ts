import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  announce,
  appendShopperEntry,
  ClaimLost,
  createConversation,
  entriesAfter,
  findConversation,
  markTaken,
  openStore,
  type Store,
  type StoreOptions,
  saveConversation,
} from "../../server/store/index.js";
import { storeContract } from "./contract.js";
import { type Postgres, startPostgres } from "./postgres.js";

const NOON = Date.parse("2026-03-10T12:00:00Z");
const PATIENCE = { timeout: 20_000, interval: 20 };

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

storeContract("Postgres", () => postgres.freshUrl());

const stores: Store[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});
async function open(url: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ url, ...options });
  stores.push(store);
  return store;
}
async function withConversation(url: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await open(url, options);
  await store.write((tx) => createConversation(tx, { id: "c1", at: NOON, locale: "en" }));
  return store;
}
const say = (store: Store, messageId: string) =>
  store.write((tx) => appendShopperEntry(tx, "c1", { messageId, text: "hi", at: NOON }), { conversation: "c1" });

/** Everything that a person or a log could come to see of an error. */
function everythingIn(error: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  const walk = (value: unknown): void => {
    if (value === null || (typeof value !== "object" && typeof value !== "function"))
      return void parts.push(String(value));
    if (seen.has(value)) return;
    seen.add(value);
    for (const name of Object.getOwnPropertyNames(value)) walk((value as Record<string, unknown>)[name]);
  };
  walk(error);
  return parts.join("\n");
}

describe("a Postgres store", () => {
  it.each([
    ["role", "synchronous_commit"],
    ["database", "synchronous_commit"],
  ])("refuses to open where a %s sets %s off, and says how to mend it", async (what) => {
    const url = await postgres.freshUrl();
    const name = new URL(url).pathname.slice(1);
    const whose = what === "role" ? "role postgres" : `database ${name}`;
    await psql(url, `alter ${whose} set synchronous_commit = off`);
    try {
      await expect(openStore({ url })).rejects.toMatchObject({
        code: "STORE_WEAK",
        message: expect.stringMatching(/synchronous_commit is off.*ALTER DATABASE or ALTER ROLE/s),
      });
    } finally {
      await psql(url, `alter ${whose} reset synchronous_commit`);
    }
    await open(url);
  });

  it("refuses a server that does not sync to disk", async () => {
    const careless = await startPostgres({ settings: { fsync: "off" } });
    try {
      const url = await careless.freshUrl();
      await expect(openStore({ url })).rejects.toMatchObject({
        code: "STORE_WEAK",
        message: expect.stringContaining("fsync is off"),
      });
    } finally {
      await careless.stop();
    }
  });

  it.each([
    ["a wrong password", (url: string) => url.replace(postgres.password, "canary-4be1"), "STORE_LOGIN", "canary-4be1"],
    ["a database that is not there", (url: string) => url.replace(/\w+$/, "nowhere"), "STORE_LOGIN", ""],
    ["a server that is not there", (url: string) => url.replace(/:\d+\//, ":1/"), "STORE_UNREACHABLE", ""],
    ["an address that cannot be read", () => "postgres://ann:canary-4be1@@host:port/x", "STORE_ADDRESS", "canary-4be1"],
    [
      "an address without a database",
      () => "postgres://ann:canary-4be1@127.0.0.1:5432",
      "STORE_ADDRESS",
      "canary-4be1",
    ],
  ] as const)("says plainly what is wrong with %s, and never the password", async (_, change, code, canary) => {
    const url = change(await postgres.freshUrl());
    const logged: string[] = [];
    const error = await openStore({ url, log: ({ message }) => void logged.push(message) }).catch((it: unknown) => it);
    expect(error).toMatchObject({ name: "StoreUnavailable", code });
    const said = `${everythingIn(error)}\n${logged.join("\n")}`;
    for (const secret of [postgres.password, canary].filter(Boolean)) expect(said).not.toContain(secret);
  });

  it("names the place in its log without the password", async () => {
    const logged: string[] = [];
    const url = await postgres.freshUrl();
    await open(url, { log: ({ message }) => void logged.push(message) });
    expect(logged.join("\n")).toContain(`postgres://postgres@127.0.0.1:${postgres.port}/`);
    expect(logged.join("\n")).not.toContain(postgres.password);
  });

  it("keeps rows out of the errors of the database", async () => {
    const store = await withConversation(await postgres.freshUrl());
    const canary = "canary-91ce@example.com";
    const error = await store
      .write((tx) =>
        tx
          .insertInto("entry")
          .values({
            ...{ conversation: "nobody", seq: 1, from_who: "bot", at: NOON, text: canary, parts: "[]", asks: null },
            ...{ message_id: canary, choice: null, taken_in_turn: null },
          })
          .execute(),
      )
      .catch((it: unknown) => it);
    expect(error).toBeInstanceOf(Error);
    expect(everythingIn(error)).not.toContain(canary);
  });

  it("is made once when several nodes start at the same moment", async () => {
    const url = await postgres.freshUrl();
    const all = await Promise.all(Array.from({ length: 4 }, () => open(url)));
    await all[0]?.write((tx) => createConversation(tx, { id: "c1", at: NOON, locale: "en" }));
    const found = await Promise.all(all.map((store) => store.read((tx) => findConversation(tx, "c1"))));
    expect(found.map((conversation) => conversation?.id)).toEqual(["c1", "c1", "c1", "c1"]);
  });

  it("refuses while the server is away, keeps what it has acknowledged, and goes on by itself", async () => {
    const own = await startPostgres();
    try {
      const store = await withConversation(await own.freshUrl());
      await say(store, "m-1");
      await own.pause();
      const refused = await say(store, "m-2").catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: "StoreUnavailable", code: "STORE_UNREACHABLE" });
      await expect(store.check()).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
      await own.start();
      await expect
        .poll(
          () =>
            say(store, "m-3").then(
              () => true,
              () => false,
            ),
          PATIENCE,
        )
        .toBe(true);
      await store.check();
      const { entries } = await store.read((tx) => entriesAfter(tx, "c1", 0));
      expect(entries.map(({ seq, messageId }) => [seq, messageId])).toEqual([
        [1, "m-1"],
        [2, "m-3"],
      ]);
    } finally {
      await Promise.all(stores.splice(0).map((store) => store.close()));
      await own.stop();
    }
  });

  it("says that a database takes no writes", async () => {
    const url = await postgres.freshUrl();
    await (await withConversation(url)).close();
    await psql(url, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    await expect(openStore({ url })).rejects.toMatchObject({ code: "STORE_READ_ONLY" });
  });

  it("stores a text with a NUL in it, without the NUL", async () => {
    const store = await withConversation(await postgres.freshUrl());
    await store.write((tx) => appendShopperEntry(tx, "c1", { messageId: "m-1", text: "a\0b", at: NOON }));
    const { entries } = await store.read((tx) => entriesAfter(tx, "c1", 0));
    expect(entries.map(({ text }) => text)).toEqual(["ab"]);
  });

  it("makes of two works that each read before they write as if one had come after the other", async () => {
    const url = await postgres.freshUrl();
    const [one, other] = [await withConversation(url), await open(url)];
    // Each notes how many there are before it: where two look at once, one of them is wrong unless it looks again.
    const note = (store: Store, n: number) =>
      store.write(async (tx) => {
        const before = await tx.selectFrom("publication").select("n").execute();
        await tx.insertInto("publication").values({ n, at: before.length, file_set: "s", instead_of: null }).execute();
      });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    await Promise.all(numbers.flatMap((n) => [note(one, n), note(other, 100 + n)]));
    const rows = await one.read((tx) => tx.selectFrom("publication").select("at").orderBy("at").execute());
    expect(rows.map(({ at }) => at)).toEqual(rows.map((_, at) => at));
    expect(rows).toHaveLength(40);
  });

  it("is not loaded by a server with a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "no-pg-"));
    const code = `
      import { createRequire } from "node:module";
      const { openStore } = await import("./server/store/index.ts");
      await (await openStore({ url: process.env.FILE })).close();
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(loaded.length > 0, loaded.some((name) => /node_modules.pg[/\\\\]/.test(name)));
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      env: { ...process.env, FILE: join(folder, "aftersale.db") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => (said += chunk));
    await once(child, "exit");
    rmSync(folder, { recursive: true });
    expect(said.trim()).toBe("true false");
  });
});

describe("claims", () => {
  const QUICK = { claims: { leaseMs: 700, beatMs: 150 } };

  it("let one node at a time at a subject, and the next one as soon as it is free", async () => {
    const url = await postgres.freshUrl();
    const [one, other] = await Promise.all([open(url), open(url)]);
    let inside = 0;
    let most = 0;
    const work = (store: Store) =>
      store.hold("conversation:c1", async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 10 }, (_, n) => work(n % 2 === 0 ? one : other)));
    expect(most).toBe(1);
    const busy = await one.hold("effect:k1", () => other.holdIfFree("effect:k1", async () => "mine"));
    expect(busy).toBeUndefined();
    expect(await other.holdIfFree("effect:k1", async () => "mine")).toEqual({ value: "mine" });
  });

  it("can be nested, and the same one twice", async () => {
    const store = await withConversation(await postgres.freshUrl());
    const seq = await store.hold("conversation:c1", () =>
      store.hold("effect:k1", () => store.hold("conversation:c1", () => say(store, "m-1"))),
    );
    expect(seq).toMatchObject({ seq: 1 });
  });

  it("of a node that dies are free after its lease; what it still writes is refused", async () => {
    const url = await postgres.freshUrl();
    const dying = await withConversation(url, { claims: { leaseMs: 700, beatMs: 1_000_000 } });
    const heir = await open(url, QUICK);
    const [begun, over] = [signal(), signal()];
    const stalled = dying.hold("conversation:c1", async () => {
      await say(dying, "in time");
      expect(() => dying.requireHold?.()).not.toThrow();
      begun.give();
      await over.given;
      expect(() => dying.requireHold?.()).toThrow(ClaimLost);
      await say(dying, "too late");
    });
    await begun.given;
    await heir.hold("conversation:c1", () => say(heir, "by the heir"));
    over.give();
    await expect(stalled).rejects.toThrow(ClaimLost);
    const { entries } = await heir.read((tx) => entriesAfter(tx, "c1", 0));
    expect(entries.map(({ messageId }) => messageId)).toEqual(["in time", "by the heir"]);
  });

  it("cannot be taken over between the look at them and the commit", async () => {
    const url = await postgres.freshUrl();
    const dying = await withConversation(url, { claims: { leaseMs: 300, beatMs: 1_000_000 } });
    const heir = await open(url, QUICK);
    const order: string[] = [];
    const begun = signal();
    const writing = dying.hold("conversation:c1", () =>
      dying.write(async (tx) => {
        await saveConversation(tx, "c1", 0, { at: NOON, turn: 1 });
        begun.give();
        // Longer than its lease.
        await new Promise((resolve) => setTimeout(resolve, 900));
        order.push("committed");
      }),
    );
    await begun.given;
    await heir.hold("conversation:c1", async () => {
      order.push("taken over");
      expect((await heir.read((tx) => findConversation(tx, "c1")))?.turn).toBe(1);
    });
    await writing;
    expect(order).toEqual(["committed", "taken over"]);
  });

  it("tell in which conversations something waits that no living node has", async () => {
    const url = await postgres.freshUrl();
    const [one, other] = [await withConversation(url), await open(url)];
    await say(one, "m-1");
    expect(await other.stranded()).toEqual(["c1"]);
    await one.hold("conversation:c1", async () => {
      expect(await other.stranded()).toEqual([]);
      await one.write((tx) => markTaken(tx, "c1", [1], 1));
    });
    expect(await other.stranded()).toEqual([]);
  });
});

describe("news between nodes", () => {
  it("tells every other node what was changed and announced, and not the one that did it", async () => {
    const url = await postgres.freshUrl();
    const [one, other] = [await withConversation(url), await open(url)];
    const heard = { one: [] as string[], other: [] as string[] };
    const hear = (store: Store, into: string[]): void => {
      store.onElsewhere((changed) => void into.push(...(changed === "all" ? ["all"] : changed)));
      store.listen((topics) => void into.push(...[...topics].map((topic) => `topic ${topic}`)));
    };
    hear(one, heard.one);
    hear(other, heard.other);
    await expect
      .poll(async () => {
        await say(one, `m-${process.hrtime.bigint()}`);
        return heard.other.includes("c1");
      }, PATIENCE)
      .toBe(true);
    await one.write(async (tx) => announce(tx, "mail"));
    await expect.poll(() => heard.other, PATIENCE).toContain("topic mail");
    expect(heard.one).not.toContain("c1");
    expect(heard.one).toContain("topic mail");
  });

  it("says that some may have been missed once it hears again", async () => {
    const url = await postgres.freshUrl();
    const [one, other] = [await withConversation(url), await open(url)];
    const heard: string[] = [];
    other.onElsewhere((changed) => void heard.push(...(changed === "all" ? ["all"] : changed)));
    await expect.poll(() => heard, PATIENCE).toContain("all");
    heard.length = 0;
    await psql(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'aftersale listens'",
    );
    await expect.poll(() => heard, PATIENCE).toContain("all");
    await say(one, "m-1");
    await expect.poll(() => heard, PATIENCE).toContain("c1");
  });
});

function signal(): { readonly given: Promise<void>; give(): void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}

async function psql(url: string, statement: string): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
