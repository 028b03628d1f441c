import type { Question, QuestionType } from "../protocol/index.js";
import { readAddress } from "./read-address.js";
import { readChoice } from "./read-choice.js";
import { readCode } from "./read-code.js";
import { findDate } from "./read-date.js";
import { findEmail } from "./read-email.js";
import { numberInWords, ordinalIn } from "./read-number.js";
import { findOrderNumbers } from "./read-order-number.js";
import { saysUnknown } from "./read-unknown.js";
import { readYesNo } from "./read-yes-no.js";
import { MAX_READ } from "./slots.js";
import type { Answer, Slot, UnderstandContext, UnderstandInput } from "./understood.js";
import { contentWords, plain } from "./words.js";

type Reader = (text: string, question: Question, context: UnderstandContext) => Answer | undefined;

/** One reader a type of question: a type without a reader does not compile. */
const readers: { readonly [K in QuestionType]: Reader } = {
  yes_no: readYesNoOrChoice,
  email: (text) => value(findEmail(text)),
  order_number: (text, question, context) =>
    readChoice(text, question.choices ?? [], { locale: context.locale, orders: true }) ??
    value(findOrderNumbers(text, context.orderNumberPattern, true)[0]),
  choice: readChoiceOrYes,
  code: readCodeOrChoice,
  number: readNumber,
  date: (text, _question, context) => value(findDate(text, context)),
  address: (text, _question, { locale }) => readAddress(text, locale),
  text: readText,
  reason: readReason,
};

/** The message as an answer to the open question; undefined when it does not answer it. A tapped choice always wins. */
export function readAnswer({ text, choice }: UnderstandInput, context: UnderstandContext): Answer | undefined {
  const { question } = context;
  if (question === undefined) return undefined;
  if (choice !== undefined) {
    const tapped = question.choices?.find(({ value }) => value === choice);
    if (tapped !== undefined) return { kind: "choice", value: tapped.value, label: tapped.label };
    if (question.type === "yes_no" && (choice === "yes" || choice === "no")) return { kind: choice };
  }
  const read = text.slice(0, MAX_READ);
  if (read.trim() === "") return undefined;
  // "not sure" and "no idea" begin like a no.
  if (question.type === "yes_no" && saysUnknown(read, "yes_no")) return { kind: "unknown" };
  const answer = readers[question.type](read, question, context);
  // "I don't know, maybe 1002" holds an answer; "no" to a list of choices, or "I don't have it", does not.
  if (answer !== undefined && (answer.kind !== "no" || question.type === "yes_no") && !isFreeText(question.type)) {
    return answer;
  }
  return saysUnknown(read, question.type) ? { kind: "unknown" } : answer;
}

function isFreeText(type: QuestionType): boolean {
  return type === "text" || type === "reason";
}

function value(slot: Slot | undefined): Answer | undefined {
  if (slot === undefined) return undefined;
  const { value: found, start, end, hint } = slot;
  return { kind: "value", value: String(found), from: { start, end }, ...(hint === undefined ? {} : { hint }) };
}

/** A label, whatever its language, then words of agreement; only choices of another kind are read any looser than that. */
function readYesNoOrChoice(text: string, question: Question, { locale }: UnderstandContext): Answer | undefined {
  const { choices = [] } = question;
  const labelled = choices.find(({ label }) => plain(label) === plain(text).replace(/[.!]+$/, ""));
  if (labelled?.value === "yes" || labelled?.value === "no") return { kind: labelled.value };
  const others = choices.filter(({ value }) => value !== "yes" && value !== "no");
  return readYesNo(text, question, locale) ?? (others.length > 0 ? readChoice(text, choices, { locale }) : undefined);
}

/** Where one thing is offered beside "something else", a short yes means that thing. */
function readChoiceOrYes(text: string, question: Question, { locale }: UnderstandContext): Answer | undefined {
  const { choices = [] } = question;
  const choice = readChoice(text, choices, { locale });
  if (choice !== undefined || choices.length > 2 || plain(text).split(" ").length > 4) return choice;
  const answer = readYesNo(text, question, locale);
  return answer?.kind === "yes" ? answer : undefined;
}

/** "no, nothing came yet" rules no other choice in: that no code came is read before the words of choices are weighed. */
function readCodeOrChoice(text: string, question: Question, { locale }: UnderstandContext): Answer | undefined {
  const code = readCode(text, locale);
  if (code !== undefined || question.choices === undefined) return code;
  const isLabel = question.choices.some(({ label }) => plain(label) === plain(text));
  return !isLabel && saysUnknown(text, "code") ? { kind: "unknown" } : readChoice(text, question.choices, { locale });
}

function readNumber(text: string, _question: Question, { locale }: UnderstandContext): Answer | undefined {
  const match = /(?<![\p{L}\p{N}.,#-])-?\d{1,9}(?:[.,]\d{1,3})?(?![\p{L}\p{N}]|[.,]\d)/u.exec(text);
  if (match !== null) {
    return {
      kind: "value",
      value: match[0].replace(",", "."),
      from: { start: match.index, end: match.index + match[0].length },
    };
  }
  const words = numberInWords(text, locale);
  if (words === undefined) return undefined;
  const { value: number, start, end } = words;
  return { kind: "value", value: String(number), from: { start, end } };
}

function readText(text: string): Answer {
  const start = text.length - text.trimStart().length;
  const trimmed = text.trim();
  return { kind: "value", value: trimmed, from: { start, end: start + trimmed.length } };
}

/**
 * A choice where its label stands in the words, or the words in its label, or its number; else the shopper's own words, all
 * of them: "my mother died" is no "another reason", however alike the words.
 */
function readReason(text: string, question: Question, { locale }: UnderstandContext): Answer {
  const choice = readChoice(text, question.choices ?? [], { locale });
  if (choice?.kind !== "choice") return readText(text);
  const said = contentWords(text);
  const label = contentWords(choice.label);
  const known = [...label, ...contentWords(choice.value.replaceAll("_", " "))];
  const saysNoMore = said.every((word) => known.includes(word) || /^\d+$/.test(word));
  const saysAllOfIt = label.length > 0 && label.every((word) => said.includes(word));
  return saysNoMore || saysAllOfIt || ordinalIn(text, locale) !== undefined ? choice : readText(text);
}
