import type { CardPart } from "../../../server/protocol/index.js";
import type { Strings } from "../locales/index.js";
import { safeLink } from "../plain-text.js";
import { Icon } from "./icons.js";
import { SafeLink } from "./plain-text.js";

/** An order: its name and state, what is in it, and how far it has come. */
export function Card({ card, say }: { readonly card: CardPart; readonly say: Strings }) {
  const href = card.link && safeLink(card.link.href);
  return (
    <section class="card" aria-label={card.title}>
      <CardHead card={card} />
      {card.timeline && card.timeline.length > 0 && <Timeline steps={card.timeline} say={say} />}
      {card.lines.length > 0 && (
        <ul class="lines">
          {card.lines.map(({ label, detail }, index) => (
            <li key={index}>
              <span>{label}</span>
              {detail && <span class="detail">{detail}</span>}
            </li>
          ))}
        </ul>
      )}
      {card.link && href?.startsWith("https:") && (
        <p class="card-link">
          <SafeLink href={href} label={card.link.label} newTab={say.newTab} />
        </p>
      )}
    </section>
  );
}

/** Spans, because it also stands inside a button. */
export function CardHead({ card }: { readonly card: CardPart }) {
  const { title, subtitle, status } = card;
  return (
    <span class="card-head">
      <span class="card-title">{title}</span>
      {status && <span class={`pill ${status.tone}`}>{status.label}</span>}
      {subtitle && <span class="card-subtitle">{subtitle}</span>}
    </span>
  );
}

function Timeline({ steps, say }: { readonly steps: NonNullable<CardPart["timeline"]>; readonly say: Strings }) {
  return (
    <ol class="timeline">
      {steps.map(({ label, state, detail }, index) => (
        <li key={index} class={state} aria-current={state === "current" ? "step" : undefined}>
          <span class="mark">{state === "done" && <Icon name="check" />}</span>
          <span class="step">
            <span class="step-label">{label}</span>
            {detail && <span class="detail">{detail}</span>}
            <span class="hidden"> ({say[state]})</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
