/** What the shop's data looks like through Shopify's eyes. Null where the world does not say. */
import type { World, WorldOrder } from "../../../sandbox/world/index.js";
import { splitAddress } from "../address-line.js";
import { statusWord } from "../values.js";
import { ATTRIBUTES } from "./order.js";
import type { ShopifyBooks } from "./simulator-mutations.js";

type Row = Record<string, unknown>;

export function queriesOf(view: World, world: World, books: ShopifyBooks): Row {
  const rows = () => view.orders.map((order) => orderRow(order, view, world, books));
  return {
    shop: { currencyCode: view.catalog[0]?.currency ?? "USD" },
    orders: ({ query = "", first, reverse }: { query?: string; first: number; reverse?: boolean }) => {
      const found = rows().filter((row) => matches(row, query));
      if (reverse === true)
        found.sort((one, other) => String(other.createdAt ?? "").localeCompare(String(one.createdAt ?? "")));
      return { nodes: found.slice(0, first) };
    },
    order: ({ id }: { id: string }) => rows().find((row) => row.id === id) ?? null,
    job: ({ id }: { id: string }) => ({ id, done: true }),
    customerByIdentifier: ({ identifier }: { identifier: { emailAddress: string } }) => {
      const customer = view.findCustomer(identifier.emailAddress);
      if (customer === undefined) return null;
      return {
        id: `gid://shopify/Customer/${view.customers.indexOf(customer) + 1}`,
        displayName: customer.name ?? null,
        defaultEmailAddress: { emailAddress: customer.email },
        defaultPhoneNumber: customer.phone === undefined ? null : { phoneNumber: customer.phone },
        defaultAddress: customer.address === undefined ? null : addressRow(customer.address, customer.name),
      };
    },
    productVariants: ({ query, first }: { query?: string | null; first: number }) => ({
      nodes: variantRows(view)
        .filter((row) => matches(row, query ?? ""))
        .slice(0, first),
    }),
    draftOrders: ({ query = "", first }: { query?: string; first: number }) => ({
      nodes: books.drafts
        .filter((draft) => matches({ tags: draft.tags }, query))
        .slice(0, first)
        .map((draft) => draftRow(draft, world, books)),
    }),
    codeDiscountNodeByCode: ({ code }: { code: string }) =>
      books.codes.has(code) ? { id: books.codes.get(code) } : null,
  };
}

/** `name:'#1001'`, `email:'a@b.c'`, `tag:'x'`, `sku:'x'`, `title:'x'`: one term, as our connector writes it. */
function matches(row: Row, query: string): boolean {
  const [, field, value = ""] = /^(\w+):'(.*)'$/.exec(query.trim()) ?? [];
  if (field === undefined) return query.trim() === "";
  const wanted = value.toLowerCase();
  if (field === "tag") return (row.tags as string[]).some((tag) => tag.toLowerCase() === wanted);
  if (field === "title")
    return String(row.fullTitle ?? "")
      .toLowerCase()
      .includes(wanted);
  return String(row[field] ?? "").toLowerCase() === wanted;
}

export function draftRow(draft: ShopifyBooks["drafts"][number], world: World, books: ShopifyBooks): Row {
  const order = draft.order === undefined ? undefined : world.findOrder(draft.order);
  return {
    id: draft.id,
    status: draft.order === undefined ? "OPEN" : "COMPLETED",
    order: order === undefined ? null : orderRow(order, world, world, books),
  };
}

export function variantRows(world: World): Row[] {
  return world.catalog.map(({ sku, name, price, stock }, at) => ({
    id: `gid://shopify/ProductVariant/${at + 1}`,
    sku: sku ?? null,
    title: "Default Title",
    fullTitle: name,
    price: price === undefined ? null : price.toFixed(2),
    availableForSale: stock === undefined ? null : stock > 0,
    inventoryQuantity: stock ?? null,
    product: { title: name },
  }));
}

const PARCEL: Readonly<Record<string, string>> = {
  shipped: "FULFILLED",
  in_transit: "IN_TRANSIT",
  delivered: "DELIVERED",
};
const ORDER: Readonly<Record<string, string>> = {
  approved: "UNFULFILLED",
  processing: "IN_PROGRESS",
  pending_shipment: "SCHEDULED",
  shipped: "FULFILLED",
  in_transit: "FULFILLED",
  delivered: "FULFILLED",
  canceled: "UNFULFILLED",
  cancelled: "UNFULFILLED",
};

