/**
 * A day in a whole shop, real server and all: secrets and personal data are pushed through every door, and then looked
 * for in every byte that was written or sent; guessers guess; and at the end somebody is forgotten.
 */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signStorefrontToken } from "../../server/identity/index.js";
import { openShop, type Shop, type Shopper, STOREFRONT } from "./shop.js";

const MIRA = "mira.canary@example.com";
const VIC = "vic.victim@example.com";
const KEY = { kid: "shop", secret: "canary-key-of-the-storefront-01234567" };
const HOOK = "canary-secret-of-the-webhooks-0123456";
const CARD = "4111111111111111";
const SEPARATORS = ["", " ", "-", ".", "–", " - ", "\u00a0", "\u2009", "/", "\u200b", ",", "  "];

let shop: Shop;
let mira: Shopper;
let code: string;
const forged = "canary.token.that-is-none";
let token: string;

beforeAll(async () => {
  shop = await openShop({
    world: {
      customers: [
        { email: MIRA, name: "Mira Canary" },
        { email: VIC, name: "Vic Victim" },
      ],
      orders: [
        { id: "6501", email: MIRA, status: "In transit", ordered: "-6d", ship: "-5d", eta: "+2d" },
        { id: "6601", email: VIC, status: "In transit", ordered: "-6d", ship: "-5d", eta: "+2d" },
      ],
    },
    shop: {
      storefront: { botId: "canary", keys: [{ kid: KEY.kid, secret: "env:STOREFRONT_KEY" }] },
      webhooks: { "own-desk": { secrets: ["env:HOOK"] } },
    },
    env: { STOREFRONT_KEY: KEY.secret, HOOK },
  });
  token = await signStorefrontToken(KEY, { botId: "canary", email: MIRA, nowMs: Date.now() });
}, 60_000);
afterAll(() => shop?.close());

const writes = (separator: string): string => (CARD.match(/.{4}/g) as string[]).join(separator);
const wrongFor = (right: string, by: number): string => String((Number(right) + by) % 1_000_000).padStart(6, "0");

/** Files of the server, and how often each holds a text. */
async function onDisk(...texts: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(shop.server.dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const text of texts) if (bytes.includes(text)) found.push(`${text} in ${entry.name}`);
  }
  return found;
}
const logs = (): string => shop.server.said.join("\n");
const tickets = (): string => JSON.stringify(shop.world.ledger);
const mails = (to?: string): string =>
  JSON.stringify(shop.mailbox.messages.filter((mail) => to === undefined || mail.to !== to));

it("serves Mira: address, code, order, card numbers by mistake, and a person at the end", {
  timeout: 60_000,
}, async () => {
  mira = await shop.enter();
  await mira.ask("where is my order?");
  const mail = shop.mailbox.waitFor(MIRA);
  await mira.ask(MIRA);
  code = /\d{6}/.exec((await mail).text)?.[0] as string;
  await mira.ask(wrongFor(code, 1));
  const answer = await mira.ask(code);
  expect(`${answer.text} ${JSON.stringify(answer.parts)}`).toContain("6501");
  // Several a message: more than five messages at once have to wait.
  for (let n = 0; n < SEPARATORS.length; n += 6) {
    const cards = SEPARATORS.slice(n, n + 6).map((separator) => `my card is ${writes(separator)} cvv 737`);
    const stored = await mira.say(cards.join("; "));
    if ("refused" in stored) throw new Error(stored.code);
  }
  await mira.ask("I want to talk to a person");
  await expect.poll(tickets, { timeout: 10_000 }).toContain(MIRA);
});

it("lets her in by the storefront's word, and nobody by a forged one", async () => {
  const vouched = await shop.enter({ identity: token });
  expect(await vouched.identify(forged)).toMatchObject({ ok: false });
  const replayed = await shop.enter({ identity: `${token.slice(0, -2)}xx` });
  expect(replayed.joined.name).toBeUndefined();
  const none = `${Buffer.from('{"alg":"none","kid":"shop"}').toString("base64url")}.${token.split(".")[1]}.`;
  expect(await replayed.identify(none)).toMatchObject({ ok: false });
  expect((await replayed.ask("where is my order?")).asks?.type).toBe("email");
});

it("gives guessers with many conversations, networks and windows nothing", { timeout: 60_000 }, async () => {
  const all: Shopper[] = [];
  const guess = async (network: string): Promise<void> => {
    const first = await shop.enter({ network });
    all.push(first);
    await first.ask("where is my order?");
    await first.ask(VIC);
    const second = await first.again();
    // Five wrong ones from two windows use the code up.
    for (let n = 0; n < 5; n += 1) await (n % 2 === 0 ? first : second).ask(`70000${n}`);
  };
  await Promise.all(Array.from({ length: 6 }, (_, n) => guess(`203.0.113.${n}`)));
  const mailed = shop.mailbox.messages.filter(({ to }) => to === VIC);
  expect(mailed.length, "three codes an hour for one address").toBeLessThanOrEqual(3);
  const codes = mailed.map(({ text }) => /\d{6}/.exec(text)?.[0] as string);
  expect(
    codes.some((right) => right.startsWith("70000")),
    "by the merest chance",
  ).toBe(false);
  // Every right code in every conversation: used up in its own, and of no use in others.
  for (const shopper of all) for (const right of codes) await shopper.say(right);
  await expect.poll(() => all.every(({ entries }) => entries.at(-1)?.from === "bot"), { timeout: 20_000 }).toBe(true);
  for (const { entries } of all) expect(JSON.stringify(entries)).not.toContain("6601");
});

