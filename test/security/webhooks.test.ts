/** Calls of vendors: believed only when signed over their very bytes, taken up once, and never a way into anything else. */
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemPorts } from "../../server/ports/index.js";
import { appendEntries, intendEffect, moveEffect, type Tx, takeWebhook } from "../../server/store/index.js";
import { webhookRoutes } from "../../server/webhooks/index.js";
import { type Client, startWorld, type World } from "../gateway/world.js";

const SECRET = "the-secret-that-the-vendor-signs-with";
const OLD = "the-secret-that-was-used-before-that";
const SYSTEMS = ["kustomer", "easypost", "shopify", "shipmonk", "gladly", "freshdesk", "own-desk"];

let world: World;
let client: Client;
let now: number;
beforeEach(async () => {
  now = Date.now();
  world = await startWorld({
    routes: (app) =>
      webhookRoutes({
        secrets: Object.fromEntries(SYSTEMS.map((system) => [system, [SECRET, OLD]])),
        store: lateStore,
        conversations: { agentSays },
        clock: { ...systemPorts.clock, now: () => now },
        log: (event) => void world.logged.push(event),
      })(app),
  });
  client = await world.join();
  const key = `handoff:${client.info.conversation}-1`;
  await world.store.write(async (tx) => {
    await intendEffect(tx, {
      key,
      family: key,
      conversation: client.info.conversation,
      turn: 0,
      tool: "kustomer_handoff",
      capability: "handoff",
      system: "kustomer",
      arguments: {},
      authorisedBy: null,
      at: now,
    });
    await moveEffect(tx, key, ["intended"], "done", { at: now, result: { id: "conv-1", mode: "async" } });
  });
});
afterEach(() => world.end());

/** The routes need the world's store, and the world needs the routes. */
const lateStore = new Proxy({} as World["store"], {
  get: (_, name) => Reflect.get(world.store, name) as unknown,
});

/** As the real conversations do it. */
async function agentSays(conversation: string, text: string, isNew: (tx: Tx) => Promise<boolean>) {
  const entries = await world.store.write(async (tx) =>
    (await isNew(tx)) ? appendEntries(tx, conversation, [{ from: "agent", at: now, text }]) : undefined,
  );
  if (entries === undefined) return "known" as const;
  return "added" as const;
}

const said = async () =>
  (await world.door.entries(client.info.conversation)).filter(({ from }) => from === "agent").map(({ text }) => text);

