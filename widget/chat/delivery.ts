/**
 * Nothing lost, nothing twice: sends what is unsent until an acknowledgement names it, and reads what is missing.
 *
 * A message is on disk here before it is sent, leaves only when the server says it is on disk there, and goes out one at a
 * time so that order is kept. The same `messageId` sent twice is one message to the server, so sending again is always safe.
 */
import type { UtteranceMessage } from "../../server/protocol/index.js";
import { type Conversation, type ConversationEvent, missingAfter } from "./conversation.js";
import type { Line } from "./line.js";
import type { Memory, Unsent } from "./memory.js";

export interface Delivery {
  write(message: Omit<UtteranceMessage, "messageId">): void;
  /** Sends and reads whatever is due. Call after anything that may have changed that. */
  work(): void;
  /** Shows again what is unsent, after the screen was emptied. */
  show(): void;
}

export interface DeliveryPorts {
  readonly memory: Memory;
  readonly line: Line;
  now(): number;
  newId(): string;
  conversation(): Conversation;
  tell(event: ConversationEvent): void;
}

/** Another tab's message is left to that tab for so long; then it is taken to be closed. */
const OTHER_TAB_MS = 4000;
/** Pushed entries often fill a gap by themselves. */
const GAP_MS = 250;

export function startDelivery({ memory, line, now, newId, conversation, tell }: DeliveryPorts): Delivery {
  let sending = false;
  let reading = false;
  let order = 0;
  let later: ReturnType<typeof setTimeout> | undefined;

  showAll();
  memory.onOtherTab(({ unsent, gone }) => {
    if (unsent) show(unsent);
    if (gone !== undefined) tell({ type: "withdrawn", messageId: gone });
    work();
  });

  function showAll(): void {
    for (const message of memory.unsent()) show(message);
  }

  function show(message: Unsent): void {
    tell({ type: "wrote", message: plain(message), at: message.at });
  }

  function write(message: Omit<UtteranceMessage, "messageId">): void {
    const unsent = {
      messageId: newId(),
      ...message,
      at: new Date(now()).toISOString(),
      order: order++,
      tab: memory.tab,
    };
    memory.keepUnsent(unsent);
    show(unsent);
    work();
  }

  function work(): void {
    if (conversation().line !== "online") return;
    void sendAll();
    if (missingAfter(conversation()) !== undefined) void readAll();
  }

  async function sendAll(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      for (let next = due(); next !== undefined && conversation().line === "online"; next = due()) await send(next);
    } catch {
      // No answer in time: this line is not to be trusted. The message stays, and goes out again on the next one.
      line.redial();
    } finally {
      sending = false;
    }
  }

  async function send(message: Unsent): Promise<void> {
    const ack = await line.send(plain(message));
    if ("stored" in ack) {
      if (ack.stored !== message.messageId) throw new Error("the acknowledgement names another message");
      memory.dropUnsent(message.messageId);
      line.healthy();
      tell({ type: "stored", messageId: message.messageId, seq: ack.seq });
      if (missingAfter(conversation()) !== undefined) setTimeout(work, GAP_MS);
    } else {
      const { code, message: text, retryAfterMs } = ack;
      memory.dropUnsent(message.messageId);
      tell({
        type: "refused",
        messageId: message.messageId,
        refusal: { code, message: text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      });
    }
  }

  /** The oldest message that is ours to send; of those of other tabs only what they have left lying. */
  function due(): Unsent | undefined {
    clearTimeout(later);
    const all = memory.unsent();
    const mine = all.find(({ tab, at }) => tab === memory.tab || now() - Date.parse(at) > OTHER_TAB_MS);
    if (mine === undefined && all.length > 0) later = setTimeout(work, OTHER_TAB_MS);
    return mine;
  }

  async function readAll(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      for (let since = missingAfter(conversation()); since !== undefined; ) {
        tell({ type: "entries", page: await line.read(since) });
        const next = missingAfter(conversation());
        // A page that brings nothing new would be asked for for ever.
        if (next === since) break;
        since = next;
      }
    } catch {
      line.redial();
    } finally {
      reading = false;
    }
  }

  return { write, work, show: showAll };
}

function plain({ messageId, text, choice }: Unsent): UtteranceMessage {
  return { messageId, text, ...(choice === undefined ? {} : { choice }) };
}
