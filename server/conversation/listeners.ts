import type { WayTaken } from "../dialogue/index.js";
import type { ConversationState, EntriesPage } from "../protocol/index.js";
import type { Told } from "./told.js";
import type { Turn } from "./turn.js";

export interface Listener {
  entries(page: EntriesPage): void;
  typing(on: boolean): void;
  state(state: ConversationState): void;
}

export interface Watcher {
  /** After the commit of a turn, in order. */
  told(conversation: string, told: readonly Told[], timing: Turn["timing"] & { commit: number }): void;
  /** Which steps led to which. */
  ways?(taken: readonly WayTaken[]): void;
}

/** Who listens to which conversation. What they are told is a hint: the store is the truth. */
export class Listeners {
  readonly #of = new Map<string, Set<Listener>>();

  /** The returned function ends it. */
  add(conversation: string, listener: Listener): () => void {
    const known = this.#of.get(conversation) ?? new Set();
    this.#of.set(conversation, known.add(listener));
    return () => {
      known.delete(listener);
      if (known.size === 0) this.#of.delete(conversation);
    };
  }

  has(conversation: string): boolean {
    return this.#of.has(conversation);
  }

  conversations(): string[] {
    return [...this.#of.keys()];
  }

  publish(conversation: string, send: (listener: Listener) => void): void {
    for (const listener of this.#of.get(conversation) ?? []) send(listener);
  }
}
