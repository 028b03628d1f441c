import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import nodemailer from "nodemailer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Mailbox, type Storefront, startMailbox, startStorefront } from "../../sandbox/index.js";
import { PRODUCTS, whatItShows } from "../../sandbox/storefront/index.js";
import { parseWorldText, type World } from "../../sandbox/world/index.js";

const NOW = Date.parse("2026-11-24T12:00:00Z");
let world: World;
let mailbox: Mailbox;
let shop: Storefront;

beforeAll(async () => {
  const file = fileURLToPath(new URL("../../sandbox/demo-world.json", import.meta.url));
  const parsed = parseWorldText(await readFile(file, "utf8"), NOW, { file: "sandbox/demo-world.json" });
  expect(parsed.problems).toEqual([]);
  world = parsed.world as World;
  mailbox = await startMailbox({ port: 0 });
  shop = await startStorefront({
    port: 0,
    host: "127.0.0.1",
    chatUrl: "http://127.0.0.1:9",
    mailbox,
    customers: [...world.customers, { email: "x@example.com", name: `<script>alert(1)</script>"'` }],
    signToken: (email, name) => `token for ${email}, ${name}`,
    world,
  });
});
afterAll(async () => {
  await shop.close();
  await mailbox.close();
});

const get = async (path: string, headers: Record<string, string> = {}) => fetch(shop.url + path, { headers });

describe("the demo world", () => {
  it("has a customer for every branch of the policy, and for what it does not know", () => {
    const cases = world.orders.map((order) => whatItShows(order, NOW));
    for (const wanted of [
      /^approved/,
      /^processed/,
      /^pending shipment, leaves tomorrow/,
      /^shipped, tracking number/,
      /^in transit, expected in 2 days/,
      /^in transit, late: it was expected 3 days ago/,
      /^in transit, the carrier gives no date/,
      /^delivered yesterday/,
      /^canceled/,
      /“Customs hold”/,
      /says nothing/,
    ]) {
      expect(cases.filter((one) => wanted.test(one))).not.toEqual([]);
    }
    const counts = world.customers.map(({ email }) => world.ordersOf(email).length);
    expect(counts).toContain(0);
    expect(Math.max(...counts)).toBeGreaterThan(2);
    expect(world.orders.every(({ email }) => email !== undefined && world.findCustomer(email) !== undefined)).toBe(
      true,
    );
  });

  it("sells what the storefront shows, at the same prices", () => {
    const shown = PRODUCTS.map(({ sku, name, price }) => ({ sku, name, price }));
    expect(world.catalog.map(({ sku, name, price }) => ({ sku, name, price }))).toEqual(shown);
    const goods = new Map(shown.map((product) => [product.sku, product]));
    for (const item of world.orders.flatMap(({ items }) => items ?? [])) {
      expect(goods.get(item.sku ?? "")).toMatchObject({ name: item.name, price: item.price });
    }
  });
});

describe("the storefront", () => {
  it("gives out a token only for whom one has signed in as, and none to visitors", async () => {
    expect(await (await get("/token")).json()).toEqual({ token: null });
    const signedIn = await fetch(`${shop.url}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ email: "ann.reed@example.com", chat: "yes" }),
      redirect: "manual",
    });
    expect(signedIn.headers.get("location")).toBe("/#chat");
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(await (await get("/token", { cookie })).json()).toEqual({
      token: "token for ann.reed@example.com, Ann Reed",
    });
    const stranger = await get("/token", { cookie: "demo_customer=nobody%40example.com" });
    expect(await stranger.json()).toEqual({ token: null });
  });

  it("shows names as text, whatever they contain", async () => {
    const page = await (await get("/customers")).text();
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("&#60;script&#62;alert(1)");
  });

  it("carries the widget, and a policy that allows nothing but itself and the chat", async () => {
    const answer = await get("/");
    expect(await answer.text()).toContain('src="http://127.0.0.1:9/widget/loader.js"');
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(new Set(policy.match(/https?:\/\/[^ ;]+/g))).toEqual(new Set(["http://127.0.0.1:9"]));
  });

  it("names the chat by the host that the page was asked from, so that both are one site", async () => {
    const page = await fetch(shop.url.replace("127.0.0.1", "localhost"));
    expect(await page.text()).toContain('src="http://localhost:9/widget/loader.js"');
  });

  it("answers what is not there, and forms that are too large, without falling over", async () => {
    expect((await get("/nothing")).status).toBe(404);
    const large = await fetch(`${shop.url}/sign-in`, { method: "POST", body: "x".repeat(100_000) }).catch(
      () => undefined,
    );
    expect(large?.status ?? 500).toBe(500);
    expect((await get("/")).status).toBe(200);
  });

  it("shows a mail as it arrives, and to those who come later", async () => {
    const stream = await get("/mailbox/events");
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    const arrived = mailbox.waitFor("Ann.Reed@example.com");
    const sender = nodemailer.createTransport(mailbox.smtpUrl);
    await sender.sendMail({
      from: "chat@orchard-and-pine.example",
      to: "ann.reed@example.com",
      subject: "Your code",
      text: "Your code is 123456. </ul><script>alert(1)</script>",
    });
    expect(await arrived).toMatchObject({ to: "ann.reed@example.com", subject: "Your code" });
    expect((await reader?.read())?.value).toContain("123456");
    await reader?.cancel();
    const page = await (await get("/mailbox")).text();
    expect(page).toContain("123456");
    expect(page).not.toContain("<script>alert");
  });
});
