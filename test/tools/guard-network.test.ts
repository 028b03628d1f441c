/** Whoever comes from one place with many conversations gains nothing by them. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createConversation } from "../../server/store/index.js";
import { ANN, caller, fakeTool, type Stage, startStage } from "./outside.js";

const HERE = "203.0.113.9";
let stage: Stage;
beforeEach(async () => {
  const order = { number: "5501", email: ANN, ship_to: "12 Elm Way, London SW1A 1AA", status: "in_transit" };
  stage = await startStage([
    fakeTool("lookup_customer", () => ({ result: "ok", value: { email: ANN } })),
    fakeTool("get_order", (args: { order_id: string }) =>
      args.order_id === "5501" ? { result: "ok", value: order } : { result: "not_found" },
    ),
  ]);
});
afterEach(() => stage.end());

const from = (network: string | undefined, conversation: string) => ({
  ...caller("anonymous"),
  conversation,
  ...(network !== undefined && { network }),
});

it("walks order numbers with a common postcode twenty times an hour from one network, and not once more", async () => {
  const tries = async (network: string, first: number) => {
    let looked = 0;
    for (let n = first; n < first + 100; n += 1) {
      const guess = { order: "@do_get_order", order_number: String(6_000 + n), postcode: "SW1A 1AA" };
      const called = await stage.tools.call("order_stage", guess, from(network, `walk-${n}`));
      if (called.result === "not_found") looked += 1;
      else expect(called).toMatchObject({ result: "refused", reason: "too many tries" });
    }
    return looked;
  };
  expect(await tries(HERE, 0)).toBe(20);
  expect(await tries("203.0.113.10", 100), "others are let be").toBe(20);
  stage.world.now += 61 * 60_000;
  expect(await tries(HERE, 200)).toBe(20);
});

it("has ten codes an hour sent from one network, whatever the addresses and conversations", async () => {
  const { store, tools, world } = stage;
  for (let n = 0; n < 30; n += 1) {
    const conversation = `c-${n}`;
    await store.write((tx) => createConversation(tx, { id: conversation, at: world.now, locale: "en" }));
    const asking = { ...from(HERE, conversation), claims: new Map([["claim", { email: `victim-${n}@example.com` }]]) };
    const called = await tools.call("send_code", { account: { claim: "claim" } }, asking);
    expect(called, "told nothing of the limit").toEqual({ result: "ok", value: {} });
  }
  expect((await world.mails()).length).toBe(10);
});
