/** The lines of the public contract: what each thing that a turn did looks like on stdout. */
import type { Told } from "../../conversation/index.js";
import { maskArguments } from "../../tools/index.js";

export type Line = { readonly type: string } & Readonly<Record<string, unknown>>;

export function lineOf(told: Told): Line {
  switch (told.kind) {
    case "understood": {
      const { intent, confidence, outcome, slots, also, answer } = told.understood;
      const values = Object.fromEntries(Object.entries(slots).map(([name, { value }]) => [name, value]));
      return {
        type: "understood",
        intent,
        confidence: round(confidence),
        outcome,
        slots: values,
        also,
        ...(answer && { answer: answer.kind }),
      };
    }
    case "handoff": {
      const { helpdesk, queue, reason, ticket, payload } = told;
      return { type: "handoff", helpdesk, queue, reason, ...(ticket !== undefined && { ticket }), payload };
    }
    case "decision": {
      const { rules, event, why, flip } = told;
      return { type: "decision", rules, event, why, ...(flip !== undefined && { flip }) };
    }
    case "effect": {
      const { kind: _, arguments: args, ...rest } = told;
      return { type: "effect", ...rest, arguments: maskArguments(args) };
    }
    default: {
      const { kind, ...rest } = told;
      return { type: kind, ...rest };
    }
  }
}

/**
 * Which passages were weighed for a message, and the one that answers it, if any does: for people who read along and for
 * conversation files. No line of the public contract: programs find it in the store's trace.
 */
export function passagesLine(told: Told): Line | undefined {
  const knowledge = told.kind === "understood" ? told.understood.knowledge : undefined;
  if (knowledge === undefined) return undefined;
  const { passage, compared } = knowledge;
  const weighed = compared.map(({ id, chance }) => ({ id, chance: round(chance) }));
  return { type: PASSAGES, passage: passage?.id ?? null, compared: weighed };
}

export const PASSAGES = "passages";

function round(probability: number): number {
  return Math.round(probability * 10_000) / 10_000;
}

/** The same for a person who reads along. */
export function prettyLine(line: Line): string {
  const { type, ...fields } = line;
  switch (type) {
    case "hello":
      return `aftersale ${fields.version}, contract ${fields.contract}`;
    case "shopper":
      return `\nShopper: ${fields.text}`;
    case "reply": {
      const asks = fields.asks as { choices?: { label: string; value: string }[] } | undefined;
      const choices =
        asks?.choices
          ?.map(({ label, value }) => `\n       [${label === value ? label : `${label} = ${value}`}]`)
          .join("") ?? "";
      return `Bot:   ${String(fields.text).replaceAll("\n", "\n       ")}${choices}`;
    }
    case "understood":
      return `  - understood ${fields.intent} (${fields.outcome}, ${fields.confidence})${fields.answer === undefined ? "" : `, read as an answer: ${fields.answer}`}`;
    case PASSAGES: {
      const weighed = (fields.compared as { id: string; chance: number }[]).map(({ id, chance }) => `${id} ${chance}`);
      return `  - passages: ${fields.passage ?? "none answers"} (${weighed.join(", ")})`;
    }
    case "policy":
      return `  - policy ${fields.id}, ${fields.step}: ${fields.event}${fields.outcome === undefined ? "" : ` (${fields.outcome})`}`;
    case "decision":
      return `  - rules ${fields.rules}: ${fields.event}${fields.flip === undefined ? "" : ` (${fields.flip})`}`;
    case "call":
      return `  - called ${fields.tool} at ${fields.system}: ${fields.result}`;
    case "effect":
      return `  - effect ${fields.tool} at ${fields.system}: ${fields.status} ${fields.receipt ?? ""}`;
    case "mail":
      return `  - mail to ${fields.to}: ${fields.subject}${fields.code === undefined ? "" : ` (code ${fields.code})`}`;
    case "handoff":
      return `  - handed over to ${fields.helpdesk}, queue ${fields.queue}: ${fields.reason} ${fields.ticket ?? ""}`;
    case "turn":
      return `  = ${fields.state}`;
    case "ledger":
      return ledgerInWords(fields);
    default:
      return `\n${JSON.stringify(line, null, 2)}`;
  }
}

/** Only where something changed. */
function ledgerInWords(systems: Readonly<Record<string, unknown>>): string {
  const changes = Object.entries(systems).flatMap(([system, ledger]) =>
    Object.entries((ledger ?? {}) as Record<string, readonly unknown[]>)
      .filter(([, items]) => items.length > 0)
      .map(
        ([what, items]) => `\n  ${system}, ${what}: ${JSON.stringify(items, undefined, 2).replaceAll("\n", "\n  ")}`,
      ),
  );
  return `\nWhat changed outside:${changes.length === 0 ? " nothing" : changes.join("")}`;
}
