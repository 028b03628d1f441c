/** One of several servers that all want the same effects at the same moment. For `race.test.ts`. */
import type { ToolOutcome } from "../../server/connectors/index.js";
import { digestOf } from "../../server/dialogue/index.js";
import { createIdentity } from "../../server/identity/index.js";
import { systemPorts } from "../../server/ports/index.js";
import { openStore } from "../../server/store/index.js";
import { buildCatalogue, createTools } from "../../server/tools/index.js";
import { ANN, caller, connect, fakeTool, helpdesk } from "../tools/outside.js";

const { url, vendor, orders, worker } = JSON.parse(process.argv[2] ?? "{}") as {
  url: string;
  vendor: string;
  orders: string[];
  worker: number;
};
const AT_ONCE = 8;

/** What the vendor says of an order; nothing may be concluded from a connection that breaks. */
async function ask(method: "GET" | "POST", order: string): Promise<ToolOutcome<unknown>> {
  try {
    const answer = await fetch(`${vendor}/cancellations/${order}`, { method });
    if (answer.status === 404) return { result: "not_found" };
    return { result: "ok", value: { order_id: order, status: "canceled" }, receipt: `canceled ${order}` };
  } catch {
    return { result: "unknown_outcome", reason: "connection" };
  }
}
const order = fakeTool("get_order", ({ order_id }: { order_id: string }) => ({
  result: "ok",
  value: { id: order_id, number: order_id, email: ANN },
}));
const cancel = fakeTool("cancel_order", ({ order_id }: { order_id: string }) => ask("POST", order_id), {
  name: "cancel",
  readBack: ({ order_id }: { order_id: string }) => ask("GET", order_id),
});

const store = await openStore({ url });
const shop = { botId: "race", name: "Race", tokenKeys: [] };
const identity = createIdentity({ ports: systemPorts, secret: Buffer.alloc(32, 7), shop });
const levels = { cancel: "verified" } as const;
const catalogue = buildCatalogue(connect(order, cancel, helpdesk()), { systems: {}, levels, limits: {} });
const tools = createTools({ catalogue, store, identity, ports: systemPorts, limits: {} });

process.send?.("ready");
await new Promise((resolve) => process.once("message", resolve));

const results: Record<string, number> = {};
const waiting = [...orders];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const args = { order_id: id };
      const calls = [{ step: "cancel", tool: "cancel", args }];
      const agreed = { agreement: { digest: digestOf(calls), calls }, macro: "cancel.sure", at: 0 };
      // Another conversation on each server: only the business fact is the same.
      const from = { ...caller("verified", ANN), conversation: `c-${worker}-${id}` };
      const { result, reason } = await tools.call("cancel", args, from, { step: "cancel", agreed, words: "" });
      const what = reason === undefined ? result : `${result} (${reason})`;
      results[what] = (results[what] ?? 0) + 1;
    }
  }),
);
process.send?.(results);
await store.close();
process.disconnect?.();
