import type { Clock } from "../ports/index.js";
import type { Store } from "../store/index.js";

export interface RescueOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Whether this server is at it, or will be: then it needs no help. */
  isAtWork(conversation: string): boolean;
  /** Takes the turn for what waits there. */
  take(conversation: string): void;
  /** Timers that another server has set ring here, too. */
  fireTimers(): void;
}

const EVERY_MS = 500;

/**
 * Goes on with what a server left that died: looks round for conversations in which something waits and that nobody
 * holds. Twice in a row, since a server takes hold of a conversation a moment after it has stored what was said.
 */
export class Rescue {
  #seen: ReadonlySet<string> = new Set();
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(private readonly options: RescueOptions) {}

  /** Only where other servers can be: a single one finds what it left at its own start. */
  begin(): void {
    if (this.#closed || !this.options.store.isShared) return;
    this.#cancel = this.options.clock.after(EVERY_MS, () => {
      void this.#look()
        .catch(() => {
          // The store cannot be read just now: the next look is soon.
        })
        .finally(() => this.begin());
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    const { store, isAtWork, take, fireTimers } = this.options;
    const stranded = (await store.stranded()).filter((conversation) => !isAtWork(conversation));
    for (const conversation of stranded) if (this.#seen.has(conversation)) take(conversation);
    this.#seen = new Set(stranded);
    fireTimers();
  }
}
