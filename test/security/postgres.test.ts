/** On Postgres, with several servers at once: one chain of the audit log, and a customer is forgotten all the same. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { eraseCustomer, exportCustomer } from "../../server/privacy/index.js";
import {
  appendAudit,
  conversationsOf,
  entriesAfter,
  findEffect,
  openStore,
  type Store,
  takeWebhook,
  verifyAudit,
} from "../../server/store/index.js";
import { type Postgres, startPostgres } from "../store/postgres.js";
import { AT, act, BEN, converse, HOME, identityOver, MIRA } from "./customers.js";

let postgres: Postgres;
let stores: readonly [Store, Store];
const identity = identityOver();
beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.freshUrl();
  const first = await openStore({ url });
  stores = [first, await openStore({ url })];
}, 120_000);
afterAll(async () => {
  for (const store of stores ?? []) await store.close();
  await postgres?.stop();
}, 60_000);

it("two servers that write at once make one chain without a gap", { timeout: 60_000 }, async () => {
  const write = (n: number) =>
    stores[n % 2 === 0 ? 0 : 1].write((tx) => appendAudit(tx, { at: AT + n, kind: "read", body: { n } }));
  for (let round = 0; round < 10; round += 1)
    await Promise.all(Array.from({ length: 10 }, (_, n) => write(round * 10 + n)));
  expect(await stores[0].read((tx) => verifyAudit(tx))).toMatchObject({ rows: 100, head: { n: 100 } });
  expect((await stores[1].read((tx) => verifyAudit(tx))).broken).toBeUndefined();
});

it("a call of a vendor that reaches both is taken up by one", async () => {
  const taken = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      stores[n % 2 === 0 ? 0 : 1].write((tx) => takeWebhook(tx, "kustomer", "e-1", AT)),
    ),
  );
  expect(taken.filter(Boolean).length).toBe(1);
});

it("a customer's data is handed out and forgotten, and the books stay", { timeout: 60_000 }, async () => {
  const shop = { store: stores[0], identity };
  await converse(shop, "of-mira", { email: MIRA, name: "Mira Canary", home: HOME, order: "5501" });
  await converse(shop, "of-ben", { email: BEN, name: "Ben Other", home: `beside ${MIRA}`, order: "5502" });
  await act(shop, {
    key: "remedy:order:5501",
    conversation: "of-mira",
    capability: "issue_refund",
    email: MIRA,
    arguments: { order_id: "5501", amount: { amountMinor: 4200, currency: "EUR" }, note: HOME },
    result: { id: "R-1" },
    status: "done",
  });
  const rooms = { ...shop, now: () => AT, by: "uid:1000" };
  const exported = await exportCustomer(rooms, MIRA);
  expect(exported.conversations[0]?.entries.length).toBe(3);
  const erased = await eraseCustomer(rooms, MIRA);
  expect(erased).toMatchObject({ conversations: 1, changedConversations: 1, effects: 1, mails: 2, codes: 1 });
  expect(erased.scrubbed, "the files are the database server's").toBeUndefined();
  expect(await stores[1].read((tx) => conversationsOf(tx, MIRA))).toEqual([]);
  expect(JSON.stringify(await stores[1].read((tx) => entriesAfter(tx, "of-ben", 0)))).toContain("beside [erased]");
  expect(await stores[1].read((tx) => findEffect(tx, "remedy:order:5501"))).toMatchObject({
    arguments: { order_id: "5501", amount: { amountMinor: 4200 } },
    authorisedBy: { customer: identity.pseudonymOf(MIRA) },
  });
});
