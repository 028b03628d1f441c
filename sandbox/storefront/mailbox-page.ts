import type { MailboxMessage } from "../mailbox.js";
import { html } from "./html.js";
import { type Frame, layout } from "./layout.js";

/** Mails are drawn by the page's script alone, so that those already there and those to come look the same. */
export function mailboxPage(frame: Frame, messages: readonly MailboxMessage[]): string {
  const body = html`<h1>Mailbox</h1>
    <p class="lead">Everything that the shop sends to anybody lands here, the newest on top.</p>
    <ul class="mails" id="mails" data-mails="${JSON.stringify(messages)}" aria-live="polite"></ul>
    <p class="soft" id="none">No mail yet. Give an address in the chat, and the code appears here by itself.</p>`;
  return layout(frame, "Mailbox of Orchard & Pine", "/mailbox", body, "/mailbox.js");
}
