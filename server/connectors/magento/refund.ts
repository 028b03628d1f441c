/**
 * Money back in Magento. It takes no idempotency key, so our reference goes into the credit memo's comment, and the memos
 * are read before one is made.
 */
import { z } from "zod";
import type { Capability } from "../capabilities.js";
import { ok, type ToolOutcome } from "../connector.js";
import type { HttpCall } from "../http.js";
import { moneyOf } from "../values.js";
import { type CreditMemo, change, creditMemosOf, findOrder, invoicesOf, type MagentoOrder } from "./client.js";
import { refundedIn, standing } from "./order.js";

type Args = Capability<"issue_refund">["args"];
type Result = ToolOutcome<Capability<"issue_refund">["result"]>;

/** Methods without a gateway: the shop pays such money back by hand, Magento only notes it. */
const OFFLINE = ["checkmo", "banktransfer", "cashondelivery", "purchaseorder", "free"];
const CLOSED_STATES = ["payment_review", "holded", "canceled", "closed"];

export async function refund(call: HttpCall, args: Args, reference: string, note: string): Promise<Result> {
  const order = await findOrder(call, args.order_id);
  if (order === undefined) return { result: "not_found" };
  const memos = await creditMemosOf(call, order.entity_id);
  const before = memoOf(memos, reference);
  if (before !== undefined) return done(before, order, args.amount);
  const refusal = refusalOf(order, memos, args.amount);
  if (refusal !== undefined) return { result: "refused", reason: refusal };

  const invoices = isOffline(order) ? [] : await invoicesOf(call, order.entity_id);
  const online = invoices.find(({ transaction_id }) => typeof transaction_id === "string");
  const path = online === undefined ? `/V1/order/${order.entity_id}/refund` : `/V1/invoice/${online.entity_id}/refund`;
  const body = {
    ...whatIsRefunded(order, memos, args),
    ...(online === undefined ? {} : { is_online: true }),
    notify: true,
    appendComment: true,
    comment: { comment: `${note} (${reference})`, is_visible_on_front: 0 },
  };
  const made = await change(call, "POST", path, body, z.union([z.number(), z.string()]));
  if (!made.ok) return { result: "refused", reason: made.reason };
  if (online !== undefined && !(await wentThroughTheGateway(call, order))) {
    // Some releases book an online refund as an offline one: the memo is there, the money is not on its way.
    return {
      result: "unknown_outcome",
      reason: "Magento noted the refund without sending it to the payment provider.",
    };
  }
  const id = String(made.body);
  return ok({ id, amount: args.amount, status: "pending" }, `Magento credit memo ${id}`);
}

export async function readRefundBack(call: HttpCall, args: Args, reference: string): Promise<Result> {
  const order = await findOrder(call, args.order_id);
  if (order === undefined) return { result: "not_found" };
  const memo = memoOf(await creditMemosOf(call, order.entity_id), reference);
  return memo === undefined ? { result: "not_found" } : done(memo, order, args.amount);
}

function memoOf(memos: readonly CreditMemo[], reference: string): CreditMemo | undefined {
  return standing(memos).find(({ comments }) => comments?.some(({ comment }) => comment?.includes(reference)));
}

function done(memo: CreditMemo, order: MagentoOrder, asked: Args["amount"]): Result {
  const id = String(memo.entity_id);
  const amount = moneyOf(memo.grand_total, order.order_currency_code) ?? asked;
  return ok({ id, amount, status: memo.state === 2 ? "refunded" : "pending" }, `Magento credit memo ${id}`);
}

function refusalOf(order: MagentoOrder, memos: readonly CreditMemo[], amount: Args["amount"]): string | undefined {
  if (CLOSED_STATES.includes(order.state ?? "")) return `The order is ${order.state}.`;
  const total = moneyOf(order.grand_total, order.order_currency_code);
  const refunded = moneyOf(refundedIn(memos), order.order_currency_code);
  if (total === undefined || refunded === undefined) return "Magento does not say how much can be refunded.";
  if (total.currency !== amount.currency) return `The order was paid in ${total.currency}.`;
  if (amount.amountMinor <= 0) return "The amount must be more than nothing.";
  if (amount.amountMinor > total.amountMinor - refunded.amountMinor) return "That is more than is left to refund.";
  return undefined;
}

/** All of it by its items, so that Magento closes the order; else chosen items, or the amount alone, as an adjustment. */
function whatIsRefunded(order: MagentoOrder, memos: readonly CreditMemo[], { amount, items }: Args): object {
  const all =
    order.items?.filter(({ parent_item_id }) => parent_item_id === null || parent_item_id === undefined) ?? [];
  const minor = (major: number | null | undefined) => moneyOf(major, amount.currency)?.amountMinor ?? 0;
  const whole = standing(memos).length === 0 && amount.amountMinor === minor(order.grand_total);
  const chosen = whole
    ? all.map((item) => ({ item, qty: item.qty_ordered ?? 0 }))
    : all.flatMap((item) => {
        const wanted = items?.find(
          ({ sku, name }) => (sku ?? undefined) === (item.sku ?? undefined) || name === item.name,
        );
        return wanted === undefined ? [] : [{ item, qty: Math.min(wanted.quantity, item.qty_ordered ?? 0) }];
      });
  const shipping = whole ? minor(order.shipping_amount) : 0;
  const goods = chosen.reduce((sum, { item, qty }) => sum + minor(item.price) * qty, 0);
  const rest = amount.amountMinor - goods - shipping;
  const scale = minor(1);
  return {
    items: chosen.map(({ item, qty }) => ({ order_item_id: item.item_id, qty })),
    arguments: {
      shipping_amount: shipping / scale,
      adjustment_positive: Math.max(0, rest) / scale,
      adjustment_negative: Math.max(0, -rest) / scale,
    },
  };
}

function isOffline({ payment }: MagentoOrder): boolean {
  return OFFLINE.includes(payment?.method ?? "");
}

async function wentThroughTheGateway(call: HttpCall, before: MagentoOrder): Promise<boolean> {
  const after = await findOrder(call, before.increment_id);
  return (after?.total_online_refunded ?? 0) > (before.total_online_refunded ?? 0);
}
