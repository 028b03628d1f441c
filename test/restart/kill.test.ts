import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Mailbox, type Storefront, startMailbox, startStorefront } from "../../sandbox/index.js";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import { CONNECTOR_SYSTEMS } from "../../server/connectors/index.js";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import { entriesAfter, openStore } from "../../server/store/index.js";
import { chatOf, DESKTOP, launchBrowser, openChat, type Visit, visit } from "../browser/browser.js";
import { type ServerProcess, serverProcess } from "./server-process.js";

const KILLS = 20;
const PATIENCE = { timeout: 20_000, interval: 50 };
const ANN = "ann.reed@example.com";

let world: World;
let simulators: Simulators;
let mailbox: Mailbox;
let storefront: Storefront;
let server: ServerProcess;
let browser: Browser;
let shopper: Visit;

beforeAll(async () => {
  const parsed = parseWorld(
    {
      customers: [{ email: ANN, name: "Ann Reed" }],
      orders: [
        { id: "5501", email: ANN, status: "In transit", ordered: "-6d", ship: "-5d", eta: "+2d", tracking: "TRK5501" },
        { id: "5502", email: ANN, status: "In transit", ordered: "-9d", ship: "-8d", eta: "-2d", tracking: "TRK5502" },
      ],
    },
    Date.now(),
  );
  world = parsed.world as World;
  simulators = await startSimulators(world, { systems: CONNECTOR_SYSTEMS });
  mailbox = await startMailbox({ port: 0 });
  let chatUrl = "";
  storefront = await startStorefront({
    port: 0,
    host: "127.0.0.1",
    chatUrl: () => chatUrl,
    mailbox,
    customers: world.customers,
    signToken: () => "",
  });
  const { shipmonk, gladly } = simulators.configs;
  server = await serverProcess({
    connectors: { ...(shipmonk && { shipmonk }), ...(gladly && { gladly }) },
    origins: [storefront.url],
    smtpUrl: mailbox.smtpUrl,
  });
  chatUrl = server.url;
  await server.start();
  browser = await launchBrowser();
  shopper = await visit(browser, storefront.url, DESKTOP);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await Promise.all([storefront?.close(), simulators?.close(), mailbox?.close()]);
});

/** The texts that the shopper sees, from top to bottom. */
const shown = (): Promise<string[]> => chatOf(shopper.page).locator(".bubble").allInnerTexts();

async function write(text: string): Promise<void> {
  await chatOf(shopper.page).getByRole("textbox").fill(text);
  await shopper.page.keyboard.press("Enter");
}

describe("kill -9 in mid-conversation", () => {
  it(`is not noticed by the shopper: ${KILLS} kills, no message lost or doubled`, { timeout: 240_000 }, async () => {
    const { page } = shopper;
    const chat = await openChat(page);
    const mail = mailbox.waitFor(ANN);
    await write("where is my order");
    await chat.getByText("What is the e-mail address").waitFor();
    await write(ANN);
    const code = /\d{6}/.exec((await mail).text)?.[0] as string;
    await write(code);
    await chat.getByText("Which order is it about?").first().waitFor();

    const answered = (): Promise<number> => chat.getByText("Good news: order 5501 is in transit").count();
    const said: string[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      // Each time a little later in the message's way: before it is stored, before the answer, after it.
      const text = `where is order 5501? (${kill})`;
      said.push(text);
      const answers = await answered();
      await write(text);
      if (kill % 4 === 1) await chat.getByText(text, { exact: true }).waitFor();
      if (kill % 4 === 2) await page.waitForFunction(() => true, undefined, { polling: 50 });
      if (kill % 4 === 3) await expect.poll(answered, PATIENCE).toBeGreaterThan(answers);
      await server.kill();
      await server.start();
      await expect.poll(answered, PATIENCE).toBe(answers + 1);
    }

    const seen = await shown();
    for (const text of said)
      expect(
        seen.filter((line) => line === text),
        `“${text}” is there once`,
      ).toHaveLength(1);
    expect(seen.filter((line) => line.startsWith("Good news: order 5501"))).toHaveLength(KILLS);
    expect(shopper.complaints).toEqual([]);

    await server.kill();
    const store = await openStore({ url: `${server.dataDir}/aftersale.db` });
    const [id] = await store.read((tx) => tx.selectFrom("conversation").select("id").execute());
    const stored: string[] = [];
    const numbers: number[] = [];
    for (let since = 0, more = true; more; ) {
      const pageOf = await store.read((tx) => entriesAfter(tx, id?.id ?? "", since));
      stored.push(...pageOf.entries.map(({ text }) => text));
      numbers.push(...pageOf.entries.map(({ seq }) => seq));
      since = numbers.at(-1) ?? 0;
      more = pageOf.more;
    }
    await store.close();
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    expect(seen.map(flat)).toEqual(stored.map(flat));
  });
});

/** The screen folds blank lines, and says of a link where it opens. */
function flat(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/ ?\(opens in a new tab\) ?/g, "")
    .trim();
}
