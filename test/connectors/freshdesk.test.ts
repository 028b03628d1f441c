import { afterEach, describe, expect, test } from "vitest";
import { createFreshdesk, type HandoffPayload } from "../../server/connectors/index.js";
import { type Rig, runConnectorContract, startRig } from "./contract.js";
import { ann, payload } from "./handoff-payload.js";

const address = "12 Orchard Way, Springfield, IL 62704, US";
const world = { customers: [{ email: ann, name: "Ann Reed", phone: "+15550100", address }] };
// The suite sends more in a minute than the plan allows.
const simulators = { freshdesk: { perMinute: 100_000 } };
const message = {
  email: ann,
  subject: "Your refund",
  message: "24.00 USD are on their way.\nThank you!",
  order_id: "5501",
};

runConnectorContract({
  system: "freshdesk",
  world,
  simulators,
  reads: [
    {
      tool: "get_freshdesk_account_details",
      args: { email: "Ann.REED@example.com" },
      value: { email: ann, id: "9000000", name: "Ann Reed", phone: "+15550100", address },
      missing: { email: "nobody@example.com" },
      bare: { email: ann, id: "9000000" },
    },
  ],
  effects: [
    { tool: "freshdesk_handoff", args: payload, ledger: "tickets", repeatable: true },
    {
      tool: "freshdesk_send_message",
      args: message,
      ledger: "messages",
      repeatable: true,
      refused: { ...message, email: "not an address" },
    },
  ],
});

