/** Start reading the chat here: memory and page -> session -> line -> delivery -> what is drawn. */
import { render } from "preact";
import type { IdentityState } from "../bridge/messages.js";
import { openPage } from "./bridge.js";
import { withoutCardNumbers } from "./card-numbers.js";
import { Panel } from "./components/panel.js";
import { afterEvent, type ConversationEvent, newConversation, unreadCount } from "./conversation.js";
import { type Delivery, startDelivery } from "./delivery.js";
import { openLine } from "./line.js";
import { languageOf } from "./locales/index.js";
import { openMemory, storageOf } from "./memory.js";
import { openSession } from "./session.js";
import { applyTheme } from "./theme.js";

/** Typing dots stop by themselves when nothing follows (WCAG 2.2.2). */
const TYPING_MS = 5000;

async function main(): Promise<void> {
  const page = openPage();
  const hello = await page.hello;
  const language = await languageOf(hello?.locale);
  document.documentElement.lang = language.locale;
  document.documentElement.dir = language.direction;
  document.title = language.say.title;
  if (hello?.accent) applyTheme({ accent: hello.accent });

  const memory = openMemory(storageOf("localStorage"), storageOf("sessionStorage"), newId);
  const root = document.getElementById("chat") as HTMLElement;
  let identity: IdentityState = hello?.identity ?? "unset";
  let conversation = { ...newConversation, seen: memory.seen(), shown: hello?.shown ?? true };
  let delivery: Delivery | undefined;
  let drawing = false;
  let dots: ReturnType<typeof setTimeout> | undefined;

  function tell(event: ConversationEvent): void {
    const before = conversation;
    conversation = afterEvent(before, event);
    if (conversation === before) return;
    if (event.type === "typing" && event.on) {
      clearTimeout(dots);
      dots = setTimeout(tell, TYPING_MS, { type: "typing", on: false });
    }
    if (conversation.theme !== before.theme) applyTheme(conversation.theme);
    if (conversation.seen !== before.seen) memory.keepSeen(conversation.seen);
    if (unreadCount(conversation) !== unreadCount(before))
      page.tell({ type: "unread", count: unreadCount(conversation) });
    if (conversation.entries !== before.entries && conversation.entries.some(({ from }) => from === "shopper")) {
      page.tell({ type: "active" });
    }
    if (drawing) return;
    drawing = true;
    queueMicrotask(draw);
  }

  const session = openSession({
    memory,
    identity: () => identity,
    token: page.token,
    forgotten: () => tell({ type: "forgotten" }),
  });
  const line = openLine({
    join: () => session.join(conversation.entries.length, language.locale),
    joined(info) {
      session.joined(info.conversation, info.secret);
      tell({ type: "joined", info });
      delivery?.work();
    },
    entries(entries) {
      line.healthy();
      tell({ type: "entries", page: entries });
      delivery?.work();
    },
    typing: (on) => tell({ type: "typing", on }),
    state: (phase) => tell({ type: "phase", phase }),
    dropped() {
      session.settled();
      tell({ type: "dropped" });
    },
    unknownConversation() {
      memory.forgetTicket();
      tell({ type: "forgotten" });
      delivery?.show();
    },
  });
  delivery = startDelivery({ memory, line, now: Date.now, newId, conversation: () => conversation, tell });

  function startOver(): void {
    memory.forget();
    tell({ type: "forgotten" });
    line.redial();
  }

  memory.onOtherTab(({ ticket }) => {
    if (!ticket || memory.ticket()?.conversation === conversation.id) return;
    tell({ type: "forgotten" });
    line.redial();
  });
  page.onShown((on) => tell({ type: "shown", on }));
  page.onIdentity((state) => {
    identity = state;
    // A new join carries the new token, and finds out whether the conversation is still this shopper's.
    line.redial();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) page.tell({ type: "hide" });
  });

  const acts = {
    write: (text: string, choice?: string) =>
      delivery?.write({ text: withoutCardNumbers(text), ...(choice === undefined ? {} : { choice }) }),
    withdraw: (messageId: string) => tell({ type: "withdrawn", messageId }),
    typing: line.typing,
    hide: hello === undefined ? undefined : () => page.tell({ type: "hide" }),
    startOver,
  };

  function draw(): void {
    drawing = false;
    render(<Panel conversation={conversation} acts={acts} language={language} />, root);
  }
  draw();
}

/** 22 characters of `A-Za-z0-9_-`, 128 bits. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

void main();
