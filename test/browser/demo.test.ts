import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, startDemo } from "../../sandbox/demo.js";
import {
  accessibilityFaults,
  chatFrame,
  chatOf,
  DESKTOP,
  launchBrowser,
  openChat,
  PHONE,
  screenshot,
  visit,
} from "./browser.js";

let browser: Browser;
let demo: Demo;
let dataDir: string;
const errors: string[] = [];
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "aftersale-demo-"));
  browser = await launchBrowser();
  demo = await startDemo({
    ports: { shop: 0, chat: 0, mail: 0 },
    dataDir,
    log: ({ level, message }) => void (level === "error" && errors.push(message)),
  });
});
afterAll(async () => {
  await browser.close();
  await demo.close();
  await rm(dataDir, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

const sizes: [string, BrowserContextOptions][] = [
  ["phone", PHONE],
  ["desktop", DESKTOP],
];

describe.each(sizes)("the demo shop on a %s", (size, options) => {
  it("leads a visitor from opening the chat, by a code from the mailbox, to an order in transit", async () => {
    const { page, complaints, close } = await visit(browser, demo.shopUrl, options);
    const mailbox = await page.context().newPage();
    await mailbox.goto(`${demo.shopUrl}/mailbox`);
    await page.bringToFront();
    const chat = await openChat(page);
    await chat.getByRole("textbox").fill("hey where's my stuff");
    await page.keyboard.press("Enter");
    await chat.getByRole("textbox", { name: "Your e-mail address" }).fill("ann.reed@example.com");
    await page.keyboard.press("Enter");

    const field = chat.getByRole("textbox", { name: "Code from the e-mail" });
    await field.waitFor();
    const code = (
      await mailbox.locator(".mail", { hasText: "ann.reed@example.com" }).first().locator(".code").innerText()
    ).trim();
    expect(code).toMatch(/^\d{6}$/);
    await screenshot(mailbox, `demo-${size}-mailbox`);
    await field.fill(code);
    await page.keyboard.press("Enter");

    await chat.getByRole("button", { name: /Order 5501/ }).click();
    await chat.getByRole("region", { name: "Order 5501" }).waitFor();
    await chat.getByText(/order 5501 is in transit/i).waitFor();
    const current = chat.locator("[aria-current=step]");
    expect(await current.innerText()).toContain("On its way");
    await screenshot(page, `demo-${size}-in-transit`);
    expect(await accessibilityFaults(await chatFrame(page))).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("hands a late parcel of a signed-in customer to a person, and says so", async () => {
    const tickets = () => demo.world.ledger.gladly?.tickets.length ?? 0;
    const before = tickets();
    const { page, complaints, close } = await visit(browser, `${demo.shopUrl}/customers`, options);
    await page.getByRole("button", { name: "Be Ben" }).click();
    const chat = chatOf(page);
    await chat.getByRole("heading", { name: "Hello, Ben" }).waitFor();
    await chat.getByRole("button", { name: "Where is my order?" }).click();
    await chat.getByRole("button", { name: /Order 5502/ }).click();
    await chat.locator(".presence", { hasText: "A person is on it" }).waitFor();
    await screenshot(page, `demo-${size}-late`);
    expect(tickets()).toBe(before + 1);
    expect(complaints).toEqual([]);
    await close();
  });

  it("shows every page of the shop without barriers and within its own policy", async () => {
    const { page, complaints, close } = await visit(browser, demo.shopUrl, options);
    for (const [path, heading] of [
      ["/", "Coffee for slow mornings"],
      ["/customers", "Whom to be"],
      ["/mailbox", "Mailbox"],
    ] as const) {
      await page.goto(demo.shopUrl + path);
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      await page.getByRole("button", { name: "Open chat" }).waitFor();
      await screenshot(page, `demo-${size}-page${path.replace("/", "-")}`);
      expect(await accessibilityFaults(page.mainFrame())).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});