describe("a hand-over to Freshdesk", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const handOff = (change: Partial<HandoffPayload> = {}) =>
    rig.tool("freshdesk_handoff").run({ ...payload, ...change } as never, { key: "k1" });
  const readBack = () => rig.tool("freshdesk_handoff").readBack?.(payload as never, { key: "k1" });
  const tickets = () => rig.world.ledger.freshdesk?.tickets ?? [];

  test("is a ticket whose private note tells all, while its requester can read the summary alone", async () => {
    rig = await startRig("freshdesk", world, simulators);
    expect(await handOff()).toMatchObject({ result: "ok", value: { id: "1", mode: "async" } });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({
      queue: "shipping",
      reason: "delayed",
      order: "5501",
      priority: "high",
      level: 3,
      email: ann,
      handoff: "h-0001",
      summary: payload.summary,
      custom: { cf_order_number: "5501" },
      notes: 1,
    });
    expect(String(tickets()[0]?.seenByRequester).trim()).toBe(payload.summary);
    const { body, transcript } = tickets()[0] as { body: string; transcript: string };
    expect(body).toContain("- estimated_delivery is before now: yes");
    expect(transcript).toContain("bot: Which order?\nOne of these?");
  });

  test("markup typed by a shopper reaches the agent as text", async () => {
    rig = await startRig("freshdesk", world, simulators);
    const nasty = `<script>alert("1")</script> & <b>bold</b>`;
    await handOff({ summary: nasty, transcript: [{ from: "shopper", at: "2026-03-10T12:00:00Z", text: nasty }] });
    expect(tickets()[0]).toMatchObject({ summary: nasty });
    expect(String(tickets()[0]?.transcript)).toContain(nasty);
  });

  test("somebody without any address is handed over too, once", async () => {
    rig = await startRig("freshdesk", world, simulators);
    const customer = { level: "anonymous", email: null, claimed: false, name: null } as const;
    expect(await handOff({ customer, order_number: null })).toMatchObject({ result: "ok" });
    expect(await handOff({ customer, order_number: null })).toMatchObject({ result: "ok" });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({ email: null, order: null });
  });

  test("an address that Freshdesk does not know is no reason to think that the ticket is there", async () => {
    rig = await startRig("freshdesk", {}, simulators);
    expect(await readBack()).toEqual({ result: "not_found" });
    await handOff();
    expect(await readBack()).toMatchObject({ result: "ok", value: { id: "1" } });
  });

  test("a note that could not be added leaves the outcome open, and the look afterwards adds it", async () => {
    rig = await startRig("freshdesk", world, simulators);
    const { world: shop } = rig;
    const record = shop.record.bind(shop);
    shop.record = (...what) => {
      record(...what);
      shop.faults.set("freshdesk_handoff", { kind: "auth", left: 1 });
    };
    expect(await handOff()).toEqual({ result: "unknown_outcome", reason: "auth" });
    expect(tickets()[0]?.notes).toBeUndefined();
    expect(await readBack()).toMatchObject({ result: "ok" });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({ notes: 1, order: "5501" });
  });

  test("cut off between the ticket and its note, it is finished by the look afterwards", async () => {
    rig = await startRig("freshdesk", world, simulators);
    rig.world.faults.set("freshdesk_handoff", { kind: "applied_then_timeout", left: 1 });
    expect(await handOff()).toMatchObject({ result: "unknown_outcome" });
    expect(tickets()[0]?.notes).toBeUndefined();
    rig.world.faults.set("freshdesk_handoff", { kind: "error_500", left: 1 });
    expect(await readBack()).toMatchObject({ result: "unknown_outcome" });
    expect(await readBack()).toMatchObject({ result: "ok" });
    expect(await readBack()).toMatchObject({ result: "ok" });
    expect(tickets()).toHaveLength(1);
    expect(tickets()[0]).toMatchObject({ notes: 1, order: "5501" });
  });

  test("is found again behind pages of other tickets", async () => {
    rig = await startRig("freshdesk", world, { freshdesk: { ...simulators.freshdesk, olderTickets: 250 } });
    await handOff();
    expect(await readBack()).toMatchObject({ result: "ok", value: { id: "1" } });
    expect(await handOff()).toMatchObject({ result: "ok", value: { id: "1" } });
    expect(tickets()).toHaveLength(1);
  });

  test("among more tickets than can be looked through it is not known to be missing, and none is filed", async () => {
    rig = await startRig("freshdesk", world, { freshdesk: { ...simulators.freshdesk, olderTickets: 1_000 } });
    expect(await readBack()).toMatchObject({ result: "unavailable" });
    expect(await handOff()).toMatchObject({ result: "unavailable" });
    expect(tickets()).toHaveLength(0);
  });

  test("a field that the account demands is named in the refusal", async () => {
    rig = await startRig("freshdesk", world, { freshdesk: { ...simulators.freshdesk, required: ["type"] } });
    const outcome = await handOff();
    expect(outcome).toMatchObject({ result: "refused" });
    expect(outcome.result === "refused" && outcome.reason).toContain("type: ");
  });

  test("with a field for it, the reference stands there and not among the tags", async () => {
    rig = await startRig("freshdesk", world, simulators);
    const config = rig.simulators.configs.freshdesk;
    if (config === undefined) throw new Error("no simulator of freshdesk");
    const connector = createFreshdesk({ ...config, referenceField: "cf_reference" });
    const tool = connector.tools.find(({ name }) => name === "freshdesk_handoff");
    expect(await tool?.run(payload as never, {})).toMatchObject({ result: "ok" });
    expect(await tool?.readBack?.(payload as never, {})).toMatchObject({ result: "ok" });
    expect(tickets()[0]).toMatchObject({ custom: { cf_reference: expect.stringMatching(/^AS-[\da-f]{20}$/) } });
    await connector.close();
  });

  test("Freshdesk's own limit reads as unavailable", async () => {
    rig = await startRig("freshdesk", world, { freshdesk: { perMinute: 1 } });
    expect(await handOff()).toMatchObject({ result: "unavailable", reason: "rate_limited" });
    expect(tickets()).toHaveLength(0);
  });
});

describe("a message through Freshdesk", () => {
  let rig: Rig;
  afterEach(() => rig.close());

  test("reaches the customer as it was written, markup as text", async () => {
    rig = await startRig("freshdesk", world, simulators);
    const text = "24.00 USD are on their way.\nSee <b>here</b> & thank you";
    expect(
      await rig.tool("freshdesk_send_message").run({ ...message, message: text } as never, { key: "m1" }),
    ).toMatchObject({ result: "ok", value: { id: "1" } });
    expect(rig.world.ledger.freshdesk?.messages).toEqual([{ id: "1", email: ann, subject: "Your refund", text }]);
  });

  test("without a sender it is refused before anything is sent", async () => {
    rig = await startRig("freshdesk", world, simulators);
    const config = rig.simulators.configs.freshdesk;
    if (config === undefined) throw new Error("no simulator of freshdesk");
    const connector = createFreshdesk({ ...config, emailConfigId: undefined });
    const tool = connector.tools.find(({ name }) => name === "freshdesk_send_message");
    expect(await tool?.run(message as never, {})).toMatchObject({ result: "refused" });
    expect(rig.simulators.log("freshdesk")).toEqual([]);
    await connector.close();
  });
});
