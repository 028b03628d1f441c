import { afterEach, describe, expect, test } from "vitest";
import type { HandoffPayload } from "../../server/connectors/index.js";
import { type Rig, runConnectorContract, startRig } from "./contract.js";
import { ann, payload } from "./handoff-payload.js";

const address = "12 Orchard Way, Springfield, IL 62704, US";
const world = { customers: [{ email: ann, name: "Ann Reed", phone: "+15550100", address }] };
// The suite sends more in a minute than the plan allows.
const simulators = { kustomer: { perMinute: 100_000 } };
const annsId = expect.stringMatching(/^[\da-f]{24}$/);

runConnectorContract({
  system: "kustomer",
  world,
  simulators,
  reads: [
    {
      tool: "get_kustomer_account_details",
      args: { email: "Ann.REED@example.com" },
      value: { email: ann, id: annsId, name: "Ann Reed", phone: "+15550100", address },
      missing: { email: "nobody@example.com" },
      bare: { email: ann, id: annsId },
    },
  ],
  effects: [{ tool: "kustomer_handoff", args: payload, ledger: "tickets", repeatable: true }],
});

describe("Kustomer's customers", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const lookUp = (email: string) => rig.tool("get_kustomer_account_details").run({ email }, {});

  test("are found under addresses with signs that mean something in a path", async () => {
    const email = "o'brien+shop/1=2@example.com";
    rig = await startRig("kustomer", { customers: [{ email, address }] }, simulators);
    expect(await lookUp(email)).toMatchObject({ result: "ok", value: { email, address } });
  });

  test("an address on file that Kustomer does not tell is unknown, not empty", async () => {
    rig = await startRig("kustomer", { customers: [{ email: ann }] }, simulators);
    const outcome = await lookUp(ann);
    expect(outcome.result === "ok" && "address" in (outcome.value as object)).toBe(false);
  });
});

describe("a hand-over to Kustomer", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const handOff = (change: Partial<HandoffPayload> = {}) =>
    rig.tool("kustomer_handoff").run({ ...payload, ...change } as never, { key: "k1" });
  const readBack = () => rig.tool("kustomer_handoff").readBack?.(payload as never, { key: "k1" });
  const tickets = () => rig.world.ledger.kustomer?.tickets ?? [];

  test("is a conversation of the customer with the order's number, a note for agents and the shopper's last words", async () => {
    rig = await startRig("kustomer", world, simulators);
    expect(await handOff()).toMatchObject({ result: "ok", value: { id: annsId, mode: "async" } });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({
      queue: "shipping",
      reason: "delayed",
      order: "5501",
      priority: "high",
      level: 4,
      email: ann,
      handoff: "h-0001",
      summary: payload.summary,
      custom: { orderNumberStr: "5501" },
      notes: 1,
      said: "5501",
    });
    const { body, transcript } = tickets()[0] as { body: string; transcript: string };
    expect(body).toContain("Estimated delivery: 4 days ago");
    expect(body).toContain("- estimated_delivery is before now: yes");
    expect(body).toContain("- Code sent to a…@example.com");
    expect(transcript).toContain("shopper: hey where's my stuff");
  });

  test("markup typed by a shopper reaches the agent as text", async () => {
    rig = await startRig("kustomer", world, simulators);
    const nasty = `<script>alert("1")</script> & <b>bold</b>`;
    await handOff({ summary: nasty, transcript: [{ from: "shopper", at: "2026-03-10T12:00:00Z", text: nasty }] });
    expect(tickets()[0]).toMatchObject({ summary: nasty });
    expect(String(tickets()[0]?.transcript)).toContain(nasty);
  });

  test("an address that Kustomer does not know becomes a customer there, once", async () => {
    rig = await startRig("kustomer", world, simulators);
    const customer = { ...payload.customer, email: "new@example.com", claimed: true };
    await handOff({ customer });
    await handOff({ customer, handoff_id: "h-0002" });
    expect(tickets()).toHaveLength(2);
    expect(tickets()[0]).toMatchObject({ email: "new@example.com" });
    expect(tickets()[0]?.customer).toBe(tickets()[1]?.customer);
    expect(String(tickets()[0]?.body)).toContain("new@example.com (typed in the chat, not proven)");
  });

  test("somebody without any address is handed over too", async () => {
    rig = await startRig("kustomer", world, simulators);
    const customer = { level: "anonymous", email: null, claimed: false, name: null } as const;
    expect(await handOff({ customer, order_number: null })).toMatchObject({ result: "ok" });
    expect(tickets()[0]).toMatchObject({ email: null, order: null });
  });

  test("a note that could not be added leaves the outcome open, and the look afterwards adds it", async () => {
    rig = await startRig("kustomer", world, simulators);
    const { world: shop } = rig;
    const record = shop.record.bind(shop);
    shop.record = (...what) => {
      record(...what);
      shop.faults.set("kustomer_handoff", { kind: "auth", left: 1 });
    };
    expect(await handOff()).toEqual({ result: "unknown_outcome", reason: "auth" });
    expect(tickets()[0]?.notes).toBeUndefined();
    expect(await readBack()).toMatchObject({ result: "ok" });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({ notes: 1, order: "5501" });
  });

  test("cut off between the conversation and its note, it is finished by the look afterwards", async () => {
    rig = await startRig("kustomer", world, simulators);
    // The conversation is made, and its answer is lost.
    rig.world.faults.set("kustomer_handoff", { kind: "applied_then_timeout", left: 1 });
    expect(await handOff()).toMatchObject({ result: "unknown_outcome" });
    expect(tickets()[0]?.notes).toBeUndefined();
    rig.world.faults.set("kustomer_handoff", { kind: "error_500", left: 1 });
    expect(await readBack()).toMatchObject({ result: "unknown_outcome" });
    expect(await readBack()).toMatchObject({ result: "ok" });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({ notes: 1, order: "5501" });
    expect(await readBack()).toMatchObject({ result: "ok" });
    expect(tickets()[0]?.notes).toBe(1);
  });

  test.each([false, true])(
    "a refusal is told in Kustomer's words, whatever the shape of its errors (%s)",
    async (shape) => {
      rig = await startRig("kustomer", world, { kustomer: { ...simulators.kustomer, jsonApiErrors: shape } });
      rig.world.faults.set("kustomer_handoff", { kind: "refused" });
      expect(await handOff()).toEqual({ result: "refused", reason: "Refused" });
    },
  );

  test("Kustomer's own limit reads as unavailable", async () => {
    rig = await startRig("kustomer", world, { kustomer: { perMinute: 2 } });
    expect(await handOff()).toMatchObject({ result: "unavailable", reason: "rate_limited" });
    expect(tickets()).toHaveLength(0);
  });
});
