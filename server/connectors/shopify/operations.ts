/** The operations that our tools use, and what we read of their answers. Version 2025-10 and later. */
import { z } from "zod";

const text = z.string().nullish();
const MoneyBag = z
  .looseObject({ shopMoney: z.looseObject({ amount: z.string(), currencyCode: z.string() }) })
  .nullish();
const MONEY = "{ shopMoney { amount currencyCode } }";
const ADDRESS = "{ name address1 address2 city provinceCode zip countryCodeV2 phone }";

const Address = z.looseObject({
  name: text,
  address1: text,
  address2: text,
  city: text,
  provinceCode: text,
  zip: text,
  countryCodeV2: text,
  phone: text,
});
export type ShopifyAddress = z.infer<typeof Address>;

function listOf<T extends z.ZodType>(node: T) {
  return z.looseObject({ nodes: z.array(node) });
}

export const ShopifyOrder = z.looseObject({
  id: z.string(),
  name: z.string(),
  email: text,
  createdAt: text,
  cancelledAt: text,
  displayFinancialStatus: text,
  displayFulfillmentStatus: text,
  refundable: z.boolean().nullish(),
  fullyPaid: z.boolean().nullish(),
  canMarkAsPaid: z.boolean().nullish(),
  currentTotalPriceSet: MoneyBag,
  totalRefundedSet: MoneyBag,
  shippingAddress: Address.nullish(),
  lineItems: listOf(
    z.looseObject({
      id: z.string(),
      name: text,
      sku: text,
      quantity: z.number().nullish(),
      discountedUnitPriceSet: MoneyBag,
    }),
  ).nullish(),
  shippingLines: listOf(z.looseObject({ title: text })).nullish(),
  discountApplications: listOf(z.looseObject({ description: text })).nullish(),
  fulfillments: z
    .array(
      z.looseObject({
        status: text,
        displayStatus: text,
        createdAt: text,
        inTransitAt: text,
        deliveredAt: text,
        estimatedDeliveryAt: text,
        trackingInfo: z.array(z.looseObject({ company: text, number: text, url: text })).nullish(),
      }),
    )
    .nullish(),
  refunds: z
    .array(
      z.looseObject({
        id: z.string(),
        createdAt: text,
        note: text,
        totalRefundedSet: MoneyBag,
        transactions: listOf(z.looseObject({ status: text })).nullish(),
      }),
    )
    .nullish(),
  customAttributes: z.array(z.looseObject({ key: z.string(), value: text })).nullish(),
  tags: z.array(z.string()).nullish(),
});
export type ShopifyOrder = z.infer<typeof ShopifyOrder>;
export type ShopifyRefund = NonNullable<ShopifyOrder["refunds"]>[number];

const ORDER = `fragment OrderFields on Order {
  id name email createdAt cancelledAt displayFinancialStatus displayFulfillmentStatus refundable fullyPaid canMarkAsPaid
  currentTotalPriceSet ${MONEY} totalRefundedSet ${MONEY}
  shippingAddress ${ADDRESS}
  lineItems(first: 50) { nodes { id name sku quantity discountedUnitPriceSet ${MONEY} } }
  shippingLines(first: 10) { nodes { title } }
  discountApplications(first: 20) { nodes { __typename ... on ManualDiscountApplication { description } } }
  fulfillments(first: 10) {
    status displayStatus createdAt inTransitAt deliveredAt estimatedDeliveryAt trackingInfo(first: 5) { company number url }
  }
  refunds { id createdAt note totalRefundedSet ${MONEY} transactions(first: 5) { nodes { status } } }
  customAttributes { key value }
  tags
}`;

export const ORDERS = {
  query: `query Orders($search: String!, $first: Int!) {
  orders(first: $first, query: $search, sortKey: CREATED_AT, reverse: true) { nodes { ...OrderFields } }
}
${ORDER}`,
  data: z.looseObject({ orders: listOf(ShopifyOrder) }),
};

export const ShopifyCustomer = z.looseObject({
  id: z.string(),
  displayName: text,
  defaultEmailAddress: z.looseObject({ emailAddress: z.string() }).nullish(),
  defaultPhoneNumber: z.looseObject({ phoneNumber: text }).nullish(),
  defaultAddress: Address.nullish(),
});
export type ShopifyCustomer = z.infer<typeof ShopifyCustomer>;

