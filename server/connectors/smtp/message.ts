/** One mail through one mail server, and what its answer means. The only file of this room that knows nodemailer. */
import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import { parseConnectionUrl } from "nodemailer/lib/shared/index.js";
import SMTPConnection from "nodemailer/lib/smtp-connection/index.js";
import { CallFailed } from "../failure.js";

export interface OutgoingMessage {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Without angle brackets. */
  readonly messageId: string;
  readonly at: Date;
}

export interface MailServer {
  /** `smtp://user:password@host:port`, or `smtps:` */
  readonly url: string;
  readonly connectMs: number;
  /** The whole mail, from connecting to the server's yes. */
  readonly writeMs: number;
}

/** What the mail server said for good (RFC 5321, 4.2.1). */
export type Taken = { readonly result: "ok" } | { readonly result: "refused"; readonly reason: string };

/**
 * @throws {CallFailed} with an unknown outcome once any of the text has left: no mail server can be asked about it
 *   afterwards. Before that, nothing was sent.
 */
export async function sendMessage(
  server: MailServer,
  message: OutgoingMessage,
  signal: AbortSignal | undefined,
): Promise<Taken> {
  const { from, to, subject, text, messageId, at } = message;
  const mail = new MailComposer({
    from,
    // As an object, or lists and groups are read into it.
    to: { name: "", address: to },
    subject,
    text,
    messageId: `<${messageId}>`,
    date: at,
    // Keeps holiday notes from answering (RFC 3834).
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const envelope = mail.getEnvelope();
  const raw = await mail.build();
  let hasBegun = false;
  // Read from only when the server has said yes to sender and recipient, and asked for the text.
  const body = Readable.from(
    (function* () {
      hasBegun = true;
      yield raw;
    })(),
  );
  const { auth, ...options } = parseConnectionUrl(server.url);
  const connection = new SMTPConnection({
    ...options,
    connectionTimeout: server.connectMs,
    greetingTimeout: server.writeMs,
    socketTimeout: server.writeMs,
    dnsTimeout: server.connectMs,
  });
  return new Promise<Taken>((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      connection.removeAllListeners("error");
      // What the socket still has to say is of no interest, and must not end the process.
      connection.on("error", () => {});
      settle();
      connection.close();
    };
    const fail = (error: unknown) =>
      end(() => {
        const meaning = meaningOf(error, hasBegun);
        if (meaning instanceof CallFailed) reject(meaning);
        else resolve(meaning);
      });
    const giveUp = () => end(() => reject(new CallFailed("gave_up", { outcomeUnknown: hasBegun })));
    const timer = setTimeout(
      () => end(() => reject(new CallFailed("timeout", { outcomeUnknown: hasBegun }))),
      server.writeMs,
    );
    if (signal?.aborted === true) return giveUp();
    signal?.addEventListener("abort", giveUp, { once: true });
    connection.on("error", fail);
    const send = () =>
      connection.send({ from: envelope.from || false, to: envelope.to }, body, (error) => {
        if (error !== null && error !== undefined) fail(error);
        else end(() => resolve({ result: "ok" }));
      });
    connection.connect((error) => {
      if (error !== undefined && error !== null) return fail(error);
      if (auth === undefined) return send();
      connection.login(auth as never, (refused) => (refused ? fail(refused) : send()));
    });
  });
}

function meaningOf(error: unknown, hasBegun: boolean): Taken | CallFailed {
  const { responseCode = 0, code = "" } = error as { responseCode?: number; code?: string };
  if (code === "EAUTH" || responseCode === 530 || responseCode === 535) return new CallFailed("auth", { cause: code });
  // An answer is final for this mail, even to its text: 4 says not now, 5 says never.
  if (responseCode >= 500) return { result: "refused", reason: `the mail server refused it (${responseCode})` };
  if (responseCode >= 400)
    return new CallFailed(responseCode === 450 ? "rate_limited" : "vendor_error", { cause: code });
  const reason = code === "ETIMEDOUT" ? "timeout" : "connection";
  return new CallFailed(reason, { outcomeUnknown: hasBegun, cause: code });
}
