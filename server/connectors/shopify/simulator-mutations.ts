/** What Shopify's mutations do to the make-believe world, and what its ledger keeps of them. */
import type { World, WorldOrder } from "../../../sandbox/world/index.js";
import { addressLine } from "../address-line.js";
import { statusWord } from "../values.js";
import { draftRow, orderGid, orderRow, variantRows } from "./simulator-queries.js";

/** What Shopify knows beyond the world: notes, drafts, staged edits. */
export interface ShopifyBooks {
  readonly refunds: {
    id: string;
    order: string;
    amount: number;
    note: string;
    at: string | undefined;
    /** Of its transaction. */
    status: "PENDING" | "SUCCESS" | "FAILURE";
    as: "money" | "credit";
  }[];
  readonly payments: Set<string>;
  readonly drafts: {
    id: string;
    tags: string[];
    email: string;
    address: string | undefined;
    items: { sku?: string; name: string; qty: number; price: number }[];
    free: boolean;
    order?: string;
  }[];
  readonly edits: Map<
    string,
    { order: string; discounts: { percent: number; description: string }[]; shipping: string[] }
  >;
  readonly discounts: Map<string, { percent: number; description: string }[]>;
  readonly shipping: Map<string, string[]>;
  readonly codes: Map<string, string>;
  readonly returns: { order: string; row: Record<string, unknown> }[];
  readonly tags: Map<string, string[]>;
  /** Answers by idempotency key. */
  readonly replays: Map<string, { input: string; answer: object }>;
}

type Row = Record<string, unknown>;

