/**
 * Takes the README's picture anew, from the real demo: `node --import tsx test/browser/picture.ts`.
 * The shop on a desktop, and before it the chat on a phone, with an order in transit.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startDemo } from "../../sandbox/demo.js";
import { chatOf, launchBrowser, openChat } from "./browser.js";

const target = fileURLToPath(new URL("../../docs/images/chat.png", import.meta.url));
const SCALE = 2;

const dataDir = await mkdtemp(join(tmpdir(), "aftersale-picture-"));
const demo = await startDemo({
  ports: { shop: 0, chat: 0, mail: 0 },
  dataDir,
  log: ({ level, message }) => level === "error" && process.stderr.write(`${message}\n`),
});
// By the browser's own scale: a scale put on by emulation does not reach frames of other processes.
const browser = await launchBrowser([`--force-device-scale-factor=${SCALE}`]);

async function shoot(width: number, height: number, chat: boolean): Promise<string> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${demo.shopUrl}/customers`);
  await page.getByRole("button", { name: "Be Ann" }).click();
  await chatOf(page).getByRole("log").waitFor();
  if (chat) {
    const talk = chatOf(page);
    await talk.getByRole("textbox").fill("hey where's my stuff");
    await page.keyboard.press("Enter");
    await talk.getByRole("button", { name: /Order 5501/ }).click();
    await talk.getByRole("region", { name: "Order 5501" }).waitFor();
  } else {
    await page.keyboard.press("Escape");
    await openChat(page).then(() => page.keyboard.press("Escape"));
    await page.getByRole("button", { name: "Open chat" }).waitFor();
  }
  const picture = await page.screenshot();
  await context.close();
  return `data:image/png;base64,${picture.toString("base64")}`;
}

const [desktop, phone] = [await shoot(1180, 740, false), await shoot(360, 790, true)];
const context = await browser.newContext({ viewport: { width: 1240, height: 800 } });
const page = await context.newPage();
await page.setContent(`<style>
  body { margin: 0; background: #e6e4d2; }
  .desktop, .phone { position: absolute; display: block; }
  .desktop { left: 40px; top: 60px; width: 1010px; border-radius: 14px; box-shadow: 0 6px 18px #2a221c22; }
  .phone { right: 40px; top: 28px; width: 330px; border-radius: 34px; border: 9px solid #17191c; box-shadow: 0 6px 20px #0004; }
</style><img class="desktop" src="${desktop}"><img class="phone" src="${phone}">`);
await writeFile(target, await page.screenshot({ scale: "css" }));
process.stdout.write(`${target}\n`);
await browser.close();
await demo.close();
await rm(dataDir, { recursive: true });
