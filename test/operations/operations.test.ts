/** Whoever watches over the server: is it alive, is it ready, what do its figures say. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Shop, startShop } from "./shop.js";

const TOKEN = "a-token-for-the-metrics-of-this-test";
const ANN = "ann.reed@example.com";
const bearer = { authorization: `Bearer ${TOKEN}` };

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({
    world: {
      customers: [{ email: ANN, name: "Ann Reed" }],
      orders: [
        { id: "5501", email: ANN, status: "In transit", ordered: "-6d", ship: "-5d", eta: "+2d", tracking: "T5501" },
      ],
    },
    operations: { metrics: { host: "127.0.0.1", port: 0 }, metricsToken: TOKEN, maxBytes: 4_000_000 },
  });
});
afterAll(() => shop?.close());

const chat = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${shop.server.gateway.url}${path}`, { headers });
const own = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${shop.server.operations?.url}${path}`, { headers });

/** `name{labels}` → value, as Prometheus reads it. */
async function figures(): Promise<Map<string, number>> {
  const answer = await own("/metrics", bearer);
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

describe("health", () => {
  it("is told to everybody, without a word on how", async () => {
    expect(await (await chat("/healthz")).json()).toEqual({ status: "ok" });
    const ready = await chat("/readyz");
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ready" }]);
    expect(ready.headers.get("cache-control")).toBe("no-store");
  });

  it("names each part to whoever has the token", async () => {
    const parts = ["store", "classifier", "policies", "running"].map((part) => ({ part, ready: true }));
    for (const ask of [chat, own]) {
      const answer = await ask("/readyz/parts", bearer);
      expect([answer.status, await answer.json()]).toEqual([200, { status: "ready", parts }]);
    }
  });
});

describe("figures", () => {
  it.each(["/metrics", "/readyz/parts"])("%s stays shut without the token, on either port", async (path) => {
    for (const ask of [chat, own]) {
      for (const headers of [{}, { authorization: "Bearer" }, { authorization: `Bearer ${TOKEN}x` }]) {
        const answer = await ask(path, headers);
        expect(answer.status).toBe(401);
        expect(await answer.text()).not.toContain("aftersale_");
      }
    }
  });

  it("has nothing else on its own port", async () => {
    expect((await own("/healthz")).status).toBe(200);
    for (const path of ["/", "/chat", "/metrics/", "/../etc/passwd"])
      expect((await own(path, bearer)).status).toBe(404);
    const posted = await fetch(`${shop.server.operations?.url}/metrics`, { method: "POST", headers: bearer });
    expect(posted.status).toBe(405);
  });

  it("follows a conversation: sockets, turns by part, what was understood, commits", async () => {
    const before = await figures();
    const visitor = await shop.visit();
    await visitor.say("where is my order?");
    await visitor.say(ANN);
    const after = await figures();
    const grown = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown("aftersale_sockets")).toBe(1);
    for (const part of ["understand", "decide", "tools", "commit", "whole"]) {
      expect(grown(`aftersale_turn_seconds_count{part="${part}"}`), part).toBe(2);
      expect(grown(`aftersale_turn_seconds_sum{part="${part}"}`), part).toBeGreaterThanOrEqual(0);
    }
    expect(grown('aftersale_understood_total{outcome="accept"}')).toBeGreaterThanOrEqual(1);
    expect(grown("aftersale_commits_total")).toBeGreaterThanOrEqual(4);
    expect(grown("aftersale_commit_works_total")).toBeGreaterThanOrEqual(grown("aftersale_commits_total"));
    expect(grown('aftersale_connector_answer_seconds_count{system="shipmonk"}')).toBeGreaterThanOrEqual(1);
    visitor.leave();
    await expect.poll(async () => (await figures()).get("aftersale_sockets")).toBe(0);
  });

  it("has a value for all that an alarm may look at before anything has happened", async () => {
    const all = await figures();
    for (const status of ["intended", "sending", "needs_person"])
      expect(all.get(`aftersale_journal_effects{status="${status}"}`), status).toBe(0);
    for (const system of ["shipmonk", "gladly"])
      for (const state of ["closed", "half_open", "open"])
        expect(all.get(`aftersale_breaker_state{system="${system}",state="${state}"}`), `${system} ${state}`).toBe(
          state === "closed" ? 1 : 0,
        );
    for (const part of ["store", "classifier", "policies", "running"])
      expect(all.get(`aftersale_ready{part="${part}"}`), part).toBe(1);
    expect(all.get("aftersale_disk_free_bytes")).toBeGreaterThan(0);
    expect(all.get("aftersale_mails_waiting")).toBe(0);
    expect(all.get("aftersale_mail_oldest_seconds")).toBe(0);
    expect(all.get("aftersale_utterances_waiting")).toBe(0);
    expect(all.get("aftersale_conversations_at_work")).toBe(0);
    expect(all.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
    expect(all.get("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  });

  it("names nobody: no label is an id, an address or a number of an order", async () => {
    const names = [...(await figures()).keys()].join("\n");
    expect(names).not.toMatch(/@|5501|[A-Za-z0-9_-]{22}"/);
  });

  it("shows an open breaker, and the handoff and its effect that came of it", async () => {
    for (const tool of ["lookup_customer", "list_orders", "get_order"])
      shop.world.faults.set(tool, { kind: "unavailable" });
    try {
      await expect
        .poll(
          async () => {
            const visitor = await shop.visit();
            await visitor.say("where is my order?");
            await visitor.say(ANN);
            visitor.leave();
            return (await figures()).get('aftersale_breaker_state{system="shipmonk",state="open"}');
          },
          { timeout: 30_000 },
        )
        .toBe(1);
      const all = await figures();
      expect(all.get('aftersale_breaker_state{system="shipmonk",state="closed"}')).toBe(0);
      expect(all.get('aftersale_breaker_state{system="gladly",state="closed"}')).toBe(1);
      const failed = [...all].filter(([name]) => /^aftersale_connector_failures_total\{system="shipmonk"/.test(name));
      expect(failed.length).toBeGreaterThan(0);
    } finally {
      shop.world.faults.clear();
    }
  });
});
