import { afterEach, describe, expect, test } from "vitest";
import { createGladly, type HandoffPayload } from "../../server/connectors/index.js";
import { type Rig, runConnectorContract, startRig } from "./contract.js";

const ann = "ann.reed@example.com";
const payload: HandoffPayload = {
  handoff_id: "h-0001",
  queue: "shipping",
  reason: "delayed",
  priority: "high",
  summary: "Order 5501 is four days late; the shopper wants to know where it is.",
  policy: "wismo",
  locale: "en",
  customer: { level: "verified", email: ann, claimed: false, name: "Ann Reed" },
  order_number: "5501",
  facts: [{ label: "Estimated delivery", value: "4 days ago" }],
  reasons: ["estimated_delivery is before now: yes"],
  receipts: ["Code sent to a…@example.com"],
  transcript: [
    { from: "shopper", at: "2026-03-10T12:00:00.000Z", text: "hey where's my stuff" },
    { from: "bot", at: "2026-03-10T12:00:01.000Z", text: "Which order?\nOne of these?" },
    { from: "shopper", at: "2026-03-10T12:00:09.000Z", text: "5501" },
  ],
};
const world = { customers: [{ email: ann, name: "Ann Reed" }] };
// The suite sends more than ten requests a second.
const simulators = { gladly: { perSecond: 10_000 } };

runConnectorContract({
  system: "gladly",
  world,
  simulators,
  reads: [],
  effects: [{ tool: "gladly_handoff", args: payload, ledger: "tickets", repeatable: true }],
});

