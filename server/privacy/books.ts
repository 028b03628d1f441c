/** What the books keep of an effect when its person is forgotten: which order, how much, what came of it. */
import { type Effect, replaceAll } from "../store/index.js";

/** Business facts, and ids of things. Everything that is not listed goes: words, names, addresses, transcripts. */
const KEPT = new Set([
  "amount",
  "amountMinor",
  "currency",
  "percent",
  "quantity",
  "sku",
  "items",
  "lines",
  "order_id",
  "order_number",
  "subscription_id",
  "next_charge",
  "skipped",
  "until",
  "offer",
  "handoff_id",
  "queue",
  "priority",
  "id",
  "number",
  "status",
  "mode",
]);
/** Longer ones are words rather than ids. */
const LONGEST = 80;

export const ERASED = "[erased]";

type Books = Pick<Effect, "arguments" | "result" | "receipt" | "reason" | "authorisedBy">;

export function withoutPerson(effect: Effect, email: string, pseudonym: string): Books {
  const { level, codeId, yes, policy } = (effect.authorisedBy ?? {}) as Record<string, unknown>;
  const kept = { level, codeId, yes, policy, customer: pseudonym };
  return rewritten({
    arguments: facts(effect.arguments),
    result: effect.result === undefined ? undefined : facts(effect.result),
    receipt: effect.receipt === undefined ? undefined : replaceAll(effect.receipt, email, ERASED),
    reason: effect.reason === undefined ? undefined : replaceAll(effect.reason, email, ERASED),
    authorisedBy: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
  });
}

/** Somebody else's effect, in which the address stands: only that goes. */
export function withoutAddress(effect: Effect, email: string): Books {
  const swap = (value: unknown): unknown =>
    value === undefined ? undefined : JSON.parse(replaceAll(JSON.stringify(value), email, ERASED));
  return rewritten({
    arguments: swap(effect.arguments),
    result: swap(effect.result),
    receipt: swap(effect.receipt) as string | undefined,
    reason: swap(effect.reason) as string | undefined,
    authorisedBy: swap(effect.authorisedBy),
  });
}

function rewritten(books: {
  arguments: unknown;
  result: unknown;
  receipt: string | undefined;
  reason: string | undefined;
  authorisedBy: unknown;
}): Books {
  const { receipt, reason, ...rest } = books;
  return { ...rest, ...(receipt !== undefined && { receipt }), ...(reason !== undefined && { reason }) };
}

function facts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(facts);
  if (typeof value === "string") return value.length <= LONGEST && !value.includes("@") ? value : ERASED;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => KEPT.has(name))
      .map(([name, field]) => [name, facts(field)]),
  );
}
