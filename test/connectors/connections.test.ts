import { expect, test } from "vitest";
import { z } from "zod";
import { CONNECTIONS, CONNECTOR_SYSTEMS, checkConnections } from "../../server/connectors/index.js";

const good = {
  shipmonk: { baseUrl: "https://api.shipmonk.com", apiKey: "env:SHIPMONK_KEY" },
  gladly: {
    baseUrl: "https://orchard.gladly.com",
    agentEmail: "bot@shop.example",
    apiKey: "env:GLADLY_TOKEN",
    inboxId: "i1",
    inboxes: { shipping: "i2" },
  },
  stayai: {
    baseUrl: "https://api.retextion.com/api/v2",
    apiKey: "env:STAY_KEY",
    shopify: { baseUrl: "https://orchard.myshopify.com", apiKey: "env:SHOPIFY_TOKEN" },
  },
  desk: { file: "tickets.jsonl" },
};

test("every system has a way to be written down, which an editor can help with", () => {
  expect(Object.keys(CONNECTIONS).sort()).toEqual([...CONNECTOR_SYSTEMS].sort());
  for (const schema of Object.values(CONNECTIONS)) expect(z.toJSONSchema(schema)).toHaveProperty("properties");
});

test("connections that are right have no problems", () => {
  expect(checkConnections("shop.json", good)).toEqual([]);
});

test.each([
  ["a system that nobody knows", { shipmonkey: {} }, "connectors.shipmonkey"],
  ["a missing key", { shipmonk: { baseUrl: "https://api.shipmonk.com" } }, "connectors.shipmonk.apiKey"],
  ["a secret written out", { shipmonk: { ...good.shipmonk, apiKey: "sk-live-12345" } }, "connectors.shipmonk.apiKey"],
  ["a misspelt key", { gladly: { ...good.gladly, inbox: "i3" } }, "connectors.gladly.inbox"],
  ["http", { shipmonk: { ...good.shipmonk, baseUrl: "http://api.shipmonk.com" } }, "connectors.shipmonk.baseUrl"],
  ["a private address", { shipmonk: { ...good.shipmonk, baseUrl: "https://10.0.0.7" } }, "connectors.shipmonk.baseUrl"],
  [
    "the shop behind the subscriptions",
    { stayai: { ...good.stayai, shopify: { ...good.stayai.shopify, baseUrl: "https://127.0.0.1" } } },
    "connectors.stayai.shopify.baseUrl",
  ],
  [
    "a time that is none",
    { shipmonk: { ...good.shipmonk, http: { readMs: "4s" } } },
    "connectors.shipmonk.http.readMs",
  ],
])("%s is named with its place and what to do", (_, connections, path) => {
  const problems = checkConnections("shop.json", connections);
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  const [problem] = problems;
  expect(problem).toMatchObject({ file: "shop.json", severity: "error" });
  expect(problem?.message).not.toBe("");
  expect(problem?.fix).toMatch(/\.$/);
});

test("a secret that was written out by mistake is not repeated in the problem", () => {
  const written = { shipmonk: { ...good.shipmonk, apiKey: "sk-live-12345" } };
  expect(JSON.stringify(checkConnections("shop.json", written))).not.toContain("12345");
});
