/** Whoever asks again and again for a discount gets the one that the shop gives, and being forgotten begins nothing anew. */
import { afterEach, expect, it } from "vitest";
import { digestOf } from "../../server/dialogue/index.js";
import { eraseCustomer } from "../../server/privacy/index.js";
import { createConversation } from "../../server/store/index.js";
import { ANN, caller, fakeTool, type Stage, startStage } from "./outside.js";

const DAY = 86_400_000;
let stage: Stage;
afterEach(() => stage.end());

const discount = fakeTool("apply_discount", () => ({
  result: "ok",
  value: { percent: 15 },
  receipt: "D-1",
}));

/** A yes to a discount on one more subscription, in a conversation of its own. */
async function ask(n: number, email = ANN): Promise<string> {
  const conversation = `c-${email}-${n}`;
  const at = stage.world.now;
  await stage.store.write((tx) => createConversation(tx, { id: conversation, at, locale: "en", customer: { email } }));
  const args = { subscription_id: `S-${n}`, percent: 15, on: "this" };
  const calls = [{ step: "give", tool: discount.name, args }];
  const agreed = { agreement: { digest: digestOf(calls), calls }, macro: "offer.sure", at: 0 };
  const asking = { ...caller("stepped_up", email), conversation };
  const called = await stage.tools.call(discount.name, args, asking, { step: "give", words: "15% off", agreed });
  return called.result === "refused" ? String(called.reason) : called.result;
}

it("asked for fifty times is given once in 180 days, also after an erasure", async () => {
  stage = await startStage(
    [
      discount,
      fakeTool("get_subscription", ({ subscription_id }: { subscription_id: string }) => ({
        result: "ok",
        value: { id: subscription_id, email: ANN, status: "active" },
      })),
    ],
    { limits: { apply_discount: { perCustomer: { days: 180, count: 1 } } } },
  );
  const answers: string[] = [];
  for (let n = 0; n < 50; n += 1) {
    stage.world.now += DAY;
    answers.push(await ask(n));
  }
  expect(answers.filter((answer) => answer === "ok")).toEqual(["ok"]);
  expect(new Set(answers.slice(1))).toEqual(new Set(["over_limit"]));
  expect(discount.calls.length).toBe(1);

  const { store, world } = stage;
  const erased = await eraseCustomer({ store, identity: world.identity, now: () => world.now, by: "uid:0" }, ANN);
  expect(erased.conversations).toBe(50);
  expect(await ask(100)).toBe("over_limit");
  stage.world.now += 180 * DAY;
  expect(await ask(101)).toBe("ok");
});
