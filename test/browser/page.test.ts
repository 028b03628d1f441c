import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUDGET, buildWidget } from "../../widget/index.js";
import { type ScriptedServer, startScriptedServer } from "../widget/scripted-server.js";
import { chatFrame, chatOf, DESKTOP, launchBrowser, openChat, PHONE, visit } from "./browser.js";
import { HOSTILE } from "./hostile-strings.js";

let browser: Browser;
let server: ScriptedServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startScriptedServer()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe("the widget on a shop's page", () => {
  it("costs one small script before the first click, and stays within its budgets after it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "aftersale-sizes-"));
    const { sizes } = await buildWidget(folder);
    await rm(folder, { recursive: true });
    expect(sizes.loader).toBeLessThanOrEqual(BUDGET.loader);
    expect(sizes.chat).toBeLessThanOrEqual(BUDGET.chat);
    const requests: string[] = [];
    const { page, close } = await visit(browser, "about:blank", DESKTOP);
    page.on("request", (request) => requests.push(new URL(request.url()).host + new URL(request.url()).pathname));
    await page.goto(`${server.shop}/shop`);
    await page.getByRole("button", { name: "Open chat" }).waitFor();
    expect(requests.filter((path) => path.startsWith(new URL(server.origin).host))).toEqual([
      `${new URL(server.origin).host}/widget/loader.js`,
    ]);
    await openChat(page);
    const own = new Set([new URL(server.origin).host, new URL(server.shop).host]);
    expect(requests.filter((path) => !own.has(path.slice(0, path.indexOf("/"))))).toEqual([]);
    await close();
  });

  it("counts unread replies on the launcher, on the next page too, until they are seen", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    const chat = await openChat(page);
    await chat.getByRole("textbox").fill("count 1");
    await page.keyboard.press("Enter");
    await chat.getByText("counted 1", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Open chat", exact: true }).waitFor();
    server.say("Your parcel has arrived.");
    server.say("Enjoy!");
    await page.getByRole("button", { name: "Open chat, 2 unread messages" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Open chat, 2 unread messages" }).click();
    await chatOf(page).getByText("Enjoy!").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Open chat", exact: true }).waitFor();
    await close();
  });

  it("stays away where a card is asked for, and leaves when a card field appears", async () => {
    const { page, close } = await visit(browser, `${server.shop}/checkout`, DESKTOP);
    await page.evaluate(() => (window as unknown as { Aftersale(verb: string): void }).Aftersale("show"));
    expect(await page.locator("[data-aftersale]").count()).toBe(0);
    await page.goto(`${server.shop}/shop`);
    await openChat(page);
    await page.evaluate(() => {
      const field = document.createElement("input");
      field.autocomplete = "cc-number";
      document.body.append(field);
      field.focus();
    });
    await page.locator("[data-aftersale]").waitFor({ state: "detached" });
    await close();
  });

  it("keeps calls made before it has loaded, and obeys show, hide and destroy", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop?signed-in=ann`, DESKTOP);
    const call = (verb: string) =>
      page.evaluate((word) => (window as unknown as { Aftersale(verb: string): void }).Aftersale(word), verb);
    await page.getByRole("button", { name: "Open chat" }).waitFor();
    await call("show");
    await chatOf(page).getByRole("heading", { name: "Hello, Ann!" }).waitFor();
    expect(server.identities.at(-1)).toBeDefined();
    await call("hide");
    await page.getByRole("button", { name: "Open chat" }).waitFor();
    await call("destroy");
    expect(await page.locator("[data-aftersale]").count()).toBe(0);
    await close();
  });

  it("asks the page for a fresh token on every join", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop?signed-in=ann`, DESKTOP);
    const chat = await openChat(page);
    await chat.getByRole("heading", { name: "Hello, Ann!" }).waitFor();
    const joins = server.identities.length;
    server.cut();
    await expect.poll(() => server.identities.length).toBe(joins + 1);
    expect(await page.evaluate(() => (window as unknown as { tokens: number }).tokens)).toBe(2);
    await close();
  });

  it("ignores window messages from anyone but the chat, and from anyone but the page", async () => {
    const { page, complaints, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    const chat = await openChat(page);
    await chat.getByRole("button", { name: "Where is my order?" }).waitFor();
    await page.evaluate((chatOrigin) => {
      const words = ["hide", "unread", "active", "token_wanted", "ready", "shown", "identity", "token", "hello", "x"];
      const shapes = words.flatMap((type) => [
        { aftersale: 1, type, count: 3, on: false, state: "signed_out", token: "t" },
        { type, count: 3 },
        type,
        [type],
        null,
      ]);
      // The page to itself: right shape, wrong sender. The page to the chat: its own words in wrong shapes.
      const frame = document.querySelector("[data-aftersale]")?.shadowRoot?.querySelector("iframe");
      for (const shape of shapes) {
        postMessage(shape, "*");
        frame?.contentWindow?.postMessage(typeof shape === "object" ? { ...shape, aftersale: "1" } : shape, chatOrigin);
      }
    }, server.origin);
    await chat.getByRole("textbox").fill("count 1");
    await page.keyboard.press("Enter");
    await chat.getByText("counted 1", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Close chat" }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it("may be framed only by the shop", async () => {
    const { page, close } = await visit(browser, `${server.origin.replace("localhost", "127.0.0.1")}/shop`, DESKTOP);
    await page.getByRole("button", { name: "Open chat" }).click();
    await expect
      .poll(() =>
        page
          .frames()
          .map((frame) => frame.url())
          .at(-1),
      )
      .toMatch(/^chrome-error:/);
    await close();
  });

  it("does not leave a broken panel behind when the chat does not come, and tries again at the next click", async () => {
    const { page, close } = await visit(browser, "about:blank", DESKTOP);
    await page.clock.install();
    await page.route("**/chat", (route) => route.abort());
    await page.goto(`${server.shop}/shop`);
    const button = page.getByRole("button", { name: "Open chat" });
    await button.click();
    await page.getByRole("button", { name: "Close chat" }).waitFor();
    await page.clock.runFor(10_000);
    await page.locator("iframe").waitFor({ state: "detached" });
    await page.unroute("**/chat");
    await page.clock.resume();
    await openChat(page);
    await close();
  });

  it("also stands alone, at its own address", async () => {
    const { page, complaints, close } = await visit(browser, `${server.origin}/chat`, PHONE);
    await page.getByRole("textbox").fill("count 1");
    await page.keyboard.press("Enter");
    await page.getByText("counted 1", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Close chat" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it("survives a page that resets every style", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop?reset`, PHONE);
    const button = page.getByRole("button", { name: "Open chat" });
    const box = await button.boundingBox();
    expect(box).toMatchObject({ width: 60, height: 60, x: 280, y: 560 });
    await openChat(page);
    expect(await page.locator("iframe").boundingBox()).toMatchObject({ x: 0, y: 0, width: 360, height: 640 });
    await close();
  });
});

describe("hostile text", () => {
  it(`is only ever read: ${HOSTILE.length} strings in every place where text can stand`, async () => {
    const { page, complaints, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    const chat = await openChat(page);
    const frame = await chatFrame(page);
    let ran = 0;
    page.on("dialog", (dialog) => {
      ran++;
      void dialog.dismiss();
    });
    for (const [index, text] of HOSTILE.entries()) {
      await chat.getByRole("textbox").fill(`echo ${text}`);
      await page.keyboard.press("Enter");
      await expect.poll(() => chat.locator(".card").count()).toBe(index + 1);
    }
    const found = await frame.evaluate(() => ({
      elements: [
        ...document.querySelectorAll(
          "script, img, iframe, object, embed, svg[onload], style, base, form[action], math",
        ),
      ]
        .filter((element) => !element.closest("head"))
        .map((element) => element.outerHTML.slice(0, 80)),
      handlers: [...document.querySelectorAll("*")].filter((element) =>
        [...element.attributes].some(({ name }) => name.startsWith("on")),
      ).length,
      links: [...document.querySelectorAll("a")]
        .filter(({ protocol, rel }) => !/^(https|mailto):$/.test(protocol) || !rel.includes("noopener"))
        .map(({ href }) => href),
      hacked: "hacked" in window,
    }));
    expect(found).toEqual({ elements: [], handlers: 0, links: [], hacked: false });
    expect({ ran, complaints }).toEqual({ ran: 0, complaints: [] });
    await close();
  });
});
