/** What is given to a subscription is given to its next delivery: once to each, and again to a later one. */
import { afterEach, expect, it } from "vitest";
import type { CapabilityName } from "../../server/connectors/index.js";
import { digestOf } from "../../server/dialogue/index.js";
import { ANN, caller, fakeTool, type Stage, startStage } from "./outside.js";

let stage: Stage;
afterEach(() => stage.end());

const GIFTS: [CapabilityName, Record<string, unknown>, unknown][] = [
  ["apply_discount", { subscription_id: "S-77", percent: 10, on: "this" }, { percent: 10 }],
  ["upgrade_shipping", { subscription_id: "S-77" }, { service: "Expedited" }],
  ["cancel_subscription", { subscription_id: "S-77" }, { subscription_id: "S-77", status: "canceled" }],
];

it.each(GIFTS)("%s", async (capability, args, value) => {
  let next_charge = "2026-03-19T12:00:00Z";
  const subscription = fakeTool("get_subscription", () => ({
    result: "ok",
    value: { id: "S-77", email: ANN, next_charge },
  }));
  const gift = fakeTool(capability, () => ({ result: "ok", value }), { name: "give" });
  stage = await startStage([subscription, gift], { levels: { give: "verified" } });
  const calls = [{ step: "gift", tool: "give", args }];
  const agreed = { agreement: { digest: digestOf(calls), calls }, macro: "gift.sure", at: 0 };
  const give = (turn: number) =>
    stage.tools.call("give", args, { ...caller("verified", ANN), turn }, { step: "gift", agreed, words: "" });

  expect((await give(1)).result).toBe("ok");
  expect((await give(2)).result, "the same again is answered from the books").toBe("ok");
  expect(gift.calls).toHaveLength(1);
  next_charge = "2026-10-19T12:00:00Z";
  stage.world.now += 1_000;
  expect((await give(3)).result).toBe("ok");
  expect(gift.calls, "another delivery").toHaveLength(2);
});
