/**
 * For somebody who cannot or will not prove who they are: where one order is, told for the order's number together with
 * its e-mail address or postcode, both right. Nothing personal is in the answer, and nothing can be done with it.
 */
import { z } from "zod";
import type { Order, ToolOutcome } from "../connectors/index.js";
import type { Clock } from "../ports/index.js";

export const ORDER_STAGE = {
  args: z.strictObject({
    order: z.string().describe("The tool that reads one order"),
    order_number: z.string(),
    email: z.string().optional(),
    postcode: z.string().optional(),
  }),
  result: z.strictObject({
    number: z.string(),
    status: z.string().nullable().optional(),
    carrier: z.string().nullable().optional(),
    estimated_delivery: z.string().nullable().optional(),
  }),
} as const;

type Stage = z.infer<typeof ORDER_STAGE.result>;

/** Guessing must stay hopeless: so many tries a conversation and an order a day, and a network an hour. */
const DAY_MS = 24 * 3_600_000;
const LIMITS = { perConversation: 5, perOrder: 10, perNetwork: 20, networkWindowMs: 3_600_000 };
/** Keys that are remembered before old ones are let go. */
const SWEEP_AT = 10_000;

export class OrderStage {
  private readonly tries = new Map<string, number[]>();

  constructor(private readonly clock: Clock) {}

  async read(
    args: { readonly order_number: string; readonly email?: string; readonly postcode?: string },
    { conversation, network }: { readonly conversation: string; readonly network?: string },
    readOrder: () => Promise<ToolOutcome<unknown>>,
  ): Promise<ToolOutcome<Stage>> {
    const mayTry =
      this.count(`conversation ${conversation}`, LIMITS.perConversation, DAY_MS) &&
      (network === undefined || this.count(`network ${network}`, LIMITS.perNetwork, LIMITS.networkWindowMs)) &&
      this.count(`order ${args.order_number}`, LIMITS.perOrder, DAY_MS);
    if (!mayTry) return { result: "refused", reason: "too many tries" };
    const outcome = await readOrder();
    if (outcome.result !== "ok") return outcome;
    const order = outcome.value as Order;
    if (!matches(order, args)) return { result: "not_found" };
    const { number, status, carrier, estimated_delivery } = order;
    return { result: "ok", value: { number, status, carrier, estimated_delivery } };
  }

  private count(key: string, most: number, windowMs: number): boolean {
    const now = this.clock.now();
    if (this.tries.size >= SWEEP_AT) {
      for (const [name, times] of this.tries) if ((times.at(-1) ?? 0) <= now - DAY_MS) this.tries.delete(name);
    }
    const recent = (this.tries.get(key) ?? []).filter((at) => at > now - windowMs);
    if (recent.length >= most) return false;
    this.tries.set(key, [...recent, now]);
    return true;
  }
}

function matches(order: Order, proof: { readonly email?: string; readonly postcode?: string }): boolean {
  const email = order.email?.toLowerCase();
  if (email !== undefined && proof.email?.trim().toLowerCase() === email) return true;
  const postcode = plain(proof.postcode ?? "");
  // The postcode is a word of the address on file, or the last two for those written with a space.
  const words = (order.ship_to ?? "").split(/[\s,]+/).map(plain);
  return (
    postcode.length >= 4 && words.some((word, at) => word === postcode || word + (words[at + 1] ?? "") === postcode)
  );
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
