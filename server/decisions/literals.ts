/** The fixed values in conditions: numbers, texts, dates, amounts of money. */
import { type DateValue, parseDate } from "./dates.js";
import { type Kind, kindWords } from "./kinds.js";
import { moneyFromMajor } from "./money.js";
import { suggestion } from "./report.js";
import type { ValueJson } from "./schema.js";
import { outOfRange, type Value } from "./values.js";

export interface LiteralProblem {
  readonly message: string;
  readonly fix: string;
  readonly code: "RULES_VALUE_TYPE" | "RULES_VALUE_RANGE";
}
/** `now` or `today`, which become known when a decision is made. */
export interface Moment {
  readonly moment: "now" | "today";
}

/** A value as a merchant wrote it, or what is wrong with it. */
export function readLiteral(value: ValueJson, kind: Kind, operator: string): Value | Moment | LiteralProblem {
  const json = JSON.stringify(value);
  const mistyped = (fix: string): LiteralProblem => ({
    message: `"${operator}" needs ${kindWords(kind)} here, found ${json}.`,
    fix,
    code: "RULES_VALUE_TYPE",
  });
  switch (kind.type) {
    case "number":
    case "integer":
      if (typeof value !== "number") return mistyped("Write a number without quotes.");
      if (kind.type === "integer" && !Number.isSafeInteger(value)) return mistyped("Write a whole number.");
      return inRange(kind, value);
    case "text":
      if (typeof value !== "string") return mistyped("Write text in quotes.");
      if (operator === "textContains" && value.trim() === "") return mistyped("Write the words to look for.");
      return inRange(kind, value);
    case "yes_no":
      return typeof value === "boolean" ? value : mistyped("Write true or false without quotes.");
    case "date":
      if (value === "now" || value === "today") return { moment: value };
      return dateOf(value) ?? mistyped('Write "2025-03-10", "2025-03-10T12:00:00Z", "now" or "today".');
    case "money": {
      const isMoney = typeof value === "object" && "amount" in value;
      return (isMoney ? moneyFromMajor(value.amount, value.currency) : undefined) ?? mistyped(MONEY_FIX);
    }
    default:
      return mistyped("Compare a single value: add a path to one.");
  }
}

const MONEY_FIX = 'Write { "amount": 150, "currency": "USD" }: major units, and a currency of ISO 4217.';

function dateOf(value: ValueJson): DateValue | undefined {
  return typeof value === "string" ? parseDate(value) : undefined;
}

function inRange(kind: Kind, value: number | string): Value | LiteralProblem {
  const wrong = outOfRange(kind, value);
  if (wrong === undefined) return value;
  const choices = "oneOf" in kind ? (kind.oneOf ?? []).map(String) : [];
  return {
    message: `${JSON.stringify(value)} ${wrong.wrong}, so this condition could never be met or missed.`,
    fix:
      choices.length > 0
        ? `Correct it: ${suggestion(String(value), choices)}`
        : "Choose a value inside the fact's range.",
    code: "RULES_VALUE_RANGE",
  };
}

export function isMoment(value: unknown): value is Moment {
  return typeof value === "object" && value !== null && "moment" in value;
}
