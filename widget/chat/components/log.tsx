import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../../../server/protocol/index.js";
import type { Pending } from "../conversation.js";
import { Bubble, PendingBubble, type Place } from "./bubble.js";
import { Icon } from "./icons.js";
import type { PanelProps } from "./panel.js";
import { Welcome } from "./welcome.js";

interface LogProps extends PanelProps {
  edit(text: string, messageId: string): void;
}

/** Close enough to the end that new messages should keep it in view. */
const NEAR_PX = 80;
const SAME_BREATH_MS = 5 * 60_000;

export function Log({ conversation, acts, language, edit }: LogProps) {
  const { entries, pending, typing } = conversation;
  const { say } = language;
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [behind, setBehind] = useState(false);
  const count = entries.length + pending.length;

  function toEnd(): void {
    const log = scroller.current;
    if (log) log.scrollTop = log.scrollHeight;
  }
  function follow(): void {
    const log = scroller.current;
    if (!log) return;
    atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    if (atEnd.current) setBehind(false);
  }

  useLayoutEffect(() => {
    const own = pending.at(-1)?.sent === "waiting";
    if (atEnd.current || own) toEnd();
    else setBehind(count > 0);
  }, [count]);
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  }, [typing, conversation.shown]);
  useLayoutEffect(() => {
    // The on-screen keyboard takes half of the log away: its last lines stay in view.
    const watch = new ResizeObserver(() => atEnd.current && toEnd());
    if (scroller.current) watch.observe(scroller.current);
    return () => watch.disconnect();
  }, []);

  const started = entries.some(({ from }) => from === "shopper") || pending.length > 0;
  const unanswered = pending.every(({ sent }) => sent === "refused") && conversation.phase !== "closed";
  return (
    <div class="log-frame">
      {/* The role stands on a wrapper: on the list itself it would take the items' meaning away. */}
      <div
        class="log"
        role="log"
        aria-live="polite"
        aria-busy={conversation.line === "new" || conversation.known > entries.length}
        aria-label={say.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={scroller}
        onScroll={follow}
      >
        {!started && <Welcome conversation={conversation} acts={acts} say={say} />}
        <ol class="entries">
          {entries.map((entry, index) => (
            <Bubble
              key={entry.seq}
              entry={entry}
              place={placeOf(entry, entries[index - 1], entries[index + 1] ?? pending[0])}
              live={unanswered && index === entries.length - 1}
              day={index === 0 || dayOf(entry.at) !== dayOf(entries[index - 1]?.at ?? "")}
              acts={acts}
              language={language}
            />
          ))}
          {pending.map((message) => (
            <PendingBubble key={message.messageId} message={message} acts={acts} say={say} edit={edit} />
          ))}
          {typing && (
            <li class="row bot dots-row">
              <span class="dots" role="img" aria-label={say.typing}>
                <i />
                <i />
                <i />
              </span>
            </li>
          )}
        </ol>
      </div>
      {behind && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" />
          {say.newMessages}
        </button>
      )}
    </div>
  );
}

/** Messages of one sender in one breath hang together; the time stands only where a pause follows. */
function placeOf(entry: Entry, before: Entry | undefined, next: Entry | Pending | undefined): Place {
  const near = (a: string, b: string) => Math.abs(Date.parse(a) - Date.parse(b)) < SAME_BREATH_MS;
  const senderOf = (one: Entry | Pending) => ("from" in one ? one.from : "shopper");
  return {
    first: !(before && before.from === entry.from && near(before.at, entry.at)),
    last: !(next && senderOf(next) === entry.from && near(next.at, entry.at)),
    timed: !(next && near(next.at, entry.at)),
  };
}

function dayOf(at: string): string {
  return new Date(at).toDateString();
}
