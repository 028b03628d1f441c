/**
 * Vendors change their answers without asking. Whatever is left out, emptied or of another kind, a reading tool gives one
 * of its outcomes, in the shape that its capability promises, and never a guess in place of what is missing.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseWorld } from "../../sandbox/world/index.js";
import {
  CAPABILITIES,
  type CapabilityDefinition,
  type Connector,
  type ConnectorSystem,
  createConnector,
} from "../../server/connectors/index.js";
import { type Simulators, startSimulators } from "../../server/connectors/simulators.js";
import { FAST } from "./contract.js";

const ann = "ann.reed@example.com";
const home = "12 Orchard Way, Springfield, IL 62704, US";
const items = [
  { sku: "HB1", name: "House blend 1kg", qty: 2, price: 24.5 },
  { sku: "MUG", name: "Mug", price: 9 },
];
const world = {
  customers: [{ email: ann, name: "Ann Reed", phone: "+15550100", address: home }],
  orders: [
    {
      id: "5501",
      email: ann,
      status: "In transit",
      ordered: "-6d",
      ship: "-5d",
      eta: "+2d",
      delivered: "-1d",
      tracking: "TRK5501",
      carrier: "in_transit",
      shipTo: home,
      insured: true,
      refundable: true,
      refund: { status: "pending", amount: 5, when: "-1d" },
      items,
    },
    { id: "5502", email: ann, status: "Approved", ordered: "-1d", ship: "+1d", shipTo: home, items },
  ],
  subscriptions: [
    {
      id: "S-77",
      email: ann,
      product: "Mug",
      price: 9,
      interval: "1 month",
      status: "active",
      next: "+9d",
      cutoff: "+7d",
    },
  ],
  catalog: [{ sku: "HB1", name: "House blend 1kg", price: 24.5, stock: 3 }, "Mug"],
};
const ARGS: Record<string, object> = {
  lookup_customer: { email: ann },
  list_orders: { email: ann },
  get_order: { order_id: "5501" },
  list_subscriptions: { email: ann },
  get_subscription: { subscription_id: "S-77" },
  get_tracking: { order_id: "5501", tracking_number: "TRK5501" },
  check_reship: { order_id: "5501" },
  list_products: {},
};

/** What is done to one place of an answer. */
const CHANGES = [
  undefined,
  null,
  "",
  "text",
  -1,
  1e300,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  {},
  [[]],
  [null],
  { nodes: null },
];

/** All places of a JSON value, as paths. */
function placesIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function changed(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string | number, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
  const inner = changed(copy[key], rest, to);
  if (inner === undefined && !Array.isArray(value)) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** Stands between connector and simulator and changes answers as told. */
async function startMeddler(target: string) {
  let meddle: ((answer: unknown) => unknown) | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
      const body = Buffer.concat(chunks);
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? "GET",
        headers: headers as Record<string, string>,
        ...(body.length > 0 ? { body } : {}),
      });
      const text = await answer.text();
      const meddled = meddle === undefined || text === "" ? text : JSON.stringify(meddle(JSON.parse(text)));
      response.writeHead(answer.status, { "content-type": "application/json" }).end(meddled);
    })().catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    with(change: typeof meddle) {
      meddle = change;
    },
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

// OAuth signs the address that is asked, which a go-between changes: Magento's rows are mapped by the same helpers.
describe.each(["shipmonk", "shopify", "smartrr", "stayai", "easypost", "kustomer", "freshdesk"] as const)(
  "odd answers of %s",
  (system: ConnectorSystem) => {
    let simulators: Simulators;
    let meddler: Awaited<ReturnType<typeof startMeddler>>;
    let connector: Connector;
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(String(warning));

    beforeAll(async () => {
      process.on("warning", onWarning);
      const { world: made } = parseWorld(world, { now: () => Date.now() });
      if (made === undefined) throw new Error("no world");
      simulators = await startSimulators(made, { systems: [system], timings: { ...FAST, breakerCalls: 1e9 } });
      const config = simulators.configs[system] as { baseUrl: string };
      const { origin } = new URL(config.baseUrl);
      meddler = await startMeddler(origin);
      connector = createConnector(system, { ...config, baseUrl: config.baseUrl.replace(origin, meddler.url) } as never);
      await connector.start?.();
    });
    afterAll(async () => {
      process.off("warning", onWarning);
      await connector.close();
      await meddler.close();
      await simulators.close();
    });

    test("give an outcome, in the promised shape, and no fault of ours", async () => {
      const reading = connector.tools.filter(
        ({ capability, system: of }) => of === system && ARGS[capability] !== undefined,
      );
      expect(reading.length).toBeGreaterThan(0);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...reading),
          fc.noBias(fc.nat(9_999)),
          fc.constantFrom(...CHANGES),
          async (tool, where, to) => {
            meddler.with((answer) => {
              const places = placesIn(answer);
              return changed(answer, places[where % places.length] ?? [], to) ?? null;
            });
            const outcome = await tool.run(ARGS[tool.capability] as never, {});
            meddler.with(undefined);
            expect(["ok", "not_found", "unavailable"]).toContain(outcome.result);
            if (outcome.result === "unavailable") expect(outcome.reason).not.toBe("internal");
            if (outcome.result !== "ok") return;
            const definition: CapabilityDefinition = CAPABILITIES[tool.capability];
            expect(definition.result.safeParse(outcome.value).success).toBe(true);
          },
        ),
        { numRuns: 150 },
      );
      expect(warnings.filter((warning) => warning.includes("has a fault"))).toEqual([]);
    });
  },
);
