/** A mail server that keeps everything it is sent: the sandbox's mailbox, and the one of `aftersale converse` and tests. */
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

export interface MailboxMessage {
  readonly id: number;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  /** When it came in, ISO 8601. */
  readonly at: string;
}

export interface Mailbox {
  /** `smtp://127.0.0.1:port` */
  readonly smtpUrl: string;
  /** Oldest first. */
  readonly messages: readonly MailboxMessage[];
  onMessage(listener: (message: MailboxMessage) => void): () => void;
  /** The next message to this address that is not there yet; its case does not matter. */
  waitFor(to: string): Promise<MailboxMessage>;
  close(): Promise<void>;
}

export async function startMailbox({ port }: { port: number }): Promise<Mailbox> {
  const messages: MailboxMessage[] = [];
  const listeners = new Set<(message: MailboxMessage) => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, session, accepted) {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        for (const { address } of session.envelope.rcptTo) {
          const message: MailboxMessage = {
            id: messages.length + 1,
            to: address,
            from: mail.from?.address ?? "",
            subject: mail.subject ?? "",
            text: (mail.text ?? "").trim(),
            at: new Date().toISOString(),
          };
          messages.push(message);
          for (const listener of listeners) listener(message);
        }
        accepted();
      })().catch((error: unknown) => accepted(error instanceof Error ? error : new Error(String(error))));
    },
  });
  // A sender that goes away in mid-mail is its own affair, not a reason to stop.
  server.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const { port: bound } = server.server.address() as AddressInfo;
  const onMessage: Mailbox["onMessage"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    smtpUrl: `smtp://127.0.0.1:${bound}`,
    messages,
    onMessage,
    waitFor: (to) =>
      new Promise((resolve) => {
        const stop = onMessage((message) => {
          if (message.to.toLowerCase() !== to.toLowerCase()) return;
          stop();
          resolve(message);
        });
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
