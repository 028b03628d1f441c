import { splitAddress } from "../address-line.js";
import type { Capability } from "../capabilities.js";
import type { ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { HttpCall } from "../http.js";
import { referenceOf } from "../reference.js";
import { known } from "../values.js";
import { present, refusalIn, type Shopify } from "./client.js";
import {
  CANCEL,
  CODE,
  CODE_CREATE,
  EDIT_BEGIN,
  EDIT_COMMIT,
  EDIT_DISCOUNT,
  EDIT_SHIPPING,
  JOB,
  RETURN_CREATE,
  RETURNS,
  type ShopifyOrder,
  UPDATE_ADDRESS,
} from "./operations.js";
import { addressOf, bag, hasLeft } from "./order.js";
import type { AnyPart, Part } from "./part.js";

const EXPEDITED = "Expedited";

export function changingParts(shop: Shopify): AnyPart[] {
  return [
    {
      capability: "cancel_order",
      async run(args, call, tool) {
        const order = await shop.findOrder(call, args.order_id);
        if (order === undefined) return { result: "not_found" };
        if (typeof order.cancelledAt === "string") return ok({ order_id: args.order_id, status: "canceled" });
        const variables = {
          orderId: order.id,
          staffNote: `${args.reason ?? "Asked for"} (${referenceOf(tool, args)})`,
        };
        const { orderCancel } = await shop.run(call, CANCEL, variables, true);
        const refusal = refusalIn(orderCancel.orderCancelUserErrors);
        if (refusal !== undefined) return { result: "refused", reason: refusal };
        // Cancelling is a job; what counts is the order afterwards.
        await jobDone(shop, call, orderCancel.job?.id);
        return (await isCanceled(shop, call, args.order_id))
          ? ok({ order_id: args.order_id, status: "canceled" }, `Shopify order ${order.name} canceled`)
          : { result: "unknown_outcome", reason: "Shopify has taken the cancellation up and not finished it." };
      },
      async readBack({ order_id }, call) {
        return (await isCanceled(shop, call, order_id))
          ? ok({ order_id, status: "canceled" })
          : { result: "not_found" };
      },
    } satisfies Part<"cancel_order">,
    {
      capability: "mark_paid",
      async run({ order_id }, call) {
        const order = await shop.findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        if (order.fullyPaid === true) return ok({ order_id, paid: true });
        const refusal = refusalIn(await shop.markPaid(call, order.id));
        return refusal === undefined
          ? ok({ order_id, paid: true }, `Shopify order ${order.name} marked as paid`)
          : { result: "refused", reason: refusal };
      },
      async readBack({ order_id }, call) {
        const order = await shop.findOrder(call, order_id);
        return order?.fullyPaid === true ? ok({ order_id, paid: true }) : { result: "not_found" };
      },
    } satisfies Part<"mark_paid">,
    {
      capability: "apply_discount",
      run: (args, call, tool) =>
        args.on === "next"
          ? giveCode(shop, call, args, referenceOf(tool, args))
          : discountOrder(shop, call, args, referenceOf(tool, args)),
      async readBack(args, call, tool) {
        const reference = referenceOf(tool, args);
        if (args.on === "next") return (await codeOf(shop, call, args.percent, reference)) ?? { result: "not_found" };
        const order = args.order_id === undefined ? undefined : await shop.findOrder(call, args.order_id);
        return order !== undefined && hasDiscount(order, reference)
          ? ok({ percent: args.percent })
          : { result: "not_found" };
      },
    } satisfies Part<"apply_discount">,
    {
      capability: "upgrade_shipping",
      async run({ order_id, service = EXPEDITED }, call, tool) {
        const order = order_id === undefined ? undefined : await shop.findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        if (hasShipping(order, service)) return ok({ service });
        if (hasLeft(order)) return { result: "refused", reason: "The order has left already." };
        const currency = bag(order.currentTotalPriceSet)?.currency ?? "USD";
        const shippingLine = { title: service, price: { amount: "0.00", currencyCode: currency } };
        return edit(shop, call, order, referenceOf(tool, { order_id, service }), { service }, async (id) => {
          const done = await shop.run(call, EDIT_SHIPPING, { id, shippingLine }, "staging");
          return refusalIn(done.orderEditAddShippingLine.userErrors);
        });
      },
      async readBack({ order_id, service = EXPEDITED }, call) {
        const order = order_id === undefined ? undefined : await shop.findOrder(call, order_id);
        return order !== undefined && hasShipping(order, service) ? ok({ service }) : { result: "not_found" };
      },
    } satisfies Part<"upgrade_shipping">,
    {
      capability: "update_address",
      async run({ order_id, address }, call) {
        const order = order_id === undefined ? undefined : await shop.findOrder(call, order_id);
        if (order === undefined) return { result: "not_found" };
        if (hasLeft(order)) return { result: "refused", reason: "The order has left already." };
        const { name, phone } = order.shippingAddress ?? {};
        const [firstName, ...rest] = (name ?? "").split(" ");
        const shippingAddress = { firstName, lastName: rest.join(" "), phone, ...addressInput(address) };
        const { orderUpdate } = await shop.run(
          call,
          UPDATE_ADDRESS,
          { input: { id: order.id, shippingAddress } },
          true,
        );
        const refusal = refusalIn(orderUpdate.userErrors);
        return refusal === undefined
          ? ok({ address }, `Shopify order ${order.name} readdressed`)
          : { result: "refused", reason: refusal };
      },
      async readBack({ order_id, address }, call) {
        const order = order_id === undefined ? undefined : await shop.findOrder(call, order_id);
        return addressOf(order?.shippingAddress) === address ? ok({ address }) : { result: "not_found" };
      },
    } satisfies Part<"update_address">,
    {
      capability: "exchange",
      run: (args, call, tool) => exchange(shop, call, args, referenceOf(tool, args)),
      async readBack(args, call, tool) {
        const order = await shop.findOrder(call, args.order_id);
        const found = order && (await returnsOf(shop, call, order.id, referenceOf(tool, args)));
        return found?.made === undefined ? { result: "not_found" } : ok(found.made, `Shopify return ${found.made.id}`);
      },
    } satisfies Part<"exchange">,
  ];
}

export function addressInput(line: string): object {
  const { street1, street2, city, state, zip, country } = splitAddress(line);
  return known({ address1: street1, address2: street2, city, provinceCode: state, zip, countryCode: country });
}

/** A handful of looks; the job goes on by itself when they are not enough. */
async function jobDone(shop: Shopify, call: HttpCall, id: string | undefined): Promise<void> {
  for (let look = 0; id !== undefined && look < 5; look++) {
    if ((await shop.run(call, JOB, { id })).job?.done !== false) return;
    await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** look));
  }
}

