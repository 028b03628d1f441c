import { useEffect, useRef, useState } from "preact/hooks";
import { type Conversation, liveQuestion } from "../conversation.js";
import type { Language } from "../locales/index.js";
import { Composer } from "./composer.js";
import { BotMark, Icon } from "./icons.js";
import { Log } from "./log.js";

/** What a component may ask for. Nothing else leaves a component. */
export interface Acts {
  write(text: string, choice?: string): void;
  withdraw(messageId: string): void;
  typing(on: boolean): void;
  /** Absent when the chat has no page around it. */
  readonly hide: (() => void) | undefined;
  startOver(): void;
}

export interface PanelProps {
  readonly conversation: Conversation;
  readonly acts: Acts;
  readonly language: Language;
}

export function Panel({ conversation, acts, language }: PanelProps) {
  const { say } = language;
  const [draft, setDraft] = useState("");
  const panel = useRef<HTMLDivElement>(null);
  const { shown, phase, line } = conversation;

  useEffect(() => {
    if (shown) panel.current?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
  }, [shown]);

  function edit(text: string, messageId: string): void {
    acts.withdraw(messageId);
    setDraft(text);
    panel.current?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
  }

  return (
    <div class="panel" ref={panel}>
      <header class="head">
        <BotMark />
        <div class="head-words">
          <h1>{conversation.theme.title ?? say.title}</h1>
          <p class={`presence ${line}`}>{phase === "with_person" ? say.person : say.answersNow}</p>
        </div>
        {acts.hide && (
          <button type="button" class="icon-button" aria-label={say.close} onClick={acts.hide}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <p class="banner" role="status" hidden={line === "online"}>
        {line === "offline" ? say.offline : line === "new" ? say.connecting : ""}
      </p>
      <Log conversation={conversation} acts={acts} language={language} edit={edit} />
      {phase === "closed" ? (
        <footer class="foot ended">
          <p>{say.ended}</p>
          <button type="button" class="button" data-first-focus onClick={acts.startOver}>
            {say.startOver}
          </button>
        </footer>
      ) : (
        <Composer question={liveQuestion(conversation)} draft={draft} setDraft={setDraft} acts={acts} say={say} />
      )}
    </div>
  );
}
