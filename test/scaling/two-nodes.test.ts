import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { effectsOf, entriesAfter, traceOf } from "../../server/store/index.js";
import { type Nodes, startNodes } from "./nodes.js";

/** The aim for a kill is 5 s, and what it took is printed; a shared machine may stall for longer than that. */
const PATIENCE_MS = 15_000;

let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes({ systems: ["shipmonk", "gladly", "smartrr"] });
});
afterAll(() => nodes?.stop());

const transcript = (conversation: string) =>
  nodes.look(async (store) => (await store.read((tx) => entriesAfter(tx, conversation, 0, 1_000))).entries);

describe("two nodes behind a balancer", () => {
  it("a conversation begun on one goes on at the other, with all that was said", async () => {
    nodes.balancer.route(nodes.a.url);
    const shopper = await nodes.join({ signedIn: true });
    await shopper.say("where is order 5501?");
    await shopper.hears("order 5501 is in transit");
    const before = shopper.last();

    nodes.balancer.route(nodes.b.url);
    nodes.balancer.cut();
    await shopper.say("where is order 5501 now?");
    await shopper.hears("order 5501 is in transit", before);
    const stored = await transcript(shopper.info.conversation);
    expect([...shopper.entries.values()].map(({ seq }) => seq)).toEqual(stored.map((_, at) => at + 1));
    expect([...shopper.entries.values()].map(({ text }) => text)).toEqual(stored.map(({ text }) => text));
  });

  it("who has the chat open on one sees at once what is said and answered on the other", async () => {
    const tab = await nodes.join({ signedIn: true, url: nodes.a.url });
    const other = await nodes.join({ signedIn: true, again: tab.info, url: nodes.b.url });
    await tab.say("where is order 5501?");
    const begun = Date.now();
    await other.hears("order 5501 is in transit");
    expect(Date.now() - begun).toBeLessThan(PATIENCE_MS);
    await other.say("thanks a lot!");
    await expect.poll(() => tab.last(), { timeout: PATIENCE_MS, interval: 20 }).toBeGreaterThan(2);
    const stored = await transcript(tab.info.conversation);
    for (const seen of [tab, other]) {
      await expect.poll(() => seen.last(), { timeout: PATIENCE_MS, interval: 20 }).toBe(stored.length);
      expect([...seen.entries.values()].map(({ text }) => text)).toEqual(stored.map(({ text }) => text));
    }
  });

  it("two tabs on two nodes that talk at once are answered turn by turn, each message once", async () => {
    const tab = await nodes.join({ signedIn: true, url: nodes.a.url });
    const other = await nodes.join({ signedIn: true, again: tab.info, url: nodes.b.url });
    const texts = Array.from({ length: 8 }, (_, n) => `where is order 5501? (${n})`);
    for (let n = 0; n < texts.length; n += 2)
      await Promise.all([tab.say(texts[n] as string), other.say(texts[n + 1] as string)]);
    const id = tab.info.conversation;
    const untaken = () =>
      nodes.look((store) =>
        store.read((tx) =>
          tx
            .selectFrom("entry")
            .select("seq")
            .where("conversation", "=", id)
            .where("from_who", "=", "shopper")
            .where("taken_in_turn", "is", null)
            .execute(),
        ),
      );
    await expect.poll(untaken, { timeout: PATIENCE_MS, interval: 100 }).toEqual([]);
    const stored = await transcript(id);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, at) => at + 1));
    const said = stored.filter(({ from }) => from === "shopper").map(({ text }) => text);
    expect(said.toSorted()).toEqual(texts);
    const trace = await nodes.look((store) => store.read((tx) => traceOf(tx, id)));
    const turns = [...new Set(trace.map(({ turn }) => turn))];
    expect(turns).toEqual(turns.map((_, at) => at + 1));
    // One understanding a turn: no turn was taken by both.
    expect(trace.filter(({ kind }) => kind === "understood")).toHaveLength(turns.length);
  });

  it("a node that stood still in a vendor's call, and was taken for dead, does nothing once it is back", async () => {
    const { world, simulators, balancer, a, b } = nodes;
    const calls = () => simulators.log("smartrr").filter((each) => each.capability === "skip_shipment");
    const unanswered = () => calls().filter(({ status }) => status === undefined).length;
    const [skipsBefore, unansweredBefore] = [world.ledgerOf("smartrr").skips.length, unanswered()];
    balancer.route(a.url);
    const shopper = await nodes.join({ signedIn: true });
    await shopper.say("skip my next delivery");
    const question = await shopper.hears("Shall I do that?");
    world.faults.set("skip_shipment", { kind: "timeout", left: 1 });
    await shopper.say("yes");
    await expect.poll(unanswered, { timeout: PATIENCE_MS, interval: 10 }).toBe(unansweredBefore + 1);

    process.kill(a.pid, "SIGSTOP");
    try {
      balancer.route(b.url);
      balancer.cut();
      await shopper.hears("is skipped", question.seq);
    } finally {
      process.kill(a.pid, "SIGCONT");
    }
    // Its own call ends without an answer; what it then wants to write, or to send again, is refused.
    await expect
      .poll(() => a.said.some((line) => line.includes("STORE_CLAIM_LOST") || line.includes("ClaimLost")), {
        timeout: 30_000,
        interval: 50,
      })
      .toBe(true);
    expect(world.ledgerOf("smartrr").skips).toHaveLength(skipsBefore + 1);
    const entries = await transcript(shopper.info.conversation);
    expect(entries.filter(({ text }) => text.includes("is skipped"))).toHaveLength(1);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
  });

  it.each([
    ["after it had the effect", "applied_then_timeout"],
    ["before it had any", "timeout"],
  ] as const)("a node killed while the vendor was at it, %s: the other settles it, done once", async (_, kind) => {
    const { world, simulators, balancer, a, b } = nodes;
    const skips = () => world.ledgerOf("smartrr").skips.length;
    // Requests that were sent and got no answer.
    const hanging = () =>
      simulators.log("smartrr").filter((each) => each.capability === "skip_shipment" && each.status === undefined)
        .length;
    const [skipsBefore, hangingBefore] = [skips(), hanging()];
    balancer.route(a.url);
    const shopper = await nodes.join({ signedIn: true });
    await shopper.say("skip my next delivery");
    const question = await shopper.hears("Shall I do that?");
    world.faults.set("skip_shipment", { kind, left: 1 });
    const stored = await shopper.say("yes");
    expect(stored).toHaveProperty("stored");
    await expect.poll(hanging, { timeout: PATIENCE_MS, interval: 10 }).toBe(hangingBefore + 1);
    const inMidTurn = await nodes.look((store) => store.read((tx) => effectsOf(tx, shopper.info.conversation)));
    expect(inMidTurn).toMatchObject([{ status: "sending" }]);

    balancer.route(b.url);
    const killed = Date.now();
    await a.kill();
    const answer = await shopper.hears("is skipped", question.seq);
    const tookMs = Date.now() - killed;
    process.stderr.write(`failover, killed ${kind === "timeout" ? "before" : "after"} the effect: ${tookMs} ms\n`);
    expect(tookMs).toBeLessThan(PATIENCE_MS);
    expect(skips()).toBe(skipsBefore + 1);
    const effects = await nodes.look((store) => store.read((tx) => effectsOf(tx, shopper.info.conversation)));
    expect(effects).toMatchObject([{ status: "done" }]);
    const entries = await transcript(shopper.info.conversation);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_entry, at) => at + 1));
    expect(entries.filter(({ text }) => text === answer.text)).toHaveLength(1);
    expect([...shopper.entries.values()].map(({ text }) => text)).toEqual(entries.map(({ text }) => text));
    await a.start();
  });
});