async function post(system: string, body: string, headers: Record<string, string>) {
  const answer = await fetch(`${world.gateway.url}/webhooks/${system}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  return { status: answer.status, text: await answer.text() };
}

const reply = (text = "It is on its way again.", more: object = {}) =>
  JSON.stringify({
    id: "event-1",
    name: "kustomer.message.create",
    createdAt: new Date(now).toISOString(),
    data: {
      type: "message",
      attributes: { direction: "out", preview: text, ...more },
      relationships: { conversation: { data: { id: "conv-1" } } },
    },
  });

const hex = (algorithm: string, body: string, secret = SECRET) =>
  createHmac(algorithm, secret).update(body).digest("hex");
const base64 = (algorithm: string, body: string, secret = SECRET) =>
  createHmac(algorithm, secret).update(body).digest("base64");
const kustomer = (body: string, secret = SECRET) => ({ "x-kustomer-webhook-signature": hex("sha256", body, secret) });
const own = (body: string, { id = "m-1", at = now, secret = SECRET } = {}) => {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
};
const ownReply = (more: object = {}) =>
  JSON.stringify({
    type: "agent.reply",
    data: { handoff_id: `${client.info.conversation}-1`, text: "We are looking into it.", ...more },
  });

describe("an agent's reply at the helpdesk", () => {
  it("comes into the chat of the shopper whose ticket it is", async () => {
    const body = reply();
    expect((await post("kustomer", body, kustomer(body))).status).toBe(200);
    expect(await said()).toEqual(["It is on its way again."]);
  });

  it("comes from the shop's own helpdesk by the id of our hand-over", async () => {
    const body = ownReply();
    expect((await post("own-desk", body, own(body))).status).toBe(200);
    expect(await said()).toEqual(["We are looking into it."]);
  });

  it.each<[string, () => string]>([
    ["of a robot", () => reply("x", { auto: true })],
    ["that could not be sent", () => reply("x", { status: "error" })],
    ["that came in from the shopper", () => reply("x", { direction: "in" })],
    ["without words", () => reply("")],
    ["with nothing to see in it", () => reply(" \u200b ")],
    ["to a ticket that is none of ours", () => reply().replace("conv-1", "conv-2")],
    ["to anything like a ticket of ours", () => reply().replace("conv-1", "%")],
    ["of another event", () => reply().replace("message.create", "message.update")],
    ["that is no JSON", () => "{"],
    ["that is empty", () => ""],
  ])("%s is taken, and nothing is said", async (_, body) => {
    expect((await post("kustomer", body(), kustomer(body()))).status).toBe(200);
    expect(await said()).toEqual([]);
  });

  it("cannot name a conversation by itself", async () => {
    const body = JSON.stringify({ type: "agent.reply", data: { conversation: client.info.conversation, text: "hi" } });
    expect((await post("own-desk", body, own(body))).status).toBe(200);
    expect(await said()).toEqual([]);
  });

  it("is words and nothing else: no control characters, no more than a message", async () => {
    const body = ownReply({ text: `\u202Eevil\u0000<b>${"x".repeat(10_000)}` });
    await post("own-desk", body, own(body));
    const [text = ""] = await said();
    expect(text.startsWith("evil<b>x")).toBe(true);
    expect(text.length).toBe(4_000);
  });
});

describe("a call that is not what it says", () => {
  const nothingHappened = async (status: number, system: string, body: string, headers: Record<string, string>) => {
    const answer = await post(system, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/signature|secret|hmac/i);
    expect(await said()).toEqual([]);
  };

  it("is refused without a signature, with a wrong one, and with one of another secret", async () => {
    const body = reply();
    await nothingHappened(401, "kustomer", body, {});
    await nothingHappened(401, "kustomer", body, { "x-kustomer-webhook-signature": "" });
    await nothingHappened(401, "kustomer", body, { "x-kustomer-webhook-signature": "0".repeat(64) });
    await nothingHappened(401, "kustomer", body, kustomer(body, "some-other-secret-of-somebody-else"));
  });

  it("is refused when its body was written anew, even with the same meaning", async () => {
    const body = reply();
    await nothingHappened(401, "kustomer", JSON.stringify(JSON.parse(body), null, 1), kustomer(body));
    await nothingHappened(401, "kustomer", `${body} `, kustomer(body));
  });

  it("is refused under the name of another system", async () => {
    const body = reply();
    await nothingHappened(401, "easypost", body, kustomer(body));
    await nothingHappened(404, "nobody", body, kustomer(body));
    await nothingHappened(404, "__proto__", body, kustomer(body));
    await nothingHappened(404, "constructor", body, kustomer(body));
  });

  it("is refused 301 seconds after it was signed, or as long before", async () => {
    const body = ownReply();
    await nothingHappened(401, "own-desk", body, own(body, { at: now - 301_000 }));
    await nothingHappened(401, "own-desk", body, own(body, { at: now + 302_000 }));
    expect((await post("own-desk", body, own(body, { at: now - 299_000 }))).status).toBe(200);
    expect(world.logged).toContainEqual(expect.objectContaining({ code: "too_old" }));
  });

  it("is refused with another time or id than the signed one", async () => {
    const body = ownReply();
    await nothingHappened(401, "own-desk", body, { ...own(body), "webhook-id": "m-2" });
    await nothingHappened(401, "own-desk", body, {
      ...own(body, { at: now - 3_600_000 }),
      "webhook-timestamp": String(Math.floor(now / 1000)),
    });
  });

  it("is not believed when its own words are two days old", async () => {
    const body = reply();
    now += 49 * 3_600_000;
    await nothingHappened(200, "kustomer", body, kustomer(body));
  });

  it("is refused when it is too large, and leaves the server well", async () => {
    const body = reply("x".repeat(300_000));
    expect((await post("kustomer", body, kustomer(body))).status).toBe(413);
    expect((await fetch(`${world.gateway.url}/healthz`)).status).toBe(200);
  });

  it("tells the shop's log why, and nobody what was in it", async () => {
    const body = reply("the words of an agent");
    await post("kustomer", body, {});
    await post("kustomer", body, kustomer(body));
    expect(world.logged.map(({ code }) => code)).toEqual(["unsigned", "added"]);
    expect(JSON.stringify(world.logged)).not.toContain("words of an agent");
  });
});

describe("the same call again", () => {
  it("changes nothing, one after the other or ten at once", async () => {
    const body = reply();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post("kustomer", body, kustomer(body))));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await post("kustomer", body, kustomer(body));
    expect(await said()).toEqual(["It is on its way again."]);
  });

  it("is known for two days and more", async () => {
    const known = (at: number) => world.store.write((tx) => takeWebhook(tx, "kustomer", "event-9", at));
    expect(await known(now)).toBe(true);
    expect(await known(now + 48 * 3_600_000)).toBe(false);
    expect(await world.store.write((tx) => takeWebhook(tx, "easypost", "event-9", now)), "of another system").toBe(
      true,
    );
  });
});

describe("each vendor's way of signing", () => {
  const body = '{"id":"evt_1","description":"tracker.updated","weight":1.0}';
  const ways: readonly (readonly [string, () => Record<string, string>])[] = [
    ["shopify", () => ({ "x-shopify-hmac-sha256": base64("sha256", body), "x-shopify-webhook-id": "w-1" })],
    ["easypost", () => ({ "x-hmac-signature": `hmac-sha256-hex=${hex("sha256", body)}` })],
    ["kustomer", () => kustomer(body)],
    ["shipmonk", () => ({ "x-sm-signature": hex("sha512", body) })],
    ["shipmonk", () => ({ "x-sm-signature": base64("sha512", body) })],
    ["gladly", () => ({ "x-gladly-token": SECRET })],
    ["freshdesk", () => ({ "x-webhook-secret": SECRET })],
    ["own-desk", () => own(body)],
  ];

  it.each(ways)("%s is understood, and one letter less is not", async (system, headers) => {
    const signed = headers();
    expect((await post(system, body, signed)).status).toBe(200);
    const cut = Object.fromEntries(
      Object.entries(signed).map(([name, value]) => [
        name,
        /sign|hmac|token|secret/.test(name) ? value.slice(0, -1) : value,
      ]),
    );
    expect((await post(system, body, cut)).status).toBe(401);
  });

  it("takes the secret that is being replaced as well as the new one, and no third", async () => {
    for (const secret of [SECRET, OLD]) expect((await post("kustomer", body, kustomer(body, secret))).status).toBe(200);
    expect((await post("kustomer", body, kustomer(body, "a-third-secret"))).status).toBe(401);
    const both = { ...own(body), "webhook-signature": `v1,AAAA ${own(body)["webhook-signature"]}` };
    expect((await post("own-desk", body, both)).status, "several signatures at once").toBe(200);
  });

  it("answers well within a second", async () => {
    const begun = performance.now();
    for (let n = 0; n < 50; n += 1) {
      const each = reply(`number ${n}`).replace("event-1", `event-${n}`);
      await post("kustomer", each, kustomer(each));
    }
    expect((performance.now() - begun) / 50).toBeLessThan(1_000);
    expect((await said()).length).toBe(50);
  });
});
