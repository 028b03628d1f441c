/** Shoppers go on talking while one node after the other is killed and started again: nothing lost, nothing twice, no gap. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { entriesAfter } from "../../server/store/index.js";
import { type Nodes, startNodes } from "./nodes.js";

const KILLS = Number(process.env.NODE_KILLS ?? 3);
const SHOPPERS = 4;

let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes({ systems: ["shipmonk", "gladly", "smartrr"] });
});
afterAll(() => nodes?.stop());

it(`${KILLS} kills of nodes in turn are not noticed by ${SHOPPERS} shoppers who go on talking`, {
  timeout: 60_000 + KILLS * 30_000,
}, async () => {
  const { a, b, balancer } = nodes;
  balancer.route(a.url);
  const shoppers = await Promise.all(Array.from({ length: SHOPPERS }, () => nodes.join({ signedIn: true })));
  let isOver = false;
  const said = await Promise.all([
    ...shoppers.map(async (shopper, who) => {
      const texts: string[] = [];
      for (let n = 0; !isOver; n += 1) {
        const text = `where is order 5501? (${who}, ${n})`;
        const before = shopper.last();
        await shopper.say(text);
        texts.push(text);
        await shopper.hears("order 5501 is in transit", before);
      }
      return texts;
    }),
    (async () => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const [dying, other] = kill % 2 === 0 ? [a, b] : [b, a];
        // Somewhere in what the shoppers are at: not by the clock, which on a busy machine says little.
        const heard = shoppers[0]?.last() ?? 0;
        await expect.poll(() => shoppers[0]?.last(), { timeout: 30_000, interval: 7 }).toBeGreaterThan(heard);
        balancer.route(other.url);
        await dying.kill();
        await dying.start();
      }
      isOver = true;
      return [];
    })(),
  ]);
  for (const [who, shopper] of shoppers.entries()) {
    const id = shopper.info.conversation;
    const stored = await nodes.look(
      async (store) => (await store.read((tx) => entriesAfter(tx, id, 0, 10_000))).entries,
    );
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, at) => at + 1));
    expect(stored.filter(({ from }) => from === "shopper").map(({ text }) => text)).toEqual(said[who]);
    expect(stored.filter(({ text }) => text.includes("order 5501 is in transit"))).toHaveLength(said[who]?.length ?? 0);
    await expect.poll(() => shopper.entries.size, { timeout: 20_000, interval: 50 }).toBe(stored.length);
    const seen = [...shopper.entries.values()].toSorted((one, other) => one.seq - other.seq);
    expect(seen.map(({ text }) => text)).toEqual(stored.map(({ text }) => text));
  }
  const messages = said.flat().length;
  process.stderr.write(`${KILLS} kills of nodes, ${messages} messages, each stored and answered once\n`);
});
