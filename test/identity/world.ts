import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity, type Identity, type IdentityOptions } from "../../server/identity/index.js";
import { type Ports, systemPorts } from "../../server/ports/index.js";
import { createConversation, dueMails, openStore, type Store } from "../../server/store/index.js";

export const NOON = Date.parse("2026-03-10T12:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A real store and identity over a clock that a test moves. */
export interface World {
  readonly store: Store;
  readonly identity: Identity;
  readonly ports: Ports;
  now: number;
  readonly url: string;
  start(conversation: string): Promise<void>;
  /** Mails that wait, opened, the oldest first. */
  mails(): Promise<{ to: string; subject: string; text: string }[]>;
  /** The code in the last mail that waits. */
  lastCode(): Promise<string>;
  end(): Promise<void>;
}

export async function startWorld(options: Partial<IdentityOptions> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "identity-"));
  const url = join(folder, "aftersale.db");
  const store = await openStore({ url });
  const ports: Ports = { ...systemPorts, clock: { ...systemPorts.clock, now: () => world.now } };
  const identity = createIdentity({
    ports,
    secret: Buffer.alloc(32, 7),
    shop: { botId: "demo-bot", name: "Demo Shop" },
    ...options,
  });
  const world: World = {
    store,
    identity,
    ports,
    now: NOON,
    url,
    start: async (conversation) => {
      await store.write((tx) => createConversation(tx, { id: conversation, at: world.now, locale: "en" }));
    },
    mails: async () => {
      const mails = await store.read((tx) => dueMails(tx, world.now, 1000));
      return mails.map((mail) => identity.openMail(mail)).filter((mail) => mail !== undefined);
    },
    lastCode: async () => {
      const last = (await world.mails()).at(-1);
      const code = /^\d{6}$/m.exec(last?.text ?? "")?.[0];
      if (code === undefined) throw new Error("no mail with a code is waiting");
      return code;
    },
    end: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}
