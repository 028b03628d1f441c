import { performance } from "node:perf_hooks";
import type { Decision } from "../decisions/index.js";
import type { Entry } from "../protocol/index.js";
import {
  ClaimLost,
  type Conversation,
  ConversationMoved,
  entriesAfter,
  findConversation,
  type Store,
  StoreUnavailable,
  type Timer,
  traceOf,
  untakenEntries,
} from "../store/index.js";
import { commitTurn } from "./commit.js";
import type { Listeners, Watcher } from "./listeners.js";
import type { Queues } from "./queues.js";
import { type Happening, shopperOf, type TurnRooms, takeTurn } from "./turn.js";

export type ConversationLog = (event: {
  level: "info" | "warn" | "error";
  message: string;
  conversation?: string;
  code?: string;
  error?: unknown;
}) => void;

export interface TurnsOptions {
  readonly rooms: TurnRooms;
  readonly store: Store;
  /** How long to wait for a further message before answering, in milliseconds. */
  readonly joinPauseMs: number;
  readonly queues: Queues;
  readonly listeners: Listeners;
  /** Where a conversation's shopper comes from, when that is known. */
  networkOf(conversation: string): string | undefined;
  readonly watchers: ReadonlySet<Watcher>;
  /** Told of each timer that a turn has set. */
  wakeBy(dueAt: number): void;
  readonly log: ConversationLog;
}

/** A turn that fails so often will not come right by itself: a person takes over. */
const TRIES_BEFORE_A_PERSON = 3;
const RETRY_MS = [200, 1_000, 5_000, 30_000];
const CHECK_AGAIN_MS = 2_000;
const BUSY_AGAIN_MS = 500;
const BUSY_TOLD_MS = 10_000;
const TYPING_MS = 3_000;

/** When turns are taken: once the shopper has paused, one at a time in a conversation, again when one fails. */
export class Turns {
  readonly #typingUntil = new Map<string, number>();
  /** Conversations in which something was said that no turn has looked at yet, and how often: saves asking the store. */
  readonly #unread = new Map<string, number>();
  readonly #later = new Set<string>();
  #closed = false;
  #toldBusyAt = Number.NEGATIVE_INFINITY;
  #busyTurns = 0;

  constructor(private readonly options: TurnsOptions) {}

  close(): void {
    this.#closed = true;
  }

  shopperTyping(conversation: string, on: boolean): void {
    if (on) this.#typingUntil.set(conversation, this.#now() + TYPING_MS);
    else this.#typingUntil.delete(conversation);
  }

