import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";
import { type Assembled, assemble } from "../../server/assemble.js";
import { parseShop } from "../../server/config.js";
import { createDesk } from "../../server/connectors/index.js";
import { systemPorts } from "../../server/ports/index.js";
import { createShopRoot, type ShopRoot } from "./shop-root.js";

let classifier: Classifier;
let shop: ShopRoot;
let server: Assembled | undefined;
const wrong: string[] = [];

beforeAll(async () => {
  classifier = await openClassifier();
}, 120_000);
afterAll(async () => {
  await server?.close();
  await classifier.close();
  shop.remove();
});
beforeEach(async () => {
  await server?.close();
  shop?.remove();
  wrong.length = 0;
  shop = createShopRoot();
  server = await assemble({
    shop: { ...parseShop("shop.json", JSON.stringify({ name: "Shop", locale: "en" })), joinPauseMs: 0 },
    ports: systemPorts,
    dataDir: shop.dataDir,
    root: shop.root,
    secret: Buffer.alloc(32, 7),
    tokenKeys: [],
    connectors: [createDesk({ file: join(shop.dataDir, "tickets.jsonl") })],
    classifier,
    mailFrom: "shop@example.com",
    log: ({ level, message }) => {
      if (level === "error") wrong.push(message);
    },
  });
});

function running(): Assembled {
  if (server === undefined) throw new Error("No server runs.");
  return server;
}

async function begin(): Promise<string> {
  const { conversation } = await running().conversations.open({ locale: "en" });
  return conversation;
}

/** What the bot answers, once it has. */
async function say(conversation: string, text: string): Promise<string> {
  const { seq } = await running().conversations.receive(conversation, { messageId: systemPorts.newId(), text });
  await running().conversations.idle();
  const { entries } = await running().conversations.entriesAfter(conversation, seq);
  return entries.map((entry) => entry.text).join(" ");
}

it("finishes a policy as it was when it was begun, and begins the next one as it is now", async () => {
  const early = await begin();
  expect(await say(early, "where is my order?")).toContain("first: which one?");
  shop.edition("second");
  await running().files.reload();
  const late = await begin();
  expect(await say(late, "where is my order?")).toContain("second: which one?");
  expect(await say(early, "the blue one")).toContain("first: it is here.");
  expect(await say(late, "the blue one")).toContain("second: it is here.");
  expect(await say(early, "where is my other order?")).toContain("second: which one?");
});

it("changes a hundred times among messages without an error, and no conversation meets two editions", async () => {
  const EDITIONS = 100;
  let heard = 0;
  let over = false;
  const mixed: string[] = [];
  const shopper = async (): Promise<void> => {
    while (!over) {
      const conversation = await begin();
      const asked = await say(conversation, "where is my order?");
      const edition = /(\w+): which one\?/.exec(asked)?.[1];
      const answered = await say(conversation, "the blue one");
      heard += 2;
      if (edition === undefined || !answered.includes(`${edition}: it is here.`)) mixed.push(`${asked} / ${answered}`);
    }
  };
  const shoppers = Promise.all(Array.from({ length: 2 }, shopper));
  for (let n = 0; n < EDITIONS; n += 1) {
    shop.edition(`edition${n}`);
    expect(await running().files.reload()).toEqual({ result: "live", set: running().files.current.id });
  }
  over = true;
  await shoppers;
  expect(mixed).toEqual([]);
  expect(wrong).toEqual([]);
  expect(heard).toBeGreaterThan(EDITIONS);
}, 120_000);