describe("a hand-over to Gladly", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const handOff = (change: Partial<HandoffPayload> = {}) =>
    rig.tool("gladly_handoff").run({ ...payload, ...change } as never, { key: "k1" });
  const tickets = () => rig.world.ledger.gladly?.tickets ?? [];

  test("gives the agent the summary first, then order, reason and the words, and says how answers come", async () => {
    rig = await startRig("gladly", world, simulators);
    const outcome = await handOff();
    expect(outcome).toMatchObject({ result: "ok", value: { mode: "async" } });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({
      inbox: "inbox-support",
      queue: "shipping",
      reason: "delayed",
      order: "5501",
      priority: "high",
      email: ann,
      handoff: "h-0001",
      summary: payload.summary,
    });
    const { body, transcript } = tickets()[0] as { body: string; transcript: string };
    expect(body).toContain("Estimated delivery: 4 days ago");
    expect(body).toContain("- estimated_delivery is before now: yes");
    expect(body).toContain("- Code sent to a…@example.com");
    for (const line of ["shopper: hey where's my stuff", "bot: Which order?\nOne of these?", "shopper: 5501"]) {
      expect(body).toContain(line);
      expect(transcript).toContain(line);
    }
  });

  test.each([
    ["urgent", 15],
    ["high", 60],
    ["normal", 240],
    ["low", 1_440],
  ] as const)("priority %s is due in %i minutes", async (priority, minutes) => {
    rig = await startRig("gladly", world, simulators);
    const before = Date.now();
    await handOff({ priority });
    const due = Date.parse(String(tickets()[0]?.dueAt)) - before;
    expect(due / 60_000).toBeGreaterThanOrEqual(minutes);
    expect(due / 60_000).toBeLessThan(minutes + 1);
  });

  test("an address that Gladly does not know becomes a customer there", async () => {
    rig = await startRig("gladly", world, simulators);
    await handOff({ customer: { ...payload.customer, email: "new@example.com", claimed: true } });
    expect(tickets()[0]).toMatchObject({ email: "new@example.com" });
    expect(String(tickets()[0]?.body)).toContain("new@example.com (typed in the chat, not proven)");
  });

  test("without any address the work is filed under the shop's own", async () => {
    rig = await startRig("gladly", world, simulators);
    const outcome = await handOff({
      customer: { level: "anonymous", email: null, claimed: false, name: null },
      order_number: null,
    });
    expect(outcome.result).toBe("ok");
    expect(tickets()[0]).toMatchObject({ email: "chat@shop.example.com", order: null });
  });

  test("without any address and without one of the shop's own it is refused", async () => {
    rig = await startRig("gladly", world, simulators);
    const config = rig.simulators.configs.gladly;
    if (config === undefined) throw new Error("no config");
    const gladly = createGladly({ ...config, fallbackEmail: undefined });
    const anonymous = { ...payload, customer: { level: "anonymous", email: null, claimed: false, name: null } };
    expect(await gladly.tools[0]?.run(anonymous as never, {})).toMatchObject({ result: "refused" });
    expect(tickets()).toHaveLength(0);
    await gladly.close();
  });

  test("a queue can have an inbox of its own", async () => {
    rig = await startRig("gladly", world, simulators);
    const config = rig.simulators.configs.gladly;
    if (config === undefined) throw new Error("no config");
    const gladly = createGladly({ ...config, inboxes: { shipping: "inbox-shipping" } });
    await gladly.tools[0]?.run(payload as never, {});
    expect(tickets()[0]).toMatchObject({ inbox: "inbox-shipping" });
    await gladly.close();
  });

  test("markup typed by a shopper reaches the agent as text", async () => {
    rig = await startRig("gladly", world, simulators);
    const nasty = `<script>alert("1")</script> & <b>bold</b> 'x'`;
    await handOff({ summary: nasty, transcript: [{ from: "shopper", at: "2026-03-10T12:00:00Z", text: nasty }] });
    expect(tickets()[0]).toMatchObject({ summary: nasty });
    expect(String(tickets()[0]?.transcript)).toContain(nasty);
  });

  test("a conversation too long for the task is cut from its middle, and whole on the timeline", async () => {
    rig = await startRig("gladly", world, simulators);
    const transcript = Array.from({ length: 200 }, (_, at) => ({
      from: at % 2 === 0 ? "shopper" : "bot",
      at: "2026-03-10T12:00:00Z",
      text: `line ${at} <${"x".repeat(50)}>`,
    }));
    expect((await handOff({ transcript })).result).toBe("ok");
    const { body, transcript: whole } = tickets()[0] as { body: string; transcript: string };
    expect(body).toContain("line 0 ");
    expect(body).toContain("line 199 ");
    expect(body).not.toContain("line 80 ");
    expect(body).toMatch(/… \d+ lines left out here …/);
    expect(whole.split("\n")).toHaveLength(200);
  });

  test("a line longer than all the room is cut, and the hand-over still happens", async () => {
    rig = await startRig("gladly", world, simulators);
    const text = "🙂&".repeat(40_000);
    const facts = Array.from({ length: 300 }, (_, at) => ({ label: `Fact ${at}`, value: "v".repeat(500) }));
    const outcome = await handOff({ facts, transcript: [{ from: "shopper", at: "2026-03-10T12:00:00Z", text }] });
    expect(outcome.result).toBe("ok");
    expect(tickets()[0]).toMatchObject({ summary: payload.summary, order: "5501" });
  });

  test("a transcript that cannot be put on the timeline does not undo the hand-over", async () => {
    rig = await startRig("gladly", world, simulators);
    rig.world.faults.set("gladly_handoff", { kind: "error_500" });
    expect((await handOff()).result).toBe("unknown_outcome");
    rig.world.faults.clear();
    expect((await handOff()).result).toBe("ok");
    expect(tickets()).toHaveLength(1);
  });

  test("Gladly's own limit of ten a second reads as unavailable, and nothing is filed twice when tried again", async () => {
    rig = await startRig("gladly", world, { gladly: { perSecond: 1 } });
    const outcomes = await Promise.all(
      [1, 2, 3].map((at) => handOff({ handoff_id: `h${at}`, customer: { ...payload.customer, email: ann } })),
    );
    const filed = outcomes.filter(({ result }) => result === "ok").length;
    expect(tickets()).toHaveLength(filed);
    expect(outcomes.filter(({ result }) => result === "unavailable")).toHaveLength(3 - filed);
  });
});
