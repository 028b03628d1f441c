/** A customer is told everything that is kept of them, and forgotten when they ask, down to the bytes on the disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eraseTickets } from "../../server/connectors/index.js";
import { bytesIn, eraseCustomer, exportCustomer } from "../../server/privacy/index.js";
import {
  conversationsOf,
  effectsOf,
  entriesAfter,
  findConversation,
  findEffect,
  latestAudit,
  openStore,
  verifyAudit,
} from "../../server/store/index.js";
import { AT, act, BEN, converse, HOME, identityOver, MIRA, openShop, type Shop } from "./customers.js";

const mira = { email: MIRA, name: "Mira Canary", home: HOME, order: "5501" };
const ben = { email: BEN, name: "Ben Other", home: "1 Other Street", order: "5502" };

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  await converse(shop, "of-mira", mira);
  await converse(shop, "of-ben", ben);
});
afterEach(() => shop.end());

const rooms = () => ({ store: shop.store, identity: shop.identity, now: () => AT + 1, by: "uid:1000" });
const erase = () => eraseCustomer(rooms(), ` ${MIRA.toUpperCase()} `);
const refund = {
  key: "remedy:order:5501",
  conversation: "of-mira",
  capability: "create_replacement",
  email: MIRA,
  arguments: {
    order_id: "5501",
    amount: { amountMinor: 4200, currency: "EUR" },
    address: HOME,
    email: MIRA,
    note: "Mira",
  },
  result: { order_id: "5501-R", ship_to: HOME },
  status: "done",
} as const;
const ticket = {
  key: "handoff:of-mira-1",
  conversation: "of-mira",
  capability: "handoff",
  system: "gladly",
  arguments: { handoff_id: "of-mira-1", queue: "shipping", transcript: [{ text: HOME }], customer: { email: MIRA } },
  result: { id: "T-77", mode: "async", url: "https://gladly.example/customer/1" },
  status: "done",
} as const;

/** Everything personal of Mira, in the bytes of the files that are on the disk now. */
async function leftOnDisk(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const text of [MIRA, HOME, "Mira Canary", "7 Canary"]) {
    for (const file of [shop.file, `${shop.file}-wal`, `${shop.file}-shm`]) {
      const count = await bytesIn(file, text);
      if (count > 0) found[`${text} in ${file.slice(shop.folder.length + 1)}`] = count;
    }
  }
  return found;
}

describe("an export", () => {
  it("holds what was said, decided and done, whatever case the address is typed in", async () => {
    await act(shop, refund);
    await act(shop, ticket);
    const exported = await exportCustomer(rooms(), MIRA.toUpperCase(), { trace: true });
    expect(exported.conversations.map(({ id }) => id)).toEqual(["of-mira"]);
    expect(exported.conversations[0]?.entries.map(({ from }) => from)).toEqual(["shopper", "shopper", "bot"]);
    expect(exported.conversations[0]?.trace).toMatchObject([{ kind: "call" }]);
    const effects = exported.effects.toSorted((one, other) => one.what.localeCompare(other.what));
    expect(effects).toMatchObject([{ what: "create_replacement", status: "done" }, { what: "handoff" }]);
    expect(exported.tickets).toMatchObject([{ system: "gladly", ticket: "T-77" }]);
    const text = JSON.stringify(exported);
    expect(text).toContain(HOME);
    expect(text, "nothing of anybody else").not.toContain("ben.other");
    expect((await exportCustomer(rooms(), MIRA)).conversations[0]?.trace, "only when asked for").toBeUndefined();
  });

  it("does not hand out what a stranger said who typed the address", async () => {
    const stranger = { ...mira, name: "Stran Ger", home: "9 Hidden Lane" };
    await converse(shop, "unproven", stranger);
    await shop.store.write((tx) =>
      tx
        .updateTable("conversation")
        .set({ customer_email: null, customer_name: null })
        .where("id", "=", "unproven")
        .execute(),
    );
    const exported = await exportCustomer(rooms(), MIRA);
    expect(exported.unproven).toMatchObject([{ id: "unproven" }]);
    expect(JSON.stringify(exported)).not.toContain("9 Hidden Lane");
  });

  it("is written into the audit log, by whom and of whom, without saying whom", async () => {
    await exportCustomer(rooms(), MIRA);
    const [row] = await shop.store.read((tx) => latestAudit(tx, 1));
    expect(row).toMatchObject({
      kind: "read",
      body: { by: "uid:1000", what: "export", customer: shop.identity.pseudonymOf(MIRA), conversations: 1 },
    });
    expect(JSON.stringify(row)).not.toContain("mira");
  });

  it("of ten thousand messages takes seconds", async () => {
    await shop.store.write(async (tx) => {
      const rows = Array.from({ length: 10_000 }, (_, n) => ({
        conversation: "of-mira",
        seq: 100 + n,
        from_who: "bot",
        at: AT,
        text: `line ${n}`,
        parts: "[]",
        asks: null,
        message_id: null,
        choice: null,
        taken_in_turn: null,
      }));
      for (let at = 0; at < rows.length; at += 500)
        await tx
          .insertInto("entry")
          .values(rows.slice(at, at + 500))
          .execute();
    });
    const begun = performance.now();
    const exported = await exportCustomer(rooms(), MIRA);
    expect(exported.conversations[0]?.entries.length).toBe(10_003);
    expect(performance.now() - begun).toBeLessThan(60_000);
  });
});

