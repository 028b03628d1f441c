import { useEffect, useState } from "preact/hooks";
import type { Entry } from "../../../server/protocol/index.js";
import type { Pending } from "../conversation.js";
import type { Language, Strings } from "../locales/index.js";
import { Card } from "./card.js";
import { Choices } from "./choices.js";
import { Icon } from "./icons.js";
import type { Acts } from "./panel.js";
import { PlainText } from "./plain-text.js";

export interface Place {
  readonly first: boolean;
  readonly last: boolean;
  readonly timed: boolean;
}

interface BubbleProps {
  readonly entry: Entry;
  readonly place: Place;
  /** Its question is open: choices can be tapped. */
  readonly live: boolean;
  /** The first of its day. */
  readonly day: boolean;
  readonly acts: Acts;
  readonly language: Language;
}

export function Bubble({ entry, place, live, day, acts, language }: BubbleProps) {
  const { say, locale } = language;
  const { from, text, parts } = entry;
  const who = { shopper: say.you, bot: say.bot, agent: say.agent, system: undefined }[from];
  const notices = parts.filter((part) => part.kind === "notice");
  const showText = text !== "" && from !== "system" && !notices.some((notice) => notice.text === text);
  return (
    <li
      class={`row ${from} ${place.first ? "first" : ""} ${place.last ? "last" : ""}`}
      // Shoppers know what they wrote; only what others say is announced.
      aria-live={from === "shopper" ? "off" : undefined}
    >
      {day && <p class="day">{dayName(entry.at, locale, say)}</p>}
      {who && place.first && <span class="hidden">{who}</span>}
      {showText && (
        <div class="bubble">
          <PlainText text={text} newTab={say.newTab} links={from !== "shopper"} />
        </div>
      )}
      {from === "system" && <Notice text={text} />}
      {parts.map((part, index) => {
        if (part.kind === "card") return <Card key={index} card={part} say={say} />;
        if (part.kind === "notice" && part.text !== text) return <Notice key={index} text={part.text} />;
        if (part.kind === "notice" && from !== "system") return <Notice key={index} text={part.text} />;
        return null;
      })}
      <Choices entry={entry} live={live} acts={acts} say={say} />
      {place.timed && from !== "system" && <time datetime={entry.at}>{timeOf(entry.at, locale)}</time>}
    </li>
  );
}

function Notice({ text }: { readonly text: string }) {
  return (
    <p class="notice">
      <Icon name="person" />
      <span>{text}</span>
    </p>
  );
}

interface PendingProps {
  readonly message: Pending;
  readonly acts: Acts;
  readonly say: Strings;
  edit(text: string, messageId: string): void;
}

export function PendingBubble({ message, acts, say, edit }: PendingProps) {
  const { messageId, text, choice, sent, refusal } = message;
  const wait = useCountdown(refusal?.retryAfterMs ?? 0);
  const again = refusal && ["too_fast", "unavailable", "not_joined"].includes(refusal.code);
  return (
    <li class={`row shopper first last ${sent}`} aria-live={refusal ? undefined : "off"}>
      <span class="hidden">{say.you}</span>
      <div class="bubble">
        <PlainText text={text} newTab={say.newTab} links={false} />
      </div>
      {sent === "waiting" && <p class="sending">{say.sending}</p>}
      {refusal && (
        <p class="refused">
          <span>{refusal.message || say.notSent}</span>
          {again ? (
            <button
              type="button"
              class="link-button"
              disabled={wait > 0}
              onClick={() => {
                acts.withdraw(messageId);
                acts.write(text, choice);
              }}
            >
              {wait > 0 ? `${say.tryAgain} (${wait})` : say.tryAgain}
            </button>
          ) : (
            choice === undefined &&
            refusal.code !== "closed" && (
              <button type="button" class="link-button" onClick={() => edit(text, messageId)}>
                {say.edit}
              </button>
            )
          )}
        </p>
      )}
    </li>
  );
}

/** Whole seconds left. */
function useCountdown(ms: number): number {
  const [left, setLeft] = useState(Math.ceil(ms / 1000));
  useEffect(() => setLeft(Math.ceil(ms / 1000)), [ms]);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return left;
}

function timeOf(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

function dayName(at: string, locale: string, say: Strings): string {
  const day = new Date(at);
  const daysAgo = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (daysAgo === 0) return say.today;
  if (daysAgo === 1) return say.yesterday;
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(day);
}
