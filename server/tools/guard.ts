/**
 * Stands between policies and tools, and cannot be switched off by one. Deny by default: who is asking must be proved to
 * the level that the tool needs, and what comes back must be theirs.
 */
import type { Level } from "../connectors/index.js";
import { includes } from "../identity/index.js";
import type { CatalogueEntry } from "./catalogue.js";

export interface Asking {
  readonly level: Level;
  readonly email?: string;
}

export type Verdict =
  | { readonly allowed: true /** The answer must not reach the policy. */; readonly masked: boolean }
  | { readonly allowed: false; readonly reason: string };

export function mayCall(entry: CatalogueEntry, args: unknown, who: Asking): Verdict {
  if (!includes(who.level, entry.level)) {
    return { allowed: false, reason: `needs level ${entry.level}, has ${who.level}` };
  }
  if (entry.capability === "lookup_customer") {
    // Anybody may have an address looked up, so that a code can be sent to it; whether it is known stays hidden from
    // policies, and so from shoppers, until the code has come back.
    return { allowed: true, masked: !isOwn((args as { email?: unknown }).email, who) };
  }
  if (!namesOnlyThem(args, who)) {
    return { allowed: false, reason: "the e-mail address is not the shopper's proven one" };
  }
  return { allowed: true, masked: false };
}

/** An address among the arguments is where something is looked for, or sent to: the shopper's own, or none. */
export function namesOnlyThem(args: unknown, who: Asking): boolean {
  const { email } = args as { email?: unknown };
  return email === undefined || email === null || isOwn(email, who);
}

/**
 * Whether an answer may be told to the shopper: it is theirs, or about a thing that was found to be theirs before
 * (`about`), or meant for everybody. A capability above `anonymous` that says neither belongs to nobody.
 */
export function isOwnAnswer(entry: CatalogueEntry, value: unknown, who: Asking): boolean {
  const { owner, about, level } = entry.definition;
  if (owner === undefined) return about !== undefined || level === "anonymous";
  const [list, field] = owner.startsWith("*.") ? [value, owner.slice(2)] : [[value], owner];
  return Array.isArray(list) && list.every((item) => isOwn((item as Record<string, unknown> | null)?.[field], who));
}

function isOwn(email: unknown, who: Asking): boolean {
  if (typeof email !== "string" || who.email === undefined || !includes(who.level, "verified")) return false;
  return normal(email) === normal(who.email);
}

function normal(email: string): string {
  return email.trim().toLowerCase();
}
