/** What the processes of one run know of each other; written to a file that each of them is started with. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConnectorConfigs } from "../../server/connectors/index.js";

export interface Setup {
  readonly dataDir: string;
  readonly port: number;
  /** Where the shop's files lie. */
  readonly root: string;
  readonly connectors: Partial<ConnectorConfigs>;
}

/** One customer, one order each. */
export interface Customer {
  readonly email: string;
  readonly order: string;
  readonly subscription: string;
}

export function customers(count: number): Customer[] {
  return Array.from({ length: count }, (_, n) => ({
    email: `shopper.${n}@example.com`,
    order: String(10_000 + n),
    subscription: `S-${n}`,
  }));
}

/** Signs for the storefront; the server checks it as in life. */
export const TOKEN_KEY = { kid: "chaos", secret: "the-key-of-the-chaos-shop-with-32-bytes" };
export const BOT = "chaos";
export const STOREFRONT = "https://shop.example";

/**
 * The shop's files as they are now, for all starts of one run. Of the intents' thousands of examples only the first few:
 * nothing is classified by them here, and a start reads them all.
 */
export function copyShop(from: string, to: string): void {
  for (const folder of ["policies", "rules"]) cpSync(join(from, folder), join(to, folder), { recursive: true });
  const intents = join("embeddings", "intents");
  mkdirSync(join(to, intents), { recursive: true });
  for (const name of readdirSync(join(from, intents)).filter((each) => each.endsWith(".json"))) {
    const intent = JSON.parse(readFileSync(join(from, intents, name), "utf8")) as { utterances: unknown[] };
    writeFileSync(join(to, intents, name), JSON.stringify({ ...intent, utterances: intent.utterances.slice(0, 8) }));
  }
}
