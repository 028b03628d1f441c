/**
 * What every store must do, whatever database lies under it. Run by `sqlite.test.ts` and `postgres.test.ts`, each with its
 * own way to get an empty database.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addressLimit,
  announce,
  appendEntries,
  appendShopperEntry,
  appendTrace,
  backlogOf,
  ConversationMoved,
  clearTimer,
  conversationsWithUntaken,
  countCodes,
  countFailure,
  countOutcomes,
  countTry,
  createConversation,
  currentCode,
  dueMails,
  dueTimers,
  effectsOf,
  effectsOfFamily,
  entriesAfter,
  findConversation,
  findEffect,
  forgetFailures,
  insertCode,
  intendEffect,
  markMailFailed,
  markMailSent,
  markTaken,
  moveEffect,
  NoSuchConversation,
  nextDue,
  nextMailDue,
  openStore,
  postponeMail,
  queueMail,
  recordOutcome,
  type Store,
  StoreUnavailable,
  saveConversation,
  setTimer,
  spendCode,
  type Tx,
  timersOf,
  traceOf,
  unlockAddress,
  unsettledEffects,
  untakenEntries,
  voidCodes,
} from "../../server/store/index.js";

const NOON = Date.parse("2026-03-10T12:00:00Z");
const waiting = { tool: "t", capability: "issue_refund", system: "magento", arguments: {}, authorisedBy: {} };

export function storeContract(engine: string, freshUrl: () => Promise<string>): void {
  describe(`a store on ${engine}`, () => {
    let url: string;
    let store: Store;
    let commits: number;

    beforeEach(async () => {
      url = await freshUrl();
      commits = 0;
      store = await openStore({ url, onCommit: () => void commits++ });
      await store.write((tx) => createConversation(tx, { id: "c1", at: NOON, locale: "en" }));
    });
    afterEach(() => store.close());

    const say = (messageId: string, text = messageId, conversation = "c1") =>
      store.write((tx) => appendShopperEntry(tx, conversation, { messageId, text, at: NOON }), {
        conversation,
      });
    const all = async (conversation = "c1") => {
      const page = await store.read((tx) => entriesAfter(tx, conversation, 0, 10_000));
      return page.entries;
    };

    describe("entries", () => {
      it("gives the same message one number, however often it is sent", async () => {
        expect(await say("m-1")).toEqual({ seq: 1, isNew: true });
        expect(await say("m-2")).toEqual({ seq: 2, isNew: true });
        expect(await say("m-1", "another text")).toEqual({ seq: 1, isNew: false });
        expect(await say("m-3")).toEqual({ seq: 3, isNew: true });
        expect((await all()).map(({ seq, text }) => [seq, text])).toEqual([
          [1, "m-1"],
          [2, "m-2"],
          [3, "m-3"],
        ]);
      });

      it("takes the same message twice in one turn of the event loop as one", async () => {
        const both = await Promise.all([say("m-1"), say("m-1"), say("m-2"), say("m-1")]);
        expect(both.map(({ seq }) => seq)).toEqual([1, 1, 2, 1]);
        expect(both.filter(({ isNew }) => isNew)).toHaveLength(2);
      });

      it("lets two conversations use the same message id", async () => {
        await store.write((tx) => createConversation(tx, { id: "c2", at: NOON, locale: "en" }));
        expect(await say("m-1")).toEqual({ seq: 1, isNew: true });
        expect(await say("m-1", "other", "c2")).toEqual({ seq: 1, isNew: true });
      });

      it("numbers without a gap under 200 writers at once, a third of which send twice and a third of which fail", async () => {
        const writers = Array.from({ length: 200 }, async (_, n) => {
          const pause = new Promise((resolve) => setImmediate(resolve));
          if (n % 2 === 0) await pause;
          const tasks: Promise<unknown>[] = [say(`m-${n}`)];
          if (n % 3 === 0) tasks.push(say(`m-${n}`));
          if (n % 3 === 1) {
            tasks.push(
              store
                .write(async (tx) => {
                  await appendEntries(tx, "c1", [{ from: "bot", at: NOON, text: "never said" }]);
                  throw new Error("changed my mind");
                })
                .catch(() => undefined),
            );
          }
          await Promise.all(tasks);
        });
        await Promise.all(writers);
        const entries = await all();
        expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
        expect(new Set(entries.map(({ messageId }) => messageId)).size).toBe(200);
        expect((await store.read((tx) => findConversation(tx, "c1")))?.lastSeq).toBe(200);
      });

      it("keeps parts, questions, choices and every character of a text", async () => {
        const text = "\u{1F4E6} Привет \u202Eabc' ; drop table entry; -- \\n\n\t\"";
        const parts = [{ kind: "choices", choices: [{ label: "Yes", value: "yes" }] }] as const;
        const asks = { slot: "received", type: "yes_no" } as const;
        const [said] = await store.write((tx) =>
          appendEntries(tx, "c1", [{ from: "bot", at: NOON, text, parts, asks }]),
        );
        expect(said).toEqual({ seq: 1, from: "bot", at: "2026-03-10T12:00:00.000Z", text, parts, asks });
        await store.write((tx) =>
          appendShopperEntry(tx, "c1", { messageId: "m-1", text: "Yes", choice: "yes", at: NOON }),
        );
        expect(await all()).toEqual([
          said,
          { seq: 2, from: "shopper", at: "2026-03-10T12:00:00.000Z", text: "Yes", parts: [], messageId: "m-1" },
        ]);
        expect(await store.read((tx) => untakenEntries(tx, "c1"))).toEqual([
          { seq: 2, messageId: "m-1", text: "Yes", choice: "yes", at: NOON },
        ]);
      });

      it("pages with an honest word on whether there is more", async () => {
        await store.write((tx) =>
          appendEntries(
            tx,
            "c1",
            Array.from({ length: 205 }, (_, n) => ({ from: "bot" as const, at: NOON, text: `${n}` })),
          ),
        );
        const read = (since: number) => store.read((tx) => entriesAfter(tx, "c1", since));
        const first = await read(0);
        expect([first.entries.length, first.entries.at(-1)?.seq, first.more]).toEqual([100, 100, true]);
        const last = await read(105);
        expect([last.entries.length, last.entries.at(-1)?.seq, last.more]).toEqual([100, 205, false]);
        expect(await read(205)).toEqual({ entries: [], more: false });
      });

      it("knows what no turn has taken yet, and where", async () => {
        await store.write((tx) => createConversation(tx, { id: "c2", at: NOON, locale: "en" }));
        await say("m-1", "later", "c2");
        await store.write((tx) => appendShopperEntry(tx, "c1", { messageId: "m-1", text: "early", at: NOON - 1 }));
        await store.write((tx) => appendEntries(tx, "c1", [{ from: "bot", at: NOON, text: "hello" }]));
        expect(await store.read(conversationsWithUntaken)).toEqual(["c1", "c2"]);
        await store.write((tx) => markTaken(tx, "c1", [1], 1));
        await store.write((tx) => markTaken(tx, "c1", [1], 2));
        expect(await store.read(conversationsWithUntaken)).toEqual(["c2"]);
        expect(await store.read((tx) => untakenEntries(tx, "c1"))).toEqual([]);
      });

      it("refuses to write into a conversation that does not exist", async () => {
        await expect(say("m-1", "hi", "nobody")).rejects.toThrow(NoSuchConversation);
        await expect(
          store.write((tx) => appendEntries(tx, "nobody", [{ from: "bot", at: NOON, text: "hi" }])),
        ).rejects.toThrow(NoSuchConversation);
      });
    });

    describe("conversations", () => {
      it("saves what a turn changed and leaves the rest", async () => {
        await store.write((tx) =>
          saveConversation(tx, "c1", 0, {
            at: NOON + 5,
            turn: 1,
            level: "verified",
            customer: { email: "ann.reed@example.com", name: "Ann Reed" },
            dialogue: '{"policy":"wismo"}',
          }),
        );
        await store.write((tx) => saveConversation(tx, "c1", 1, { at: NOON + 9, turn: 2, state: "with_person" }));
        expect(await store.read((tx) => findConversation(tx, "c1"))).toEqual({
          id: "c1",
          createdAt: NOON,
          updatedAt: NOON + 9,
          locale: "en",
          state: "with_person",
          lastSeq: 0,
          level: "verified",
          customer: { email: "ann.reed@example.com", name: "Ann Reed" },
          dialogue: '{"policy":"wismo"}',
          turn: 2,
        });
        await store.write((tx) => saveConversation(tx, "c1", 2, { at: NOON + 10, customer: null, dialogue: null }));
        const after = await store.read((tx) => findConversation(tx, "c1"));
        expect([after?.customer, after?.dialogue, after?.turn]).toEqual([undefined, undefined, 2]);
      });

      it("lets only one of two workers commit the same turn, and undoes all that the other wrote", async () => {
        const turn = (text: string) =>
          store.write(async (tx) => {
            await appendEntries(tx, "c1", [{ from: "bot", at: NOON, text }]);
            await saveConversation(tx, "c1", 0, { at: NOON, turn: 1 });
          });
        const results = await Promise.allSettled([turn("first"), turn("second")]);
        expect(results[0].status).toBe("fulfilled");
        expect(results[1]).toMatchObject({ status: "rejected", reason: expect.any(ConversationMoved) });
        expect((await all()).map(({ text }) => text)).toEqual(["first"]);
      });

      it("does not find, and cannot save, what does not exist", async () => {
        expect(await store.read((tx) => findConversation(tx, "nobody"))).toBeUndefined();
        await expect(store.write((tx) => saveConversation(tx, "nobody", 0, { at: NOON }))).rejects.toThrow(
          NoSuchConversation,
        );
      });
    });

    describe("transactions", () => {
      it("undoes a failed work alone, not its neighbours in the same commit", async () => {
        const results = await Promise.allSettled([
          say("m-1"),
          store.write(async (tx) => {
            await appendShopperEntry(tx, "c1", { messageId: "m-2", text: "half", at: NOON });
            throw new Error("stop");
          }),
          say("m-3"),
        ]);
        expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
        expect((await all()).map(({ messageId, seq }) => [messageId, seq])).toEqual([
          ["m-1", 1],
          ["m-3", 2],
        ]);
      });

      it("undoes a work that broke a constraint alone", async () => {
        const again = store.write((tx) => createConversation(tx, { id: "c1", at: NOON, locale: "en" }));
        const results = await Promise.allSettled([say("m-1"), again, say("m-2")]);
        expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
        expect(await all()).toHaveLength(2);
      });

      it("shows readers nothing that is not committed", async () => {
        let seen: number | undefined;
        await store.write(async (tx) => {
          await appendEntries(tx, "c1", [{ from: "bot", at: NOON, text: "not yet" }]);
          seen = (await all()).length;
        });
        expect(seen).toBe(0);
        expect(await all()).toHaveLength(1);
      });

      it("shows one reader the same data from its first query to its last", async () => {
        const counts = await store.read(async (tx) => {
          const before = (await entriesAfter(tx, "c1", 0)).entries.length;
          await say("m-1");
          return [before, (await entriesAfter(tx, "c1", 0)).entries.length];
        });
        expect(counts).toEqual([0, 0]);
        expect(await all()).toHaveLength(1);
      });

      it("tells listeners what was announced once it is committed, and nothing of work that failed", async () => {
        const told: string[][] = [];
        const stop = store.listen((topics) => told.push([...topics]));
        await Promise.allSettled([
          store.write(async (tx) => announce(tx, "one")),
          store.write(async (tx) => {
            announce(tx, "lost");
            throw new Error("stop");
          }),
          store.write(async (tx) => announce(tx, "two")),
          say("m-1"),
        ]);
        await say("m-2");
        expect(told.flat().toSorted()).toEqual(["one", "two"]);
        stop();
        await store.write(async (tx) => announce(tx, "three"));
        expect(told.flat()).not.toContain("three");
      });

      it("says so when one write holds up all others", async () => {
        await store.close();
        let warned = (): void => {};
        const warning = new Promise<void>((resolve) => (warned = resolve));
        store = await openStore({ url, log: ({ level }) => level === "warn" && warned() });
        let goOn = (): void => {};
        const slow = store.write(() => new Promise<void>((resolve) => (goOn = resolve)));
        const other = say("m-1");
        await warning;
        goOn();
        await slow;
        expect(await other).toMatchObject({ seq: 1 });
      });

      it("refuses to write in a read", async () => {
        await expect(
          store.read((tx) => appendShopperEntry(tx, "c1", { messageId: "m-1", text: "hi", at: NOON })),
        ).rejects.toThrow(StoreUnavailable);
        expect(await all()).toHaveLength(0);
      });

      it("refuses a transaction that is used after its work has settled", async () => {
        let kept: Tx | undefined;
        await store.write(async (tx) => {
          kept = tx;
        });
        const late = kept;
        if (late === undefined) throw new Error("no transaction was handed in");
        await expect(appendShopperEntry(late, "c1", { messageId: "m-1", text: "hi", at: NOON })).rejects.toThrow(
          "this transaction has ended",
        );
        expect(await all()).toHaveLength(0);
      });

      it("refuses a transaction inside a transaction", async () => {
        const nested = store.write((tx) => tx.transaction().execute((inner) => findConversation(inner, "c1")));
        await expect(nested).rejects.toThrow("a transaction already");
        expect(await say("m-1")).toMatchObject({ seq: 1 });
      });
    });

    describe("closing", () => {
      it("has everything when it is opened again", async () => {
        await say("m-1");
        await store.write((tx) => setTimer(tx, { conversation: "c1", name: "silence", dueAt: NOON, body: null }));
        await store.close();
        store = await openStore({ url });
        expect(await all()).toHaveLength(1);
        expect(await store.read(nextDue)).toBe(NOON);
        expect(await say("m-1")).toEqual({ seq: 1, isNew: false });
      });

      it("finishes what was asked for before, and refuses what comes after", async () => {
        const before = [say("m-1"), say("m-2")];
        const closing = store.close();
        const after = say("m-3");
        await expect(after).rejects.toMatchObject({ code: "STORE_CLOSED" });
        await closing;
        await Promise.all(before);
        await expect(say("m-4")).rejects.toMatchObject({ name: "StoreUnavailable", code: "STORE_CLOSED" });
        await expect(all()).rejects.toMatchObject({ code: "STORE_CLOSED" });
        store = await openStore({ url });
        expect((await all()).map(({ messageId }) => messageId)).toEqual(["m-1", "m-2"]);
      });

      it("forgets work that has not begun when it is not to drain, and says so", async () => {
        const before = say("m-1");
        const closing = store.close({ drain: false });
        await expect(before).rejects.toMatchObject({ code: "STORE_CLOSED" });
        await closing;
        store = await openStore({ url });
        expect(await all()).toHaveLength(0);
      });
    });

    describe("the effect journal", () => {
      const refund = {
        key: "demo:1001/1:remedy",
        family: "demo:1001/1",
        conversation: "c1",
        turn: 3,
        tool: "refund_order",
        capability: "issue_refund",
        system: "shopify",
        arguments: { order: "1001", amountMinor: 2400 },
        authorisedBy: { level: "stepped_up", code: "k1", policy: "refund", version: "a1" },
        at: NOON,
      };

      it("writes an intent once; a second one for the same business fact gets the first", async () => {
        const [first, second] = await Promise.all([
          store.write((tx) => intendEffect(tx, refund)),
          store.write((tx) => intendEffect(tx, { ...refund, tool: "reship_order", conversation: "c2" })),
        ]);
        expect(first.isNew).toBe(true);
        expect(second.isNew).toBe(false);
        expect(second.effect).toEqual(first.effect);
        expect(first.effect).toEqual({
          ...{ ...refund, at: undefined },
          status: "intended",
          tries: 0,
          createdAt: NOON,
          updatedAt: NOON,
        });
      });

      it("lets exactly one of two workers move it, and never moves what is done", async () => {
        await store.write((tx) => intendEffect(tx, refund));
        const send = () =>
          store.write((tx) => moveEffect(tx, refund.key, ["intended"], "sending", { at: NOON + 1, tried: true }));
        expect(await Promise.all([send(), send()])).toEqual([true, false]);
        expect(
          await store.write((tx) =>
            moveEffect(tx, refund.key, ["sending"], "done", { at: NOON + 2, receipt: "R-1", result: { ok: true } }),
          ),
        ).toBe(true);
        const everything = ["intended", "sending", "refused", "needs_person", "done"] as const;
        expect(
          await store.write((tx) =>
            moveEffect(tx, refund.key, everything as unknown as ["intended"], "sending", { at: NOON + 3 }),
          ),
        ).toBe(false);
        expect(await store.read((tx) => findEffect(tx, refund.key))).toMatchObject({
          status: "done",
          receipt: "R-1",
          result: { ok: true },
          tries: 1,
          updatedAt: NOON + 2,
        });
      });

      it("lists what is unsettled, what a conversation did and what a family holds", async () => {
        const other = { ...refund, key: "demo:1002/1:remedy", family: "demo:1002/1", conversation: "c9", at: NOON + 1 };
        await store.write((tx) => intendEffect(tx, refund));
        await store.write((tx) => intendEffect(tx, other));
        const keys = (effects: { key: string }[]) => effects.map(({ key }) => key);
        expect(keys(await store.read(unsettledEffects))).toEqual([refund.key, other.key]);
        await store.write((tx) => moveEffect(tx, refund.key, ["intended"], "sending", { at: NOON }));
        expect(keys(await store.read(unsettledEffects))).toEqual([refund.key, other.key]);
        await store.write((tx) => moveEffect(tx, refund.key, ["sending"], "needs_person", { at: NOON, reason: "?" }));
        expect(keys(await store.read(unsettledEffects))).toEqual([other.key]);
        expect(keys(await store.read((tx) => effectsOf(tx, "c1")))).toEqual([refund.key]);
        expect(keys(await store.read((tx) => effectsOfFamily(tx, "demo:1002/1")))).toEqual([other.key]);
        expect(await store.read((tx) => findEffect(tx, "nothing"))).toBeUndefined();
      });
    });

    describe("what whoever watches over it asks", () => {
      it("says that it can be written, as one commit that changes nothing", async () => {
        const before = await all();
        const asked = commits;
        await store.check();
        expect(commits).toBe(asked + 1);
        expect(await all()).toEqual(before);
      });

      it("refuses to say so once it is closed", async () => {
        await store.close();
        await expect(store.check()).rejects.toMatchObject({ code: "STORE_CLOSED" });
      });

      it("counts what waits: effects by where they stand, mails, utterances that no turn has taken", async () => {
        const none = { effects: { intended: 0, sending: 0, needsPerson: 0 }, mails: 0, utterances: 0 };
        expect(await store.read(backlogOf)).toEqual(none);
        await say("m-1");
        await say("m-2");
        await store.write(async (tx) => {
          await markTaken(tx, "c1", [1], 1);
          for (const key of ["k1", "k2", "k3", "k4"])
            await intendEffect(tx, { ...waiting, key, family: key, conversation: "c1", turn: 1, at: NOON });
          await moveEffect(tx, "k2", ["intended"], "sending", { at: NOON });
          await moveEffect(tx, "k3", ["intended"], "needs_person", { at: NOON });
          await moveEffect(tx, "k4", ["intended"], "done", { at: NOON });
          const mail = { to: "ann@example.com", subject: "s", text: "t" };
          await queueMail(tx, { ...mail, id: "mail-1", at: NOON + 5 });
          await queueMail(tx, { ...mail, id: "mail-2", at: NOON + 1 });
          await queueMail(tx, { ...mail, id: "mail-3", at: NOON, withheld: "nobody's address" });
        });
        expect(await store.read(backlogOf)).toEqual({
          effects: { intended: 1, sending: 1, needsPerson: 1 },
          mails: 2,
          oldestMailAt: NOON + 1,
          utterances: 1,
        });
      });
    });

    describe("timers", () => {
      it("wakes in order of time, moves when set again, and is gone when cleared", async () => {
        const set = (name: string, dueAt: number, body: unknown = null) =>
          store.write((tx) => setTimer(tx, { conversation: "c1", name, dueAt, body }));
        expect(await store.read(nextDue)).toBeUndefined();
        await set("silence", NOON + 100);
        await set("follow-up", NOON + 50, { order: "1001" });
        expect(await store.read(nextDue)).toBe(NOON + 50);
        await set("silence", NOON + 10);
        expect(await store.read((tx) => dueTimers(tx, NOON + 9, 10))).toEqual([]);
        expect((await store.read((tx) => dueTimers(tx, NOON + 50, 10))).map(({ name }) => name)).toEqual([
          "silence",
          "follow-up",
        ]);
        expect(await store.read((tx) => dueTimers(tx, NOON + 50, 1))).toHaveLength(1);
        expect(await store.write((tx) => clearTimer(tx, "c1", "silence"))).toBe(true);
        expect(await store.write((tx) => clearTimer(tx, "c1", "silence"))).toBe(false);
        expect(await store.read((tx) => timersOf(tx, "c1"))).toEqual([
          { conversation: "c1", name: "follow-up", dueAt: NOON + 50, body: { order: "1001" } },
        ]);
      });
    });

    describe("traces and outcomes", () => {
      it("keeps a trace in order, over turns and over several additions", async () => {
        const line = (kind: string) => ({ at: NOON, kind, body: { kind } });
        await store.write((tx) => appendTrace(tx, "c1", 2, [line("decision")]));
        await store.write((tx) => appendTrace(tx, "c1", 1, [line("understood"), line("policy")]));
        await store.write((tx) => appendTrace(tx, "c1", 1, [line("call")]));
        const trace = await store.read((tx) => traceOf(tx, "c1"));
        expect(trace.map(({ turn, n, kind }) => `${turn}.${n} ${kind}`)).toEqual([
          "1.0 understood",
          "1.1 policy",
          "1.2 call",
          "2.0 decision",
        ]);
        expect(trace[0]?.body).toEqual({ kind: "understood" });
      });

      it("counts outcomes since a day, by policy, version and outcome", async () => {
        const ended = (policy: string, outcome: string, at: number) =>
          store.write((tx) => recordOutcome(tx, { conversation: "c1", policy, policyVersion: "a1", outcome, at }));
        await Promise.all([
          ended("wismo", "answered", NOON),
          ended("wismo", "answered", NOON + 1),
          ended("wismo", "handoff", NOON),
          ended("refund", "refunded", NOON),
          ended("wismo", "answered", NOON - 1),
        ]);
        expect(await store.read((tx) => countOutcomes(tx, { since: NOON }))).toEqual([
          { policy: "refund", policyVersion: "a1", outcome: "refunded", count: 1 },
          { policy: "wismo", policyVersion: "a1", outcome: "answered", count: 2 },
          { policy: "wismo", policyVersion: "a1", outcome: "handoff", count: 1 },
        ]);
      });
    });

    describe("codes", () => {
      const code = (id: string, change: Partial<Parameters<typeof insertCode>[1]> = {}) => ({
        id,
        conversation: "c1",
        addressHash: "a-hash",
        networkHash: "n-hash",
        address: "sealed",
        purpose: "verify",
        binding: "",
        codeHash: "hash",
        salt: "salt",
        createdAt: NOON,
        expiresAt: NOON + 600_000,
        ...change,
      });

      it("counts tries one by one, however many come at once, and stops at the most", async () => {
        await store.write((tx) => insertCode(tx, code("k1")));
        const tries = await Promise.all(
          Array.from({ length: 20 }, () => store.write((tx) => countTry(tx, "k1", 5, NOON))),
        );
        expect(tries.filter((n) => n !== undefined).toSorted()).toEqual([1, 2, 3, 4, 5]);
      });

      it("spends a code once", async () => {
        await store.write((tx) => insertCode(tx, code("k1")));
        const spend = () => store.write((tx) => spendCode(tx, "k1", NOON));
        expect(await Promise.all([spend(), spend()])).toEqual([true, false]);
        expect(await store.write((tx) => countTry(tx, "k1", 5, NOON))).toBeUndefined();
      });

      it("lets no try count on a code that is out of date or voided by a newer one", async () => {
        await store.write((tx) => insertCode(tx, code("k1")));
        expect(await store.write((tx) => countTry(tx, "k1", 5, NOON + 600_000))).toBeUndefined();
        await store.write((tx) => voidCodes(tx, "c1", "verify", NOON + 1));
        expect(await store.read((tx) => currentCode(tx, "c1", "verify"))).toBeUndefined();
        await store.write((tx) => insertCode(tx, code("k2", { createdAt: NOON + 1 })));
        expect((await store.read((tx) => currentCode(tx, "c1", "verify")))?.id).toBe("k2");
        expect(await store.write((tx) => countTry(tx, "k1", 5, NOON + 1))).toBeUndefined();
      });

      it("counts codes per conversation, address and network since a time", async () => {
        await store.write(async (tx) => {
          await insertCode(tx, code("k1", { createdAt: NOON - 10 }));
          await insertCode(tx, code("k2"));
        });
        const count = (whose: Parameters<typeof countCodes>[1], since: number) =>
          store.read((tx) => countCodes(tx, whose, since));
        expect(await count({ conversation: "c1" }, NOON - 11)).toBe(2);
        expect(await count({ addressHash: "a-hash" }, NOON - 10)).toBe(1);
        expect(await count({ networkHash: "n-hash" }, NOON - 11)).toBe(2);
        expect(await count({ networkHash: "another" }, NOON - 11)).toBe(0);
      });

      it("locks an address after so many failures in a row, for good", async () => {
        const fail = () => store.write((tx) => countFailure(tx, "a-hash", 3, NOON));
        expect(await fail()).toEqual({ failuresInARow: 1 });
        expect(await fail()).toEqual({ failuresInARow: 2 });
        await store.write((tx) => forgetFailures(tx, "a-hash"));
        await Promise.all([fail(), fail()]);
        expect(await fail()).toEqual({ failuresInARow: 3, lockedAt: NOON });
        await store.write((tx) => forgetFailures(tx, "a-hash"));
        expect(await store.read((tx) => addressLimit(tx, "a-hash"))).toMatchObject({ lockedAt: NOON });
        await store.write((tx) => unlockAddress(tx, "a-hash"));
        expect(await store.read((tx) => addressLimit(tx, "a-hash"))).toEqual({ failuresInARow: 0 });
      });
    });

    describe("mails", () => {
      const mail = { to: "ann.reed@example.com", subject: "Your code", text: "123456", at: NOON };

      it("leaves with the transaction that queued it, or not at all", async () => {
        await store
          .write(async (tx) => {
            await queueMail(tx, { ...mail, id: "lost" });
            throw new Error("stop");
          })
          .catch(() => undefined);
        await store.write((tx) => queueMail(tx, { ...mail, id: "kept", expiresAt: NOON + 600_000 }));
        expect(await store.read((tx) => dueMails(tx, NOON))).toEqual([
          {
            id: "kept",
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
            createdAt: NOON,
            expiresAt: NOON + 600_000,
            tries: 0,
          },
        ]);
      });

      it("comes back later when postponed, and never when sent or given up", async () => {
        for (const id of ["a", "b", "c"]) await store.write((tx) => queueMail(tx, { ...mail, id }));
        await store.write((tx) => queueMail(tx, { ...mail, id: "d", withheld: "no account" }));
        await store.write((tx) => postponeMail(tx, "a", NOON + 1000));
        await store.write((tx) => markMailSent(tx, "b", NOON));
        await store.write((tx) => markMailFailed(tx, "c", "no such mailbox"));
        expect(await store.read((tx) => dueMails(tx, NOON))).toEqual([]);
        expect(await store.read(nextMailDue)).toBe(NOON + 1000);
        expect(await store.read((tx) => dueMails(tx, NOON + 1000))).toMatchObject([{ id: "a", tries: 1 }]);
      });
    });
  });
}
