/**
 * The conversation as the shopper sees it: a pure function of what happened. Components draw it, `delivery.ts` acts on it,
 * nobody else keeps state.
 *
 * The server's numbered entries are the truth. `pending` holds what this shopper wrote and has not come back as an entry.
 */
import type {
  ConversationState,
  EntriesPage,
  Entry,
  Joined,
  Question,
  RefusalCode,
  UtteranceMessage,
} from "../../server/protocol/index.js";

export interface Pending extends UtteranceMessage {
  /** ISO 8601, by this device's clock. */
  readonly at: string;
  /** `stored` while its entry is on the way; `refused` is final for this `messageId`. */
  readonly sent: "waiting" | "stored" | "refused";
  readonly refusal?: Refusal;
}

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** Milliseconds to wait before writing again. */
  readonly retryAfterMs?: number;
}

export interface Conversation {
  readonly id: string | undefined;
  /** 1, 2, 3 … without a gap. */
  readonly entries: readonly Entry[];
  /** Came before the ones they follow; held back until those are read. */
  readonly early: readonly Entry[];
  readonly pending: readonly Pending[];
  /** The highest number that the server is known to have. */
  readonly known: number;
  /** `new` before the first join, so that nothing alarming is shown while a page opens. */
  readonly line: "new" | "online" | "offline";
  readonly phase: ConversationState;
  readonly typing: boolean;
  readonly name: string | undefined;
  readonly theme: Readonly<Record<string, string>>;
  /** Highest number that was on screen while the chat was shown. */
  readonly seen: number;
  readonly shown: boolean;
}

export type ConversationEvent =
  | { readonly type: "joined"; readonly info: Joined }
  | { readonly type: "dropped" }
  | { readonly type: "entries"; readonly page: EntriesPage }
  | { readonly type: "wrote"; readonly message: UtteranceMessage; readonly at: string }
  | { readonly type: "stored"; readonly messageId: string; readonly seq: number }
  | { readonly type: "refused"; readonly messageId: string; readonly refusal: Refusal }
  /** Taken back by the shopper, or sent by another tab. */
  | { readonly type: "withdrawn"; readonly messageId: string }
  | { readonly type: "typing"; readonly on: boolean }
  | { readonly type: "phase"; readonly phase: ConversationState }
  | { readonly type: "named"; readonly name: string | undefined }
  | { readonly type: "shown"; readonly on: boolean }
  /** Signed out, or another customer signed in: nothing of the earlier conversation may stay. */
  | { readonly type: "forgotten" };

export const newConversation: Conversation = {
  id: undefined,
  entries: [],
  early: [],
  pending: [],
  known: 0,
  line: "new",
  phase: "open",
  typing: false,
  name: undefined,
  theme: {},
  seen: 0,
  shown: false,
};

/** A server that sends far ahead is read in order instead of being kept in memory. */
const MAX_EARLY = 500;

export function afterEvent(before: Conversation, event: ConversationEvent): Conversation {
  switch (event.type) {
    case "joined":
      return joined(before, event.info);
    case "dropped":
      return { ...before, line: before.line === "new" ? "new" : "offline", typing: false };
    case "entries":
      return withEntries(before, event.page);
    case "wrote":
      return isThere(before, event.message.messageId)
        ? before
        : { ...before, pending: [...before.pending, { ...event.message, at: event.at, sent: "waiting" }] };
    case "stored": {
      const known = Math.max(before.known, event.seq);
      return { ...before, known, pending: change(before.pending, event.messageId, { sent: "stored" }) };
    }
    case "refused": {
      const { messageId, refusal } = event;
      const phase = refusal.code === "closed" ? "closed" : before.phase;
      return { ...before, phase, pending: change(before.pending, messageId, { sent: "refused", refusal }) };
    }
    case "withdrawn":
      return { ...before, pending: before.pending.filter(({ messageId }) => messageId !== event.messageId) };
    case "typing":
      return { ...before, typing: event.on };
    case "phase":
      return { ...before, phase: event.phase };
    case "named":
      return { ...before, name: event.name };
    case "shown":
      return look({ ...before, shown: event.on });
    case "forgotten":
      return { ...newConversation, line: before.line, shown: before.shown, theme: before.theme };
  }
}

function joined(before: Conversation, info: Joined): Conversation {
  // The server knows no conversation under our id (erased, or another customer's): what we show is not part of this one.
  const base =
    before.id === undefined || before.id === info.conversation
      ? before
      : { ...before, entries: [], early: [], seen: 0, known: 0 };
  return {
    ...base,
    id: info.conversation,
    line: "online",
    phase: info.state,
    name: info.name,
    known: info.last,
    theme: info.theme ?? base.theme,
  };
}

function withEntries(before: Conversation, { entries: come, more }: EntriesPage): Conversation {
  const entries = [...before.entries];
  const waiting = new Map(before.early.map((entry) => [entry.seq, entry]));
  for (const entry of come) if (entry.seq > entries.length) waiting.set(entry.seq, entry);
  for (let next = waiting.get(entries.length + 1); next !== undefined; next = waiting.get(entries.length + 1)) {
    waiting.delete(next.seq);
    entries.push(next);
  }
  const further = more ? (come.at(-1)?.seq ?? 0) + 1 : 0;
  const known = Math.max(before.known, entries.length, further, ...waiting.keys());
  const isNews = entries.length > before.entries.length || waiting.size > before.early.length || known > before.known;
  if (!isNews) return before;
  const added = entries.slice(before.entries.length);
  const own = new Set(added.map(({ messageId }) => messageId));
  return look({
    ...before,
    entries,
    early: [...waiting.values()].slice(0, MAX_EARLY),
    known,
    pending: before.pending.filter(({ messageId }) => !own.has(messageId)),
    typing: before.typing && !added.some(({ from }) => from === "bot" || from === "agent"),
  });
}

/** While the chat is shown, everything in it counts as seen. */
function look(conversation: Conversation): Conversation {
  const seen = conversation.shown ? Math.max(conversation.seen, conversation.entries.length) : conversation.seen;
  return seen === conversation.seen ? conversation : { ...conversation, seen };
}

function isThere({ pending, entries }: Conversation, messageId: string): boolean {
  const same = (one: { readonly messageId?: string }) => one.messageId === messageId;
  return pending.some(same) || entries.some(same);
}

function change(pending: readonly Pending[], messageId: string, by: Partial<Pending>): readonly Pending[] {
  return pending.map((message) => (message.messageId === messageId ? { ...message, ...by } : message));
}

/** The number after which entries are missing, or undefined when everything known has come. */
export function missingAfter({ entries, known }: Conversation): number | undefined {
  return known > entries.length ? entries.length : undefined;
}

/** Replies that the shopper has not looked at. */
export function unreadCount({ entries, seen }: Conversation): number {
  return entries.filter(({ seq, from }) => seq > seen && (from === "bot" || from === "agent")).length;
}

/** The question to answer now: only the last entry's, and only until something was written. */
export function liveQuestion({ entries, pending, phase }: Conversation): Question | undefined {
  if (phase === "closed" || pending.some(({ sent }) => sent !== "refused")) return undefined;
  return entries.at(-1)?.asks;
}
