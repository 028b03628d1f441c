/** Puts the rooms together. `main.ts` does it for a shop, `aftersale converse` for one make-believe conversation. */
import { join } from "node:path";
import type { Classifier } from "../embeddings/index.js";
import type { Shop } from "./config.js";
import type { Connector } from "./connectors/index.js";
import { type Conversations, createConversations } from "./conversation/index.js";
import { type FilesInForce, openFilesInForce } from "./files-in-force.js";
import type { Hours } from "./handoff/index.js";
import {
  agreeOnSecret,
  createIdentity,
  type Identity,
  type Mailer,
  startMailer,
  type TokenKey,
} from "./identity/index.js";
import type { Ports } from "./ports/index.js";
import { PROJECT } from "./shop-files.js";
import { type CommitWatcher, openStore, type Store } from "./store/index.js";
import { buildCatalogue, createTools } from "./tools/index.js";
import { lookUp, openOnce, type Passage, rememberingShortTexts, understand } from "./understanding/index.js";

export type Log = (event: { level: "info" | "warn" | "error"; message: string; [field: string]: unknown }) => void;

export interface Parts {
  readonly shop: Shop;
  readonly ports: Ports;
  readonly dataDir: string;
  /** `postgres://…`, shared with other servers; a file in `dataDir`, when left out. */
  readonly databaseUrl?: string;
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
  /** Told after each commit; for measuring. */
  readonly onCommit?: CommitWatcher;
  /** The database never grows beyond this. */
  readonly maxBytes?: number | undefined;
}

export interface Assembled {
  readonly store: Store;
  readonly files: FilesInForce;
  readonly identity: Identity;
  readonly conversations: Conversations;
  readonly mailer: Mailer | undefined;
  /** Ends turns under way and closes the store. `hard` is a crash: nothing under way is waited for. */
  close(options?: { hard?: boolean }): Promise<void>;
}

const NO_PASSAGES: readonly Passage[] = [];

export async function assemble(parts: Parts): Promise<Assembled> {
  const { shop, ports, connectors, classifier, log } = parts;
  const remembering = rememberingShortTexts(classifier);
  const catalogue = buildCatalogue(connectors, shop);
  const store = await openStore({
    url: parts.databaseUrl ?? join(parts.dataDir, "aftersale.db"),
    log,
    ...(parts.onCommit && { onCommit: parts.onCommit }),
    ...(parts.maxBytes !== undefined && { maxBytes: parts.maxBytes }),
  });
  await agreeOnSecret(store, parts.secret).catch(closing(store));
  const files = await openFilesInForce({
    root: parts.root ?? PROJECT,
    locale: shop.locale,
    timeZone: shop.timeZone,
    tools: catalogue.shapes,
    served: catalogue.served,
    store,
    ports,
    log,
  }).catch(closing(store));
  const identity = createIdentity({
    ports,
    secret: parts.secret,
    shop: { botId: shop.storefront?.botId ?? "aftersale", name: shop.name, tokenKeys: parts.tokenKeys },
    codeMail: (facts) => {
      const scope = { ...facts, shop: { name: shop.name } };
      const { macros } = files.current.files;
      const locale = facts.locale ?? shop.locale;
      return {
        subject: macros.render("mail.code_subject", locale, scope),
        text: macros.render("mail.code_text", locale, scope),
      };
    },
  });
  const knowledgeOf = openOnce(classifier);
  const conversations = createConversations({
    store,
    ports,
    log,
    async files(wanted) {
      const { id, files: set } = await files.pick(wanted);
      return { id, dialogue: set, macros: set.macros, passages: set.passages };
    },
    tools: createTools({ catalogue, store, identity, ports, limits: shop.limits }),
    async understand(input, context, { passages = NO_PASSAGES }) {
      const understood = await understand(input, context, remembering);
      return lookUp(understood, input, context, await knowledgeOf(passages));
    },
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
    identity,
    conversations,
    mailer,
    async close({ hard = false } = {}) {
      await files.close();
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

/** What was opened is closed again when the rest cannot be put together. */
function closing(store: Store): (error: unknown) => Promise<never> {
  return async (error) => {
    await store.close();
    throw error;
  };
}
