/** Money back and store credit. `refundCreate` takes a key; our reference in its note is what a look afterwards finds. */
import type { z } from "zod";
import type { Capability } from "../capabilities.js";
import type { ToolCall, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { HttpCall } from "../http.js";
import { referenceOf, uuidOf } from "../reference.js";
import { decimalOf } from "../values.js";
import { present, refusalIn, type Shopify } from "./client.js";
import { REFUND, type ShopifyOrder, SUGGESTED_REFUND } from "./operations.js";
import { bag, refundStatus } from "./order.js";
import type { AnyPart, Part } from "./part.js";

type Amount = Capability<"issue_refund">["args"]["amount"];
type Done = ToolOutcome<{ id: string; amount: Amount; status: string }>;

export function moneyParts(shop: Shopify): AnyPart[] {
  return [
    {
      capability: "issue_refund",
      run: (args, call, tool) => giveBack(shop, call, args, tool, "money"),
      readBack: (args, call, tool) => readBack(shop, call, args, tool),
    } satisfies Part<"issue_refund">,
    {
      capability: "store_credit",
      async run(args, call, tool) {
        return withoutStatus(await giveBack(shop, call, args, tool, "credit"));
      },
      async readBack(args, call, tool) {
        return withoutStatus(await readBack(shop, call, args, tool));
      },
    } satisfies Part<"store_credit">,
  ];
}

interface Wish {
  readonly order_id: string;
  readonly amount: Amount;
  readonly reason?: string | undefined;
}

async function giveBack(
  shop: Shopify,
  call: HttpCall,
  args: Wish,
  tool: ToolCall,
  as: "money" | "credit",
): Promise<Done> {
  const order = await shop.findOrder(call, args.order_id);
  if (order === undefined) return { result: "not_found" };
  const reference = referenceOf(tool, args);
  const before = refundWith(order, reference, args.amount);
  if (before !== undefined) return before;

  const { suggestedRefund } = (await shop.run(call, SUGGESTED_REFUND, { id: order.id })).order ?? {};
  const most = bag(suggestedRefund?.maximumRefundableSet);
  if (most === undefined) return { result: "refused", reason: "Shopify does not say how much can be refunded." };
  if (most.currency !== args.amount.currency)
    return { result: "refused", reason: `The order was paid in ${most.currency}.` };
  if (args.amount.amountMinor <= 0) return { result: "refused", reason: "The amount must be more than nothing." };
  if (args.amount.amountMinor > most.amountMinor) {
    return { result: "refused", reason: "That is more than is left to refund." };
  }
  const input = {
    orderId: order.id,
    note: `${args.reason ?? "Asked for"} (${reference})`,
    notify: true,
    currency: args.amount.currency,
    ...(as === "money"
      ? { transactions: allot(order.id, args.amount, suggestedRefund?.suggestedTransactions ?? []) }
      : { refundMethods: [{ storeCreditRefund: { amount: shopifyMoney(args.amount) } }] }),
  };
  const { refundCreate } = await shop.run(call, REFUND, { input, key: uuidOf(tool, args) }, true);
  const refusal = refusalIn(refundCreate.userErrors);
  if (refusal !== undefined) return { result: "refused", reason: refusal };
  const { id } = present(refundCreate.refund);
  return ok({ id, amount: args.amount, status: "pending" }, `Shopify refund ${id}`);
}

async function readBack(shop: Shopify, call: HttpCall, args: Wish, tool: ToolCall): Promise<Done> {
  const order = await shop.findOrder(call, args.order_id);
  return (order && refundWith(order, referenceOf(tool, args), args.amount)) ?? { result: "not_found" };
}

function refundWith({ refunds }: ShopifyOrder, reference: string, asked: Amount): Done | undefined {
  const refund = refunds?.find(({ note }) => note?.includes(reference));
  if (refund === undefined) return undefined;
  if (refundStatus(refund) === "failed") return { result: "refused", reason: "The refund did not go through." };
  const amount = bag(refund.totalRefundedSet) ?? asked;
  return ok({ id: refund.id, amount, status: "pending" }, `Shopify refund ${refund.id}`);
}

type Suggested = NonNullable<
  NonNullable<NonNullable<z.infer<typeof SUGGESTED_REFUND.data>["order"]>["suggestedRefund"]>
>["suggestedTransactions"];

/** Over the payments that there were, each up to what it can give back. */
function allot(orderId: string, amount: Amount, suggested: Suggested): object[] {
  let left = amount.amountMinor;
  return suggested.flatMap(({ gateway, parentTransaction, amountSet }) => {
    const part = Math.min(left, bag(amountSet)?.amountMinor ?? 0);
    if (part <= 0) return [];
    left -= part;
    const minor = decimalOf({ ...amount, amountMinor: part });
    return [{ orderId, parentId: parentTransaction?.id, gateway, kind: "REFUND", amount: minor }];
  });
}

export function shopifyMoney(amount: Amount): { amount: string; currencyCode: string } {
  return { amount: decimalOf(amount), currencyCode: amount.currency };
}

function withoutStatus(outcome: Done): ToolOutcome<Capability<"store_credit">["result"]> {
  if (outcome.result !== "ok") return outcome;
  const { id, amount } = outcome.value;
  return ok({ id, amount }, outcome.receipt);
}
