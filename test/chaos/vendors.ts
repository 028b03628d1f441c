/**
 * The vendors as a process of their own, with a ledger that outlives every kill of the server: the connectors' simulators over one
 * world. One answer in ten is dropped after the work is done, until the parent says `calm`.
 */
import { World } from "../../sandbox/world/index.js";
import { scaleTimings } from "../../server/connectors/index.js";
import { startSimulators } from "../../server/connectors/simulators.js";
import { customers } from "./setup.js";

const DROPPED = 0.1;
const count = Number(process.argv[2]);
const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const people = customers(count);
const address = "12 Orchard Way, Springfield, IL 62701";
const world = new World({
  customers: people.map(({ email }) => ({ email, name: "Ann Reed", address })),
  orders: people.map(({ email, order }) => ({
    id: order,
    email,
    status: "Delivered",
    ordered: ago(6),
    ship: ago(5),
    delivered: ago(2),
    shipTo: address,
    items: [{ sku: "HB1", name: "House blend 1 kg", qty: 1, price: 42 }],
    currency: "USD",
    refundable: true,
  })),
  subscriptions: people.map(({ email, subscription }) => ({
    id: subscription,
    email,
    product: "House blend 1 kg",
    price: 24,
    currency: "USD",
    interval: "1 month",
    status: "Active",
    next: ago(-12),
    cutoff: ago(-10),
  })),
  catalog: [{ sku: "HB1", name: "House blend 1 kg", price: 42, currency: "USD" }],
});
let isCalm = false;
let dropped = 0;
// Real chance: this process is not simulated, and what happens when depends on the machine anyway.
world.takeFault = (_tool, _capability, strikes = () => true) => {
  const kind = Math.random() < 0.5 ? "applied_then_reset" : "applied_then_timeout";
  if (isCalm || Math.random() >= DROPPED || !strikes(kind)) return undefined;
  dropped += 1;
  return kind;
};
// Real waits for lost answers would be ten seconds: a twentieth is enough for loopback.
const simulators = await startSimulators(world, {
  systems: ["shopify", "smartrr", "gladly"],
  timings: scaleTimings(0.05),
});
process.on("message", (message) => {
  if (message === "calm") isCalm = true;
  if (message === "ledger") process.send?.({ ledger: world.ledger, dropped });
});
process.send?.({ configs: simulators.configs });