export function orderRow(order: WorldOrder, view: World, world: World, books: ShopifyBooks): Row {
  const word = order.status === undefined ? undefined : statusWord(order.status);
  const parcel = word === undefined ? undefined : PARCEL[word];
  const discount = (books.discounts.get(order.id) ?? []).reduce((left, { percent }) => left * (1 - percent / 100), 1);
  const total = order.items === undefined ? undefined : world.totalOf(order);
  const refunds = books.refunds.filter((refund) => refund.order === order.id);
  const refunded = refunds.reduce((sum, { amount, status }) => (status === "FAILURE" ? sum : sum + amount), 0);
  const money = (amount: number | undefined) =>
    amount === undefined ? null : { shopMoney: { amount: amount.toFixed(2), currencyCode: order.currency } };
  const customer = order.email === undefined ? undefined : view.findCustomer(order.email);
  const canceled = word === "canceled" || word === "cancelled";
  const paid = books.payments.has(order.id) || word !== "approved" || (total ?? 1) * discount === 0;
  const left = total === undefined ? undefined : Math.max(0, total * discount - refunded);
  return {
    id: orderGid(order.id),
    name: /^\d+$/.test(order.id) ? `#${order.id}` : order.id,
    email: order.email ?? null,
    createdAt: order.ordered ?? null,
    cancelledAt: canceled ? world.now() : null,
    displayFinancialStatus: paid ? "PAID" : "PENDING",
    displayFulfillmentStatus: word === undefined ? null : (ORDER[word] ?? word.toUpperCase()),
    refundable: order.refundable ?? null,
    fullyPaid: order.items === undefined ? null : paid,
    canMarkAsPaid: !paid,
    currentTotalPriceSet: money(total === undefined ? undefined : total * discount),
    totalRefundedSet: order.items === undefined ? null : money(refunded),
    shippingAddress: order.shipTo === undefined ? null : addressRow(order.shipTo, customer?.name),
    lineItems: {
      nodes: (order.items ?? []).map((item, at) => ({
        id: `gid://shopify/LineItem/${order.id}-${at}`,
        name: item.name,
        sku: item.sku ?? null,
        quantity: item.qty,
        discountedUnitPriceSet: money(item.price === undefined ? undefined : item.price * discount),
      })),
    },
    shippingLines: { nodes: (books.shipping.get(order.id) ?? ["Standard"]).map((title) => ({ title })) },
    discountApplications: {
      nodes: (books.discounts.get(order.id) ?? []).map(({ description }) => ({
        __typename: "ManualDiscountApplication",
        description,
      })),
    },
    fulfillments:
      parcel === undefined
        ? []
        : [
            {
              id: `gid://shopify/Fulfillment/${order.id}`,
              status: "SUCCESS",
              displayStatus: parcel,
              createdAt: order.ship ?? null,
              inTransitAt: null,
              deliveredAt: order.delivered ?? null,
              estimatedDeliveryAt: order.eta ?? null,
              trackingInfo: order.tracking === undefined ? [] : [{ company: null, number: order.tracking, url: null }],
              fulfillmentLineItems: {
                nodes: (order.items ?? []).map((item, at) => ({
                  id: `gid://shopify/FulfillmentLineItem/${order.id}-${at}`,
                  quantity: item.qty,
                  lineItem: { name: item.name, sku: item.sku ?? null },
                })),
              },
            },
          ],
    refunds: refunds.map(({ id, amount, note, at, status }) => ({
      id,
      createdAt: at ?? null,
      note,
      totalRefundedSet: money(amount),
      transactions: { nodes: [{ status }] },
    })),
    returns: { nodes: books.returns.filter((made) => made.order === order.id).map((made) => made.row) },
    suggestedRefund: () =>
      left === undefined
        ? null
        : {
            maximumRefundableSet: money(left),
            suggestedTransactions: [
              {
                gateway: "make_believe",
                parentTransaction: { id: `gid://shopify/OrderTransaction/${order.id}` },
                amountSet: money(left),
              },
            ],
          },
    customAttributes: attributesOf(order, parcel !== undefined),
    tags: books.tags.get(order.id) ?? [],
  };
}

function attributesOf(order: WorldOrder, left: boolean): object[] {
  return Object.entries({
    [ATTRIBUTES.expectedShipDate]: left ? undefined : order.ship,
    [ATTRIBUTES.estimatedDelivery]: left ? undefined : order.eta,
    [ATTRIBUTES.deliveredAt]: left ? undefined : order.delivered,
    [ATTRIBUTES.refundable]: order.refundable,
    [ATTRIBUTES.notRefundable]: order.refundable === false ? order.reason : undefined,
    [ATTRIBUTES.reshipEligible]: order.reshipEligible,
    [ATTRIBUTES.reshipReason]: order.reshipEligible === false ? order.reason : undefined,
    [ATTRIBUTES.insured]: order.insured,
    [ATTRIBUTES.subscription]: order.subscription,
  }).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: String(value) }]));
}

function addressRow(line: string, name: string | undefined): Row {
  const { street1, street2, city, state, zip, country } = splitAddress(line);
  return {
    name: name ?? null,
    address1: street1,
    address2: street2 ?? null,
    city: city ?? null,
    provinceCode: state ?? null,
    zip: zip ?? null,
    countryCodeV2: country ?? null,
    phone: null,
  };
}

export function orderGid(id: string): string {
  return `gid://shopify/Order/${encodeURIComponent(id)}`;
}
