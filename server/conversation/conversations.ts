/**
 * Conversations, in order and durable: an utterance is on disk before it is acknowledged, turns are taken one at a time
 * per conversation, each in one transaction, and a restart goes on where the last commit left off.
 */
import type { Decision } from "../decisions/index.js";
import type { Shopper, WayTaken } from "../dialogue/index.js";
import { redactCards } from "../identity/index.js";
import type { ConversationState, EntriesPage } from "../protocol/index.js";
import {
  appendEntries,
  appendShopperEntry,
  appendTrace,
  type Conversation,
  clearTimer,
  conversationsWithUntaken,
  createConversation,
  dueTimers,
  entriesAfter,
  findConversation,
  markTaken,
  nextDue,
  recordOutcome,
  type Store,
  saveConversation,
  setTimer,
  type Timer,
  traceOf,
  untakenEntries,
} from "../store/index.js";
import type { Told } from "./told.js";
import { traceBody } from "./told.js";
import { type Happening, shopperOf, type Turn, type TurnRooms, takeTurn } from "./turn.js";

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

export interface ConversationsOptions extends TurnRooms {
  readonly store: Store;
  /** How long to wait for a further message before answering, in milliseconds. */
  readonly joinPauseMs: number;
  log(event: { level: "info" | "warn" | "error"; message: string; conversation?: string; error?: unknown }): void;
}

export interface Proven {
  readonly email: string;
  readonly name?: string;
}

export type Conversations = ReturnType<typeof createConversations>;

const RETRY_HANDOFF_MS = [5_000, 15_000, 60_000, 300_000, 900_000];
/** A turn that fails so often will not come right by itself: a person takes over. */
const TRIES_BEFORE_A_PERSON = 3;
const RETRY_TURN_MS = [200, 1_000, 5_000, 30_000];

