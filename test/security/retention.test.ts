/** Conversations are forgotten by themselves when their time is over; the books stay, without a name. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemPorts } from "../../server/ports/index.js";
import { forgetDaily, forgetOld } from "../../server/privacy/index.js";
import {
  appendShopperEntry,
  findConversation,
  findEffect,
  latestAudit,
  verifyAudit,
} from "../../server/store/index.js";
import { AT, act, BEN, converse, HOME, MIRA, openShop, type Shop } from "./customers.js";

const DAY = 86_400_000;
const RETENTION = { days: 180, anonymousDays: 30 };
let shop: Shop;
let now: number;
beforeEach(async () => {
  now = AT;
  shop = await openShop();
  await converse(shop, "of-mira", { email: MIRA, name: "Mira Canary", home: HOME, order: "5501" });
  await converse(shop, "of-nobody", { email: BEN, name: "Ben Other", home: "1 Other Street", order: "5502" });
  await shop.store.write((tx) =>
    tx
      .updateTable("conversation")
      .set({ customer_email: null, customer_name: null })
      .where("id", "=", "of-nobody")
      .execute(),
  );
});
afterEach(() => shop.end());

const clock = { ...systemPorts.clock, now: () => now };
const forget = () => forgetOld({ ...shop, clock }, RETENTION);
const isThere = async (id: string) => (await shop.store.read((tx) => findConversation(tx, id))) !== undefined;

it("those of nobody after 30 days, those of customers after 180, each since the last word", async () => {
  now = AT + 30 * DAY;
  expect(await forget()).toBe(0);
  now += 1;
  expect(await forget()).toBe(1);
  expect([await isThere("of-nobody"), await isThere("of-mira")]).toEqual([false, true]);
  now = AT + 179 * DAY;
  const word = { messageId: "message-9", text: "hello again", at: now };
  await shop.store.write((tx) => appendShopperEntry(tx, "of-mira", word));
  now = AT + 200 * DAY;
  expect(await forget()).toBe(0);
  now = AT + 360 * DAY;
  expect(await forget()).toBe(1);
  expect(await isThere("of-mira")).toBe(false);
});

it("what was done stays in the books, under a pseudonym; what is under way is let finish", async () => {
  const effect = { conversation: "of-mira", email: MIRA, arguments: { order_id: "5501", note: HOME } } as const;
  await act(shop, { ...effect, key: "remedy:order:5501", capability: "issue_refund", status: "done" });
  await converse(shop, "busy", { email: MIRA, name: "Mira", home: HOME, order: "5503" });
  await act(shop, {
    ...effect,
    key: "remedy:order:5503",
    conversation: "busy",
    capability: "issue_refund",
    status: "sending",
  });
  now = AT + 400 * DAY;
  expect(await forget()).toBe(2);
  expect(await isThere("busy")).toBe(true);
  expect(await shop.store.read((tx) => findEffect(tx, "remedy:order:5501"))).toMatchObject({
    status: "done",
    arguments: { order_id: "5501" },
    authorisedBy: { customer: shop.identity.pseudonymOf(MIRA) },
  });
  const [row] = await shop.store.read((tx) => latestAudit(tx, 1));
  expect(row).toMatchObject({ kind: "retention", body: { conversations: 2 } });
  expect((await shop.store.read((tx) => verifyAudit(tx))).broken).toBeUndefined();
});

it("hundreds of them, in batches", async () => {
  for (let n = 0; n < 120; n += 1) await converse(shop, `old-${n}`, { email: BEN, name: "Ben", home: "x", order: "1" });
  now = AT + 400 * DAY;
  expect(await forget()).toBe(122);
});

it("every day while the server runs, and no longer", async () => {
  now = AT + 400 * DAY;
  const alarms: { afterMs: number; ring: () => void }[] = [];
  const after = (afterMs: number, ring: () => void) => {
    const alarm = { afterMs, ring };
    alarms.push(alarm);
    return () => void alarms.splice(alarms.indexOf(alarm), 1);
  };
  const told: string[] = [];
  const done = new Promise<void>((resolve) => {
    const log = ({ message }: { message: string }): void => {
      told.push(message);
      resolve();
    };
    const stop = forgetDaily({ ...shop, clock: { ...clock, after }, log }, RETENTION);
    alarms.splice(0)[0]?.ring();
    expect(alarms.map(({ afterMs }) => afterMs)).toEqual([DAY]);
    stop();
    expect(alarms).toEqual([]);
  });
  await done;
  expect(told).toEqual(["conversations past their time were forgotten: 2"]);
});
