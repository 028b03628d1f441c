/** A mail server of the make-believe world: takes messages to shoppers into the ledger, with the faults of such servers. */
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { FaultKind, World } from "../../../sandbox/world/index.js";
import type { Simulator } from "../simulator.js";

export const SMTP_USER = "shop";
export const SMTP_PASSWORD = "smtp-simulator-password";

export interface SmtpSimulatorOptions {
  readonly port?: number;
  readonly slowMs?: number;
  /** Another mail server that gets each message that was taken: the sandbox's mailbox. */
  readonly relayTo?: string;
}

/** Answers before any text: what SMTP says and when. */
const AT_RECIPIENT: Partial<Record<FaultKind, number>> = { unavailable: 421, rate_limited: 450, refused: 550 };
const HANGS: readonly FaultKind[] = ["timeout", "applied_then_timeout"];
const BREAKS: readonly FaultKind[] = ["reset", "applied_then_reset"];
const NOT_TAKEN: readonly FaultKind[] = ["timeout", "reset", "error_500"];

export async function startSmtpSimulator(world: World, options: SmtpSimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, slowMs = 1_500, relayTo } = options;
  world.ledgerOf("smtp");
  const faults = new WeakMap<SMTPServerSession, FaultKind>();
  const sockets = new Set<Socket>();
  const relay = relayTo === undefined ? undefined : createTransport(relayTo);
  const refusal = (responseCode: number) => Object.assign(new Error("Not taken"), { responseCode });

  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth({ username, password }, session, done) {
      const fault = world.takeFault("send_async_message", "send_message");
      if (fault !== undefined) faults.set(session, fault);
      const isRight = username === SMTP_USER && password === SMTP_PASSWORD && fault !== "auth";
      done(isRight ? null : refusal(535), { user: username });
    },
    onRcptTo(_, session, done) {
      const code = AT_RECIPIENT[faults.get(session) ?? "slow"];
      done(code === undefined ? null : refusal(code));
    },
    onData(stream, session, done) {
      const fault = faults.get(session);
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, slowMs).unref());
        if (fault === undefined || !NOT_TAKEN.includes(fault)) await take(Buffer.concat(chunks), session);
        if (fault !== undefined && HANGS.includes(fault)) return;
        if (fault !== undefined && BREAKS.includes(fault)) return destroy(session);
        done(fault === "error_500" ? refusal(451) : null);
      })().catch((error: unknown) => done(error as Error));
    },
  });
  server.on("error", () => {});
  const { server: net } = server as unknown as { server: Server };
  net.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  async function take(raw: Buffer, { envelope }: SMTPServerSession): Promise<void> {
    const { messageId, subject = "", text = "" } = await PostalMime.parse(raw);
    for (const { address } of envelope.rcptTo) {
      const id = (messageId ?? "").replace(/[<>]/g, "");
      world.record("smtp", "messages", { id, email: address, subject, text: text.trim() });
    }
    const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
    await relay?.sendMail({ envelope: { from, to: envelope.rcptTo.map(({ address }) => address) }, raw });
  }

  function destroy({ remotePort }: SMTPServerSession): void {
    for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
  }

  const listening = server.listen(port, "127.0.0.1");
  await once(listening, "listening");
  return {
    system: "smtp",
    url: `smtp://${SMTP_USER}:${SMTP_PASSWORD}@127.0.0.1:${(listening.address() as AddressInfo).port}`,
    log: [],
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
        relay?.close();
      }),
  };
}
