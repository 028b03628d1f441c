/**
 * Conversations, in order and durable: an utterance is on disk before it is acknowledged, turns are taken one at a time
 * per conversation, each in one transaction, and a restart goes on where the last commit left off.
 */
import type { Shopper } from "../dialogue/index.js";
import { redactCards } from "../identity/index.js";
import type { ConversationState, EntriesPage } from "../protocol/index.js";
import {
  appendEntries,
  appendShopperEntry,
  type Conversation,
  conversationsWithUntaken,
  createConversation,
  entriesAfter,
  findConversation,
  type Store,
  saveConversation,
  type Timer,
  type Tx,
  timersOf,
} from "../store/index.js";
import { findLeftovers, isAboutEffect, retryEffect } from "./effect-retry.js";
import { Elsewhere } from "./elsewhere.js";
import { type Listener, Listeners, type Watcher } from "./listeners.js";
import { Networks } from "./networks.js";
import { Queues } from "./queues.js";
import { Rescue } from "./rescue.js";
import { Timers } from "./timers.js";
import { shopperOf, type TurnRooms } from "./turn.js";
import { type ConversationLog, Turns } from "./turns.js";

export interface ConversationsOptions extends TurnRooms {
  readonly store: Store;
  /** How long to wait for a further message before answering, in milliseconds. */
  readonly joinPauseMs: number;
  readonly log: ConversationLog;
}

export interface Proven {
  readonly email: string;
  readonly name?: string;
}

export type Conversations = ReturnType<typeof createConversations>;

