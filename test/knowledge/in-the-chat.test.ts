/** A knowledge answer as a shopper sees it on a small phone. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Demo, startDemo } from "../../sandbox/demo.js";
import {
  accessibilityFaults,
  chatFrame,
  launchBrowser,
  openChat,
  PHONE,
  screenshot,
  visit,
} from "../browser/browser.js";

let browser: Browser;
let demo: Demo;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "aftersale-knowledge-"));
  browser = await launchBrowser();
  demo = await startDemo({ ports: { shop: 0, chat: 0, mail: 0 }, dataDir, log: () => {} });
}, 300_000);
afterAll(async () => {
  await browser.close();
  await demo.close();
  await rm(dataDir, { recursive: true, force: true });
});

it("is the passage, word for word, and a card with a link to its source; what is not known is said, with a way on", async () => {
  const { page, complaints, close } = await visit(browser, demo.shopUrl, PHONE);
  const chat = await openChat(page);
  const say = async (text: string): Promise<void> => {
    await chat.getByRole("textbox").fill(text);
    await page.keyboard.press("Enter");
  };
  await say("do you sell gift cards?");
  await chat.getByText(/^We sell gift cards from \$25 to \$200\./).waitFor();
  const card = chat.getByRole("region", { name: "Gift cards" });
  const link = card.getByRole("link", { name: "Read it on our pages" });
  await link.waitFor();
  expect(await link.getAttribute("href")).toBe("https://orchard-and-pine.example/gift-cards");
  await screenshot(page, "knowledge-phone-answer");

  await say("do you sell chocolate?");
  await chat.getByText("I don't know that, and I won't guess.").waitFor();
  await chat.getByRole("button", { name: "Talk to a person" }).waitFor();
  await screenshot(page, "knowledge-phone-unknown");
  expect(await accessibilityFaults(await chatFrame(page))).toEqual([]);
  expect(complaints).toEqual([]);
  const frame = await chatFrame(page);
  expect(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await close();
}, 60_000);
