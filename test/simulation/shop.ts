/** The shop that is simulated: the project's own policies, rules and texts, read once; and a classifier by heart. */
import type { Classification } from "../../embeddings/index.js";
import { parseShop, type Shop } from "../../server/config.js";
import type { Connector } from "../../server/connectors/index.js";
import { loadShopFiles, PROJECT, type ShopFiles } from "../../server/shop-files.js";
import { buildCatalogue } from "../../server/tools/index.js";
import type { UnderstandClassifier } from "../../server/understanding/index.js";

export const SHOP: Shop = {
  ...parseShop(
    "simulation",
    JSON.stringify({ name: "Orchard & Pine", locale: "en", timeZone: "UTC", orderNumberPattern: "[0-9]{4,6}" }),
  ),
  // Named here, since a written shop may only map what it has connected.
  systems: { orders: "shopify", subscriptions: "smartrr", lookup_customer: "shopify", helpdesk: "gladly" },
  joinPauseMs: 600,
};

export async function loadShop(connectors: readonly Connector[]): Promise<ShopFiles> {
  const catalogue = buildCatalogue(connectors, SHOP);
  const { files, problems } = await loadShopFiles({
    root: PROJECT,
    locale: SHOP.locale,
    timeZone: SHOP.timeZone,
    tools: catalogue.shapes,
    served: catalogue.served,
  });
  if (files === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  return files;
}

/** What the shoppers of the simulation say, and what is meant by it. The encoder is not under test here. */
export const WISHES: Readonly<Record<string, string>> = {
  "I want my money back": "refund",
  "actually, please send it again": "reshipment",
  "actually, refund it please": "refund",
  "my order arrived damaged, send a new one": "reshipment",
  "skip my next delivery": "skip_shipment",
  "cancel my subscription": "cancel_subscription",
  "cancel my order": "cancel_order",
  "where is my order?": "wismo",
  "let me talk to a person": "human_agent",
};

export const byHeart: UnderstandClassifier = {
  async classify(text): Promise<Classification> {
    const lines = text.split("\n").map((line) => WISHES[line]);
    const intent = lines.findLast((line) => line !== undefined);
    const found = intent ?? "out_of_scope";
    return {
      text,
      outcome: intent === undefined ? "unsure" : "accept",
      intent: found,
      confidence: 0.97,
      ranking: [{ intent: found, probability: 0.97 }],
      also: [],
      clauses: [],
      nearest: [],
    };
  },
};
