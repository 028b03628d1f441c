/** No room left: what was said stays readable, nothing is promised, nothing breaks, and it goes on by itself. */
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entriesAfter, openStore } from "../../server/store/index.js";
import { type Shop, startShop, type Visitor } from "../operations/shop.js";
import { type SmallDisk, smallDisk } from "./small-disk.js";

const PATIENCE = { timeout: 20_000, interval: 100 };
const ANN = "ann.reed@example.com";

let disk: SmallDisk;
let shop: Shop;
let ann: Visitor;
let isOpen = true;

beforeAll(async () => {
  disk = smallDisk();
  shop = await startShop({
    world: { customers: [{ email: ANN, name: "Ann Reed" }], orders: [] },
    dataDir: disk.folder,
  });
  ann = await shop.visit();
});
afterAll(async () => {
  if (isOpen) await shop?.close();
  disk?.remove();
});

const readiness = async () => (await fetch(`${shop.server.gateway.url}/readyz`)).status;
const partsNotReady = async () => (await shop.server.readiness.check()).filter(({ ready }) => !ready);

describe("on a full disk", () => {
  it("a message is not acknowledged as stored; the shopper reads a polite word and may send it again", async () => {
    expect(await ann.say("hello")).not.toBe("");
    disk.fill();
    const ack = await ann.send("is anybody there?");
    expect(ack).toMatchObject({ code: "unavailable", retryAfterMs: expect.any(Number) });
    expect("refused" in ack && ack.message).toMatch(/could not be saved just now.*again in a moment/);
  });

  it("whoever comes newly is told to come again, in words and not in codes", async () => {
    const error = await new Promise<Error & { data?: unknown }>((resolve, reject) => {
      const client = io(shop.server.gateway.url, {
        forceNew: true,
        reconnection: false,
        transports: ["websocket"],
        extraHeaders: { origin: shop.server.gateway.url },
        auth: { protocol: 1, since: 0 },
      });
      client.once("connect_error", (refusal) => {
        client.close();
        resolve(refusal);
      });
      client.once("joined", () => reject(new Error("joined a conversation that cannot be stored")));
    });
    expect(error.data).toEqual({ code: "unavailable", retryAfterMs: expect.any(Number) });
    expect(error.message).toMatch(/not available just now.*again in a moment/);
  });

  it("what was said before can still be read", async () => {
    const page = await shop.server.conversations.entriesAfter(ann.conversation, 0);
    expect(page.entries.map(({ text }) => text)).toEqual(ann.entries.map(({ text }) => text));
    expect(page.entries.length).toBeGreaterThanOrEqual(2);
  });

  it("the server says that it is not ready, and that the store is why", async () => {
    await expect.poll(readiness, PATIENCE).toBe(503);
    const [store, ...others] = await partsNotReady();
    expect(others).toEqual([]);
    expect(store?.part).toBe("store");
    expect(store?.why).toMatch(/^STORE_(DISK_FULL|IO)$/);
    expect((await fetch(`${shop.server.gateway.url}/healthz`)).status).toBe(200);
  });

  it("once there is room again it goes on by itself, without a restart", async () => {
    disk.free();
    await expect.poll(readiness, PATIENCE).toBe(200);
    expect(await ann.say("and now?")).not.toBe("");
    const newcomer = await shop.visit();
    expect(await newcomer.say("hello")).not.toBe("");
    newcomer.leave();
  });

  it("a turn that found no room to be kept waits, and the bot answers it: no person is called for that", async () => {
    const before = ann.entries.filter(({ from }) => from === "bot").length;
    const logged = shop.log.length;
    // Between the acknowledgement and the turn's own commit.
    const stop = shop.server.conversations.subscribe(ann.conversation, {
      entries: () => undefined,
      typing: (on) => {
        if (!on) return;
        stop();
        disk.fill();
      },
      state: () => undefined,
    });
    expect(await ann.send("thanks a lot!")).toHaveProperty("stored");
    await expect.poll(() => shop.log.slice(logged).join(""), PATIENCE).toContain("a turn waits for the store");
    disk.free();
    await expect.poll(() => ann.entries.filter(({ from }) => from === "bot").length, PATIENCE).toBe(before + 1);
    expect((await shop.server.conversations.stateOf(ann.conversation)).state).toBe("open");
  });

  it("a mail that was taken while its sending could not be noted goes out once", async () => {
    const { server, mailbox } = shop;
    const received = mailbox.messages.length;
    await server.store.write((tx) =>
      server.identity.queueMail(tx, { to: "ann.reed@example.com", subject: "Your parcel", text: "It is on its way." }),
    );
    // The mailer was told in the same turn of the loop; the mail is on its way to the mail server.
    disk.fill();
    await expect.poll(() => mailbox.messages.length, PATIENCE).toBe(received + 1);
    await expect.poll(async () => (await partsNotReady()).map(({ part }) => part), PATIENCE).toEqual(["store"]);
    await server.mailer?.flush().catch(() => undefined);
    await server.mailer?.flush().catch(() => undefined);
    disk.free();
    await expect.poll(readiness, PATIENCE).toBe(200);
    await server.mailer?.flush();
    expect(mailbox.messages.length).toBe(received + 1);
  });

  it("nothing is corrupt, and exactly what was acknowledged is there", async () => {
    const seen = [...ann.entries];
    await shop.server.close();
    isOpen = false;
    // Opening checks the whole file.
    const store = await openStore({ url: `${disk.folder}/aftersale.db` });
    const page = await store.read((tx) => entriesAfter(tx, ann.conversation, 0));
    await store.close();
    expect(page.entries.map(({ seq, text }) => [seq, text])).toEqual(seen.map(({ seq, text }) => [seq, text]));
    const said = page.entries.filter(({ from }) => from === "shopper").map(({ text }) => text);
    expect(said).toEqual(["hello", "and now?", "thanks a lot!"]);
  });
});
