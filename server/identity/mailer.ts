import { createTransport, type Transporter } from "nodemailer";
import type SMTPTransport from "nodemailer/lib/smtp-transport/index.js";
import type { Ports } from "../ports/index.js";
import {
  dueMails,
  isMailDue,
  MAIL_QUEUED,
  type Mail,
  markMailFailed,
  markMailSent,
  nextMailDue,
  postponeMail,
  type Store,
} from "../store/index.js";
import type { Outbox } from "./outbox.js";

export interface MailerOptions {
  readonly store: Store;
  /** From `createIdentity`; opens the sealed mails. */
  readonly outbox: Pick<Outbox, "openMail">;
  /** `smtp://user:password@host:port`, or nodemailer's options. */
  readonly transport: string | SMTPTransport.Options;
  /** `Shop <support@shop.example>` */
  readonly from: string;
  readonly ports: Ports;
  /** Told of each mail that a mail server took. */
  readonly onMail?: (mail: { readonly to: string; readonly subject: string; readonly text: string }) => void;
  readonly log?: (event: {
    readonly level: "info" | "warn";
    readonly message: string;
    readonly mail: string;
    readonly error?: unknown;
  }) => void;
}

export interface Mailer {
  /** Resolves when no mail is due any more: each was sent, given up, or put off to a later time. */
  flush(): Promise<void>;
  /** Tries once more what is due, then stops. What is left waits for the next start. */
  close(): Promise<void>;
}

/** 2, 4, 8 … seconds, then every 10 minutes; about an hour and a half in all. */
const MOST_TRIES = 16;
const CHECK_AGAIN_MS = 2_000;
/** On several servers: how often each looks for mails of the others, and how soon again for one that another is sending. */
const LOOK_EVERY_MS = 2_000;
const HELD_ELSEWHERE_MS = 500;
const waitMs = (tries: number): number => Math.min(2_000 * 2 ** tries, 600_000);

/**
 * Sends what is in the outbox, at least once: a crash between the mail server's yes and our note of it sends again, with
 * the same Message-ID, which mail programs show once.
 */
export function startMailer(options: MailerOptions): Mailer {
  const { store, outbox, from, ports, onMail, log } = options;
  const { clock } = ports;
  const transporter: Transporter = createTransport(withTimeouts(options.transport));
  let running: Promise<void> | undefined;
  let cancelTimer = (): void => {};
  let closed = false;
  /** Mails that a mail server took, while the store could not note it: they are not sent again, only noted. */
  const notNoted = new Map<string, { readonly to: string; readonly subject: string; readonly text: string }>();

  const flush = async (): Promise<void> => {
    // A round under way may have read the outbox before the caller's mail was in it: always one more.
    while (running !== undefined) await running;
    let soonest = 50;
    running = round()
      .catch((error: unknown) => {
        // The store cannot be written: whatever is due stays due, and would be tried again at once.
        soonest = CHECK_AGAIN_MS;
        throw error;
      })
      .finally(() => {
        running = undefined;
        void planNext(soonest);
      });
    await running;
  };

  const wake = (): void => {
    if (!closed)
      flush().catch((error: unknown) =>
        log?.({ level: "warn", message: "the outbox could not be worked on", mail: "", error }),
      );
  };

  async function round(): Promise<void> {
    for (;;) {
      const mails = await store.read((tx) => dueMails(tx, clock.now()));
      let dealtWith = 0;
      for (const mail of mails) if (await sendAlone(mail)) dealtWith += 1;
      // None left, or other servers are at all of them.
      if (dealtWith === 0) return;
    }
  }

  /** @returns false when another server has it */
  async function sendAlone(mail: Mail): Promise<boolean> {
    const held = await store.holdIfFree(`mail:${mail.id}`, async () => {
      const isDue = !store.isShared || (await store.read((tx) => isMailDue(tx, mail.id, clock.now())));
      if (isDue) await send(mail);
    });
    return held !== undefined;
  }

  async function send(mail: Mail): Promise<void> {
    const taken = notNoted.get(mail.id);
    if (taken !== undefined) return noteSent(mail.id, taken);
    const opened = outbox.openMail(mail);
    if (opened === undefined) return giveUp(mail, "sealed under another secret");
    if (mail.expiresAt !== undefined && mail.expiresAt <= clock.now()) return giveUp(mail, "expired");
    try {
      const { to, subject, text } = opened;
      // As an object, or nodemailer reads lists and groups into it.
      await transporter.sendMail({
        from,
        to: { name: "", address: to },
        subject,
        text,
        messageId: `<${mail.id}@aftersale.invalid>`,
      });
    } catch (error) {
      const { responseCode = 0 } = error as { responseCode?: number };
      // 5xx is the mail server's final word (RFC 5321, 4.2.1).
      if (responseCode >= 500) return giveUp(mail, `refused (${responseCode})`);
      if (mail.tries + 1 >= MOST_TRIES) return giveUp(mail, "no mail server took it");
      await store.write((tx) => postponeMail(tx, mail.id, clock.now() + waitMs(mail.tries)));
      log?.({ level: "warn", message: `mail put off: ${(error as { code?: string }).code ?? "error"}`, mail: mail.id });
      return;
    }
    await noteSent(mail.id, opened);
  }

  async function noteSent(id: string, mail: { to: string; subject: string; text: string }): Promise<void> {
    notNoted.set(id, mail);
    await store.write((tx) => markMailSent(tx, id, clock.now()));
    notNoted.delete(id);
    onMail?.(mail);
  }

  async function giveUp(mail: Mail, reason: string): Promise<void> {
    await store.write((tx) => markMailFailed(tx, mail.id, reason));
    log?.({ level: "warn", message: `mail given up: ${reason}`, mail: mail.id });
  }

  async function planNext(soonestMs: number): Promise<void> {
    cancelTimer();
    if (closed) return;
    const due = await store.read(nextMailDue).catch(() => undefined);
    if (closed) return;
    // Another server may die with a mail of its own: so all look now and then.
    const latest = store.isShared ? clock.now() + LOOK_EVERY_MS : Number.POSITIVE_INFINITY;
    const next = Math.min(due ?? Number.POSITIVE_INFINITY, latest);
    const soonest = store.isShared ? Math.max(soonestMs, HELD_ELSEWHERE_MS) : soonestMs;
    if (next < Number.POSITIVE_INFINITY) cancelTimer = clock.after(Math.max(next - clock.now(), soonest), wake);
  }

  const stopListening = store.listen((topics) => {
    if (topics.has(MAIL_QUEUED)) wake();
  });
  wake();

  return {
    flush,
    close: async () => {
      if (closed) return;
      closed = true;
      stopListening();
      cancelTimer();
      await flush().catch(() => undefined);
      transporter.close();
    },
  };
}

/** nodemailer waits minutes by default; a mail server that hangs must not hold up the others or our own stopping. */
function withTimeouts(transport: string | SMTPTransport.Options): SMTPTransport.Options {
  return {
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(typeof transport === "string" ? { url: transport } : transport),
  };
}
