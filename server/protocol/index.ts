/**
 * What crosses the socket between the widget and the server. Types only: the widget imports this file and nothing else
 * from `server/`.
 *
 * A conversation is a numbered list of entries, kept by the server. The widget sends utterances (with its own id, resent
 * until acknowledged) and reads entries after the last number it has seen. Nothing else is needed to be in step.
 */

/** One line of the conversation, as the shopper sees it. Never changes once sent. */
export interface Entry {
  /** 1, 2, 3 … without a gap within a conversation. */
  readonly seq: number;
  readonly from: "shopper" | "bot" | "agent" | "system";
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What is read aloud; plain text, `\n` between paragraphs. */
  readonly text: string;
  readonly parts: readonly Part[];
  /** The question that this entry leaves open. Only the last entry's question is live. */
  readonly asks?: Question;
  /** For `from: "shopper"`: the widget's own id of the utterance. */
  readonly messageId?: string;
}

export type Part = CardPart | ChoicesPart | NoticePart;

/** An order (or, later, a subscription or a product) drawn as a card. */
export interface CardPart {
  readonly kind: "card";
  readonly title: string;
  readonly subtitle?: string;
  /** Short status word in the shop's language, and how it should be tinted. */
  readonly status?: { readonly label: string; readonly tone: "good" | "waiting" | "warning" | "neutral" };
  readonly lines: readonly { readonly label: string; readonly detail?: string }[];
  /** Steps of the order's way, in order. */
  readonly timeline?: readonly {
    readonly label: string;
    readonly state: "done" | "current" | "ahead";
    readonly detail?: string;
  }[];
  /** `https:` only. */
  readonly link?: { readonly label: string; readonly href: string };
}

export interface ChoicesPart {
  readonly kind: "choices";
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly label: string;
  /** What is sent back as `choice` when it is tapped. */
  readonly value: string;
  readonly card?: CardPart;
}

/** A change of who is talking: "A person will answer by e-mail". */
export interface NoticePart {
  readonly kind: "notice";
  readonly text: string;
}

export type QuestionType =
  | "email"
  | "order_number"
  | "choice"
  | "yes_no"
  | "code"
  | "address"
  | "text"
  | "number"
  | "date"
  | "reason";

export interface Question {
  readonly slot: string;
  readonly type: QuestionType;
  readonly choices?: readonly { readonly label: string; readonly value: string }[];
}

/** What the shopper sends. At most 64 kB as JSON. */
export interface UtteranceMessage {
  /** Made by the widget, unique in the conversation, 8 to 64 characters of `A-Za-z0-9_-`. */
  readonly messageId: string;
  readonly text: string;
  /** Set when a choice was tapped; `text` is then its label. */
  readonly choice?: string;
}

export type ConversationState = "open" | "with_person" | "closed";

/** Sent in the handshake's `auth`, never in the address. */
export interface JoinRequest {
  readonly protocol: 1;
  /** Both absent on the first visit. */
  readonly conversation?: string;
  readonly secret?: string;
  /** The highest `seq` already shown; 0 for none. */
  readonly since: number;
  readonly locale?: string;
  /** The storefront's signed word for who this is (JWT). */
  readonly identity?: string;
}

export interface Joined {
  readonly conversation: string;
  /** Proves that this browser owns the conversation. Keep it; send it on each join. */
  readonly secret: string;
  readonly state: ConversationState;
  /** Name shown for a verified shopper; absent otherwise. */
  readonly name?: string;
  /** Highest `seq` in the store. */
  readonly last: number;
  readonly theme?: Readonly<Record<string, string>>;
}

export interface EntriesPage {
  readonly entries: readonly Entry[];
  /** True when there are more after these: ask again with the last `seq`. */
  readonly more: boolean;
}

/** `stored` means on disk. A refusal is final for this `messageId`: show `message`, do not resend. */
export type UtteranceAck =
  | { readonly stored: string; readonly seq: number }
  | { readonly refused: string; readonly code: RefusalCode; readonly message: string; readonly retryAfterMs?: number };

export type RefusalCode = "invalid" | "too_long" | "too_fast" | "closed" | "not_joined" | "unavailable";

/** Every acknowledgement is a callback with one argument. */
export interface ClientToServer {
  utterance(message: UtteranceMessage, ack: (answer: UtteranceAck) => void): void;
  /** Pages of 100. */
  read(since: number, ack: (page: EntriesPage) => void): void;
  typing(on: boolean): void;
  /** A fresh storefront token, or none after signing out. */
  identify(token: string, ack: (answer: { ok: boolean; name?: string; message?: string }) => void): void;
}

export interface ServerToClient {
  joined(info: Joined): void;
  /** In order, without gaps as long as the connection lives; check `seq` all the same and `read` what is missing. */
  entries(page: EntriesPage): void;
  typing(on: boolean): void;
  state(state: ConversationState): void;
}
