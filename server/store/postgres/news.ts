import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.js";
import type { PostgresAddress } from "./address.js";
import { type Ear, listenTo } from "./connections.js";

export interface NewsListeners {
  /** Conversations that another node has changed; `"all"` when some news may have been missed. */
  changed(conversations: ReadonlySet<string> | "all"): void;
  /** What another node has announced. */
  announced(topics: ReadonlySet<string>): void;
}

const CHANNEL = "aftersale";
/** Postgres takes 8,000 bytes. */
const MOST_BYTES = 7_500;

/**
 * Nodes tell each other what they have changed: `NOTIFY` after the commit, not in it, since one in a transaction makes all
 * commits of the database wait for each other. What a crash swallows is found by looking (`server/conversation/elsewhere.ts`):
 * this is an accelerator, the store is the truth.
 */
export class News {
  readonly #conversations = new Set<string>();
  readonly #topics = new Set<string>();
  readonly #ear: Ear;
  #scheduled = false;
  #closed = false;

  constructor(
    private readonly node: string,
    private readonly db: Kysely<Tables>,
    address: PostgresAddress,
    listeners: NewsListeners,
  ) {
    const hears = (payload: string): void => {
      const [from, kind, ...words] = payload.split(" ");
      if (from === this.node) return;
      if (kind === "changed") listeners.changed(new Set(words));
      if (kind === "announced") listeners.announced(new Set(words));
    };
    this.#ear = listenTo(address, CHANNEL, hears, () => listeners.changed("all"));
  }

  tell(conversations: ReadonlySet<string>, topics: ReadonlySet<string>): void {
    for (const conversation of conversations) this.#conversations.add(conversation);
    for (const topic of topics) this.#topics.add(topic);
    if (this.#scheduled || this.#closed || this.#conversations.size + this.#topics.size === 0) return;
    this.#scheduled = true;
    setImmediate(() => void this.#send());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#ear.close();
  }

  async #send(): Promise<void> {
    this.#scheduled = false;
    const payloads = [...this.#payloads("changed", this.#conversations), ...this.#payloads("announced", this.#topics)];
    try {
      for (const payload of payloads) await sql`select pg_notify(${CHANNEL}, ${payload})`.execute(this.db);
    } catch {
      // Whoever is concerned finds it by looking.
    }
  }

  *#payloads(kind: string, words: Set<string>): Iterable<string> {
    const all = [...words];
    words.clear();
    let payload = "";
    for (const word of all) {
      if (payload !== "" && payload.length + word.length >= MOST_BYTES) {
        yield payload;
        payload = "";
      }
      payload = payload === "" ? `${this.node} ${kind} ${word}` : `${payload} ${word}`;
    }
    if (payload !== "") yield payload;
  }
}