export function mutationsOf(world: World, books: ShopifyBooks, alreadyDone: boolean): Row {
  const find = (id: string) => world.orders.find((order) => orderGid(order.id) === id);
  const rowOf = (order: WorldOrder) => orderRow(order, world, world, books);
  const no = (message: string, code: string | null = null) => [{ message, field: null, code }];
  const missing = no("Order does not exist");

  return {
    orderCancel: ({ orderId }: { orderId: string }) => {
      const order = find(orderId);
      const refuse = (message: string, code: string) => ({ job: null, orderCancelUserErrors: no(message, code) });
      if (order === undefined) return refuse("Order does not exist", "NOT_FOUND");
      const again = refuse("Cannot cancel an order that is already canceled", "INVALID");
      if (isCanceled(order)) return again;
      if (hasLeft(order)) return refuse("Cannot cancel an order with a fulfillment", "INVALID");
      order.status = "Canceled";
      const refunded = world.totalOf(order);
      world.record("shopify", "cancellations", { order: order.id, refunded, currency: order.currency });
      if (alreadyDone) return again;
      return { job: { id: `gid://shopify/Job/${order.id}`, done: true }, orderCancelUserErrors: [] };
    },
    refundCreate: (args: { input: RefundInput; "@idempotent"?: { key?: string } }) => {
      const key = args["@idempotent"]?.key;
      if (key === undefined) return { refund: null, userErrors: no("The @idempotent directive is required.") };
      const before = books.replays.get(key);
      const input = JSON.stringify(args.input);
      if (before !== undefined) {
        return before.input === input ? before.answer : { refund: null, userErrors: no("The key was used before.") };
      }
      const answer = refund(args.input);
      if ("refund" in answer && answer.refund !== null) books.replays.set(key, { input, answer });
      return answer;
    },
    orderMarkAsPaid: ({ input }: { input: { id: string } }) => {
      const order = find(input.id);
      if (order === undefined) return { order: null, userErrors: missing };
      const again = { order: null, userErrors: no("Order cannot be marked as paid.") };
      if (rowOf(order).fullyPaid === true) return again;
      books.payments.add(order.id);
      world.record("shopify", "payments", { order: order.id });
      if (alreadyDone) return again;
      return { order: rowOf(order), userErrors: [] };
    },
    orderUpdate: ({ input }: { input: { id: string; shippingAddress?: AddressInput } }) => {
      const order = find(input.id);
      if (order === undefined) return { order: null, userErrors: missing };
      const address = input.shippingAddress && lineOf(input.shippingAddress);
      if (address !== undefined) {
        order.shipTo = address;
        world.record("shopify", "addressChanges", { order: order.id, address });
      }
      return { order: rowOf(order), userErrors: [] };
    },
    orderEditBegin: ({ id }: { id: string }) => {
      const order = find(id);
      if (order === undefined) return { calculatedOrder: null, userErrors: missing };
      const edit = `gid://shopify/CalculatedOrder/${books.edits.size + 1}`;
      books.edits.set(edit, { order: order.id, discounts: [], shipping: [] });
      const nodes = (order.items ?? []).map((_, at) => ({ id: `gid://shopify/CalculatedLineItem/${at}` }));
      return { calculatedOrder: { id: edit, lineItems: { nodes } }, userErrors: [] };
    },
    orderEditAddLineItemDiscount: ({
      id,
      discount,
    }: {
      id: string;
      discount: { percentValue: number; description: string };
    }) => {
      const edit = books.edits.get(id);
      if (edit === undefined) return { calculatedOrder: null, userErrors: no("The edit does not exist.") };
      // Once per line, with the same percentage: one discount on the order.
      if (edit.discounts.length === 0) {
        edit.discounts.push({ percent: discount.percentValue, description: discount.description });
      }
      return { calculatedOrder: { id }, userErrors: [] };
    },
    orderEditAddShippingLine: ({ id, shippingLine }: { id: string; shippingLine: { title: string } }) => {
      const edit = books.edits.get(id);
      if (edit === undefined) return { calculatedOrder: null, userErrors: no("The edit does not exist.") };
      edit.shipping.push(shippingLine.title);
      return { calculatedOrder: { id }, userErrors: [] };
    },
    orderEditCommit: ({ id }: { id: string }) => {
      const edit = books.edits.get(id);
      const order = edit && world.findOrder(edit.order);
      const again = { order: null, userErrors: no("The edit was committed before, or does not exist.") };
      if (edit === undefined || order === undefined) return again;
      books.edits.delete(id);
      books.discounts.set(order.id, [...(books.discounts.get(order.id) ?? []), ...edit.discounts]);
      books.shipping.set(order.id, [...(books.shipping.get(order.id) ?? []), ...edit.shipping]);
      for (const { percent } of edit.discounts) world.record("shopify", "discounts", { order: order.id, percent });
      for (const service of edit.shipping) world.record("shopify", "upgrades", { order: order.id, service });
      if (alreadyDone) return again;
      return { order: rowOf(order), userErrors: [] };
    },
    discountCodeBasicCreate: ({ basicCodeDiscount }: { basicCodeDiscount: CodeInput }) => {
      const { code, customerGets } = basicCodeDiscount;
      const again = { codeDiscountNode: null, userErrors: no("Code must be unique.", "TAKEN") };
      if (books.codes.has(code)) return again;
      const id = `gid://shopify/DiscountCodeNode/${books.codes.size + 1}`;
      books.codes.set(code, id);
      world.record("shopify", "discounts", { code, percent: Math.round(customerGets.value.percentage * 100) });
      if (alreadyDone) return again;
      return { codeDiscountNode: { id }, userErrors: [] };
    },
    draftOrderCreate: ({ input }: { input: DraftInput }) => {
      const lines = input.lineItems.map((line) => {
        const variant = variantRows(world).find(({ id }) => id === line.variantId);
        return { line, variant, stock: variant?.inventoryQuantity };
      });
      if (lines.some(({ line, variant }) => line.variantId !== undefined && variant === undefined)) {
        return { draftOrder: null, userErrors: no("Product variant does not exist") };
      }
      const draft: ShopifyBooks["drafts"][number] = {
        id: `gid://shopify/DraftOrder/${books.drafts.length + 1}`,
        tags: input.tags ?? [],
        email: input.email,
        address: input.shippingAddress && lineOf(input.shippingAddress),
        free: input.appliedDiscount?.valueType === "PERCENTAGE" && input.appliedDiscount.value === 100,
        items: lines.map(({ line, variant }) => ({
          ...(typeof variant?.sku === "string" ? { sku: variant.sku } : {}),
          name: variant === undefined ? (line.title ?? "") : String(variant.fullTitle),
          qty: line.quantity,
          price: Number(variant?.price ?? line.originalUnitPrice ?? 0),
        })),
      };
      books.drafts.push(draft);
      return { draftOrder: draftRow(draft, world, books), userErrors: [] };
    },
    draftOrderComplete: ({ id }: { id: string }) => {
      const draft = books.drafts.find((each) => each.id === id);
      if (draft === undefined) return { draftOrder: null, userErrors: no("Draft order does not exist") };
      const again = { draftOrder: null, userErrors: no("This order has been paid.") };
      if (draft.order !== undefined) return again;
      const order: WorldOrder = {
        id: world.newOrderId(),
        email: draft.email,
        status: "Approved",
        ordered: world.now(),
        currency: "USD",
        items: [
          ...draft.items.map((item) => (draft.free ? { ...item, price: 0 } : item)),
          // Put on by another app once the order is there, as an edit: what is off the draft is not off that.
          ...(world.surcharge > 0 ? [{ name: "Handling", qty: 1, price: world.surcharge }] : []),
        ],
        ...(draft.address === undefined ? {} : { shipTo: draft.address }),
      };
      world.orders.push(order);
      draft.order = order.id;
      books.tags.set(order.id, draft.tags);
      // Without payment terms a completed draft counts as paid; what comes on top afterwards does not.
      const paid = world.surcharge === 0;
      if (paid) books.payments.add(order.id);
      world.record("shopify", "replacements", {
        order: order.id,
        of: /^replaces-(.*)$/.exec(draft.tags.find((tag) => tag.startsWith("replaces-")) ?? "")?.[1] ?? null,
        items: draft.items.map(({ sku, name, qty }) => ({ sku, name, qty })),
        email: draft.email,
        address: draft.address ?? null,
        total: world.totalOf(order),
        paid,
      });
      if (alreadyDone) return again;
      return { draftOrder: draftRow(draft, world, books), userErrors: [] };
    },
    returnCreate: ({ returnInput }: { returnInput: ReturnInput }) => {
      const order = find(returnInput.orderId);
      if (order === undefined) return { return: null, userErrors: missing };
      const id = `gid://shopify/Return/${books.returns.length + 1}`;
      const row = {
        id,
        status: "OPEN",
        returnLineItems: {
          nodes: returnInput.returnLineItems.map(({ returnReasonNote }) => ({
            __typename: "ReturnLineItem",
            returnReasonNote,
          })),
        },
      };
      books.returns.push({ order: order.id, row });
      world.record("shopify", "replacements", {
        kind: "exchange",
        id,
        order: order.id,
        send: returnInput.exchangeLineItems.map(({ variantId, quantity }) => ({
          name: variantRows(world).find((variant) => variant.id === variantId)?.fullTitle ?? variantId,
          qty: quantity,
        })),
      });
      return alreadyDone
        ? { return: null, userErrors: no("Return quantity exceeds what is left.") }
        : { return: row, userErrors: [] };
    },
  };

  function refund(input: RefundInput): { refund: object | null; userErrors: object[] } {
    const order = find(input.orderId);
    if (order === undefined) return { refund: null, userErrors: missing };
    const credit = input.refundMethods?.[0]?.storeCreditRefund.amount;
    const amount = credit
      ? Number(credit.amount)
      : (input.transactions ?? []).reduce((sum, { amount: part }) => sum + Number(part), 0);
    const wrongParent = input.transactions?.some(
      ({ parentId }) => parentId !== `gid://shopify/OrderTransaction/${order.id}`,
    );
    if (wrongParent === true) return { refund: null, userErrors: no("Transactions are invalid") };
    const before = books.refunds
      .filter(({ order: of, status }) => of === order.id && status !== "FAILURE")
      .reduce((sum, each) => sum + each.amount, 0);
    const tooMuch = { refund: null, userErrors: no("Refund amount exceeds the amount that is left to refund") };
    if (amount > (world.totalOf(order) ?? 0) - before + 0.001) return tooMuch;
    const id = `gid://shopify/Refund/${books.refunds.length + 1}`;
    const as = credit === undefined ? "money" : "credit";
    books.refunds.push({ id, order: order.id, amount, note: input.note ?? "", at: world.now(), status: "PENDING", as });
    if (credit === undefined) world.refund(order, amount);
    world.record("shopify", credit === undefined ? "refunds" : "credits", {
      id,
      order: order.id,
      amount,
      currency: order.currency,
      ...(credit === undefined ? {} : { email: order.email }),
    });
    if (alreadyDone) return tooMuch;
    return { refund: (rowOf(order).refunds as { id: string }[]).find((row) => row.id === id) ?? null, userErrors: [] };
  }
}