export const CUSTOMER = {
  query: `query Customer($email: String!) {
  customerByIdentifier(identifier: { emailAddress: $email }) {
    id displayName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } defaultAddress ${ADDRESS}
  }
}`,
  data: z.looseObject({ customerByIdentifier: ShopifyCustomer.nullish() }),
};

export const VARIANTS = {
  query: `query Variants($search: String, $first: Int!) {
  shop { currencyCode }
  productVariants(first: $first, query: $search) {
    nodes { id sku title price availableForSale inventoryQuantity product { title } }
  }
}`,
  data: z.looseObject({
    shop: z.looseObject({ currencyCode: text }).nullish(),
    productVariants: listOf(
      z.looseObject({
        id: z.string(),
        sku: text,
        title: text,
        price: text,
        availableForSale: z.boolean().nullish(),
        inventoryQuantity: z.number().nullish(),
        product: z.looseObject({ title: z.string() }),
      }),
    ),
  }),
};

const UserErrors = z.array(z.looseObject({ message: text, code: text })).nullish();
export type UserErrors = z.infer<typeof UserErrors>;

export const CANCEL = {
  query: `mutation Cancel($orderId: ID!, $staffNote: String) {
  orderCancel(
    orderId: $orderId, reason: CUSTOMER, restock: true, notifyCustomer: true, staffNote: $staffNote,
    refundMethod: { originalPaymentMethodsRefund: true }
  ) { job { id done } orderCancelUserErrors { message code } }
}`,
  data: z.looseObject({
    orderCancel: z.looseObject({
      job: z.looseObject({ id: z.string(), done: z.boolean().nullish() }).nullish(),
      orderCancelUserErrors: UserErrors,
    }),
  }),
};

export const JOB = {
  query: "query Job($id: ID!) { job(id: $id) { id done } }",
  data: z.looseObject({ job: z.looseObject({ done: z.boolean() }).nullish() }),
};

export const SUGGESTED_REFUND = {
  query: `query SuggestedRefund($id: ID!) {
  order(id: $id) {
    suggestedRefund(suggestFullRefund: true) {
      maximumRefundableSet ${MONEY}
      suggestedTransactions { gateway parentTransaction { id } amountSet ${MONEY} }
    }
  }
}`,
  data: z.looseObject({
    order: z
      .looseObject({
        suggestedRefund: z
          .looseObject({
            maximumRefundableSet: MoneyBag,
            suggestedTransactions: z.array(
              z.looseObject({
                gateway: text,
                parentTransaction: z.looseObject({ id: z.string() }).nullish(),
                amountSet: MoneyBag,
              }),
            ),
          })
          .nullish(),
      })
      .nullish(),
  }),
};

export const REFUND = {
  query: `mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id createdAt note totalRefundedSet ${MONEY} }
    userErrors { field message }
  }
}`,
  data: z.looseObject({
    refundCreate: z.looseObject({ refund: z.looseObject({ id: z.string() }).nullish(), userErrors: UserErrors }),
  }),
};

export const MARK_PAID = {
  query: `mutation MarkPaid($id: ID!) {
  orderMarkAsPaid(input: { id: $id }) { order { id fullyPaid } userErrors { field message } }
}`,
  data: z.looseObject({
    orderMarkAsPaid: z.looseObject({ order: z.looseObject({ id: z.string() }).nullish(), userErrors: UserErrors }),
  }),
};

export const UPDATE_ADDRESS = {
  query: `mutation UpdateAddress($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { field message } }
}`,
  data: z.looseObject({
    orderUpdate: z.looseObject({ order: z.looseObject({ id: z.string() }).nullish(), userErrors: UserErrors }),
  }),
};

const Calculated = z.looseObject({
  id: z.string(),
  lineItems: listOf(z.looseObject({ id: z.string() })).nullish(),
});

export const EDIT_BEGIN = {
  query: `mutation EditBegin($id: ID!) {
  orderEditBegin(id: $id) {
    calculatedOrder { id lineItems(first: 50) { nodes { id } } } userErrors { field message }
  }
}`,
  data: z.looseObject({
    orderEditBegin: z.looseObject({ calculatedOrder: Calculated.nullish(), userErrors: UserErrors }),
  }),
};

export const EDIT_DISCOUNT = {
  query: `mutation EditDiscount($id: ID!, $lineItemId: ID!, $discount: OrderEditAppliedDiscountInput!) {
  orderEditAddLineItemDiscount(id: $id, lineItemId: $lineItemId, discount: $discount) {
    calculatedOrder { id } userErrors { field message }
  }
}`,
  data: z.looseObject({ orderEditAddLineItemDiscount: z.looseObject({ userErrors: UserErrors }) }),
};