export function createConversations(options: ConversationsOptions) {
  const { store, ports, log } = options;
  const listeners = new Map<string, Set<Listener>>();
  const watchers = new Set<Watcher>();
  /** Conversations at work, each with the end of its queue. */
  const queues = new Map<string, Promise<void>>();
  const typingUntil = new Map<string, number>();
  /** Conversations in which something was said that no turn has looked at yet, and how often: saves asking the store. */
  const unread = new Map<string, number>();
  let closed = false;
  let cancelWakeUp: (() => void) | undefined;

  function publish(conversation: string, send: (listener: Listener) => void): void {
    for (const listener of listeners.get(conversation) ?? []) send(listener);
  }

  /** One thing at a time in a conversation; a failure is told to whoever asked, and the queue goes on. */
  function enqueue<T>(conversation: string, work: () => Promise<T>): Promise<T> {
    const before = queues.get(conversation) ?? Promise.resolve();
    const result = before.then(work);
    const end = result.then(
      () => undefined,
      () => undefined,
    );
    queues.set(conversation, end);
    void end.then(() => {
      if (queues.get(conversation) === end) queues.delete(conversation);
    });
    return result;
  }

  /** Takes the turn for everything said so far, once the shopper has paused. */
  function schedule(conversation: string, { tries = 0, atOnce = false } = {}): void {
    unread.set(conversation, (unread.get(conversation) ?? 0) + 1);
    void enqueue(conversation, async () => {
      if (!atOnce) await pauseForMore(conversation);
      while (!closed && unread.has(conversation)) await takeUntaken(conversation, tries >= TRIES_BEFORE_A_PERSON);
    }).catch((error: unknown) => retryLater(conversation, tries, error));
  }

  /** The same turn again, later. What was stored is not lost, whatever made it fail. */
  function retryLater(conversation: string, tries: number, error: unknown): void {
    if (closed) return;
    log({ level: "error", message: "a turn failed and will be taken again", conversation, error });
    const wait = RETRY_TURN_MS[Math.min(tries, RETRY_TURN_MS.length - 1)] as number;
    ports.clock.after(wait, () => schedule(conversation, { tries: tries + 1 }));
  }

  async function pauseForMore(conversation: string): Promise<void> {
    for (let heard = 0; options.joinPauseMs > 0 && !closed; ) {
      const now = unread.get(conversation) ?? 0;
      const typing = (typingUntil.get(conversation) ?? 0) > ports.clock.now();
      if (now === 0 || (now === heard && !typing)) return;
      heard = now;
      await ports.clock.pause(options.joinPauseMs);
    }
  }

  async function takeUntaken(id: string, broken: boolean): Promise<void> {
    // Before the store is read: what comes in from here on is looked for again.
    unread.delete(id);
    const { conversation, entries } = await store.read(async (tx) => ({
      conversation: await findConversation(tx, id),
      entries: await untakenEntries(tx, id),
    }));
    if (conversation === undefined || entries.length === 0) return;
    await runTurn(conversation, { kind: broken ? "broken" : "utterances", entries });
  }

  async function runTurn(conversation: Conversation, happening: Happening, timer?: Timer): Promise<void> {
    const { id } = conversation;
    publish(id, (listener) => listener.typing(true));
    try {
      const shopper = shopperOf(conversation);
      const turn = await takeTurn(options, { conversation, shopper, history: () => historyOf(id), happening });
      await commit(conversation, happening, turn, timer);
    } finally {
      publish(id, (listener) => listener.typing(false));
    }
  }

  async function commit(conversation: Conversation, happening: Happening, turn: Turn, timer?: Timer): Promise<void> {
    const { id } = conversation;
    const at = ports.clock.now();
    const number = conversation.turn + 1;
    const state: ConversationState = turn.state.mode === "with_person" ? "with_person" : "open";
    const begun = performance.now();
    const { entries, due } = await store.write(async (tx) => {
      const { level, email, name } = turn.shopper;
      await saveConversation(tx, id, conversation.turn, {
        at,
        state,
        level,
        ...(email !== undefined && { customer: { email, ...(name !== undefined && { name }) } }),
        dialogue: JSON.stringify(turn.state),
        turn: number,
      });
      const added = await appendEntries(tx, id, turn.entries);
      if ("entries" in happening)
        await markTaken(
          tx,
          id,
          happening.entries.map(({ seq }) => seq),
          number,
        );
      await appendTrace(
        tx,
        id,
        number,
        turn.told.map((told) => ({ at, kind: told.kind, body: traceBody(told) })),
      );
      for (const { policy, version, outcome } of turn.outcomes) {
        await recordOutcome(tx, { conversation: id, policy, policyVersion: version, outcome, at });
      }
      if (timer !== undefined) await clearTimer(tx, id, timer.name);
      if (turn.silence !== undefined) {
        const { afterMs, opened } = turn.silence;
        await setTimer(tx, { conversation: id, name: "silence", dueAt: at + afterMs, body: { opened } });
      }
      if (turn.unsettled !== undefined) {
        const body = { ...turn.unsettled, tries: 0 };
        await setTimer(tx, { conversation: id, name: "handoff", dueAt: at + (RETRY_HANDOFF_MS[0] as number), body });
      }
      return { entries: added, due: await nextDue(tx) };
    });
    const timing = { ...turn.timing, commit: performance.now() - begun };
    if (entries.length > 0) publish(id, (listener) => listener.entries({ entries, more: false }));
    if (state !== conversation.state) publish(id, (listener) => listener.state(state));
    for (const watcher of watchers) {
      watcher.told(id, turn.told, timing);
      watcher.ways?.(turn.ways);
    }
    wakeUpAt(due);
  }

  async function historyOf(id: string): Promise<{ transcript: EntriesPage["entries"]; decisions: Decision[] }> {
    return store.read(async (tx) => {
      const transcript: EntriesPage["entries"][number][] = [];
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

  async function required(id: string): Promise<Conversation> {
    const conversation = await store.read((tx) => findConversation(tx, id));
    if (conversation === undefined) throw new Error(`There is no conversation ${id}.`);
    return conversation;
  }

  /** Sets the alarm for the next timer in the store; timers outlive a restart, this alarm does not need to. */
  function wakeUpAt(due: number | undefined): void {
    cancelWakeUp?.();
    if (closed || due === undefined) return;
    cancelWakeUp = ports.clock.after(Math.max(0, due - ports.clock.now()), () => void fireTimers());
  }

  async function fireTimers(): Promise<void> {
    if (closed) return;
    const timers = await store.read((tx) => dueTimers(tx, ports.clock.now()));
    await Promise.all(
      timers.map((timer) =>
        enqueue(timer.conversation, () => fire(timer)).catch((error: unknown) =>
          log({ level: "error", message: "a timer failed", conversation: timer.conversation, error }),
        ),
      ),
    );
    wakeUpAt(await store.read((tx) => nextDue(tx)).catch(() => undefined));
  }

  async function fire(timer: Timer): Promise<void> {
    if (closed) return;
    if (timer.name === "handoff") return settleHandoff(timer);
    const { opened } = timer.body as { opened: number };
    await runTurn(await required(timer.conversation), { kind: "silence", opened }, timer);
  }

  async function settleHandoff(timer: Timer): Promise<void> {
    const { tool, key, tries } = timer.body as { tool: string; key: string; tries: number };
    const settled = await options.tools.resume(tool, key);
    const isOver =
      settled === undefined ||
      settled.status === "done" ||
      settled.status === "refused" ||
      settled.status === "needs_person";
    const wait = RETRY_HANDOFF_MS[Math.min(tries + 1, RETRY_HANDOFF_MS.length - 1)] as number;
    await store.write(async (tx) => {
      if (isOver) await clearTimer(tx, timer.conversation, timer.name);
      else await setTimer(tx, { ...timer, dueAt: ports.clock.now() + wait, body: { tool, key, tries: tries + 1 } });
    });
    if (settled === undefined || !isOver) return;
    const entry = options.tools.catalogue.find(tool);
    const status = settled.status as "done" | "refused" | "needs_person";
    const told: Told = {
      kind: "effect",
      tool,
      capability: "handoff",
      system: entry?.served.system ?? "",
      key,
      arguments: {},
      status,
      ...(settled.receipt !== undefined && { receipt: settled.receipt }),
    };
    for (const watcher of watchers)
      watcher.told(timer.conversation, [told], { understand: 0, decide: 0, tools: 0, commit: 0 });
  }

  return {
    async open(request: { locale: string; identity?: Proven }): Promise<{ conversation: string }> {
      const id = ports.newId();
      const { locale, identity } = request;
      await store.write((tx) =>
        createConversation(tx, {
          id,
          at: ports.clock.now(),
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
      utterance: { messageId: string; text: string; choice?: string },
    ): Promise<{ seq: number }> {
      const text = redactCards(utterance.text);
      const at = ports.clock.now();
      const { seq, isNew } = await store.write((tx) => appendShopperEntry(tx, id, { ...utterance, text, at }));
      if (isNew) {
        const { messageId } = utterance;
        const entry = { seq, from: "shopper", at: new Date(at).toISOString(), text, parts: [], messageId } as const;
        publish(id, (listener) => listener.entries({ entries: [entry], more: false }));
        // A tap or a code is whole as it is: nobody goes on typing after it.
        schedule(id, { atOnce: utterance.choice !== undefined || /^\s*\d{3}[\s-]?\d{3}\s*$/.test(text) });
      }
      return { seq };
    },

    entriesAfter(id: string, since: number): Promise<EntriesPage> {
      return store.read((tx) => entriesAfter(tx, id, since));
    },

    /** The storefront vouches for the shopper, or says that they have signed out. */
    identify(id: string, who: Proven | undefined): Promise<void> {
      return enqueue(id, async () => {
        const conversation = await required(id);
        const before = conversation.customer?.email.toLowerCase();
        if (who?.email.toLowerCase() === before && before !== undefined) return;
        // Two proven people are never merged into one, and nothing of one is left for the next.
        const isNewcomer = before !== undefined;
        const known = await store.write((tx) =>
          saveConversation(tx, id, conversation.turn, {
            at: ports.clock.now(),
            level: who === undefined ? "anonymous" : "verified",
            customer: who ?? null,
            ...(isNewcomer && { dialogue: null }),
          }),
        );
        if (who !== undefined && !isNewcomer && conversation.dialogue !== undefined)
          await runTurn(known, { kind: "identified" });
      });
    },

    shopperTyping(id: string, on: boolean): void {
      if (on) typingUntil.set(id, ports.clock.now() + 3_000);
      else typingUntil.delete(id);
    },

    subscribe(id: string, listener: Listener): () => void {
      const known = listeners.get(id) ?? new Set();
      listeners.set(id, known.add(listener));
      return () => {
        known.delete(listener);
        if (known.size === 0) listeners.delete(id);
      };
    },

    watch(watcher: Watcher): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },

    /** After a start: takes the turns that a crash or a stop left untaken, and sets the timers going. */
    async recover(): Promise<void> {
      for (const id of await store.read((tx) => conversationsWithUntaken(tx))) schedule(id);
      await fireTimers();
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
    async idle(): Promise<void> {
      while (queues.size > 0) await Promise.all(queues.values());
    },

    async stateOf(id: string): Promise<{ state: ConversationState; shopper: Shopper }> {
      const conversation = await required(id);
      return { state: conversation.state, shopper: shopperOf(conversation) };
    },

    /** Stops at once, as a crash would: what is not committed is left for the next start. */
    abandon(): void {
      closed = true;
      cancelWakeUp?.();
    },

    /** Lets turns under way end; new ones wait for the next start. */
    async close(): Promise<void> {
      closed = true;
      cancelWakeUp?.();
      while (queues.size > 0) await Promise.all(queues.values());
    },
  };
}