  /** Takes the turn for everything said so far; `atOnce` does not wait for more. */
  schedule(conversation: string, { tries = 0, atOnce = false } = {}): void {
    this.#later.delete(conversation);
    this.#unread.set(conversation, (this.#unread.get(conversation) ?? 0) + 1);
    void this.options.queues
      .enqueue(conversation, async () => {
        if (!atOnce) await this.#pauseForMore(conversation);
        while (!this.#closed && this.#unread.has(conversation))
          await this.#takeUntaken(conversation, tries >= TRIES_BEFORE_A_PERSON);
      })
      .catch((error: unknown) => this.#retryLater(conversation, tries, error));
  }

  /** Takes one turn and commits it, with the timer that set it off. To be called from the conversation's queue. */
  async run(conversation: Conversation, happening: Happening, timer?: Timer): Promise<void> {
    const { rooms, store, listeners, watchers } = this.options;
    const { id } = conversation;
    listeners.publish(id, (listener) => listener.typing(true));
    try {
      const shopper = shopperOf(conversation);
      const network = this.options.networkOf(id);
      const turn = await takeTurn(rooms, {
        conversation,
        shopper,
        history: () => this.#historyOf(id),
        happening,
        ...(network !== undefined && { network }),
      });
      const begun = performance.now();
      const committing = { conversation, happening, turn, ...(timer && { timer }) };
      const { entries, state, due } = await commitTurn(store, this.#now(), committing);
      const timing = { ...turn.timing, commit: performance.now() - begun };
      if (entries.length > 0) listeners.publish(id, (listener) => listener.entries({ entries, more: false }));
      if (state !== conversation.state) listeners.publish(id, (listener) => listener.state(state));
      for (const watcher of watchers) {
        watcher.told(id, turn.told, timing);
        watcher.ways?.(turn.ways);
      }
      for (const dueAt of due) this.options.wakeBy(dueAt);
    } finally {
      listeners.publish(id, (listener) => listener.typing(false));
    }
  }

  #now(): number {
    return this.options.rooms.ports.clock.now();
  }

  /** Whether a turn of it has failed and is to be taken again here. */
  isLater(conversation: string): boolean {
    return this.#later.has(conversation);
  }

  /** The same turn again, later. What was stored is not lost, whatever made it fail. */
  #retryLater(conversation: string, tries: number, error: unknown): void {
    if (this.#closed) return;
    // Another server was faster: this turn says nothing against itself.
    if (error instanceof ClaimLost || error instanceof ConversationMoved) {
      const message = "another server has taken a turn that was begun here";
      this.options.log({ level: "warn", message, conversation, code: error.code });
      return this.schedule(conversation, { tries });
    }
    this.#later.add(conversation);
    if (error instanceof StoreUnavailable) return this.#whenTheStoreIsBack(conversation, tries, error);
    if ((error as { code?: unknown } | undefined)?.code === "ENCODER_BUSY")
      return this.#whenThereIsTime(conversation, tries);
    this.options.log({ level: "error", message: "a turn failed and will be taken again", conversation, error });
    const wait = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] as number;
    this.options.rooms.ports.clock.after(wait, () => this.schedule(conversation, { tries: tries + 1 }));
  }

  /**
   * A full disk says nothing about the turn, and no person would come further: it is taken once the store can be written
   * again. Asked without taking it, so that no vendor is asked over and over meanwhile.
   */
  #whenTheStoreIsBack(conversation: string, tries: number, error: StoreUnavailable): void {
    const { log, rooms, store } = this.options;
    log({ level: "error", message: "a turn waits for the store", conversation, code: error.code });
    const ask = (): void => {
      if (this.#closed) return;
      store.check().then(
        () => this.schedule(conversation, { tries }),
        () => rooms.ports.clock.after(CHECK_AGAIN_MS, ask),
      );
    };
    rooms.ports.clock.after(CHECK_AGAIN_MS, ask);
  }

  /** More is to be read than can be: that too says nothing about the turn. Tried again in no order, so as not to come all at once. */
  #whenThereIsTime(conversation: string, tries: number): void {
    const { log, rooms } = this.options;
    if (this.#now() - this.#toldBusyAt > BUSY_TOLD_MS) {
      this.#toldBusyAt = this.#now();
      log({ level: "warn", message: "more is said than can be read: turns wait", conversation, code: "ENCODER_BUSY" });
    }
    const wait = BUSY_AGAIN_MS + (this.#busyTurns++ % 10) * (BUSY_AGAIN_MS / 10);
    rooms.ports.clock.after(wait, () => this.schedule(conversation, { tries, atOnce: true }));
  }

  async #pauseForMore(conversation: string): Promise<void> {
    const { joinPauseMs, rooms } = this.options;
    for (let heard = 0; joinPauseMs > 0 && !this.#closed; ) {
      const now = this.#unread.get(conversation) ?? 0;
      const typing = (this.#typingUntil.get(conversation) ?? 0) > this.#now();
      if (now === 0 || (now === heard && !typing)) return;
      heard = now;
      await rooms.ports.clock.pause(joinPauseMs);
    }
  }

  async #takeUntaken(id: string, broken: boolean): Promise<void> {
    // Before the store is read: what comes in from here on is looked for again.
    this.#unread.delete(id);
    const { conversation, entries } = await this.options.store.read(async (tx) => ({
      conversation: await findConversation(tx, id),
      entries: await untakenEntries(tx, id),
    }));
    if (conversation === undefined || entries.length === 0) return;
    await this.run(conversation, { kind: broken ? "broken" : "utterances", entries });
  }

  async #historyOf(id: string): Promise<{ transcript: Entry[]; decisions: Decision[] }> {
    return this.options.store.read(async (tx) => {
      const transcript: Entry[] = [];
      for (let since = 0, more = true; more; ) {
        const page = await entriesAfter(tx, id, since);
        transcript.push(...page.entries);
        since = page.entries.at(-1)?.seq ?? since;
        more = page.more;
      }
      const decisions = (await traceOf(tx, id)).filter(({ kind }) => kind === "decision");
      return { transcript, decisions: decisions.map(({ body }) => body as Decision) };
    });
  }
}
