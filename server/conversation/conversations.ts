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
    void enqueue(conversation, async () => {
      if (closed) return;
      if (!atOnce) await pauseForMore(conversation);
      while (!closed && (await takeUntaken(conversation, tries >= TRIES_BEFORE_A_PERSON)));
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
    let last = -1;
    for (;;) {
      const { lastSeq } = await required(conversation);
      const typing = (typingUntil.get(conversation) ?? 0) > ports.clock.now();
      if (lastSeq === last && !typing) return;
      last = lastSeq;
      await ports.clock.pause(options.joinPauseMs);
      if (closed || options.joinPauseMs === 0) return;
    }
  }

  async function takeUntaken(conversation: string, broken: boolean): Promise<boolean> {
    const entries = await store.read((tx) => untakenEntries(tx, conversation));
    if (entries.length === 0) return false;
    await runTurn(conversation, { kind: broken ? "broken" : "utterances", entries });
    return true;
  }

  async function runTurn(id: string, happening: Happening, timer?: Timer): Promise<void> {
    publish(id, (listener) => listener.typing(true));
    try {
      const conversation = await required(id);
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
    await store.write(async (tx) => {
      const { level, email, name } = turn.shopper;
      await saveConversation(tx, id, conversation.turn, {
        at,
        state,
        level,
        ...(email !== undefined && { customer: { email, ...(name !== undefined && { name }) } }),
        dialogue: JSON.stringify(turn.state),
        turn: number,
      });
      if (turn.entries.length > 0) await appendEntries(tx, id, turn.entries);
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
    });
    const timing = { ...turn.timing, commit: performance.now() - begun };
    await publishAfter(id, conversation.lastSeq);
    if (state !== conversation.state) publish(id, (listener) => listener.state(state));
    for (const watcher of watchers) {
      watcher.told(id, turn.told, timing);
      watcher.ways?.(turn.ways);
    }
    void wakeUp();
  }

  /** Sends what is new to whoever listens. Numbers, not memory, say what is new. */
  async function publishAfter(conversation: string, since: number): Promise<void> {
    if (!listeners.has(conversation)) return;
    const page = await store.read((tx) => entriesAfter(tx, conversation, since));
    if (page.entries.length > 0) publish(conversation, (listener) => listener.entries(page));
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
  async function wakeUp(): Promise<void> {
    if (closed) return;
    const due = await store.read((tx) => nextDue(tx)).catch(() => undefined);
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
    await wakeUp();
  }

  async function fire(timer: Timer): Promise<void> {
    if (closed) return;
    if (timer.name === "handoff") return settleHandoff(timer);
    const { opened } = timer.body as { opened: number };
    await runTurn(timer.conversation, { kind: "silence", opened }, timer);
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
      const stored = await store.write((tx) =>
        appendShopperEntry(tx, id, { ...utterance, text, at: ports.clock.now() }),
      );
      if (stored.isNew) {
        await publishAfter(id, stored.seq - 1);
        // A tap or a code is whole as it is: nobody goes on typing after it.
        schedule(id, { atOnce: utterance.choice !== undefined || /^\s*\d{3}[\s-]?\d{3}\s*$/.test(text) });
      }
      return { seq: stored.seq };
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
        await store.write((tx) =>
          saveConversation(tx, id, conversation.turn, {
            at: ports.clock.now(),
            level: who === undefined ? "anonymous" : "verified",
            customer: who ?? null,
            ...(isNewcomer && { dialogue: null }),
          }),
        );
        if (who !== undefined && !isNewcomer && conversation.dialogue !== undefined)
          await runTurn(id, { kind: "identified" });
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
