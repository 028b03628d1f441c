import type { Clock } from "../ports/index.js";
import type { ConversationState } from "../protocol/index.js";
import { entriesAfter, findConversation, newestOf, type Store } from "../store/index.js";
import type { Listeners } from "./listeners.js";

export interface ElsewhereOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly listeners: Listeners;
}

/** More than a turn ever says; whoever lacks more than these reads by itself. */
const LATEST = 50;
const AT_ONCE = 200;
const LOOK_EVERY_MS = 10_000;

/**
 * What other servers have written, to those who listen here. Their word of it comes at once but may be lost, with the
 * server that gave it or on the way; so every now and then it is looked whether anything is new. Whoever listens drops
 * what it has (the gateway's feed), so that telling twice harms nobody.
 */
export class Elsewhere {
  /** As of the last look or telling. */
  readonly #known = new Map<string, { readonly lastSeq: number; readonly state: ConversationState }>();
  #stopListening: (() => void) | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(private readonly options: ElsewhereOptions) {}

  begin(): void {
    const { store, listeners } = this.options;
    if (!store.isShared) return;
    this.#stopListening = store.onElsewhere((changed) => {
      if (changed === "all") void this.#look().catch(() => {});
      else for (const id of changed) if (listeners.has(id)) void this.#tell(id).catch(() => {});
    });
    this.#lookAgain();
  }

  close(): void {
    this.#closed = true;
    this.#stopListening?.();
    this.#cancel?.();
  }

  #lookAgain(): void {
    if (this.#closed) return;
    this.#cancel = this.options.clock.after(LOOK_EVERY_MS, () => {
      void this.#look()
        .catch(() => {
          // The store cannot be read just now: the next look is soon.
        })
        .finally(() => this.#lookAgain());
    });
  }

  async #look(): Promise<void> {
    const { store, listeners } = this.options;
    const ids = listeners.conversations();
    for (const id of this.#known.keys()) if (!listeners.has(id)) this.#known.delete(id);
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const newest = await store.read((tx) => newestOf(tx, ids.slice(at, at + AT_ONCE)));
      for (const { id, lastSeq, state } of newest) {
        const known = this.#known.get(id);
        if (known?.lastSeq !== lastSeq || known.state !== state) await this.#tell(id);
      }
    }
  }

  async #tell(id: string): Promise<void> {
    const { store, listeners } = this.options;
    const news = await store.read(async (tx) => {
      const conversation = await findConversation(tx, id);
      if (conversation === undefined) return undefined;
      const { entries } = await entriesAfter(tx, id, Math.max(0, conversation.lastSeq - LATEST), LATEST);
      return { conversation, entries };
    });
    if (news === undefined || this.#closed) return;
    const { lastSeq, state } = news.conversation;
    const known = this.#known.get(id);
    this.#known.set(id, { lastSeq, state });
    if (news.entries.length > 0)
      listeners.publish(id, (listener) => listener.entries({ entries: news.entries, more: false }));
    if (known?.state !== state) listeners.publish(id, (listener) => listener.state(state));
  }
}