interface RefundInput {
  readonly orderId: string;
  readonly note?: string;
  readonly transactions?: readonly { parentId?: string; amount: string }[];
  readonly refundMethods?: readonly { storeCreditRefund: { amount: { amount: string; currencyCode: string } } }[];
}

interface AddressInput {
  readonly address1?: string;
  readonly address2?: string;
  readonly city?: string;
  readonly provinceCode?: string;
  readonly zip?: string;
  readonly countryCode?: string;
}

interface DraftInput {
  readonly email: string;
  readonly tags?: string[];
  readonly shippingAddress?: AddressInput;
  readonly appliedDiscount?: { value: number; valueType: string };
  readonly lineItems: readonly { variantId?: string; title?: string; quantity: number; originalUnitPrice?: string }[];
}

interface CodeInput {
  readonly code: string;
  readonly customerGets: { value: { percentage: number } };
}

interface ReturnInput {
  readonly orderId: string;
  readonly returnLineItems: readonly { returnReasonNote?: string }[];
  readonly exchangeLineItems: readonly { variantId?: string; quantity: number }[];
}

function lineOf(address: AddressInput): string | undefined {
  return addressLine({
    street1: address.address1,
    street2: address.address2,
    city: address.city,
    state: address.provinceCode,
    zip: address.zip,
    country: address.countryCode,
  });
}

function hasLeft({ status }: WorldOrder): boolean {
  return status !== undefined && ["shipped", "in_transit", "delivered"].includes(statusWord(status));
}

function isCanceled({ status }: WorldOrder): boolean {
  return status !== undefined && /^cancell?ed$/.test(statusWord(status));
}
