import type { Ports } from "../ports/index.js";
import { type Mail, queueMail, type Tx } from "../store/index.js";
import { isMailAddress } from "./address.js";
import { type Keys, seal, unseal } from "./keys.js";

export interface OutgoingMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Milliseconds since 1970; not sent from then on. */
  readonly expiresAt?: number;
  /** Why it is never to leave; see the store. Set by itself for what is no single plain address. */
  readonly withheld?: string;
}

/** Mails wait sealed in the database: who has a copy of the file but not the secret reads neither codes nor addresses. */
export interface Outbox {
  /** The mail leaves if, and only if, the transaction is committed. Returns its id. */
  queueMail(tx: Tx, mail: OutgoingMail): Promise<string>;
  /** Absent when it was sealed under another secret. */
  openMail(mail: Mail): { readonly to: string; readonly subject: string; readonly text: string } | undefined;
}

export function createOutbox(ports: Ports, keys: Keys): Outbox {
  return {
    queueMail: async (tx, { to, subject, text, expiresAt, ...mail }) => {
      const withheld = mail.withheld ?? (isMailAddress(to) ? undefined : "bad_address");
      const id = ports.newId();
      await queueMail(tx, {
        id,
        to: "sealed",
        subject: "sealed",
        text: seal(keys("mail"), JSON.stringify({ to, subject, text })),
        at: ports.clock.now(),
        ...(expiresAt !== undefined && { expiresAt }),
        ...(withheld !== undefined && { withheld }),
      });
      return id;
    },
    openMail: ({ text }) => {
      const opened = unseal(keys("mail"), text);
      return opened === undefined ? undefined : (JSON.parse(opened) as { to: string; subject: string; text: string });
    },
  };
}
