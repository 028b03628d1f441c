import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FilesInForceOptions, openFilesInForce } from "../../server/files-in-force.js";
import { systemPorts } from "../../server/ports/index.js";
import { PROJECT } from "../../server/shop-files.js";
import { openStore, type Store } from "../../server/store/index.js";
import { buildCatalogue } from "../../server/tools/index.js";

/** A merchant's folder with one policy, whose every text names the edition that it belongs to. */
export interface ShopRoot {
  readonly root: string;
  readonly dataDir: string;
  write(file: string, text: string): void;
  /** Policy and texts of an edition: they only make sense together. */
  edition(name: string): void;
  remove(): void;
}

export const POLICY = "policies/where.policy.json";
export const TEXTS = "policies/macros/en/where.json";

/** The texts that every shop has, whatever its policies. */
const BUILT_IN = ["repair", "identify", "handoff", "card", "mail", "intent", "stage"];

export function createShopRoot(): ShopRoot {
  const root = mkdtempSync(join(tmpdir(), "aftersale-shop-"));
  mkdirSync(join(root, "rules"));
  mkdirSync(join(root, "embeddings"));
  mkdirSync(join(root, ".aftersale"));
  mkdirSync(join(root, "policies/macros/en"), { recursive: true });
  for (const group of BUILT_IN) {
    const file = `policies/macros/en/${group}.json`;
    copyFileSync(join(PROJECT, file), join(root, file));
  }
  symlinkSync(join(PROJECT, "embeddings/intents"), join(root, "embeddings/intents"));
  const shop = shopRootAt(root);
  shop.edition("first");
  return shop;
}

/** One that exists already. */
export function shopRootAt(root: string): ShopRoot {
  const write = (file: string, text: string): void => writeFileSync(join(root, file), text);
  return {
    root,
    dataDir: join(root, ".aftersale"),
    write,
    edition: (name) => {
      write(POLICY, policyOf(name));
      write(TEXTS, textsOf(name));
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The step that answers is named after the edition: a policy of one beside texts of another would not even load. */
export function policyOf(edition: string): string {
  return JSON.stringify({
    id: "where",
    title: `Where, ${edition}`,
    when: "The shopper asks where an order is.",
    intents: ["wismo"],
    steps: [
      { id: "ask", ask: `where.ask_${edition}`, slot: "hint", type: "text" },
      { id: `answer-${edition}`, say: `where.answer_${edition}` },
      { id: "done", end: "answered" },
    ],
  });
}

export function textsOf(edition: string): string {
  return JSON.stringify({
    [`ask_${edition}`]: `${edition}: which one?`,
    [`answer_${edition}`]: `${edition}: it is here.`,
  });
}

export async function openShop(
  shop: ShopRoot,
  log: FilesInForceOptions["log"] = () => undefined,
): Promise<{ store: Store; files: Awaited<ReturnType<typeof openFilesInForce>>; close(): Promise<void> }> {
  const store = await openStore({ url: join(shop.dataDir, "aftersale.db") });
  try {
    const files = await openFilesInForce({ ...loading(shop), store, ports: systemPorts, log });
    const close = async (): Promise<void> => {
      await files.close();
      await store.close();
    };
    return { store, files, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

export function loading(
  shop: ShopRoot,
): Pick<FilesInForceOptions, "root" | "locale" | "timeZone" | "tools" | "served"> {
  const { shapes, served } = buildCatalogue([], { systems: {}, levels: {}, limits: {} });
  return { root: shop.root, locale: "en", timeZone: "UTC", tools: shapes, served };
}
