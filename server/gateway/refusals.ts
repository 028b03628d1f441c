import type { RefusalCode, UtteranceAck } from "../protocol/index.js";

/** What the shopper reads when something cannot be taken. */
export type RefusalWords = (code: RefusalCode, locale: string) => string;

const english: Readonly<Record<RefusalCode, string>> = {
  invalid: "That message could not be read. Please write it again.",
  too_long: "That is a bit long for one message. Please send it in smaller parts.",
  too_fast: "That was quick! Please wait a moment and send it again.",
  closed: "This chat has ended. Please start a new one.",
  not_joined: "The chat is not connected yet. Please try again in a moment.",
  unavailable: "Your message could not be saved just now. Please send it again in a moment.",
};

export const englishRefusals: RefusalWords = (code) => english[code];

export type Refuse = (messageId: unknown, code: RefusalCode, retryAfterMs?: number) => UtteranceAck;

export function refuser(words: RefusalWords, locale: string): Refuse {
  return (messageId, code, retryAfterMs) => ({
    // Names the message where it has a name; whatever else was sent is not sent back.
    refused: typeof messageId === "string" ? messageId.slice(0, 64) : "",
    code,
    message: words(code, locale),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