export const EDIT_SHIPPING = {
  query: `mutation EditShipping($id: ID!, $shippingLine: OrderEditAddShippingLineInput!) {
  orderEditAddShippingLine(id: $id, shippingLine: $shippingLine) { calculatedOrder { id } userErrors { field message } }
}`,
  data: z.looseObject({ orderEditAddShippingLine: z.looseObject({ userErrors: UserErrors }) }),
};

export const EDIT_COMMIT = {
  query: `mutation EditCommit($id: ID!, $staffNote: String) {
  orderEditCommit(id: $id, notifyCustomer: false, staffNote: $staffNote) { order { id } userErrors { field message } }
}`,
  data: z.looseObject({
    orderEditCommit: z.looseObject({ order: z.looseObject({ id: z.string() }).nullish(), userErrors: UserErrors }),
  }),
};

export const CODE = {
  query: "query Code($code: String!) { codeDiscountNodeByCode(code: $code) { id } }",
  data: z.looseObject({ codeDiscountNodeByCode: z.looseObject({ id: z.string() }).nullish() }),
};

export const CODE_CREATE = {
  query: `mutation CodeCreate($discount: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $discount) { codeDiscountNode { id } userErrors { field message code } }
}`,
  data: z.looseObject({
    discountCodeBasicCreate: z.looseObject({
      codeDiscountNode: z.looseObject({ id: z.string() }).nullish(),
      userErrors: UserErrors,
    }),
  }),
};

const PlacedOrder = z.looseObject({
  id: z.string(),
  name: z.string(),
  fullyPaid: z.boolean().nullish(),
  currentTotalPriceSet: MoneyBag,
});
const Draft = z.looseObject({ id: z.string(), status: text, order: PlacedOrder.nullish() });

export const DRAFTS = {
  query: `query Drafts($search: String!) {
  draftOrders(first: 5, query: $search) { nodes { id status order { id name fullyPaid currentTotalPriceSet ${MONEY} } } }
}`,
  data: z.looseObject({ draftOrders: listOf(Draft) }),
};

export const DRAFT_CREATE = {
  query: `mutation DraftCreate($input: DraftOrderInput!) {
  draftOrderCreate(input: $input) { draftOrder { id status } userErrors { field message } }
}`,
  data: z.looseObject({
    draftOrderCreate: z.looseObject({ draftOrder: Draft.nullish(), userErrors: UserErrors }),
  }),
};

export const DRAFT_COMPLETE = {
  query: `mutation DraftComplete($id: ID!) {
  draftOrderComplete(id: $id) {
    draftOrder { id status order { id name fullyPaid currentTotalPriceSet ${MONEY} } } userErrors { field message }
  }
}`,
  data: z.looseObject({
    draftOrderComplete: z.looseObject({ draftOrder: Draft.nullish(), userErrors: UserErrors }),
  }),
};

export const RETURNS = {
  query: `query Returns($id: ID!) {
  order(id: $id) {
    fulfillments(first: 10) {
      fulfillmentLineItems(first: 50) { nodes { id quantity lineItem { name sku } } }
    }
    returns(first: 20) {
      nodes { id status returnLineItems(first: 50) { nodes { ... on ReturnLineItem { returnReasonNote } } } }
    }
  }
}`,
  data: z.looseObject({
    order: z
      .looseObject({
        fulfillments: z.array(
          z.looseObject({
            fulfillmentLineItems: listOf(
              z.looseObject({
                id: z.string(),
                quantity: z.number().nullish(),
                lineItem: z.looseObject({ name: text, sku: text }),
              }),
            ),
          }),
        ),
        returns: listOf(
          z.looseObject({
            id: z.string(),
            status: text,
            returnLineItems: listOf(z.looseObject({ returnReasonNote: text })),
          }),
        ),
      })
      .nullish(),
  }),
};

export const RETURN_CREATE = {
  query: `mutation ReturnCreate($input: ReturnInput!) {
  returnCreate(returnInput: $input) { return { id status } userErrors { field message } }
}`,
  data: z.looseObject({
    returnCreate: z.looseObject({
      return: z.looseObject({ id: z.string(), status: text }).nullish(),
      userErrors: UserErrors,
    }),
  }),
};
