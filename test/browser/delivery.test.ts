import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ScriptedServer, startScriptedServer } from "../widget/scripted-server.js";
import { chatOf, DESKTOP, launchBrowser, openChat, type Visit, visit } from "./browser.js";

const PATIENCE = { timeout: 25_000 };

let browser: Browser;
let server: ScriptedServer;
let shopper: Visit;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  server = await startScriptedServer();
  shopper = await visit(browser, `${server.shop}/shop`, DESKTOP);
});
afterEach(async () => {
  expect(shopper.complaints).toEqual([]);
  await shopper.close();
  await server.close();
});

async function write(page: Page, text: string): Promise<void> {
  await chatOf(page).getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
}

/** What the shopper sees, from top to bottom. */
async function transcript(page: Page): Promise<string[]> {
  return chatOf(page).locator(".bubble").allInnerTexts();
}

/** What is on the server's disk; the screen must come to show exactly this. */
function stored(): string[] {
  expect(server.talks).toHaveLength(1);
  return server.talks[0]?.entries.map(({ text }) => text) ?? [];
}

async function settled(page: Page, last: string): Promise<void> {
  await chatOf(page).getByText(last, { exact: true }).waitFor();
  await expect.poll(() => transcript(page)).toEqual(stored());
}

describe("delivery on the built widget", () => {
  it("sends a message again when its acknowledgement is lost, and shows it once", async () => {
    const { page } = shopper;
    await openChat(page);
    server.faults.swallowAcks = 2;
    await write(page, "count 1");
    await write(page, "count 2");
    await settled(page, "counted 2");
    expect(server.arrived.map(({ text }) => text)).toEqual(["count 1", "count 1", "count 1", "count 2"]);
    expect(new Set(server.arrived.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it("reads what is missing when pushes are lost, and shows doubled pushes once", async () => {
    const { page } = shopper;
    await openChat(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    server.faults.losePushes = 2;
    server.faults.doublePushes = 2;
    await write(page, "count 2");
    await settled(page, "counted 2");
    await write(page, "count 3");
    await settled(page, "counted 3");
  });

  it("keeps what is written while the line is down, in order, and is in step within two seconds of its return", async () => {
    const { page } = shopper;
    const chat = await openChat(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    await server.down();
    for (const number of [2, 3, 4]) await write(page, `count ${number}`);
    await chat.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    expect(await chat.getByText("Sending…").count()).toBe(3);
    await server.up();
    // A browser reports a returning network by this event; the next try may otherwise be seconds away.
    await page
      .frames()
      .at(-1)
      ?.evaluate(() => dispatchEvent(new Event("online")));
    const back = Date.now();
    await settled(page, "counted 4");
    expect(Date.now() - back).toBeLessThan(2000);
    expect(stored().filter((text) => text.startsWith("count "))).toEqual(["count 1", "count 2", "count 3", "count 4"]);
  });

  it("comes back by itself after cuts in mid-conversation", async () => {
    const { page } = shopper;
    await openChat(page);
    for (let number = 1; number <= 20; number++) {
      await write(page, `count ${number}`);
      if (number % 3 === 0) server.cut();
    }
    await settled(page, "counted 20");
    expect(stored().filter((text) => text.startsWith("count "))).toHaveLength(20);
  });

  it("gives up a line that stays open but carries nothing", async () => {
    const { page } = shopper;
    await openChat(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    server.faults.deaf = true;
    await write(page, "count 2");
    await expect.poll(() => server.arrived.length).toBe(2);
    server.faults.deaf = false;
    await settled(page, "counted 2");
  });

  it("sends after a reload what was unsent before it", async () => {
    const { page } = shopper;
    await openChat(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    await server.down();
    for (const number of [2, 3, 4, 5, 6]) await write(page, `count ${number}`);
    await page.reload();
    await server.up();
    await openChatIfClosed(page);
    await settled(page, "counted 6");
    expect(stored().filter((text) => text.startsWith("count "))).toHaveLength(6);
  });

  it("shows two tabs the same conversation, opened at the same moment and written to in turn", async () => {
    const { page } = shopper;
    const second = await page.context().newPage();
    await second.goto(`${server.shop}/shop`);
    await Promise.all([openChat(page), openChat(second)]);
    await Promise.all([waitForLine(page), waitForLine(second)]);
    for (let number = 1; number <= 6; number++) await write(number % 2 === 0 ? second : page, `count ${number}`);
    await settled(page, "counted 6");
    await settled(second, "counted 6");
    expect(stored().filter((text) => text.startsWith("count "))).toHaveLength(6);
  });

  it("sends for a tab that was closed before it could", async () => {
    const { page } = shopper;
    await openChat(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    await server.down();
    const second = await page.context().newPage();
    await second.goto(`${server.shop}/shop`);
    await openChat(second);
    await write(second, "count 2");
    await chatOf(page).getByText("count 2", { exact: true }).waitFor();
    await second.close();
    await server.up();
    await settled(page, "counted 2");
  });

  it("begins anew when the server no longer knows the conversation, and takes the unsent along", async () => {
    const { page } = shopper;
    const chat = await openChat(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    await server.down();
    await write(page, "count 2");
    server.erase();
    await server.up();
    await settled(page, "counted 2");
    expect(await chat.getByText("counted 1", { exact: true }).count()).toBe(0);
  });

  it("tells when the shopper types, and that it is over once the message is sent", async () => {
    const { page } = shopper;
    await openChat(page);
    await waitForLine(page);
    await chatOf(page).getByRole("textbox").pressSequentially("count 1");
    await page.keyboard.press("Enter");
    await settled(page, "counted 1");
    expect(server.typed).toEqual([true, false]);
  });

  it("continues the conversation after the page was left, and begins a new one for another customer", async () => {
    const { page } = shopper;
    const address = (who: string) => `${server.shop}/shop?signed-in=${who}`;
    await page.goto(address("ann"));
    await openChatIfClosed(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    await page.goto(address("ann"));
    await openChatIfClosed(page);
    await settled(page, "counted 1");
    await page.goto(address("bob"));
    await openChatIfClosed(page);
    await chatOf(page).getByRole("button", { name: "Where is my order?" }).waitFor();
    expect(await transcript(page)).toEqual([]);
    expect(server.talks).toHaveLength(2);
    expect(server.identities.every((identity) => identity !== undefined)).toBe(true);
  });
});

/** On a desktop the chat opens again by itself on the next page when it was open on the last. */
async function openChatIfClosed(page: Page): Promise<void> {
  await page.getByRole("button", { name: /(Open|Close) chat/ }).waitFor();
  const closed = page.getByRole("button", { name: /^Open chat/ });
  if (await closed.isVisible()) await closed.click();
  await chatOf(page).getByRole("log").waitFor();
}

async function waitForLine(page: Page): Promise<void> {
  await chatOf(page).locator(".presence.online").waitFor();
}

describe("a page that slept", () => {
  it("loses nothing when it wakes on a dead line and three messages are written at once", async () => {
    await server.close();
    server = await startScriptedServer({ heartbeatMs: 400 });
    const { page } = shopper;
    await page.goto(`${server.shop}/shop`);
    await openChat(page);
    await write(page, "count 1");
    await settled(page, "counted 1");
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    // The server's side of the line ends while the page cannot notice.
    server.cut();
    await expect.poll(() => server.lines(), { timeout: 5000 }).toBe(0);
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    for (const number of [2, 3, 4]) await write(page, `count ${number}`);
    await settled(page, "counted 4");
    expect(stored().filter((text) => text.startsWith("count "))).toEqual(["count 1", "count 2", "count 3", "count 4"]);
  });
});

describe("a long and unlucky conversation", () => {
  it("is on screen exactly as it is stored: 200 messages, with cuts, lost acknowledgements, lost and doubled pushes", async () => {
    const { page } = shopper;
    await openChat(page);
    await waitForLine(page);
    for (let number = 1; number <= 200; number++) {
      await write(page, `count ${number}`);
      if (number % 8 === 0) server.cut();
      if (number % 5 === 0) server.faults.losePushes += 1;
      if (number % 7 === 0) server.faults.doublePushes += 1;
      if (number % 90 === 0) server.faults.swallowAcks += 1;
    }
    await expect.poll(() => stored().filter((text) => text.startsWith("counted ")).length, PATIENCE).toBe(200);
    await expect.poll(() => transcript(page), PATIENCE).toEqual(stored());
    expect(stored().filter((text) => text.startsWith("count "))).toEqual(
      Array.from({ length: 200 }, (_, index) => `count ${index + 1}`),
    );
    await page.reload();
    await openChatIfClosed(page);
    await expect.poll(() => transcript(page), PATIENCE).toEqual(stored());
  });
});