describe("erasing", () => {
  it("leaves no byte of it in database, journal and shared memory, and nobody else's touched", async () => {
    await act(shop, refund);
    await act(shop, ticket);
    const before = await shop.store.read((tx) => entriesAfter(tx, "of-ben", 0));
    expect(Object.keys(await leftOnDisk()).length, "there was something to erase").toBeGreaterThan(3);
    const erased = await erase();
    expect(erased).toMatchObject({ conversations: 1, effects: 2, mails: 2, codes: 1, postponed: [], scrubbed: true });
    expect(await leftOnDisk()).toEqual({});
    expect(await shop.store.read((tx) => conversationsOf(tx, MIRA))).toEqual([]);
    expect(await shop.store.read((tx) => entriesAfter(tx, "of-ben", 0))).toEqual(before);
    expect((await shop.store.read((tx) => conversationsOf(tx, BEN))).length).toBe(1);
  });

  it("keeps the books: which order, how much, what came of it; no longer whose it was", async () => {
    await act(shop, refund);
    await erase();
    const line = await shop.store.read((tx) => findEffect(tx, refund.key));
    expect(line).toMatchObject({
      key: "remedy:order:5501",
      status: "done",
      capability: "create_replacement",
      arguments: { order_id: "5501", amount: { amountMinor: 4200, currency: "EUR" } },
      result: { order_id: "5501-R" },
      authorisedBy: { level: "stepped_up", codeId: "code-1", customer: shop.identity.pseudonymOf(MIRA) },
    });
    expect(Object.keys(line?.arguments as object)).toEqual(["order_id", "amount"]);
    expect((await shop.store.read((tx) => verifyAudit(tx))).broken).toBeUndefined();
  });

  it("lists the tickets that only a helpdesk can erase", async () => {
    await act(shop, ticket);
    expect((await erase()).tickets).toEqual([{ system: "gladly", ticket: "T-77", at: new Date(AT).toISOString() }]);
  });

  it("takes the address out of what others said, and leaves the rest of it", async () => {
    await converse(shop, "about-mira", { ...ben, home: `the flat of ${MIRA}` });
    await act(shop, {
      ...refund,
      key: "remedy:order:5502",
      conversation: "of-ben",
      email: BEN,
      arguments: { order_id: "5502", note: `for ${MIRA}` },
    });
    const erased = await erase();
    expect(erased.changedConversations).toBe(1);
    expect(await bytesIn(shop.file, MIRA)).toBe(0);
    const { entries } = await shop.store.read((tx) => entriesAfter(tx, "about-mira", 0));
    expect(entries[1]?.text).toBe("please send it again to the flat of [erased]");
    expect((await shop.store.read((tx) => findEffect(tx, "remedy:order:5502")))?.arguments).toEqual({
      order_id: "5502",
      note: "for [erased]",
    });
  });

  it("removes conversations of nobody's in which the address was typed", async () => {
    await converse(shop, "unproven", mira);
    await shop.store.write((tx) =>
      tx
        .updateTable("conversation")
        .set({ customer_email: null, customer_name: null })
        .where("id", "=", "unproven")
        .execute(),
    );
    expect((await erase()).conversations).toBe(2);
    expect(await leftOnDisk()).toEqual({});
  });

  it("leaves alone what is under way, says so, and finishes the next time", async () => {
    await act(shop, { ...refund, status: "sending" });
    const first = await erase();
    expect(first).toMatchObject({ conversations: 0, postponed: [{ conversation: "of-mira", effect: refund.key }] });
    expect(
      (await shop.store.read((tx) => findEffect(tx, refund.key)))?.arguments,
      "the call can be asked about",
    ).toEqual(refund.arguments);
    expect(await shop.store.read((tx) => findConversation(tx, "of-mira"))).toBeDefined();
    await shop.store.write((tx) =>
      tx.updateTable("effect").set({ status: "done" }).where("key", "=", refund.key).execute(),
    );
    expect(await erase()).toMatchObject({ conversations: 1, effects: 1, postponed: [] });
    expect(await leftOnDisk()).toEqual({});
  });

  it("again finds nothing and harms nothing", async () => {
    await act(shop, refund);
    await erase();
    expect(await erase()).toMatchObject({ conversations: 0, mails: 0, codes: 0, scrubbed: true });
    expect(await leftOnDisk()).toEqual({});
    const rows = await shop.store.read((tx) => latestAudit(tx, 2));
    expect(rows.map(({ kind }) => kind)).toEqual(["erase", "erase"]);
  });

  it("works beside the running server, whose own readers see the rest", async () => {
    const command = await openStore({ url: shop.file, beside: true });
    const erased = await eraseCustomer({ ...rooms(), store: command }, MIRA);
    await command.close();
    expect(erased).toMatchObject({ conversations: 1, scrubbed: true });
    expect(await leftOnDisk()).toEqual({});
    expect((await shop.store.read((tx) => effectsOf(tx, "of-ben"))).length).toBe(0);
    await converse(shop, "later", { ...ben, order: "5503" });
    expect((await shop.store.read((tx) => conversationsOf(tx, BEN))).length).toBe(2);
  });

  it("says so when a reader of the old state stands in the way", async () => {
    const reader = new Sqlite(shop.file, { readonly: true });
    reader.exec("begin");
    reader.prepare("select count(*) from entry").get();
    const erased = await erase();
    expect(erased.scrubbed).toBe(false);
    reader.close();
    expect((await erase()).scrubbed).toBe(true);
    expect(await leftOnDisk()).toEqual({});
  });

  it("knows of every table in which something of a person may stand", async () => {
    const database = new Sqlite(shop.file, { readonly: true });
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
    database.close();
    /** Whoever adds a table says here what becomes of it when somebody is to be forgotten. */
    const erasedOrWithoutPeople = {
      conversation: "erased",
      entry: "erased",
      trace: "erased",
      timer: "erased",
      effect: "rewritten: the books stay, whose they are goes",
      code: "erased",
      address_limit: "erased unless locked; keyed hashes",
      mail: "erased; sealed while it waits, empty afterwards",
      outcome: "stays: how policies ended, under the random name of a conversation that is gone",
      file_set: "the merchant's files",
      publication: "the merchant's files",
      audit: "ids and keyed hashes",
      audit_head: "a hash",
      webhook: "ids of calls, for three days",
      node: "servers",
      claim: "servers, and random names of conversations",
      shared: "servers",
    };
    const known = Object.keys(erasedOrWithoutPeople);
    expect(tables.filter((name) => !/^(sqlite_|kysely_)/.test(name) && !known.includes(name))).toEqual([]);
  });
});

