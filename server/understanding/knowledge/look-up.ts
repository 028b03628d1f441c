/** Whether what was said can be answered from the shop's passages: looked at only where no wish was certainly understood. */
import { findSlots } from "../slots.js";
import type { UnderstandContext, UnderstandInput, Understood } from "../understood.js";
import type { Compared, Found, Knowledge } from "./find.js";
import type { Passage } from "./passage.js";
import { asksInGeneral, looksLikeQuestion } from "./question.js";

/** What the shop's passages say to a message. */
export interface Looked {
  /** Likely enough to answer it. Whether it is said is the dialogue's to decide. */
  readonly passage?: Pick<Passage, "id" | "title" | "source" | "text">;
  /** It asks how things are, about no order of the shopper's own: no wish, whatever it resembles. */
  readonly general: boolean;
  readonly isQuestion: boolean;
  /** The likeliest passages, with what speaks for each. */
  readonly compared: readonly Compared[];
}

/** Each costs a comparison; the vectors are there. */
const MOST_PARTS = 4;

/**
 * The same message, with what the passages say to it. A sure wish is left alone, and so is what answers the open question;
 * a question that a passage answers is no answer ("Why do you want to cancel?" - "How long do refunds take?").
 */
export async function lookUp(
  understood: Understood,
  { text, choice }: UnderstandInput,
  context: UnderstandContext,
  knowledge: Knowledge,
): Promise<Understood> {
  const { intent, outcome, answer, signals, clauses } = understood;
  if (knowledge.passages.length === 0 || choice !== undefined || isWordToUs(signals)) return understood;
  const general = asksInGeneral(text);
  if (answer !== undefined && !isDoubtful(understood, context, general)) return understood;
  if (outcome === "accept" && intent !== "out_of_scope" && !general)
    return context.question === undefined ? beside(understood, context, knowledge) : understood;
  const parts = clauses.map((clause) => clause.text).filter((part) => part !== text && looksLikeQuestion(part));
  const found = await firstAnswer([text, ...parts.slice(0, MOST_PARTS)], context, knowledge);
  if (found === undefined) return understood;
  const { passage, compared } = found;
  const looked: Looked = {
    ...(passage && { passage: quoted(passage) }),
    general,
    isQuestion: looksLikeQuestion(text),
    compared,
  };
  if (answer === undefined || passage === undefined) return { ...understood, knowledge: looked };
  const { answer: _, ...unanswered } = understood;
  return { ...unanswered, digression: true, knowledge: looked };
}

/** "Do you sell gift cards? And where is my order?": the wish is sure, and the question beside it has an answer of its own. */
async function beside(understood: Understood, context: UnderstandContext, knowledge: Knowledge): Promise<Understood> {
  const asked = understood.clauses.filter(({ intent, text }) => intent === "out_of_scope" && looksLikeQuestion(text));
  const texts = asked.map(({ text }) => text).slice(0, MOST_PARTS);
  const found = texts.length === 0 ? undefined : await firstAnswer(texts, context, knowledge);
  if (found?.passage === undefined) return understood;
  const { passage, compared } = found;
  return { ...understood, knowledge: { passage: quoted(passage), general: false, isQuestion: true, compared } };
}

/** An answer to the open question that a question could be mistaken for: any text fills a free one, and a word of it a choice. */
function isDoubtful({ text, answer }: Understood, { question }: UnderstandContext, general: boolean): boolean {
  if (answer?.kind === "choice") return general;
  const isFree = question?.type === "text" || question?.type === "reason";
  return answer?.kind === "value" && isFree && text.trim().endsWith("?");
}

/** The message as a whole first; then its questions, one by one. */
async function firstAnswer(
  texts: readonly string[],
  context: UnderstandContext,
  knowledge: Knowledge,
): Promise<Found | undefined> {
  let first: Found | undefined;
  for (const text of texts) {
    // What names an order is about that order, and no passage knows it.
    if (findSlots(text, { ...context, question: undefined }).order_number !== undefined) continue;
    const found = await knowledge.find(text, context.locale);
    if (found.passage !== undefined) return found;
    first ??= found;
  }
  return first;
}

function quoted({ id, title, source, text }: Passage): NonNullable<Looked["passage"]> {
  return { id, title, source, text };
}

function isWordToUs(signals: Understood["signals"]): boolean {
  const { wantsPerson, stop, repeat, startOver, thanks, greeting, goodbye } = signals;
  return wantsPerson || stop || repeat || startOver || thanks || greeting || goodbye;
}
