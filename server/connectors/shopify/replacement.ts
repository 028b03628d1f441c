/**
 * Goods sent again without charge. A draft with everything off becomes an order by one call: there is no moment at which
 * a crash leaves an order that the shopper would have to pay. Only what a shop's other apps put on an order once it is
 * there (by an order edit) is still open afterwards; the order says so, and the policy takes it off.
 */
import type { Capability } from "../capabilities.js";
import type { ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { HttpCall } from "../http.js";
import { referenceOf } from "../reference.js";
import { known } from "../values.js";
import { present, quoted, refusalIn, type Shopify } from "./client.js";
import { addressInput } from "./effects.js";
import { DRAFT_COMPLETE, DRAFT_CREATE, DRAFTS, type ShopifyOrder } from "./operations.js";
import { bag, numberOf, replacesTag } from "./order.js";
import type { Part } from "./part.js";

type Args = Capability<"create_replacement">["args"];
type Replaced = ToolOutcome<Capability<"create_replacement">["result"]>;

export function replacementPart(shop: Shopify): Part<"create_replacement"> {
  return {
    capability: "create_replacement",
    async run(args, call, tool) {
      const reference = referenceOf(tool, args);
      const before = await draftWith(shop, call, reference);
      if (before?.order) return replaced(before.order);
      const original = await shop.findOrder(call, args.order_id);
      if (original === undefined) return { result: "not_found" };
      const draft = before ?? (await createDraft(shop, call, args, reference));
      if ("reason" in draft) return { result: "refused", reason: String(draft.reason) };
      const { draftOrderComplete } = await shop.run(call, DRAFT_COMPLETE, { id: draft.id }, true);
      const refusal = refusalIn(draftOrderComplete.userErrors);
      if (refusal !== undefined) return { result: "refused", reason: refusal };
      return replaced(present(present(draftOrderComplete.draftOrder).order));
    },
    async readBack(args, call, tool) {
      const draft = await draftWith(shop, call, referenceOf(tool, args));
      return draft?.order ? replaced(draft.order) : { result: "not_found" };
    },
  };
}

async function createDraft(shop: Shopify, call: HttpCall, args: Args, reference: string) {
  const variants = await shop.variantsFor(call, args.items);
  const input = {
    email: args.email,
    shippingAddress: addressInput(args.address),
    lineItems: args.items.map(({ name, quantity, sku }, at) => {
      const variant = variants[at];
      // What the catalogue no longer has is sent as a line of its own.
      return variant === undefined
        ? known({ title: name, sku: sku ?? undefined, quantity, originalUnitPrice: "0.00" })
        : { variantId: variant.id, quantity };
    }),
    appliedDiscount: { value: 100, valueType: "PERCENTAGE", title: "Replacement" },
    tags: [reference, "replacement", replacesTag(args.order_id)],
    note: `Replacement of ${args.order_id}: ${args.reason ?? "asked for"}`,
  };
  const { draftOrderCreate } = await shop.run(call, DRAFT_CREATE, { input }, "staging");
  const refusal = refusalIn(draftOrderCreate.userErrors);
  return refusal === undefined ? present(draftOrderCreate.draftOrder) : { reason: refusal };
}

/** Completed, or left open by a try that broke off: then that one is completed, and no second made. */
async function draftWith(shop: Shopify, call: HttpCall, reference: string) {
  const { draftOrders } = await shop.run(call, DRAFTS, { search: `tag:${quoted(reference)}` });
  return draftOrders.nodes.find(({ order }) => order) ?? draftOrders.nodes[0];
}

function replaced(order: Pick<ShopifyOrder, "id" | "name" | "currentTotalPriceSet" | "fullyPaid">): Replaced {
  const total = bag(order.currentTotalPriceSet);
  const paid = total?.amountMinor === 0 || (order.fullyPaid ?? undefined);
  const value = { number: numberOf(order.name), id: order.id, ...(paid === undefined ? {} : { paid }) };
  return ok(total === undefined ? value : { ...value, total }, `Shopify order ${order.name}`);
}
