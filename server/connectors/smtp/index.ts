import { type Clock, systemClock } from "../../ports/index.js";
import type { Connector, Tool } from "../connector.js";
import { ok } from "../connector.js";
import { CallFailed } from "../failure.js";
import { referenceOf } from "../reference.js";
import { DEFAULT_TIMINGS, type Timings } from "../timings.js";
import { sendMessage } from "./message.js";

export interface SmtpConfig {
  /** `smtp://user:password@host:port`, or `smtps:`. It may be a server next door: only the operator sets it. */
  readonly url: string;
  /** `Shop <support@shop.example>` */
  readonly from: string;
  /** Of messages for which the policy gives none. */
  readonly subject?: string | undefined;
  /** Only `connectMs` and `writeMs` count here. */
  readonly timings?: Partial<Timings> | undefined;
  readonly clock?: Clock | undefined;
}

/** One plain address: no names, lists, quotes, comments or line breaks, with which a header could be forged. */
const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]{1,190}$/;

/**
 * Messages to shoppers by e-mail. A mail server cannot be asked what became of a mail, so there is no reading back: when
 * its answer is lost the outcome stays unknown. The same key gives the same Message-ID, which mail programs show once.
 */
export function createSmtp(config: SmtpConfig): Connector {
  const clock = config.clock ?? systemClock;
  const { connectMs, writeMs } = { ...DEFAULT_TIMINGS, ...config.timings };
  const send: Tool<"send_message"> = {
    name: "send_async_message",
    capability: "send_message",
    system: "smtp",
    async run(args, call) {
      if (!ADDRESS.test(args.email)) return { result: "refused", reason: "not_an_address" };
      const messageId = `${referenceOf(call, args)}@aftersale.invalid`;
      try {
        const taken = await sendMessage(
          { url: config.url, connectMs, writeMs },
          {
            from: config.from,
            to: args.email,
            subject: args.subject ?? config.subject ?? "A message about your order",
            text: args.message,
            messageId,
            at: new Date(clock.now()),
          },
          call.signal,
        );
        return taken.result === "ok" ? ok({ id: messageId }, `mail ${messageId}`) : taken;
      } catch (error) {
        if (error instanceof CallFailed) return error.toOutcome();
        return { result: "unknown_outcome", reason: "internal" };
      }
    },
  };
  return { system: "smtp", tools: [send as unknown as Tool], close: async () => {} };
}
