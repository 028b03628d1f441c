/**
 * What this browser keeps: the conversation's id and secret, whose it is, the unsent messages and the last number seen.
 * Never the words of the conversation: a shared computer must not tell them.
 *
 * Each unsent message has its own key, because two tabs that rewrite one list lose each other's messages.
 */
import type { UtteranceMessage } from "../../server/protocol/index.js";

export interface Ticket {
  readonly conversation: string;
  readonly secret: string;
  /** Subject of the storefront's token under which it was last joined; absent while anonymous. */
  readonly owner?: string;
}

export interface Unsent extends UtteranceMessage {
  readonly at: string;
  /** Orders messages that were written within one millisecond. */
  readonly order: number;
  /** The tab that wrote it and sends it first. */
  readonly tab: string;
}

const TICKET = "aftersale.conversation";
const SEEN = "aftersale.seen";
const UNSENT = "aftersale.unsent.";
const TAB = "aftersale.tab";

export interface Memory {
  readonly tab: string;
  ticket(): Ticket | undefined;
  keepTicket(ticket: Ticket): void;
  seen(): number;
  keepSeen(seen: number): void;
  /** Oldest first. */
  unsent(): Unsent[];
  keepUnsent(message: Unsent): void;
  dropUnsent(messageId: string): void;
  forget(): void;
  /** Unsent messages stay, and go into the next conversation. */
  forgetTicket(): void;
  /** Calls back when another tab changed something. */
  onOtherTab(listener: (change: { unsent?: Unsent; gone?: string; ticket?: true }) => void): void;
}

/** @param local what `localStorage` offers; a page may be denied it, then memory lasts as long as the page */
export function openMemory(local: Storage, session: Storage, newId: () => string): Memory {
  const tab = session.getItem(TAB) ?? newId();
  session.setItem(TAB, tab);

  const keysOf = (start: string) =>
    Array.from({ length: local.length }, (_, index) => local.key(index)).filter(
      (key): key is string => key?.startsWith(start) ?? false,
    );

  return {
    tab,
    ticket: () => parseTicket(local.getItem(TICKET)),
    keepTicket: (ticket) => local.setItem(TICKET, JSON.stringify(ticket)),
    seen: () => Number(local.getItem(SEEN)) || 0,
    keepSeen: (seen) => local.setItem(SEEN, String(seen)),
    unsent: () =>
      keysOf(UNSENT)
        .map((key) => parseUnsent(local.getItem(key)))
        .filter((message) => message !== undefined)
        .sort((a, b) => a.at.localeCompare(b.at) || a.order - b.order),
    keepUnsent: (message) => local.setItem(UNSENT + message.messageId, JSON.stringify(message)),
    dropUnsent: (messageId) => local.removeItem(UNSENT + messageId),
    forget() {
      for (const key of [TICKET, SEEN, ...keysOf(UNSENT)]) local.removeItem(key);
    },
    forgetTicket() {
      for (const key of [TICKET, SEEN]) local.removeItem(key);
    },
    onOtherTab(listener) {
      addEventListener("storage", ({ key, newValue, storageArea }) => {
        if (storageArea !== local) return;
        if (key === TICKET) listener({ ticket: true });
        if (!key?.startsWith(UNSENT)) return;
        const unsent = parseUnsent(newValue);
        listener(unsent ? { unsent } : { gone: key.slice(UNSENT.length) });
      });
    },
  };
}

/** Storage of this page, or one that lasts only as long as the page where the browser denies it. */
export function storageOf(kind: "localStorage" | "sessionStorage"): Storage {
  try {
    const storage = window[kind];
    storage.setItem("aftersale.probe", "1");
    storage.removeItem("aftersale.probe");
    return storage;
  } catch {
    const kept = new Map<string, string>();
    return {
      get length() {
        return kept.size;
      },
      key: (index) => [...kept.keys()][index] ?? null,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
      clear: () => kept.clear(),
    };
  }
}

function read(text: string | null): Record<string, unknown> {
  try {
    return (JSON.parse(text ?? "{}") as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

function parseTicket(text: string | null): Ticket | undefined {
  const { conversation, secret, owner } = read(text);
  if (typeof conversation !== "string" || typeof secret !== "string") return undefined;
  return { conversation, secret, ...(typeof owner === "string" ? { owner } : {}) };
}

function parseUnsent(text: string | null): Unsent | undefined {
  const { messageId, text: said, choice, at, order, tab } = read(text);
  if (typeof messageId !== "string" || typeof said !== "string" || typeof at !== "string") return undefined;
  return {
    messageId,
    text: said,
    ...(typeof choice === "string" ? { choice } : {}),
    at,
    order: Number(order) || 0,
    tab: String(tab),
  };
}
