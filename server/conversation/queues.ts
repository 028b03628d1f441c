import type { Store } from "../store/index.js";

/** One thing at a time in each conversation, in the order in which it was asked for, and on one server. */
export class Queues {
  /** Conversations at work, each with the end of its queue. */
  readonly #ends = new Map<string, Promise<void>>();

  constructor(private readonly store: Pick<Store, "hold">) {}

  /** A failure is told to whoever asked, and the queue goes on. */
  enqueue<T>(conversation: string, work: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(conversation) ?? Promise.resolve();
    const result = before.then(() => this.store.hold(`conversation:${conversation}`, work));
    const end = result.then(
      () => undefined,
      () => undefined,
    );
    this.#ends.set(conversation, end);
    void end.then(() => {
      if (this.#ends.get(conversation) === end) this.#ends.delete(conversation);
    });
    return result;
  }

  has(conversation: string): boolean {
    return this.#ends.has(conversation);
  }

  /** How many conversations are at work. */
  get size(): number {
    return this.#ends.size;
  }

  /** Resolves when nothing is left in any queue. */
  async idle(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends.values());
  }
}