async function isCanceled(shop: Shopify, call: HttpCall, number: string): Promise<boolean> {
  return typeof (await shop.findOrder(call, number))?.cancelledAt === "string";
}

function hasShipping({ shippingLines }: ShopifyOrder, service: string): boolean {
  return shippingLines?.nodes.some(({ title }) => title === service) ?? false;
}

function hasDiscount({ discountApplications }: ShopifyOrder, reference: string): boolean {
  return discountApplications?.nodes.some(({ description }) => description?.includes(reference)) ?? false;
}

/** Changes of a placed order are staged, and count from the commit on. */
async function edit<T>(
  shop: Shopify,
  call: HttpCall,
  order: ShopifyOrder,
  reference: string,
  value: T,
  stage: (id: string, lineItemIds: readonly string[]) => Promise<string | undefined>,
): Promise<ToolOutcome<T>> {
  const { orderEditBegin } = await shop.run(call, EDIT_BEGIN, { id: order.id }, "staging");
  const begun = refusalIn(orderEditBegin.userErrors);
  if (begun !== undefined) return { result: "refused", reason: begun };
  const { id, lineItems } = present(orderEditBegin.calculatedOrder);
  const staged = await stage(
    id,
    (lineItems?.nodes ?? []).map((line) => line.id),
  );
  if (staged !== undefined) return { result: "refused", reason: staged };
  const { orderEditCommit } = await shop.run(call, EDIT_COMMIT, { id, staffNote: reference }, true);
  const refusal = refusalIn(orderEditCommit.userErrors);
  return refusal === undefined
    ? ok(value, `Shopify order ${order.name} edited`)
    : { result: "refused", reason: refusal };
}

type Discount = ToolOutcome<Capability<"apply_discount">["result"]>;

