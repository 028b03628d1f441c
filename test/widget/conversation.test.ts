import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry, Joined } from "../../server/protocol/index.js";
import {
  afterEvent,
  type Conversation,
  type ConversationEvent,
  liveQuestion,
  missingAfter,
  newConversation,
  unreadCount,
} from "../../widget/chat/conversation.js";

const at = "2026-11-24T12:00:00.000Z";
const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  seq,
  from: "bot",
  at,
  text: `entry ${seq}`,
  parts: [],
  ...more,
});
const joined = (info: Partial<Joined> = {}): ConversationEvent => ({
  type: "joined",
  info: { conversation: "c1", secret: "s", state: "open", last: 0, ...info },
});
const entries = (...come: Entry[]): ConversationEvent => ({ type: "entries", page: { entries: come, more: false } });
const wrote = (messageId: string): ConversationEvent => ({ type: "wrote", at, message: { messageId, text: "hello" } });
const play = (...events: ConversationEvent[]): Conversation => events.reduce(afterEvent, newConversation);
const seqs = (conversation: Conversation) => conversation.entries.map(({ seq }) => seq);

describe("a conversation", () => {
  it("shows entries in order, without gaps and once each, however they arrive", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 30 })
          .chain((count) =>
            fc.tuple(
              fc.constant(count),
              fc.array(fc.array(fc.integer({ min: 1, max: count }), { maxLength: 6 }), { maxLength: 40 }),
            ),
          ),
        ([count, pushes]) => {
          let conversation = play(joined({ last: count }));
          for (const push of pushes) {
            conversation = afterEvent(conversation, entries(...push.map((seq) => entry(seq))));
            expect(seqs(conversation)).toEqual(conversation.entries.map((_, index) => index + 1));
          }
          const since = missingAfter(conversation);
          if (since !== undefined) {
            const rest = Array.from({ length: count - since }, (_, index) => entry(since + 1 + index));
            conversation = afterEvent(conversation, entries(...rest));
          }
          expect(missingAfter(conversation)).toBeUndefined();
          expect(seqs(conversation)).toHaveLength(count);
        },
      ),
    );
  });

  it("holds back what came too early, and says after which number to read", () => {
    const conversation = play(joined({ last: 3 }), entries(entry(1)), entries(entry(3)));
    expect(seqs(conversation)).toEqual([1]);
    expect(missingAfter(conversation)).toBe(1);
    expect(seqs(afterEvent(conversation, entries(entry(2))))).toEqual([1, 2, 3]);
  });

  it("asks on when a page says that there is more", () => {
    const more = play(joined(), { type: "entries", page: { entries: [entry(1)], more: true } });
    expect(missingAfter(more)).toBe(1);
    expect(missingAfter(afterEvent(more, entries(entry(2))))).toBeUndefined();
  });

  it("shows what the shopper wrote at once, and once only after it comes back as an entry", () => {
    const written = play(joined(), wrote("m1"), wrote("m1"));
    expect(written.pending).toHaveLength(1);
    const back = afterEvent(written, entries(entry(1, { from: "shopper", messageId: "m1" })));
    expect(back.pending).toEqual([]);
    expect(afterEvent(back, wrote("m1")).pending).toEqual([]);
  });

  it("knows from an acknowledgement that there is something to read", () => {
    const conversation = play(joined(), wrote("m1"), { type: "stored", messageId: "m1", seq: 2 });
    expect(missingAfter(conversation)).toBe(0);
  });

  it("keeps a refused message with the reason, and ends when the refusal says so", () => {
    const conversation = play(joined(), wrote("m1"), {
      type: "refused",
      messageId: "m1",
      refusal: { code: "closed", message: "This conversation has ended." },
    });
    expect(conversation.pending[0]).toMatchObject({ sent: "refused", refusal: { code: "closed" } });
    expect(conversation.phase).toBe("closed");
  });

  it("counts as unread only replies that came while the chat was hidden", () => {
    const hidden = play(
      joined(),
      entries(entry(1)),
      { type: "shown", on: true },
      { type: "shown", on: false },
      entries(entry(2), entry(3, { from: "shopper", messageId: "m" }), entry(4, { from: "agent" })),
    );
    expect(unreadCount(hidden)).toBe(2);
    expect(unreadCount(afterEvent(hidden, { type: "shown", on: true }))).toBe(0);
  });

  it("leaves a question open only while it is the last entry and nothing was written", () => {
    const asks = { slot: "email", type: "email" } as const;
    const asked = play(joined(), entries(entry(1, { asks })));
    expect(liveQuestion(asked)).toEqual(asks);
    expect(liveQuestion(afterEvent(asked, wrote("m1")))).toBeUndefined();
    expect(liveQuestion(afterEvent(asked, entries(entry(2))))).toBeUndefined();
    expect(liveQuestion(afterEvent(asked, { type: "phase", phase: "closed" }))).toBeUndefined();
  });

  it("shows nothing of an earlier conversation when the server begins another", () => {
    const conversation = play(joined(), entries(entry(1)), joined({ conversation: "c2" }));
    expect(conversation.entries).toEqual([]);
    expect(conversation.id).toBe("c2");
  });

  it("stops the typing dots when the reply is there or the line drops", () => {
    const typing = play(joined(), { type: "typing", on: true });
    expect(afterEvent(typing, entries(entry(1))).typing).toBe(false);
    expect(afterEvent(typing, { type: "dropped" }).typing).toBe(false);
    expect(afterEvent(typing, entries(entry(1, { from: "shopper", messageId: "m" }))).typing).toBe(true);
  });
});