it("brings an agent's answer into her chat, and a forged one nowhere", { timeout: 30_000 }, async () => {
  const body = JSON.stringify({
    type: "agent.reply",
    data: { handoff_id: /\\?"handoff\\?":\\?"([^"\\]+)/.exec(tickets())?.[1], text: "It will be there on Friday." },
  });
  const post = (secret: string, id: string) => {
    const at = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", secret).update(`${id}.${at}.${body}`).digest("base64");
    return fetch(`${shop.server.url}/webhooks/own-desk`, {
      method: "POST",
      body,
      headers: { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": `v1,${signature}` },
    });
  };
  expect((await post("a-secret-of-somebody-else-012345678", "m-1")).status).toBe(401);
  expect((await post(HOOK, "m-1")).status).toBe(200);
  expect((await post(HOOK, "m-1")).status).toBe(200);
  const fromAgents = () => mira.entries.filter(({ from }) => from === "agent").map(({ text }) => text);
  await expect.poll(fromAgents, { timeout: 10_000 }).toEqual(["It will be there on Friday."]);
});

it("has written no card number anywhere, however it was typed", async () => {
  const cards = SEPARATORS.map(writes);
  expect(await onDisk(...cards, "cvv 737")).toEqual([]);
  for (const card of cards) {
    expect(logs(), card).not.toContain(card);
    expect(tickets(), card).not.toContain(card);
    expect(mails(), card).not.toContain(card);
  }
  expect(tickets(), "an agent sees that there was one").toContain("[card …1111]");
});

it("has written no secret, no token and no key anywhere", async () => {
  const secrets = [KEY.secret, HOOK, token, forged, mira.joined.secret];
  expect(await onDisk(...secrets)).toEqual([]);
  for (const secret of secrets) {
    expect(logs()).not.toContain(secret);
    expect(tickets()).not.toContain(secret);
    expect(mails()).not.toContain(secret);
  }
});

it("has told the code to nobody but Mira, and nothing of her to the log", async () => {
  const unlike = new RegExp(`(?<!\\d)${code}(?!\\d)`);
  expect(logs()).not.toMatch(unlike);
  expect(tickets()).not.toMatch(unlike);
  expect(mails(MIRA)).not.toMatch(unlike);
  for (const word of [MIRA, VIC, "Mira", "my card is", "Friday"]) expect(logs()).not.toContain(word);
});

it("shuts its doors to other sites", async () => {
  for (const origin of ["https://evil.example", `${STOREFRONT}.evil.example`, "null"]) {
    const answer = await fetch(`${shop.server.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    expect(answer.status, origin).toBe(403);
  }
});

/** The command line, beside the running server. */
async function command(...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, ["server/aftersale.mjs", ...args]);
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => void said.push(data));
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { code, out: Buffer.concat(said).toString() };
}
const inShop = (...args: string[]) => command(...args, "--data", shop.server.dataDir);

it("hands out what is kept of Mira, and forgets her on request, down to the last byte", {
  timeout: 60_000,
}, async () => {
  const exported = await inShop("export", "--customer", MIRA);
  expect(exported.code, exported.out).toBe(0);
  const { conversations, tickets: filed } = JSON.parse(exported.out);
  expect(conversations.length).toBeGreaterThan(0);
  expect(filed).toMatchObject([{ system: "gladly" }]);
  expect(exported.out).not.toContain(VIC);

  const erased = await inShop("erase", "--customer", MIRA.toUpperCase());
  expect(erased.out).toMatch(/To be erased by hand: gladly /);
  expect(erased.out).toContain("Found of the address in the files of the database: 0");
  expect(erased.code, erased.out).toBe(0);
  expect(await onDisk(MIRA, "Mira Canary", "It will be there on Friday.")).toEqual([]);

  const again = await inShop("erase", "--customer", MIRA);
  expect(again.out).toContain("Conversations erased: 0");
  const verified = await inShop("audit", "verify");
  expect(verified.code, verified.out).toBe(0);
  const listed = await inShop("audit", "list");
  expect(listed.out).toMatch(/"kind":"read","by":"uid:\d+"/);
  expect(listed.out).toMatch(/"kind":"erase"/);
  expect(listed.out).not.toMatch(/mira/i);
});

it("says so where there is no database, and makes none", async () => {
  const { code: exit, out } = await command("erase", "--customer", MIRA, "--data", "/nowhere");
  expect(exit).toBe(2);
  expect(out).toContain("no database is here");
});