async function discountOrder(
  shop: Shopify,
  call: HttpCall,
  { order_id, percent }: Capability<"apply_discount">["args"],
  reference: string,
): Promise<Discount> {
  const order = order_id === undefined ? undefined : await shop.findOrder(call, order_id);
  if (order === undefined) return { result: "not_found" };
  // Done before; or free already, as a replacement is.
  if (hasDiscount(order, reference) || bag(order.currentTotalPriceSet)?.amountMinor === 0) return ok({ percent });
  return edit(shop, call, order, reference, { percent }, async (id, lineItemIds) => {
    for (const lineItemId of lineItemIds) {
      const discount = { percentValue: percent, description: `${percent} % (${reference})` };
      const done = await shop.run(call, EDIT_DISCOUNT, { id, lineItemId, discount }, "staging");
      const refusal = refusalIn(done.orderEditAddLineItemDiscount.userErrors);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  });
}

/** A code that works once; its name is made from our reference, so that there cannot be two. */
async function giveCode(
  shop: Shopify,
  call: HttpCall,
  { percent, reason }: Capability<"apply_discount">["args"],
  reference: string,
): Promise<Discount> {
  const before = await codeOf(shop, call, percent, reference);
  if (before !== undefined) return before;
  const code = codeName(reference);
  const discount = {
    title: `${percent} % (${reference})`,
    code,
    startsAt: new Date().toISOString(),
    usageLimit: 1,
    appliesOncePerCustomer: true,
    customerSelection: { all: true },
    customerGets: { value: { percentage: percent / 100 }, items: { all: true } },
    ...(reason === undefined ? {} : { tags: [reason.slice(0, 40)] }),
  };
  const { discountCodeBasicCreate } = await shop.run(call, CODE_CREATE, { discount }, true);
  const taken = discountCodeBasicCreate.userErrors?.some((error) => error.code === "TAKEN");
  const refusal = taken === true ? undefined : refusalIn(discountCodeBasicCreate.userErrors);
  return refusal === undefined ? ok({ percent, code }, `Shopify code ${code}`) : { result: "refused", reason: refusal };
}

async function codeOf(
  shop: Shopify,
  call: HttpCall,
  percent: number,
  reference: string,
): Promise<Discount | undefined> {
  const code = codeName(reference);
  const { codeDiscountNodeByCode } = await shop.run(call, CODE, { code });
  return codeDiscountNodeByCode === null || codeDiscountNodeByCode === undefined
    ? undefined
    : ok({ percent, code }, `Shopify code ${code}`);
}

function codeName(reference: string): string {
  return `THANKS-${reference.slice(3, 13).toUpperCase()}`;
}

type Exchanged = ToolOutcome<Capability<"exchange">["result"]>;

async function exchange(
  shop: Shopify,
  call: HttpCall,
  args: Capability<"exchange">["args"],
  reference: string,
): Promise<Exchanged> {
  const order = await shop.findOrder(call, args.order_id);
  if (order === undefined) return { result: "not_found" };
  const { made, shipped } = await returnsOf(shop, call, order.id, reference);
  if (made !== undefined) return ok(made, `Shopify return ${made.id}`);
  const returnLineItems = args.take_back.flatMap(({ sku, name, quantity }) => {
    const line = shipped.find(({ lineItem }) => (sku ? lineItem.sku === sku : lineItem.name === name));
    const note = `${args.reason ?? "Exchange"} (${reference})`;
    return line === undefined
      ? []
      : [{ fulfillmentLineItemId: line.id, quantity, returnReason: "OTHER", returnReasonNote: note }];
  });
  if (returnLineItems.length < args.take_back.length) {
    return { result: "refused", reason: "Only what was shipped with this order can be exchanged." };
  }
  const variants = await shop.variantsFor(call, args.send);
  if (variants.includes(undefined)) return { result: "refused", reason: "The shop does not have that product." };
  const exchangeLineItems = args.send.map(({ quantity }, at) => ({ variantId: variants[at]?.id, quantity }));
  const input = { orderId: order.id, returnLineItems, exchangeLineItems };
  const { returnCreate } = await shop.run(call, RETURN_CREATE, { input }, true);
  const refusal = refusalIn(returnCreate.userErrors);
  if (refusal !== undefined) return { result: "refused", reason: refusal };
  const { id, status } = present(returnCreate.return);
  return ok({ id, status: status?.toLowerCase() ?? "open" }, `Shopify return ${id}`);
}

async function returnsOf(shop: Shopify, call: HttpCall, id: string, reference: string) {
  const { order } = await shop.run(call, RETURNS, { id });
  const found = order?.returns.nodes.find(({ returnLineItems }) =>
    returnLineItems.nodes.some(({ returnReasonNote }) => returnReasonNote?.includes(reference)),
  );
  return {
    made: found && { id: found.id, status: found.status?.toLowerCase() ?? "open" },
    shipped: order?.fulfillments.flatMap(({ fulfillmentLineItems }) => fulfillmentLineItems.nodes) ?? [],
  };
}
