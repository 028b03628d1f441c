import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Question, QuestionType } from "../../../server/protocol/index.js";
import type { Strings } from "../locales/index.js";
import { CodeEntry } from "./code-entry.js";
import { Icon } from "./icons.js";
import type { Acts } from "./panel.js";

interface ComposerProps {
  readonly question: Question | undefined;
  readonly draft: string;
  setDraft(text: string): void;
  readonly acts: Acts;
  readonly say: Strings;
}

const MAX_LENGTH = 4000;
const TYPING_AGAIN_MS = 2000;
/** The server waits for a shopper who is still typing, so it must hear when that is over. */
const TYPING_OVER_MS = 1500;

/** Which keyboard a phone shows, and what a browser offers to fill in. */
function keyboardFor(type: QuestionType | undefined) {
  switch (type) {
    case "email":
      return { inputmode: "email", autocomplete: "email", autocapitalize: "none", spellcheck: false } as const;
    case "order_number":
      return { inputmode: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: false } as const;
    case "number":
      return { inputmode: "decimal", autocomplete: "off" } as const;
    case "address":
      return { inputmode: "text", autocomplete: "street-address" } as const;
    default:
      return { inputmode: "text", autocomplete: "off" } as const;
  }
}

export function Composer({ question, draft, setDraft, acts, say }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const told = useRef(0);
  const over = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [words, setWords] = useState(false);
  const asksCode = question?.type === "code";
  useEffect(() => setWords(false), [asksCode]);

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 128)}px`;
  }, [draft, words, asksCode]);

  function typing(on: boolean): void {
    clearTimeout(over.current);
    const now = Date.now();
    if (on) {
      over.current = setTimeout(typing, TYPING_OVER_MS, false);
      if (now - told.current < TYPING_AGAIN_MS) return;
      told.current = now;
      acts.typing(true);
    } else if (told.current !== 0) {
      told.current = 0;
      acts.typing(false);
    }
  }

  function send(): void {
    const text = draft.trim();
    if (text === "") return;
    acts.write(text);
    typing(false);
    setDraft("");
    field.current?.focus();
  }

  if (asksCode && !words) {
    return <CodeEntry acts={acts} say={say} instead={() => setWords(true)} />;
  }
  const hints: Partial<Record<QuestionType, string>> = {
    email: say.email,
    order_number: say.orderNumber,
    number: say.number,
  };
  const hint = (question && hints[question.type]) ?? say.message;
  return (
    <footer class="foot">
      {asksCode && (
        <button type="button" class="link-button" onClick={() => setWords(false)}>
          {say.codeBack}
        </button>
      )}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          ref={field}
          data-first-focus
          rows={1}
          maxlength={MAX_LENGTH}
          value={draft}
          aria-label={hint}
          placeholder={hint}
          enterkeyhint="send"
          {...keyboardFor(question?.type)}
          onInput={({ currentTarget }) => {
            setDraft(currentTarget.value);
            typing(currentTarget.value !== "");
          }}
          onBlur={() => typing(false)}
          onKeyDown={(event) => {
            // While a Japanese or Chinese word is being composed, Enter belongs to the keyboard.
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="send" aria-label={say.send} disabled={draft.trim() === ""}>
          <Icon name="send" />
        </button>
      </form>
    </footer>
  );
}
