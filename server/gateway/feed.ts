import type { EntriesPage } from "../protocol/index.js";

/**
 * The entries of one conversation on their way to one client: in order and without gaps, from what the client has seen.
 * The store is the truth; what is pushed live only saves reading. A client with more than a page to catch up on reads at
 * its own pace, and nothing is pushed until it has arrived at the end.
 */
export class Feed {
  #sent: number;
  /** The highest number heard of. */
  #latest = 0;
  #isBehind = false;
  #reading: Promise<void> | undefined;

  constructor(
    since: number,
    private readonly read: (since: number) => Promise<EntriesPage>,
    private readonly send: (page: EntriesPage) => void,
    /** Told when reading failed: the client has to come again. */
    private readonly fail: (error: unknown) => void,
  ) {
    this.#sent = since;
  }

  /** Sends the first page, empty or not. Call `live` from before this on, so that nothing falls between. */
  async begin(): Promise<void> {
    await this.#catchUp(true);
  }

  live(page: EntriesPage): void {
    this.#latest = Math.max(this.#latest, page.entries.at(-1)?.seq ?? 0);
    if (this.#isBehind || this.#reading !== undefined) return;
    const fresh = page.entries.filter(({ seq }) => seq > this.#sent);
    const [first] = fresh;
    if (first === undefined) return;
    if (first.seq === this.#sent + 1 && !page.more) this.#pass({ entries: fresh, more: false });
    else void this.#catchUp(false);
  }

  /** Answers a client that asks for what comes after `since`. Rejects when it cannot be read. */
  async answer(since: number): Promise<EntriesPage> {
    const page = await this.read(since);
    const last = page.entries.at(-1)?.seq ?? since;
    if (since <= this.#sent) this.#sent = Math.max(this.#sent, last);
    if (this.#isBehind && !page.more && this.#sent === last) {
      this.#isBehind = false;
      // After this answer, or the client would see them before it.
      if (this.#latest > this.#sent) setImmediate(() => void this.#catchUp(false));
    }
    return page;
  }

  #pass(page: EntriesPage): void {
    this.#sent = page.entries.at(-1)?.seq ?? this.#sent;
    this.send(page);
  }

  #catchUp(evenIfEmpty: boolean): Promise<void> {
    this.#reading ??= (async () => {
      try {
        do {
          const page = await this.read(this.#sent);
          if (page.entries.length > 0 || evenIfEmpty) this.#pass(page);
          this.#isBehind = page.more;
          if (page.entries.length === 0) return;
        } while (!this.#isBehind && this.#latest > this.#sent);
      } catch (error) {
        this.fail(error);
      } finally {
        this.#reading = undefined;
      }
    })();
    return this.#reading;
  }
}
