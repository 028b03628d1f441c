/** As many conversations as may have something to do at once; who is let go is found again with their next message. */
const MOST = 20_000;

/** Where shoppers come from, for limits. Only in memory: an IP address is nobody's business for longer. */
export class Networks {
  readonly #of = new Map<string, string>();

  note(conversation: string, network: string | undefined): void {
    if (network === undefined) return;
    // Deleted first, so that the map stays in the order of the last message.
    this.#of.delete(conversation);
    if (this.#of.size >= MOST) this.#of.delete(this.#of.keys().next().value ?? "");
    this.#of.set(conversation, network);
  }

  of(conversation: string): string | undefined {
    return this.#of.get(conversation);
  }
}
