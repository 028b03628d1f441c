import { z } from "zod";
import type { Capability } from "../capabilities.js";
import type { Tool, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { Http, HttpCall } from "../http.js";
import { referenceOf } from "../reference.js";
import { defineTool } from "../tool.js";
import { moneyOf } from "../values.js";
import { change, findCustomers, findOrder, type MagentoOrder, ordersOf, returnsOf, shipmentsOf } from "./client.js";
import { addressFields, lineOf, shippingAddressOf } from "./order.js";
import { readRefundBack, refund } from "./refund.js";

export interface MagentoEffectOptions {
  /** For orders that replace others: how they are sent, what makes them free, and what pays nothing. */
  readonly replacement: {
    readonly carrierCode: string;
    readonly methodCode: string;
    /** A coupon of 100 %: without it a replacement would have to be paid. */
    readonly coupon: string;
    readonly paymentMethod: string;
  };
  /** Path of the merchant's module that grants store credit; Magento itself has none. */
  readonly storeCreditPath: string | undefined;
}

/** What can be changed in Magento. */
export function magentoEffects(http: Http, options: MagentoEffectOptions): Tool[] {
  const system = "magento";
  return [
    defineTool(http, {
      name: "magento_issue_refund",
      capability: "issue_refund",
      system,
      run: (args, call, tool) => refund(call, args, referenceOf(tool, args), `Refund: ${args.reason ?? "asked for"}`),
      readBack: (args, call, tool) => readRefundBack(call, args, referenceOf(tool, args)),
    }),
    defineTool(http, {
      name: "magento_apply_discount",
      capability: "apply_discount",
      system,
      async run(args, call, tool) {
        const prepared = await discountAsRefund(call, args);
        if ("result" in prepared) return prepared;
        const note = `Discount ${args.percent} %: ${args.reason ?? "granted"}`;
        const outcome = await refund(call, prepared, referenceOf(tool, args), note);
        return outcome.result === "ok"
          ? ok({ percent: args.percent, amount: outcome.value.amount }, outcome.receipt)
          : outcome;
      },
      async readBack(args, call, tool) {
        const prepared = await discountAsRefund(call, args);
        if ("result" in prepared) return prepared;
        const outcome = await readRefundBack(call, prepared, referenceOf(tool, args));
        return outcome.result === "ok"
          ? ok({ percent: args.percent, amount: outcome.value.amount }, outcome.receipt)
          : outcome;
      },
    }),
    defineTool(http, {
      name: "magento_cancel_order",
      capability: "cancel_order",
      system,
      async run({ order_id }, call) {
        const order = await findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        if (order.state === "canceled") return ok({ order_id, status: "canceled" });
        if (order.state === "complete" || order.state === "closed") {
          return { result: "refused", reason: `The order is ${order.state}.` };
        }
        const made = await change(call, "POST", `/V1/orders/${order.entity_id}/cancel`, undefined, z.boolean());
        if (!made.ok) return { result: "refused", reason: made.reason };
        // `false` comes with a 200, and `true` is not proof either.
        return (await isCanceled(call, order_id))
          ? ok({ order_id, status: "canceled" }, `Magento order ${order_id} canceled`)
          : { result: "refused", reason: "Magento could not cancel the order." };
      },
      async readBack({ order_id }, call) {
        return (await isCanceled(call, order_id)) ? ok({ order_id, status: "canceled" }) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "magento_update_address",
      capability: "update_address",
      system,
      async run({ order_id, address }, call) {
        const order = order_id === undefined ? undefined : await findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        const before = shippingAddressOf(order);
        if (before === undefined) return { result: "refused", reason: "The order has no shipping address." };
        if ((await shipmentsOf(call, order.entity_id)).length > 0 || order.state === "complete") {
          return { result: "refused", reason: "The order has left already." };
        }
        const entity = { ...before, ...addressFields(address), parent_id: order.entity_id, address_type: "shipping" };
        const made = await change(call, "PUT", `/V1/orders/${order.entity_id}`, { entity }, z.unknown());
        return made.ok
          ? ok({ address }, `Magento order ${order.increment_id} readdressed`)
          : { result: "refused", reason: made.reason };
      },
      async readBack({ order_id, address }, call) {
        const order = order_id === undefined ? undefined : await findOrder(call, order_id);
        const now = order && lineOf(shippingAddressOf(order));
        return now === lineOf(addressFields(address)) ? ok({ address }) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "magento_mark_paid",
      capability: "mark_paid",
      system,
      async run({ order_id }, call) {
        const order = await findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        if (isPaid(order)) return ok({ order_id, paid: true });
        const json = { capture: true, notify: false };
        const made = await change(
          call,
          "POST",
          `/V1/order/${order.entity_id}/invoice`,
          json,
          z.union([z.number(), z.string()]),
        );
        return made.ok
          ? ok({ order_id, paid: true }, `Magento order ${order_id} marked as paid`)
          : { result: "refused", reason: made.reason };
      },
      async readBack({ order_id }, call) {
        const order = await findOrder(call, order_id);
        return order !== undefined && isPaid(order) ? ok({ order_id, paid: true }) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "magento_exchange_order",
      capability: "exchange",
      system,
      async run(args, call, tool) {
        const order = await findOrder(call, args.order_id);
        if (order === undefined) return { result: "not_found" };
        const reference = referenceOf(tool, args);
        const before = await returnWith(call, order, reference);
        if (before !== undefined) return before;
        const items = args.take_back.flatMap(({ sku, name, quantity }) => {
          const item = order.items?.find((each) => (sku ? each.sku === sku : each.name === name));
          return item === undefined
            ? []
            : [{ order_item_id: item.item_id, qty_requested: quantity, resolution: "exchange" }];
        });
        if (items.length < args.take_back.length)
          return { result: "refused", reason: "The order does not have these items." };
        const send = args.send.map(({ name, quantity }) => `${quantity} x ${name}`).join(", ");
        const rmaDataObject = {
          order_id: order.entity_id,
          order_increment_id: order.increment_id,
          items,
          comments: [{ comment: `Exchange for ${send}: ${args.reason ?? "asked for"} (${reference})`, admin: true }],
        };
        const schema = z.looseObject({ entity_id: z.number() });
        const made = await change(call, "POST", "/V1/returns", { rmaDataObject }, schema);
        if (!made.ok) return { result: "refused", reason: made.reason };
        return ok({ id: String(made.body.entity_id), status: "pending" }, `Magento return ${made.body.entity_id}`);
      },
      async readBack(args, call, tool) {
        const order = await findOrder(call, args.order_id);
        const found = order && (await returnWith(call, order, referenceOf(tool, args)));
        return found ?? { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "magento_store_credit",
      capability: "store_credit",
      system,
      async run({ email, amount, order_id, reason }, call, tool) {
        if (options.storeCreditPath === undefined) {
          return {
            result: "refused",
            reason: "Magento grants no store credit by itself, and no module for it is set up.",
          };
        }
        const reference = referenceOf(tool, { email, amount, order_id });
        const json = {
          email,
          order: order_id,
          amount: amount.amountMinor / 100,
          currency: amount.currency,
          reference,
          reason,
        };
        const made = await change(call, "POST", options.storeCreditPath, json, Credit);
        return made.ok
          ? ok({ id: made.body.id, amount }, `store credit ${made.body.id}`)
          : { result: "refused", reason: made.reason };
      },
      async readBack(args, call, tool) {
        if (options.storeCreditPath === undefined) return { result: "not_found" };
        const reference = referenceOf(tool, { email: args.email, amount: args.amount, order_id: args.order_id });
        const answer = await call.request({ path: `${options.storeCreditPath}/${reference}`, schema: Credit });
        return answer.ok ? ok({ id: answer.body.id, amount: args.amount }) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "magento_create_order",
      capability: "create_replacement",
      system,
      run: (args, call, tool) => replace(call, args, referenceOf(tool, args), options.replacement),
      async readBack(args, call, tool) {
        return (await replacementWith(call, args.email, referenceOf(tool, args))) ?? { result: "not_found" };
      },
    }),
  ];
}

const Credit = z.looseObject({ id: z.string() });

async function isCanceled(call: HttpCall, number: string): Promise<boolean> {
  return (await findOrder(call, number))?.state === "canceled";
}

function isPaid({ total_due, total_paid, grand_total }: MagentoOrder): boolean {
  return total_due === 0 || (typeof total_paid === "number" && total_paid >= (grand_total ?? Number.POSITIVE_INFINITY));
}

/** A placed order cannot be made cheaper; the same money goes back as a partial refund. */
async function discountAsRefund(
  call: HttpCall,
  { order_id, percent, on }: Capability<"apply_discount">["args"],
): Promise<Capability<"issue_refund">["args"] | ToolOutcome<never>> {
  if (order_id === undefined || on === "next") {
    return { result: "refused", reason: "Magento can only take something off an order." };
  }
  const order = await findOrder(call, order_id);
  const total = moneyOf(order?.grand_total, order?.order_currency_code);
  if (order === undefined || total === undefined) return { result: "not_found" };
  if (!isPaid(order)) return { result: "refused", reason: "Nothing has been paid yet that could be given back." };
  return { order_id, amount: { ...total, amountMinor: Math.round((total.amountMinor * percent) / 100) } };
}

async function returnWith(
  call: HttpCall,
  order: MagentoOrder,
  reference: string,
): Promise<ToolOutcome<Capability<"exchange">["result"]> | undefined> {
  const found = (await returnsOf(call, order.entity_id)).find(({ comments }) =>
    comments?.some(({ comment }) => comment?.includes(reference)),
  );
  return found && ok({ id: String(found.entity_id), status: "pending" }, `Magento return ${found.entity_id}`);
}

type Replaced = ToolOutcome<Capability<"create_replacement">["result"]>;

/** A cart becomes an order only by the last call; until then nothing has happened. Our reference rides on the label. */
async function replace(
  call: HttpCall,
  args: Capability<"create_replacement">["args"],
  reference: string,
  { carrierCode, methodCode, coupon, paymentMethod }: MagentoEffectOptions["replacement"],
): Promise<Replaced> {
  const before = await replacementWith(call, args.email, reference);
  if (before !== undefined) return before;
  const customer = (await findCustomers(call, args.email))[0];
  if (customer === undefined)
    return { result: "refused", reason: "Only customers with an account can be sent a replacement." };
  const id = z.union([z.number(), z.string()]);
  const cart = await change(call, "POST", `/V1/customers/${customer.id}/carts`, undefined, id, "staging");
  if (!cart.ok) return { result: "refused", reason: cart.reason };
  const path = `/V1/carts/${cart.body}`;
  for (const { sku, name, quantity } of args.items) {
    const cartItem = { sku: sku ?? name, qty: quantity, quote_id: String(cart.body) };
    const added = await change(call, "POST", `${path}/items`, { cartItem }, z.unknown(), "staging");
    if (!added.ok) return { result: "refused", reason: added.reason };
  }
  const address = {
    firstname: customer.firstname ?? "",
    lastname: customer.lastname ?? "",
    telephone: customer.addresses?.[0]?.telephone ?? "-",
    email: args.email,
    company: reference,
    ...addressFields(args.address),
  };
  const addressInformation = {
    shipping_address: address,
    billing_address: address,
    shipping_carrier_code: carrierCode,
    shipping_method_code: methodCode,
  };
  for (const [method, step, json] of [
    ["POST", `${path}/shipping-information`, { addressInformation }],
    ["PUT", `${path}/coupons/${encodeURIComponent(coupon)}`, undefined],
  ] as const) {
    const made = await change(call, method, step, json, z.unknown(), "staging");
    if (!made.ok) return { result: "refused", reason: made.reason };
  }
  const placed = await change(call, "PUT", `${path}/order`, { paymentMethod: { method: paymentMethod } }, id);
  if (!placed.ok) return { result: "refused", reason: placed.reason };
  return (
    (await replacementWith(call, args.email, reference)) ?? {
      result: "unknown_outcome",
      reason: "Magento placed the order but does not show it.",
    }
  );
}

async function replacementWith(call: HttpCall, email: string, reference: string): Promise<Replaced | undefined> {
  const order = (await ordersOf(call, email)).find((each) => shippingAddressOf(each)?.company === reference);
  if (order === undefined) return undefined;
  const total = moneyOf(order.grand_total, order.order_currency_code);
  const value = {
    number: order.increment_id,
    id: String(order.entity_id),
    paid: total?.amountMinor === 0 || isPaid(order),
  };
  return ok(total === undefined ? value : { ...value, total }, `Magento order ${order.increment_id}`);
}