describe("killed in the middle of erasing", () => {
  const run = (): ChildProcess =>
    spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "erasing-process.ts"), shop.file, MIRA], {
      stdio: ["ignore", "pipe", "inherit"],
    });

  it("the same command again leaves nothing", async () => {
    await act(shop, refund);
    await shop.store.write(async (tx) => {
      for (let n = 0; n < 3_000; n += 1) {
        await tx
          .insertInto("entry")
          .values({
            conversation: "of-mira",
            seq: 100 + n,
            from_who: "bot",
            at: AT,
            text: `${HOME} ${n}`,
            parts: "[]",
            asks: null,
            message_id: null,
            choice: null,
            taken_in_turn: null,
          })
          .execute();
      }
    });
    await shop.store.close();
    for (const point of ["begun", "committed"]) {
      const child = run();
      await new Promise<void>((resolve) => {
        child.stdout?.on("data", (data: Buffer) => data.toString().includes(point) && child.kill("SIGKILL"));
        child.on("exit", () => resolve());
      });
    }
    shop.store = await openStore({ url: shop.file });
    expect((await eraseCustomer(rooms(), MIRA)).scrubbed).toBe(true);
    expect(await leftOnDisk()).toEqual({});
    expect((await shop.store.read((tx) => findEffect(tx, refund.key)))?.status).toBe("done");
    expect((await shop.store.read((tx) => verifyAudit(tx))).broken).toBeUndefined();
  }, 60_000);
});

describe("tickets of the shop's own desk", () => {
  const line = (id: string, email: string) =>
    JSON.stringify({ id, at: "2026-03-10", text: `Email: ${email}`, payload: {} });

  it("are written over where they stand, and those of others stay", async () => {
    const file = join(shop.folder, "tickets.jsonl");
    writeFileSync(file, `${line("a-1", MIRA)}\n${line("b-1", BEN)}\n${line("c-1", "?")}\n`);
    const { size } = { size: readFileSync(file).length };
    expect(await eraseTickets(file, { ids: ["c-1"], texts: [MIRA.toUpperCase()] })).toBe(2);
    const text = readFileSync(file, "utf8");
    expect(text.length).toBe(size);
    expect(text.split("\n").map((each) => each.trim())).toEqual(["", line("b-1", BEN), "", ""]);
    expect(await eraseTickets(file, { ids: [], texts: [MIRA] })).toBe(0);
    expect(await eraseTickets(join(shop.folder, "none.jsonl"), { ids: [], texts: [MIRA] })).toBe(0);
    expect(existsSync(join(shop.folder, "none.jsonl"))).toBe(false);
  });
});

it("a limit per customer outlives being forgotten, since the books know a pseudonym", () => {
  expect(identityOver().pseudonymOf(MIRA)).toBe(shop.identity.pseudonymOf(MIRA));
});
