/** Puts the rooms together. `main.ts` does it for a shop, `aftersale converse` for one make-believe conversation. */
import { join } from "node:path";
import type { Classifier } from "../embeddings/index.js";
import type { Shop } from "./config.js";
import type { Connector } from "./connectors/index.js";
import { type Conversations, createConversations } from "./conversation/index.js";
import type { Hours } from "./handoff/index.js";
import { createIdentity, type Identity, type Mailer, startMailer, type TokenKey } from "./identity/index.js";
import type { Ports } from "./ports/index.js";
import { formatProblem, type Problem } from "./problems/index.js";
import { loadShopFiles, PROJECT, type ShopFiles } from "./shop-files.js";
import { openStore, type Store } from "./store/index.js";
import { buildCatalogue, createTools } from "./tools/index.js";
import { understand } from "./understanding/index.js";

export type Log = (event: { level: "info" | "warn" | "error"; message: string; [field: string]: unknown }) => void;

export interface Parts {
  readonly shop: Shop;
  readonly ports: Ports;
  readonly dataDir: string;
  /** Where the merchant's files lie; the project itself by default. */
  readonly root?: string;
  readonly secret: Buffer;
  readonly tokenKeys: readonly TokenKey[];
  readonly connectors: readonly Connector[];
  readonly classifier: Classifier;
  /** SMTP address; without one, mails wait in the outbox. */
  readonly smtp?: string;
  readonly mailFrom: string;
  readonly onMail?: (mail: { to: string; subject: string; text: string }) => void;
  readonly log: Log;
}

export interface Assembled {
  readonly store: Store;
  readonly files: ShopFiles;
  readonly warnings: readonly Problem[];
  readonly identity: Identity;
  readonly conversations: Conversations;
  readonly mailer: Mailer | undefined;
  /** Ends turns under way and closes the store. `hard` is a crash: nothing under way is waited for. */
  close(options?: { hard?: boolean }): Promise<void>;
}

/** The merchant's files cannot go live; `problems` says all that is wrong with them. */
export class ShopFilesError extends Error {
  override readonly name = "ShopFilesError";
  readonly code = "SHOP_FILES_INVALID";
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
  }
}

export async function assemble(parts: Parts): Promise<Assembled> {
  const { shop, ports, connectors, classifier, log } = parts;
  const catalogue = buildCatalogue(connectors, shop);
  const { files, problems } = await loadShopFiles({
    root: parts.root ?? PROJECT,
    locale: shop.locale,
    timeZone: shop.timeZone,
    tools: catalogue.shapes,
    served: catalogue.served,
  });
  if (files === undefined) throw new ShopFilesError(problems);
  const { macros } = files;
  const store = await openStore({ url: join(parts.dataDir, "aftersale.db"), log });
  const identity = createIdentity({
    ports,
    secret: parts.secret,
    shop: { botId: shop.storefront?.botId ?? "aftersale", name: shop.name, tokenKeys: parts.tokenKeys },
    codeMail: (facts) => {
      const scope = { ...facts, shop: { name: shop.name } };
      return {
        subject: macros.render("mail.code_subject", shop.locale, scope),
        text: macros.render("mail.code_text", shop.locale, scope),
      };
    },
  });
  const conversations = createConversations({
    store,
    ports,
    log,
    macros,
    dialogue: { policies: files.policies, decide: files.decide },
    tools: createTools({ catalogue, store, identity, ports, limits: shop.limits }),
    understand: (input, context) => understand(input, context, classifier),
    joinPauseMs: shop.joinPauseMs,
    timeZone: shop.timeZone,
    ...(shop.hours && { hours: shop.hours as Hours }),
    ...(shop.orderNumberPattern !== undefined && { orderNumberPattern: shop.orderNumberPattern }),
  });
  const mailer =
    parts.smtp === undefined
      ? undefined
      : startMailer({
          store,
          outbox: identity,
          transport: parts.smtp,
          from: parts.mailFrom,
          ports,
          ...(parts.onMail && { onMail: parts.onMail }),
          log,
        });
  return {
    store,
    files,
    warnings: problems,
    identity,
    conversations,
    mailer,
    async close({ hard = false } = {}) {
      if (hard) {
        conversations.abandon();
        await store.close({ drain: false });
        return;
      }
      await conversations.close();
      await mailer?.close();
      await store.close();
    },
  };
}
