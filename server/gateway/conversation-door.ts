import type { ConversationState, EntriesPage } from "../protocol/index.js";

/** Who a shopper has proven to be. */
export interface Proven {
  readonly email: string;
  readonly name?: string;
}

/** What the gateway needs of the conversations; `server/conversation` is the real one. */
export interface ConversationDoor {
  open(request: { readonly locale: string; readonly identity?: Proven }): Promise<{ readonly conversation: string }>;
  /**
   * Absent when there is no such conversation. `email` is the proven customer's, if there is one: a storefront token of
   * somebody else then begins a conversation of its own, and two proven people are never merged.
   */
  find(conversation: string): Promise<FoundConversation | undefined>;
  /** Resolves when the utterance is on disk. The same `messageId` again returns the same `seq` and changes nothing. */
  receive(
    conversation: string,
    utterance: {
      readonly messageId: string;
      readonly text: string;
      readonly choice?: string;
      /** Where the shopper comes from, for limits; not kept. */
      readonly network?: string;
    },
  ): Promise<{ readonly seq: number }>;
  /** Pages of 100. */
  entriesAfter(conversation: string, since: number): Promise<EntriesPage>;
  identify(conversation: string, who: Proven | undefined): Promise<void>;
  shopperTyping(conversation: string, on: boolean): void;
  /** How many conversations have a turn under way or waiting. */
  load?(): { readonly atWork: number };
  /** Tells of everything committed from now on, each conversation's entries in order. */
  subscribe(conversation: string, listener: ConversationListener): () => void;
}

export interface FoundConversation {
  readonly state: ConversationState;
  readonly name?: string;
  readonly last: number;
  readonly email?: string;
}

export interface ConversationListener {
  entries(page: EntriesPage): void;
  typing(on: boolean): void;
  state(state: ConversationState): void;
}