export function createConversations(options: ConversationsOptions) {
  const { store, ports, log, joinPauseMs } = options;
  const { clock } = ports;
  const listeners = new Listeners();
  const watchers = new Set<Watcher>();
  const queues = new Queues(store);
  const networks = new Networks();
  let closed = false;
  const timers = new Timers({
    store,
    clock,
    fire: (timer) => queues.enqueue(timer.conversation, () => fire(timer)),
    failed: ({ conversation }, error) => log({ level: "error", message: "a timer failed", conversation, error }),
  });
  const turns = new Turns({
    rooms: options,
    store,
    joinPauseMs,
    queues,
    listeners,
    networkOf: (conversation) => networks.of(conversation),
    watchers,
    wakeBy: (dueAt) => timers.wakeBy(dueAt),
    log,
  });

  const rescue = new Rescue({
    store,
    clock,
    isAtWork: (conversation) => queues.has(conversation) || turns.isLater(conversation),
    take: (conversation) => turns.schedule(conversation, { atOnce: true }),
    fireTimers: () => void timers.fireDue(),
  });
  const elsewhere = new Elsewhere({ store, clock, listeners });

  async function required(id: string): Promise<Conversation> {
    const conversation = await store.read((tx) => findConversation(tx, id));
    if (conversation === undefined) throw new Error(`There is no conversation ${id}.`);
    return conversation;
  }

  async function fire(timer: Timer): Promise<void> {
    if (closed) return;
    // Another server, or an earlier ring of the alarm, may have dealt with it meanwhile.
    const standing = await store.read((tx) => timersOf(tx, timer.conversation));
    if (!standing.some(({ name, dueAt }) => name === timer.name && dueAt === timer.dueAt)) return;
    if (isAboutEffect(timer)) {
      const over = await retryEffect({ store, clock, tools: options.tools }, timer);
      if (over === undefined) return;
      const timing = { understand: 0, decide: 0, tools: 0, commit: 0 };
      for (const watcher of watchers) watcher.told(timer.conversation, [over.told], timing);
      // The receipts that a person is handed say the rest.
      if (over.isNews) await turns.run(await required(timer.conversation), { kind: "broken", entries: [] }, timer);
      return;
    }
    const { opened } = timer.body as { opened: number };
    await turns.run(await required(timer.conversation), { kind: "silence", opened }, timer);
  }

  function stop(): void {
    closed = true;
    turns.close();
    timers.close();
    rescue.close();
    elsewhere.close();
  }

  return {
    async open(request: { locale: string; identity?: Proven }): Promise<{ conversation: string }> {
      const id = ports.newId();
      const { locale, identity } = request;
      await store.write((tx) =>
        createConversation(tx, {
          id,
          at: clock.now(),
          locale,
          ...(identity && { level: "verified", customer: identity }),
        }),
      );
      return { conversation: id };
    },

    /** `email` is the proven one: the gateway lets nobody else into the conversation. */
    async find(
      id: string,
    ): Promise<{ state: ConversationState; name?: string; email?: string; last: number } | undefined> {
      const found = await store.read((tx) => findConversation(tx, id));
      if (found === undefined) return undefined;
      return { state: found.state, last: found.lastSeq, ...found.customer };
    },

    /** Resolves when the utterance is on disk. The same `messageId` again changes nothing. */
    async receive(
      id: string,
      utterance: { messageId: string; text: string; choice?: string; network?: string },
    ): Promise<{ seq: number }> {
      const { messageId, network } = utterance;
      // Before the first write, whichever door it came through.
      const text = redactCards(utterance.text);
      const choice = utterance.choice === undefined ? {} : { choice: redactCards(utterance.choice) };
      const at = clock.now();
      const { seq, isNew } = await store.write((tx) => appendShopperEntry(tx, id, { messageId, text, ...choice, at }), {
        conversation: id,
      });
      networks.note(id, network);
      if (isNew) {
        const entry = { seq, from: "shopper", at: new Date(at).toISOString(), text, parts: [], messageId } as const;
        listeners.publish(id, (listener) => listener.entries({ entries: [entry], more: false }));
        // A tap or a code is whole as it is: nobody goes on typing after it.
        turns.schedule(id, { atOnce: utterance.choice !== undefined || /^\s*\d{3}[\s-]?\d{3}\s*$/.test(text) });
      }
      return { seq };
    },

    /**
     * What an agent wrote at the helpdesk, into the chat.
     *
     * @param isNew asked in the same commit, so that a reply that is told twice is shown once
     * @returns what became of it; `gone`: there is no such conversation (any more)
     */
    async agentSays(
      id: string,
      text: string,
      isNew: (tx: Tx) => Promise<boolean>,
    ): Promise<"added" | "known" | "gone"> {
      const at = clock.now();
      const entries = await store.write(async (tx) => {
        if (!(await isNew(tx))) return "known";
        if ((await findConversation(tx, id)) === undefined) return "gone";
        return appendEntries(tx, id, [{ from: "agent", at, text: redactCards(text) }]);
      });
      if (typeof entries === "string") return entries;
      listeners.publish(id, (listener) => listener.entries({ entries, more: false }));
      return "added";
    },

    entriesAfter(id: string, since: number): Promise<EntriesPage> {
      return store.read((tx) => entriesAfter(tx, id, since));
    },

    /** The storefront vouches for the shopper, or says that they have signed out. */
    identify(id: string, who: Proven | undefined): Promise<void> {
      return queues.enqueue(id, async () => {
        const conversation = await required(id);
        const before = conversation.customer?.email.toLowerCase();
        if (who?.email.toLowerCase() === before && before !== undefined) return;
        // Two proven people are never merged into one, and nothing of one is left for the next.
        const isNewcomer = before !== undefined;
        const known = await store.write((tx) =>
          saveConversation(tx, id, conversation.turn, {
            at: clock.now(),
            level: who === undefined ? "anonymous" : "verified",
            customer: who ?? null,
            ...(isNewcomer && { dialogue: null }),
          }),
        );
        if (who !== undefined && !isNewcomer && conversation.dialogue !== undefined)
          await turns.run(known, { kind: "identified" });
      });
    },

    shopperTyping(id: string, on: boolean): void {
      turns.shopperTyping(id, on);
    },

    subscribe(id: string, listener: Listener): () => void {
      return listeners.add(id, listener);
    },

    watch(watcher: Watcher): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },

    /** After a start: takes the turns that a crash or a stop left untaken, and sets the timers going. */
    async recover(): Promise<void> {
      await store.write((tx) => findLeftovers(tx, clock.now()));
      const left = store.isShared ? await store.stranded() : await store.read((tx) => conversationsWithUntaken(tx));
      for (const id of left) turns.schedule(id);
      await timers.fireDue();
      rescue.begin();
      elsewhere.begin();
    },

    /** Whether something that was said still waits for its turn, after one that failed. */
    async isBehind(): Promise<boolean> {
      return (await store.read((tx) => conversationsWithUntaken(tx))).length > 0;
    },

    /** How many conversations have a turn under way or waiting. */
    load(): { atWork: number } {
      return { atWork: queues.size };
    },

    /** Resolves when no conversation has anything left to do now. */
    idle(): Promise<void> {
      return queues.idle();
    },

    async stateOf(id: string): Promise<{ state: ConversationState; shopper: Shopper }> {
      const conversation = await required(id);
      return { state: conversation.state, shopper: shopperOf(conversation) };
    },

    /** Stops at once, as a crash would: what is not committed is left for the next start. */
    abandon: stop,

    /** Lets turns under way end; new ones wait for the next start. */
    async close(): Promise<void> {
      stop();
      await queues.idle();
    },
  };
}
