/** A reply command becomes what the shopper sees: text, cards, choices, and the question it leaves open. */
import type { Option, ReplyCommand } from "../dialogue/index.js";
import type { CardPart, Choice, Part, Question } from "../protocol/index.js";
import type { Macros } from "./macros.js";
import { orderCard } from "./order-card.js";
import { subscriptionCard } from "./subscription-card.js";

/** The table is typed by the cards that a policy may name: one without a drawing does not compile. */
const cards = { order_card: orderCard, subscription_card: subscriptionCard } as const satisfies Record<
  NonNullable<ReplyCommand["card"]>["show"],
  unknown
>;

export interface RenderedReply {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly asks?: Question;
}

export function renderReply(command: ReplyCommand, macros: Macros, locale: string): RenderedReply {
  const words = (name: string, scope: Readonly<Record<string, unknown>> = {}): string =>
    macros.render(name, locale, { ...command.scope, ...scope });
  const parts: Part[] = [];
  if (command.passage !== undefined) parts.push(sourceCard(command.passage, words));
  if (command.card !== undefined) parts.push(cards[command.card.show](command.card.of, words));
  const choices = command.question?.options?.map((option) => choiceOf(option, words)) ?? yesOrNo(command, words);
  if (choices.length > 0) parts.push({ kind: "choices", choices });
  return {
    text: [command.passage?.text ?? "", ...command.macros.map((name) => words(name))]
      .filter((text) => text !== "")
      .join("\n\n"),
    parts,
    ...(command.question && {
      asks: {
        slot: command.question.slot,
        type: command.question.type,
        ...(choices.length > 0 && { choices: choices.map(({ label, value }) => ({ label, value })) }),
      },
    }),
  };
}

/** Where a quoted passage stands in full. */
function sourceCard(
  { title, source, label }: NonNullable<ReplyCommand["passage"]>,
  words: (name: string) => string,
): CardPart {
  const name = "macro" in label ? words(label.macro) : label.text;
  return { kind: "card", title, lines: [], link: { label: name, href: source } };
}

function choiceOf({ value, label }: Option, words: (name: string) => string): Choice {
  if ("macro" in label) return { value, label: words(label.macro) };
  if ("text" in label) return { value, label: label.text };
  const card: CardPart = cards[label.show](label.of, words);
  const first = card.lines[0]?.label;
  // A subscription is called by what it brings; its number says nothing to most people.
  if (label.show === "subscription_card") return { value, label: first ?? card.title, card };
  return { value, label: first === undefined ? card.title : `${card.title}: ${first}`, card };
}

function yesOrNo(command: ReplyCommand, words: (name: string) => string): Choice[] {
  if (command.question?.type !== "yes_no") return [];
  return [
    { value: "yes", label: words("repair.yes") },
    { value: "no", label: words("repair.no") },
  ];
}
