import type { Choice, Entry } from "../../../server/protocol/index.js";
import type { Strings } from "../locales/index.js";
import { CardHead } from "./card.js";
import { Icon } from "./icons.js";
import type { Acts } from "./panel.js";

interface ChoicesProps {
  readonly entry: Entry;
  readonly live: boolean;
  readonly acts: Acts;
  readonly say: Strings;
}

/** The answers of an open question as buttons. Once answered they go: the shopper's own words below say which it was. */
export function Choices({ entry, live, acts, say }: ChoicesProps) {
  const choices = live ? choicesOf(entry, say) : [];
  if (choices.length === 0) return null;
  const short = choices.length <= 3 && choices.every(({ label, card }) => card === undefined && label.length <= 14);
  return (
    <ul class={short ? "choices side-by-side" : "choices"}>
      {choices.map(({ label, value, card }) => (
        <li key={value}>
          <button
            type="button"
            class={card ? "choice with-card" : "choice"}
            onClick={({ currentTarget, detail }) => {
              const log = currentTarget.closest<HTMLElement>("[role=log]");
              acts.write(label, value);
              // The button goes away: a keyboard's focus must not fall out of the chat with it.
              if (detail === 0) log?.focus();
            }}
          >
            {card ? (
              <span class="choice-card">
                <CardHead card={card} />
                {card.lines.length > 0 && (
                  <span class="choice-lines">{card.lines.map((line) => line.label).join(" · ")}</span>
                )}
              </span>
            ) : (
              <span class="choice-label">{label}</span>
            )}
            {!short && <Icon name="chevron" />}
          </button>
        </li>
      ))}
    </ul>
  );
}

function choicesOf({ parts, asks }: Entry, say: Strings): readonly Choice[] {
  const drawn = parts.flatMap((part) => (part.kind === "choices" ? part.choices : []));
  if (drawn.length > 0) return drawn;
  if (asks?.choices && asks.choices.length > 0) return asks.choices;
  if (asks?.type !== "yes_no") return [];
  return [
    { label: say.yes, value: "yes" },
    { label: say.no, value: "no" },
  ];
}
