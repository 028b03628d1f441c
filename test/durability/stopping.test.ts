/** SIGTERM: nobody new comes in, whoever waits for an answer gets it, and the process ends in time, whatever hangs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import { signStorefrontToken } from "../../server/identity/index.js";
import { entriesAfter, openStore } from "../../server/store/index.js";
import { visit } from "../operations/shop.js";
import { type ServerProcess, serverProcess } from "../restart/server-process.js";

const ANN = "ann.reed@example.com";
const KEY = { kid: "shop", secret: "a-secret-of-the-storefront-for-this-test-only" };
let world: World;
let simulators: Simulators;
let server: ServerProcess;
let identity: string;

beforeAll(async () => {
  const order = {
    id: "5501",
    email: ANN,
    status: "In transit",
    ordered: "-6d",
    ship: "-5d",
    eta: "+2d",
    tracking: "T",
  };
  world = parseWorld({ customers: [{ email: ANN, name: "Ann Reed" }], orders: [order] }, Date.now()).world as World;
  simulators = await startSimulators(world, { systems: ["shipmonk", "gladly"] });
  identity = await signStorefrontToken(KEY, { botId: "stop", email: ANN, name: "Ann Reed", nowMs: Date.now() });
});
beforeEach(() => {
  world.faults.clear();
});
afterAll(() => simulators?.close());

async function started(env: NodeJS.ProcessEnv = {}): Promise<void> {
  server = await serverProcess({
    connectors: simulators.configs,
    origins: [],
    smtpUrl: "smtp://127.0.0.1:1",
    joinPauseMs: 0,
    shop: { storefront: { botId: "stop", keys: [{ kid: KEY.kid, secret: "env:STOREFRONT_KEY" }] } },
    env: { STOREFRONT_KEY: KEY.secret, ...env },
  });
  await server.start();
}

const said = (words: string): boolean => server.said.some((line) => line.includes(words));
const isGone = (exit: Promise<unknown>) =>
  Promise.race([exit.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 15_000))]);

describe("a server that is told to stop", () => {
  it("takes nobody in, answers who waits, keeps what comes meanwhile for the next start, and exits 0", async () => {
    await started();
    try {
      const visitor = await visit(server.url, identity);
      await visitor.say("hello");
      await expect.poll(() => visitor.typing, { timeout: 10_000, interval: 10 }).toBe(false);
      for (const tool of ["list_orders", "get_order", "lookup_customer"]) world.faults.set(tool, { kind: "slow" });
      const answer = visitor.say("where is order 5501?");
      await expect.poll(() => visitor.typing, { timeout: 10_000, interval: 10 }).toBe(true);
      const stopped = server.stop();
      await expect.poll(() => said("stopping"), { timeout: 5_000, interval: 10 }).toBe(true);
      const late = visitor.send("one more thing");
      const [newcomer, page] = await Promise.allSettled([visit(server.url), fetch(`${server.url}/readyz`)]);
      expect([newcomer.status, page.status]).toEqual(["rejected", "rejected"]);
      expect(await late).toHaveProperty("stored");
      expect(await answer).toContain("5501");
      expect(await stopped).toBe(0);
      expect(said('"stopped"')).toBe(true);

      const store = await openStore({ url: `${server.dataDir}/aftersale.db` });
      const { entries } = await store.read((tx) => entriesAfter(tx, visitor.conversation, 0));
      await store.close();
      const texts = entries.filter(({ from }) => from === "shopper").map(({ text }) => text);
      expect(texts).toEqual(["hello", "where is order 5501?", "one more thing"]);
    } finally {
      await server.remove();
    }
  });

  it("ends at once at a second signal, with what hangs left for the next start", async () => {
    await started();
    try {
      const visitor = await visit(server.url, identity);
      for (const tool of ["list_orders", "get_order", "lookup_customer"]) world.faults.set(tool, { kind: "timeout" });
      await visitor.send("where is order 5501?");
      await expect.poll(() => visitor.typing, { timeout: 10_000, interval: 10 }).toBe(true);
      const exit = server.stop();
      await expect.poll(() => said("stopping"), { timeout: 5_000, interval: 10 }).toBe(true);
      const again = server.stop();
      expect(await isGone(again)).toBe(true);
      expect(await exit).toBe(1);
      expect(said("cut short by a signal")).toBe(true);
      world.faults.clear();
      await server.start();
      const back = await visit(server.url, identity, { conversation: visitor.conversation, secret: visitor.secret });
      await expect.poll(() => back.entries.at(-1)?.text, { timeout: 20_000 }).toContain("5501");
      expect(back.entries.filter(({ from }) => from === "shopper")).toHaveLength(1);
      back.leave();
    } finally {
      await server.remove();
    }
  });

  it("ends in its time, when something hangs", async () => {
    await started({ AFTERSALE_STOP_SECONDS: "1" });
    try {
      const visitor = await visit(server.url, identity);
      for (const tool of ["list_orders", "get_order", "lookup_customer"]) world.faults.set(tool, { kind: "timeout" });
      await visitor.send("where is order 5501?");
      await expect.poll(() => visitor.typing, { timeout: 10_000, interval: 10 }).toBe(true);
      const exit = server.stop();
      expect(await isGone(exit)).toBe(true);
      expect(await exit).toBe(1);
      expect(said("out of time")).toBe(true);
      visitor.leave();
    } finally {
      await server.remove();
    }
  });
});
