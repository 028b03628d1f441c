/** The lines of the contract, version 1, to the letter: a field too many or too few is a breach. */
import { z } from "zod";

const choices = z.array(z.strictObject({ label: z.string(), value: z.string() }));
const questionType = z.enum([
  "email",
  "order_number",
  "choice",
  "yes_no",
  "code",
  "address",
  "text",
  "number",
  "date",
  "reason",
]);
const result = z.enum(["ok", "not_found", "refused", "unavailable", "unknown_outcome"]);
const verdict = z.enum(["true", "false", "unknown"]);
const why = z.array(
  z.looseObject({ fact: z.string(), operator: z.string(), verdict, value: z.unknown(), bound: z.unknown() }),
);

export const ContractLine = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    contract: z.literal(1),
    version: z.string().regex(/^\d+\.\d+\.\d+/),
    policies: z.array(z.strictObject({ id: z.string(), version: z.string().min(1) })).min(1),
  }),
  z.strictObject({
    type: z.literal("reply"),
    text: z.string().min(1),
    parts: z.array(z.looseObject({ kind: z.enum(["card", "choices", "notice"]) })),
    asks: z.strictObject({ slot: z.string(), type: questionType, choices: choices.optional() }).optional(),
  }),
  z.strictObject({
    type: z.literal("understood"),
    intent: z.string(),
    confidence: z.number().min(0).max(1),
    outcome: z.enum(["accept", "ask", "unsure"]),
    slots: z.record(z.string(), z.union([z.string(), z.number()])),
    also: z.array(z.string()),
    answer: z.enum(["yes", "no", "value", "choice", "unknown"]).optional(),
  }),
  z.strictObject({
    type: z.literal("policy"),
    id: z.string(),
    step: z.string(),
    event: z.enum(["started", "resumed", "left", "ended"]),
    outcome: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("decision"),
    rules: z.string(),
    event: z.string(),
    why,
    flip: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("call"),
    tool: z.string(),
    capability: z.string(),
    system: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    result,
    reason: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("effect"),
    tool: z.string(),
    capability: z.string(),
    system: z.string(),
    key: z.string().min(1),
    arguments: z.record(z.string(), z.unknown()),
    status: z.enum(["done", "refused", "needs_person"]),
    receipt: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("mail"),
    to: z.string(),
    subject: z.string(),
    code: z
      .string()
      .regex(/^\d{6}$/)
      .optional(),
  }),
  z.strictObject({
    type: z.literal("handoff"),
    helpdesk: z.string(),
    queue: z.string(),
    reason: z.string(),
    ticket: z.string().optional(),
    payload: z.looseObject({
      handoff_id: z.string(),
      queue: z.string(),
      reason: z.string(),
      priority: z.enum(["low", "normal", "high", "urgent"]),
      summary: z.string(),
      customer: z.looseObject({ level: z.string(), email: z.string().nullable(), claimed: z.boolean() }),
      order_number: z.string().nullable(),
      transcript: z.array(z.strictObject({ from: z.string(), at: z.string(), text: z.string() })),
    }),
  }),
  z.strictObject({ type: z.literal("turn"), state: z.enum(["waiting", "with_person", "closed"]) }),
  z.looseObject({ type: z.literal("ledger") }),
]);

/** What the ledger keeps for each system. */
export const LEDGER_PAGES = [
  "refunds",
  "cancellations",
  "replacements",
  "claims",
  "tickets",
  "credits",
  "discounts",
  "addressChanges",
  "skips",
  "swaps",
  "messages",
];
