/** A database with traces of two customers in every place where something is stored. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity, type Identity } from "../../server/identity/index.js";
import { systemPorts } from "../../server/ports/index.js";
import {
  appendEntries,
  appendShopperEntry,
  appendTrace,
  createConversation,
  intendEffect,
  moveEffect,
  openStore,
  recordOutcome,
  type Store,
  saveConversation,
  setTimer,
  type Tx,
} from "../../server/store/index.js";

export const MIRA = "mira.canary@example.com";
export const HOME = "7 Canary Row, Nesting NE5 7AA";
export const BEN = "ben.other@example.com";
export const AT = Date.parse("2026-03-10T12:00:00Z");

export interface Shop {
  readonly folder: string;
  readonly file: string;
  store: Store;
  readonly identity: Identity;
  end(): Promise<void>;
}

export function identityOver(secret = Buffer.alloc(32, 7)): Identity {
  return createIdentity({ ports: systemPorts, secret, shop: { botId: "demo", name: "Demo Shop" } });
}

export async function openShop(): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), "privacy-"));
  const file = join(folder, "aftersale.db");
  const shop: Shop = {
    folder,
    file,
    store: await openStore({ url: file }),
    identity: identityOver(),
    end: async () => {
      await shop.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return shop;
}

/** A whole conversation of somebody: said, decided, done, waited for. */
export async function converse(
  { store, identity }: Pick<Shop, "store" | "identity">,
  id: string,
  who: { readonly email: string; readonly name: string; readonly home: string; readonly order: string },
): Promise<void> {
  const { email, name, home, order } = who;
  await store.write(async (tx) => {
    await createConversation(tx, { id, at: AT, locale: "en" });
    await say(tx, id, `hi, I am ${name}, ${email.toUpperCase()}`);
    await say(tx, id, `please send it again to ${home}`, order);
    await appendEntries(tx, id, [
      { from: "bot", at: AT, text: `It goes to ${home}.`, parts: [{ kind: "text", text: home }] as never },
    ]);
    await appendTrace(tx, id, 1, [{ at: AT, kind: "call", body: { arguments: { email }, order } }]);
    await setTimer(tx, { conversation: id, name: "silence", dueAt: AT + 60_000, body: { email } });
    await recordOutcome(tx, {
      conversation: id,
      policy: "reshipment",
      policyVersion: "1",
      outcome: "reshipped",
      at: AT,
    });
    await identity.sendCode(tx, { conversation: id, account: { email }, purpose: "verify" });
    await identity.queueMail(tx, { to: email, subject: "Your parcel", text: `to ${home}` });
  });
  await store.write((tx) =>
    saveConversation(tx, id, 0, {
      at: AT,
      turn: 1,
      level: "verified",
      customer: { email, name },
      dialogue: JSON.stringify({ slots: { email, address: home } }),
    }),
  );
}

/** An effect, settled as told; `sending` stays open. */
export async function act(
  { store }: Pick<Shop, "store">,
  effect: {
    readonly key: string;
    readonly conversation: string;
    readonly capability: string;
    readonly system?: string;
    readonly arguments: unknown;
    readonly email?: string;
    readonly status: "done" | "needs_person" | "sending";
    readonly result?: unknown;
  },
): Promise<void> {
  const { key, conversation, capability, system = "shopify", status, email, result } = effect;
  await store.write(async (tx) => {
    await intendEffect(tx, {
      key,
      family: key,
      conversation,
      turn: 1,
      tool: `${system}_${capability}`,
      capability,
      system,
      arguments: effect.arguments,
      authorisedBy: { level: "stepped_up", codeId: "code-1", policy: "reshipment@1", ...(email && { email }) },
      at: AT,
    });
    await moveEffect(tx, key, ["intended"], "sending", { at: AT, tried: true });
    if (status === "sending") return;
    const reason = `asked for by ${email ?? "nobody"}`;
    await moveEffect(tx, key, ["sending"], status, { at: AT, receipt: `receipt of ${key}`, result, reason });
  });
}

async function say(tx: Tx, conversation: string, text: string, choice?: string): Promise<void> {
  const messageId = `m-${systemPorts.newId()}`;
  await appendShopperEntry(tx, conversation, { messageId, text, at: AT, ...(choice && { choice }) });
}
