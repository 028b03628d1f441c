import type { HandoffPayload } from "../../server/connectors/index.js";

export const ann = "ann.reed@example.com";

/** What a person is given when a late parcel is handed over. */
export const payload: HandoffPayload = {
  handoff_id: "h-0001",
  queue: "shipping",
  reason: "delayed",
  priority: "high",
  summary: "Order 5501 is four days late; the shopper wants to know where it is.",
  policy: "wismo",
  locale: "en",
  customer: { level: "verified", email: ann, claimed: false, name: "Ann Reed" },
  order_number: "5501",
  facts: [{ label: "Estimated delivery", value: "4 days ago" }],
  reasons: ["estimated_delivery is before now: yes"],
  receipts: ["Code sent to a…@example.com"],
  transcript: [
    { from: "shopper", at: "2026-03-10T12:00:00.000Z", text: "hey where's my stuff" },
    { from: "bot", at: "2026-03-10T12:00:01.000Z", text: "Which order?\nOne of these?" },
    { from: "shopper", at: "2026-03-10T12:00:09.000Z", text: "5501" },
  ],
};
