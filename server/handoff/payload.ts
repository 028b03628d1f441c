/** Everything a person needs to take over without asking again: wish, level, facts, reasons, receipts, words so far. */
import type { HandoffPayload } from "../connectors/index.js";
import type { Decision } from "../decisions/index.js";
import type { Command, Shopper } from "../dialogue/index.js";
import type { Entry } from "../protocol/index.js";

type Line = Pick<Entry, "from" | "at" | "text" | "asks">;

export interface Handover {
  readonly handoffId: string;
  readonly command: Extract<Command, { kind: "handoff" }>;
  readonly policyTitle: string | null;
  readonly shopper: Shopper;
  readonly locale: string;
  /** Oldest first, this turn's included. */
  readonly transcript: readonly Line[];
  /** Of the policy that stopped here. */
  readonly decisions: readonly Decision[];
  readonly receipts: readonly string[];
}

export function buildPayload(handover: Handover): HandoffPayload {
  const { command, shopper, policyTitle, decisions } = handover;
  const { scope } = command;
  const order = objectOf(scope.order) ?? objectOf(scope.stage);
  // An order that could not be found is the one to look for.
  const missing = command.reason === "order_not_found" ? textOf(scope.answer) : null;
  const orderNumber = textOf(order?.number) ?? textOf(scope.order_number) ?? missing;
  const claimed = textOf(scope.email);
  const email = shopper.email ?? claimed;
  const what = policyTitle ?? "A question";
  return {
    handoff_id: handover.handoffId,
    queue: command.queue,
    reason: command.reason,
    priority: command.priority,
    summary: `${what}${orderNumber === null ? "" : ` (order ${orderNumber})`}: ${command.reason.replaceAll("_", " ")}`,
    policy: command.policy,
    locale: handover.locale,
    customer: {
      level: shopper.level,
      email: email ?? null,
      claimed: shopper.email === undefined && claimed !== null,
      name: shopper.name ?? textOf(objectOf(scope.customer)?.name),
    },
    order_number: orderNumber,
    facts: [
      ...factsOf(ORDER_FACTS, order),
      ...factsOf(SUBSCRIPTION_FACTS, objectOf(scope.subscription)),
      ...answersOf(command.answers),
    ],
    reasons: [...new Set(decisions.map(reasonOf))],
    receipts: [...handover.receipts],
    transcript: withoutCodes(handover.transcript),
  };
}

/** An agent never needs a one-time code, and one that was never accepted may still be good for something. */
function withoutCodes(transcript: readonly Line[]): HandoffPayload["transcript"] {
  let isAsked = false;
  return transcript.map(({ from, at, text, asks }) => {
    if (from !== "shopper") isAsked = asks?.type === "code" || (isAsked && asks === undefined);
    return { from, at, text: isAsked && from === "shopper" ? text.replace(CODE, "[code]") : text };
  });
}

const CODE = /(?<!\d)\d{3}[\s-]?\d{3}(?!\d)/g;

/** Field → label. */
const ORDER_FACTS: Readonly<Record<string, string>> = {
  number: "number",
  status: "status",
  ordered_at: "ordered at",
  ship_date: "ship date",
  estimated_delivery: "estimated delivery",
  delivered_at: "delivered at",
  tracking_number: "tracking number",
  carrier: "carrier",
  carrier_status: "carrier status",
};
const SUBSCRIPTION_FACTS: Readonly<Record<string, string>> = {
  id: "subscription",
  status: "subscription status",
  product: "product",
  interval: "every",
  next_charge: "next charge",
  cutoff: "changeable until",
};

/** A thing as label and value; what the systems did not say is named as unknown, since that may be the point. */
function factsOf(
  shown: Readonly<Record<string, string>>,
  thing: Readonly<Record<string, unknown>> | undefined,
): { label: string; value: string }[] {
  if (thing === undefined) return [];
  return Object.entries(shown).map(([name, label]) => {
    const value = thing[name];
    return { label, value: value === undefined ? "unknown" : value === null ? "none" : String(value) };
  });
}

/** The order's number and the address have places of their own. */
function answersOf(answers: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(answers)
    .filter(([slot]) => slot !== "order_number" && slot !== "email")
    .map(([slot, value]) => ({ label: `answered: ${slot.replaceAll("_", " ")}`, value }));
}

function reasonOf({ rules, rule: winner, event, why, flip }: Decision): string {
  const told = why.filter(({ verdict, rule }) => verdict === "unknown" || (rule === winner && verdict === "true"));
  // Where no rule held, what was found says more than each condition that it did not meet.
  const because = winner === undefined && told.length === 0 ? why.map(foundOf) : told.map(conditionOf);
  const unique = [...new Set(because)].join("; ");
  return `${rules}: ${event}${unique === "" ? "" : `, because ${unique}`}${flip === undefined ? "" : ` [${flip}]`}`;
}

type Condition = Decision["why"][number];

function conditionOf(condition: Condition): string {
  const { operator, bound, verdict } = condition;
  return `${foundOf(condition)} (${operator} ${show(bound)}: ${verdict})`;
}

function foundOf({ fact, path, value, verdict }: Condition): string {
  const name = path === undefined ? fact : `${fact}.${path}`;
  return verdict === "unknown" ? `${name} is unknown` : `${name} = ${show(value)}`;
}

function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "unknown");
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
