/** Debian's (or any) Chromium for the browser tests, and what every one of them needs to know of a page. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from "playwright-core";

const artefacts = fileURLToPath(new URL("../artefacts/", import.meta.url));

const PLACES = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** @throws when there is none, with what to install */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      "No Chromium was found. Install the package `chromium`, or set CHROMIUM_PATH to a Chromium or Chrome.",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

export const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 640 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
  reducedMotion: "reduce",
};
export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" };

export interface Visit {
  readonly page: Page;
  /** What the page's or the chat's content security policy objected to, and errors that nobody caught. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function visit(browser: Browser, address: string, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  await context.exposeFunction("complain", (complaint: string) => void complaints.push(complaint));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      const { complain } = window as unknown as { complain(text: string): void };
      complain(`${location.pathname}: ${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  await page.goto(address);
  return { page, complaints, close: () => context.close() };
}

/** The chat inside the shop's page. */
export const chatOf = (page: Page) => page.frameLocator("iframe[title=Chat]");

export async function openChat(page: Page) {
  await page.getByRole("button", { name: /^(Open chat|Chat öffnen|Abrir el chat)/ }).click();
  const chat = chatOf(page);
  await chat.getByRole("log").waitFor();
  return chat;
}

export async function chatFrame(page: Page): Promise<Frame> {
  const frame = page.frames().find((one) => new URL(one.url()).pathname === "/chat");
  if (frame === undefined) throw new Error("The chat's frame is not loaded.");
  return frame;
}

/** Kept with the test run, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(artefacts, { recursive: true });
  await page.screenshot({ path: join(artefacts, `${name}.png`) });
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Serious and critical findings, one line each. */
export async function accessibilityFaults(frame: Frame): Promise<string[]> {
  await frame.evaluate(await readFile(axe, "utf8"));
  return frame.evaluate(async () => {
    const { run } = (window as unknown as { axe: typeof import("axe-core") }).axe;
    const { violations } = await run(document, {
      iframes: false,
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
      );
  });
}
