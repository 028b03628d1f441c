/** A mail server of the make-believe world: takes messages to shoppers into the ledger, with the faults of such servers. */
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { FaultKind, World } from "../../../sandbox/world/index.js";
import type { Simulator } from "../simulator.js";
import { sendMessage } from "./message.js";

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
      const fault = faults.get(session);
      const code = fault === undefined ? undefined : AT_RECIPIENT[fault];
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
    const { messageId = "", from, subject = "", text = "" } = await PostalMime.parse(raw);
    const id = messageId.replace(/[<>]/g, "");
    for (const { address } of envelope.rcptTo) {
      world.record("smtp", "messages", { id, email: address, subject, text: text.trim() });
      if (relayTo === undefined) continue;
      const mail = {
        from: from?.address ?? "",
        to: address,
        subject,
        text,
        messageId: id,
        at: new Date(world.clock.now()),
      };
      await sendMessage({ url: relayTo, connectMs: 1_000, writeMs: 5_000 }, mail, undefined);
    }
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
      }),
  };
}
