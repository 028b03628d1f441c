import { useEffect, useRef, useState } from "preact/hooks";
import type { Strings } from "../locales/index.js";
import type { Acts } from "./panel.js";

interface CodeEntryProps {
  readonly acts: Acts;
  readonly say: Strings;
  /** The shopper would rather write something. */
  instead(): void;
}

const DIGITS = 6;

/** One field for the whole code, so that pasting and a phone's autofill work (WCAG 3.3.8). */
export function CodeEntry({ acts, say, instead }: CodeEntryProps) {
  const [code, setCode] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // It takes the message field's place, and its focus, but never draws the focus away from elsewhere on the page.
    if (document.hasFocus()) field.current?.focus();
  }, []);

  return (
    <footer class="foot">
      <form
        class="code-entry"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.length === DIGITS) acts.write(code);
        }}
      >
        <label for="code">{say.code}</label>
        <p id="code-hint" class="hint">
          {say.codeHint}
        </p>
        <div class="code-line">
          <input
            id="code"
            ref={field}
            data-first-focus
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            aria-describedby="code-hint"
            enterkeyhint="done"
            maxlength={32}
            value={code}
            onInput={({ currentTarget }) => {
              const digits = currentTarget.value.replace(/\D/g, "").slice(0, DIGITS);
              currentTarget.value = digits;
              setCode(digits);
            }}
          />
          <button type="submit" class="button" disabled={code.length !== DIGITS}>
            {say.confirm}
          </button>
        </div>
      </form>
      <button type="button" class="link-button" onClick={instead}>
        {say.codeInstead}
      </button>
    </footer>
  );
}
