import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedServer, startScriptedServer } from "../widget/scripted-server.js";
import {
  accessibilityFaults,
  chatFrame,
  DESKTOP,
  launchBrowser,
  openChat,
  PHONE,
  screenshot,
  visit,
} from "./browser.js";

let browser: Browser;
let server: ScriptedServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startScriptedServer()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const sizes: [string, BrowserContextOptions][] = [
  ["phone", PHONE],
  ["desktop", DESKTOP],
  ["phone, dark", { ...PHONE, colorScheme: "dark" }],
];

describe.each(sizes)("the chat on a %s", (size, options) => {
  it("leads from the first tap to an order in transit, within a strict policy and without barriers", async () => {
    const { page, complaints, close } = await visit(browser, `${server.shop}/shop`, options);
    const chat = await openChat(page);
    const look = async (name: string) => {
      await screenshot(page, `${size.replace(", ", "-")}-${name}`);
      expect(await accessibilityFaults(await chatFrame(page))).toEqual([]);
    };
    await chat.getByRole("button", { name: "Where is my order?" }).waitFor();
    await look("1-welcome");
    await chat.getByRole("button", { name: "Where is my order?" }).click();
    await chat.getByText("What e-mail address").waitFor();
    const field = chat.getByRole("textbox", { name: "Your e-mail address" });
    expect(await field.getAttribute("inputmode")).toBe("email");
    await field.fill("ann.reed@example.com");
    await page.keyboard.press("Enter");

    const code = chat.getByRole("textbox", { name: "Code from the e-mail" });
    await code.waitFor();
    expect(await code.getAttribute("autocomplete")).toBe("one-time-code");
    await look("2-code");
    await code.fill("123 456");
    await page.keyboard.press("Enter");

    await chat.getByRole("button", { name: /Order 5501/ }).waitFor();
    await look("3-choices");
    await chat.getByRole("button", { name: /Order 5501/ }).click();
    await chat.getByRole("region", { name: "Order 5501" }).waitFor();
    await chat.getByRole("button", { name: "Yes" }).waitFor();
    await look("4-in-transit");
    expect(await chat.getByRole("listitem").filter({ hasText: "On its way" }).last().getAttribute("aria-current")).toBe(
      "step",
    );
    await chat.getByRole("button", { name: "No" }).click();
    await chat.getByText("enjoy your coffee").waitFor();

    await chat.getByRole("textbox", { name: "Write a message" }).fill("I want to talk to a person");
    await chat.getByRole("button", { name: "Send" }).click();
    await chat.getByText("A person will answer by e-mail").waitFor();
    await chat.getByText("A person is on it").waitFor();
    await look("5-person");
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("the chat", () => {
  it("keeps the input in view and its targets large at 360 by 640", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop`, PHONE);
    const chat = await openChat(page);
    await chat.getByRole("button", { name: "Where is my order?" }).click();
    await chat.getByText("What e-mail address").waitFor();
    // What an on-screen keyboard leaves.
    await page.setViewportSize({ width: 360, height: 340 });
    const box = await chat.getByRole("textbox").boundingBox();
    expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThanOrEqual(340);
    const frame = await chatFrame(page);
    const { small, zooms, wider } = await frame.evaluate(() => ({
      small: [...document.querySelectorAll("button, a, input, textarea")]
        .map((target) => target.getBoundingClientRect())
        .filter(({ width, height }) => width < 44 || height < 44).length,
      zooms: [...document.querySelectorAll("input, textarea")].filter(
        (field) => Number.parseFloat(getComputedStyle(field).fontSize) < 16,
      ).length,
      wider: document.documentElement.scrollWidth > innerWidth,
    }));
    expect({ small, zooms, wider }).toEqual({ small: 0, zooms: 0, wider: false });
    await close();
  });

  it("speaks the page's language, right to left where that is how it is read", async () => {
    const german = await visit(browser, `${server.shop}/shop?lang=de`, DESKTOP);
    const chat = await openChat(german.page);
    await chat.getByRole("button", { name: "Wo ist meine Bestellung?" }).waitFor();
    expect(german.complaints).toEqual([]);
    await german.close();

    const arabic = await visit(browser, `${server.shop}/shop?lang=ar`, PHONE);
    const right = await openChat(arabic.page);
    await right.getByRole("button", { name: "My parcel never arrived" }).click();
    await right.getByRole("button", { name: /stuck for days/ }).waitFor();
    await screenshot(arabic.page, "phone-right-to-left");
    const frame = await chatFrame(arabic.page);
    expect(await frame.evaluate(() => document.documentElement.dir)).toBe("rtl");
    expect(await accessibilityFaults(frame)).toEqual([]);
    await arabic.close();
  });

  it("is usable by keyboard alone: focus goes in, Escape closes, focus returns", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const frame = page.frameLocator("iframe[title=Chat]");
    await frame.getByRole("textbox", { name: "Write a message" }).and(frame.locator(":focus")).waitFor();
    await page.keyboard.type("where is it");
    await page.keyboard.press("Enter");
    await frame.getByText("What e-mail address").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Open chat" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName)).toBe("BUTTON");
    await close();
  });

  it("takes a card number out before it is kept or sent", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    const chat = await openChat(page);
    await chat.getByRole("textbox").fill("charge 4111 1111 1111 1111");
    await page.keyboard.press("Enter");
    await chat.getByText("charge [card ending 1111]").waitFor();
    await chat.getByText("bring in a person").waitFor();
    expect(JSON.stringify(server.arrived)).not.toContain("4111");
    await close();
  });

  it("says kindly why a message was refused, and sends it again when asked", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    const chat = await openChat(page);
    server.faults.refusals.push("too_fast");
    await chat.getByRole("textbox").fill("hello there");
    await page.keyboard.press("Enter");
    await chat.getByText("That was quick. Please wait a moment.").waitFor();
    await screenshot(page, "desktop-refused");
    expect(await accessibilityFaults(await chatFrame(page))).toEqual([]);
    await chat.getByRole("button", { name: "Try again", exact: true }).click();
    await chat.getByText("bring in a person").waitFor();
    expect(await chat.getByText("hello there").count()).toBe(1);
    await close();
  });

  it("offers a fresh start when the conversation has ended", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    const chat = await openChat(page);
    await chat.getByRole("textbox").fill("bye");
    await page.keyboard.press("Enter");
    await chat.getByRole("button", { name: "Start a new conversation" }).click();
    await chat.getByRole("button", { name: "Where is my order?" }).waitFor();
    expect(await chat.getByText("Goodbye!").count()).toBe(0);
    await close();
  });

  it("stops the typing dots within five seconds when nothing follows", async () => {
    const { page, close } = await visit(browser, `${server.shop}/shop`, DESKTOP);
    const chat = await openChat(page);
    await chat.getByRole("button", { name: "Where is my order?" }).waitFor();
    server.typing(true);
    const dots = chat.getByRole("img", { name: "Writing…" });
    await dots.waitFor();
    const begun = Date.now();
    await dots.waitFor({ state: "detached" });
    expect(Date.now() - begun).toBeLessThan(5500);
    await close();
  });
});
