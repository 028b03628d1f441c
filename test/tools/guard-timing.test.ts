/** How long a system takes to find somebody must not tell whether it has. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemPorts } from "../../server/ports/index.js";
import { ANN, caller, fakeTool, type Stage, startStage } from "./outside.js";

const FOUND_MS = 150;
const slow = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, FOUND_MS, value));
let stage: Stage;
beforeEach(async () => {
  const order = { number: "5501", email: ANN, ship_to: "12 Elm Way, London SW1A 1AA", status: "in_transit" };
  stage = await startStage([
    fakeTool("lookup_customer", ({ email }: { email: string }) =>
      email === ANN ? slow({ result: "ok", value: { email: ANN } } as const) : { result: "not_found" },
    ),
    fakeTool("get_order", ({ order_id }: { order_id: string }) =>
      order_id === "5501" ? slow({ result: "ok", value: order } as const) : { result: "not_found" },
    ),
  ]);
  Object.assign(stage.ports.clock, systemPorts.clock);
});
afterEach(() => stage.end());

async function timesOf(what: (n: number) => Promise<unknown>): Promise<number> {
  const times = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      const begun = performance.now();
      await what(n);
      return performance.now() - begun;
    }),
  );
  return times.toSorted((one, other) => one - other)[4] as number;
}

it("an address that is known, slowly, and one that is not, at once, are answered alike", async () => {
  const lookUp = (email: string) =>
    timesOf((n) =>
      stage.tools.call("do_lookup_customer", { email }, { ...caller("anonymous"), conversation: `c${n}` }),
    );
  const [known, unknown] = [await lookUp(ANN), await lookUp("nobody@example.com")];
  expect(unknown).toBeGreaterThan(FOUND_MS);
  expect(Math.abs(known - unknown)).toBeLessThan(FOUND_MS / 2);
});

it("so are somebody else's order and one that is not there", async () => {
  const read = (order_number: string) =>
    timesOf((n) => {
      const asked = { order: "@do_get_order", order_number, postcode: "XX1 1XX" };
      return stage.tools.call("order_stage", asked, { ...caller("anonymous"), conversation: `c${n}` });
    });
  const [theirs, none] = [await read("5501"), await read("9999")];
  expect(none).toBeGreaterThan(FOUND_MS);
  expect(Math.abs(theirs - none)).toBeLessThan(FOUND_MS / 2);
});

it("whoever has proved who they are does not wait", async () => {
  const begun = performance.now();
  await stage.tools.call(
    "do_lookup_customer",
    { email: "nobody@example.com" },
    caller("verified", "nobody@example.com"),
  );
  expect(performance.now() - begun).toBeLessThan(FOUND_MS * 2);
});
