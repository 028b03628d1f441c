import type { Classification } from "../../embeddings/index.js";
import { readAnswer } from "./read-answer.js";
import { type MeaningReader, readReasonByMeaning } from "./read-meaning.js";
import { retractedUpTo } from "./read-retraction.js";
import { asSmallTalk, withOneToCancel, withoutCanceling, withWishesByWords } from "./read-wishes.js";
import { beginsAsRequest, readSignals } from "./signals.js";
import { findSlots, findSlotsFrom } from "./slots.js";
import type { Answer, Signals, UnderstandContext, UnderstandInput, Understood } from "./understood.js";

const SHOWN_RANKING = 5;
/** Sure enough to leave a question that takes any text as its answer. */
const SURE = 0.9;
/** While a question is open, a name or a place that is no answer must not be taken for a wish for a person. */
const SURE_OF_PERSON = 0.95;

/** Enough to leave a question that the message does not answer. */
const LIKELY = 0.88;
/** A code of ours, an order's number, a count: what is read is the question's, and codes are kept nowhere. */
const ASKED_AS_NUMBER: ReadonlySet<string> = new Set(["code", "order_number", "number"]);

/** Short answers resemble these; below certainty they do not lead away. */
const NEVER_ASKED_FOR = new Set(["greeting", "human_agent", "out_of_scope"]);

/** The part of the classifier that is needed here. */
export interface UnderstandClassifier extends MeaningReader {
  classify(text: string): Promise<Classification>;
}

/**
 * One message in its context. The open question is read first; intents are considered beside it, and win only where the
 * message does not answer the question. Pure but for the classifier: the same message in the same context is always
 * understood the same.
 *
 * @throws what `classifier.classify` throws
 */
export async function understand(
  input: UnderstandInput,
  context: UnderstandContext,
  classifier: UnderstandClassifier,
): Promise<Understood> {
  const { text } = input;
  const wordSignals = readSignals(text);
  const upTo = input.choice === undefined ? retractedUpTo(text) : undefined;
  const classified = await classify(wordsOf(input, context), upTo, wordSignals, classifier);
  const { intent, confidence, outcome, ranking, also, clauses } = classified;
  const read = readAnswer(input, context);
  const signals: Signals = {
    ...wordSignals,
    // "Please don't cancel it", and nothing else is wanted.
    stop: wordSignals.stop || (wordSignals.refusesCanceling && outcome === "unsure"),
    // An address or a number that answers the question is no wish, whatever it resembles.
    wantsPerson:
      wordSignals.wantsPerson ||
      (read === undefined &&
        intent === "human_agent" &&
        outcome === "accept" &&
        (context.question === undefined || confidence >= SURE_OF_PERSON)),
  };
  const isAnswer = read !== undefined && !isElsewhere(read, input, context, classified, signals);
  const isOwnWords = isAnswer && context.question?.type === "reason" && read.kind === "value";
  const meant =
    isOwnWords && context.question ? await readReasonByMeaning(text, context.question, classifier) : undefined;
  const answer = meant ?? (isAnswer ? read : undefined);
  const asksForSomethingElse =
    signals.wantsPerson ||
    (outcome === "accept" && intent !== "greeting" && intent !== "human_agent") ||
    (outcome === "ask" && confidence >= LIKELY && !NEVER_ASKED_FOR.has(intent));
  return {
    text,
    intent,
    confidence,
    outcome,
    ranking: ranking.slice(0, SHOWN_RANKING),
    also,
    // One clause is the message itself, whose slots stand beside it.
    clauses:
      clauses.length < 2 ? clauses : clauses.map((clause) => ({ ...clause, slots: findSlots(clause.text, context) })),
    slots: { ...findSlots(text, context), ...(upTo !== undefined && findSlotsFrom(text, upTo, context)) },
    ...(answer === undefined ? {} : { answer }),
    digression:
      context.question !== undefined && answer === undefined && !isSignalOnly(signals) && asksForSomethingElse,
    signals,
  };
}

/** The message, or what is left of it where the rest was taken back and something else is wanted in its place. */
async function classify(
  text: string,
  upTo: number | undefined,
  { greeting, thanks, goodbye, refusesCanceling }: Signals,
  classifier: UnderstandClassifier,
): Promise<Classification> {
  const whole = await classifier.classify(text);
  if (greeting || thanks || goodbye) return asSmallTalk(whole);
  if (upTo !== undefined) {
    const rest = text.slice(upTo);
    const instead = withWishesByWords(rest, await classifier.classify(rest));
    const isWish = instead.outcome === "accept" && !NEVER_ASKED_FOR.has(instead.intent);
    if (isWish) return { ...instead, text, clauses: whole.clauses };
  }
  const read = withWishesByWords(text, whole);
  return refusesCanceling ? withoutCanceling(read) : withOneToCancel(text, read);
}

/** Of a number that was asked for, all that can be wished for is in its being one: no two need reading by the encoder. */
function wordsOf({ text }: UnderstandInput, { question }: UnderstandContext): string {
  const isAskedFor = question !== undefined && ASKED_AS_NUMBER.has(question.type);
  return isAskedFor && /^[\s\d-]{1,24}$/.test(text) ? text.replace(/\d/g, "0") : text;
}

/** Questions that take any text would swallow "talk to a person" and "where is my order?": those are not answers. */
function isElsewhere(
  answer: Answer,
  { text, choice }: UnderstandInput,
  { question }: UnderstandContext,
  { intent, confidence, outcome }: Classification,
  signals: Signals,
): boolean {
  if (choice !== undefined || question === undefined || answer.kind !== "value") return false;
  if (question.type !== "text" && question.type !== "reason") return false;
  if (signals.wantsPerson || isSignalOnly(signals)) return true;
  const isRequest = /\?\s*$/.test(text) || beginsAsRequest(text);
  return isRequest && outcome === "accept" && confidence >= SURE && intent !== "greeting" && intent !== "out_of_scope";
}

/** Nothing but a word to the conversation itself. */
function isSignalOnly({ stop, repeat, startOver, thanks, greeting, goodbye }: Signals): boolean {
  return stop || repeat || startOver || thanks || greeting || goodbye;
}
