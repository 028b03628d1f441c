import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Fastify, { type FastifyInstance } from "fastify";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildStudio, type StudioData, studioDataOf, studioRoutes } from "../../studio/index.js";
import { linesOf } from "../../studio/page/in-words.js";
import { waysOf } from "../../studio/page/leads-to.js";
import { accessibilityFaults, DESKTOP, launchBrowser, PHONE, screenshot, visit } from "../browser/browser.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

async function textFiles(folder: string, ending: string) {
  const names = (await readdir(join(root, folder), { recursive: true })).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    names.map(async (name) => ({ file: `${folder}/${name}`, text: await readFile(join(root, folder, name), "utf8") })),
  );
}

async function ownData(): Promise<StudioData> {
  return studioDataOf({
    shop: "Orchard & Pine",
    readAt: "2026-11-24T12:00:00.000Z",
    locale: "en",
    policies: await textFiles("policies", ".policy.json"),
    rules: await textFiles("rules", ".rules.json"),
    macros: await textFiles("policies/macros", ".json"),
    intents: await textFiles("embeddings/intents", ".json"),
    passages: [
      {
        id: "refund-times",
        title: "How long a refund takes",
        source: "https://shop.example/refunds",
        text: "A week.",
        questions: ["how long do refunds take"],
      },
    ],
    problems: [
      {
        file: "policies/wismo.policy.json",
        path: "steps[2].then",
        code: "POLICY_UNKNOWN_STEP",
        message: 'No step is called "confrim".',
        fix: "Change it to one that is there.",
        severity: "error",
      },
    ],
    outcomes: [{ policy: "wismo", outcome: "answered", count: 12 }],
  });
}

describe("where a step leads", () => {
  const next = { id: "after" };
  it("names the branches of an answer, of silence, and of giving up", () => {
    const step = {
      id: "ask",
      ask: "wismo.received",
      type: "yes_no",
      on: { yes: "glad", no: "missing" },
      silence: { after: "3m", then: "later" },
      attempts: 3,
    };
    expect(waysOf(step, next)).toEqual([
      { when: "yes", to: { step: "glad" } },
      { when: "no", to: { step: "missing" } },
      { when: "silence of 3m", to: { step: "later" } },
      { when: "", to: { step: "after" } },
      { when: "no answer after 3 tries", to: { person: "" } },
    ]);
  });

  it("shows that a call which did not work leads to a person unless it says otherwise", () => {
    expect(waysOf({ id: "c", call: "@x", on: { not_found: "none" } }, next)).toEqual([
      { when: "", to: { step: "after" } },
      { when: "not_found", to: { step: "none" } },
      { when: "refused, unavailable, unknown_outcome", to: { person: "" } },
    ]);
  });

  it.each([
    [{ id: "e", end: "answered" }, [{ when: "", to: { end: "answered" } }]],
    [{ id: "g", go: "#lost-package" }, [{ when: "", to: { policy: "lost-package" } }]],
    [{ id: "h", handoff: { queue: "shipping", reason: "late" } }, [{ when: "", to: { person: "shipping" } }]],
    [
      { id: "d", decide: "r", on: { yes: "a", unknown: "b" } },
      [
        { when: "yes", to: { step: "a" } },
        { when: "unknown", to: { step: "b" } },
      ],
    ],
    [
      { id: "r", run: "#identify" },
      [
        { when: "first", to: { policy: "identify" } },
        { when: "then", to: { step: "after" } },
      ],
    ],
    [{ id: "s", say: "a.b", then: "elsewhere" }, [{ when: "", to: { step: "elsewhere" } }]],
  ])("of %o", (step, ways) => {
    expect(waysOf(step, next)).toEqual(ways);
  });
});

describe("conditions", () => {
  it("read as sentences", () => {
    const conditions = {
      all: [
        { fact: "order", path: "status", operator: "equal", value: "in_transit" },
        { not: { fact: "order", path: "estimated_delivery", operator: "before", value: { fact: "today" } } },
        { any: [{ fact: "total", operator: "lessThan", value: { amount: 150, currency: "USD" } }] },
      ],
    };
    expect(linesOf(conditions)).toEqual([
      { depth: 0, text: "order.status is in_transit" },
      { depth: 0, text: "and not: order.estimated_delivery is before today" },
      { depth: 0, text: "and any of" },
      { depth: 1, text: "total is less than 150 USD" },
    ]);
  });
});

describe("the studio's data", () => {
  it("leaves out a file that does not parse and keeps the others", () => {
    const { policies, ruleSets, macros } = studioDataOf({
      shop: "x",
      readAt: "",
      locale: "en",
      policies: [
        { file: "policies/a.policy.json", text: "{ not json" },
        { file: "policies/b.policy.json", text: '{ "id": "b", "steps": [{ "id": "s", "end": "done" }, 3, null] }' },
      ],
      rules: [
        { file: "rules/a.rules.json", text: '{ "id": "r", "rules": [{}, { "name": "n", "event": { "type": "e" } }] }' },
      ],
      macros: [
        { file: "policies/macros/en/a.json", text: '{ "hi": "Hello", "odd": 3 }' },
        { file: "policies/macros/de/a.json", text: '{ "hi": "Hallo" }' },
      ],
      intents: [],
      problems: [],
      outcomes: [],
    });
    expect(policies.map(({ id, steps }) => [id, steps.length])).toEqual([["b", 1]]);
    expect(ruleSets[0]?.rules).toHaveLength(1);
    expect(macros).toEqual({ "a.hi": "Hello" });
  });
});

describe("the studio's page", () => {
  let browser: Browser;
  let app: FastifyInstance;
  let address: string;
  let built: string;
  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), "aftersale-studio-"));
    await buildStudio(built);
    const data = await ownData();
    app = Fastify();
    await studioRoutes({ data: () => data, built })(app);
    address = `${await app.listen({ port: 0, host: "127.0.0.1" })}/studio`;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await rm(built, { recursive: true, force: true });
  });

  it("shows a policy with where each step leads, its rules, and the problems, without barriers", async () => {
    const { page, complaints, close } = await visit(browser, address, DESKTOP);
    await page.getByRole("link", { name: "Where is my order?", exact: true }).click();
    const decide = page.getByRole("listitem").filter({ hasText: "decide" }).filter({ hasText: "delayed" }).first();
    await screenshot(page, "studio-policy");
    expect(await accessibilityFaults(page.mainFrame())).toEqual([]);
    await decide.getByRole("link", { name: "agent-delayed" }).click();
    await page.locator("#step-agent-delayed:focus").waitFor();
    await page.getByRole("link", { name: "Where an order is" }).first().click();
    await page.getByText("order.status is approved").waitFor();
    await screenshot(page, "studio-rules");
    expect(await accessibilityFaults(page.mainFrame())).toEqual([]);
    for (const [link, heading] of [
      [/^Problems/, "Problems"],
      [/^Intents/, "Intents"],
      [/^Macros/, "Macros"],
      [/^Knowledge/, "Knowledge"],
      [/^Outcomes/, "Outcomes"],
    ] as const) {
      await page.getByRole("navigation").getByRole("link", { name: link }).click();
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      await screenshot(page, `studio-${heading.toLowerCase()}`);
      expect(await accessibilityFaults(page.mainFrame())).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it("fits a phone, and answers only for the files it was built of", async () => {
    const { page, close } = await visit(browser, address, PHONE);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await screenshot(page, "studio-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    for (const path of ["/..%2fbuild.ts", "/%2e%2e/build.ts", "/nothing.js"]) {
      expect((await fetch(address + path)).status).toBe(404);
    }
    await close();
  });
});
