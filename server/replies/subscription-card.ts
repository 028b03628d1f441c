/** A subscription as a card: what it brings, how often, and what comes next. Shows only what is known. */
import type { CardPart } from "../protocol/index.js";

type Words = (macro: string, scope?: Readonly<Record<string, unknown>>) => string;

const TONES = { active: "good", paused: "waiting", canceled: "neutral" } as const;

/** @param fact a `Subscription` of `connectors/capabilities.ts` */
export function subscriptionCard(fact: unknown, words: Words): CardPart {
  const subscription = (fact ?? {}) as Record<string, unknown>;
  const { status, product, price, next_charge: next, interval } = subscription;
  const tone = Object.entries(TONES).find(([name]) => name === status)?.[1];
  const line = {
    label: typeof product === "string" ? product : words("card.subscription_title", { subscription }),
    ...(known(price) && { detail: words("card.price", { price }) }),
  };
  return {
    kind: "card",
    title: words("card.subscription_title", { subscription }),
    ...(known(interval) && { subtitle: words("card.every", { subscription }) }),
    ...(typeof status === "string" && {
      status: {
        label: tone === undefined ? status.replaceAll("_", " ") : words(`card.subscription_${status}`),
        tone: tone ?? "warning",
      },
    }),
    lines: [
      line,
      ...(known(next) && status !== "canceled"
        ? [{ label: words("card.next_delivery"), detail: words("card.on_day", { at: next }) }]
        : []),
    ],
  };
}

function known(value: unknown): boolean {
  return value !== undefined && value !== null;
}
