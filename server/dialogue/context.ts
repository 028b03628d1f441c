/** Reading and writing the names that a policy speaks of as `$name.field`. */
import { REFERENCE } from "./policy.js";
import type { DialogueState, Frame, Scope, Shopper } from "./state.js";

/**
 * All that the running policy can see: its own values over the conversation's memory, and who is writing.
 * @param remembered names that are empty until a policy has set them
 */
export function scopeOf(
  state: DialogueState,
  frame: Frame | undefined,
  shopper: Shopper,
  at: number,
  remembered: Iterable<string>,
): Scope {
  return {
    ...Object.fromEntries([...remembered].map((name) => [name, null])),
    ...state.memory,
    ...frame?.values,
    shopper: { level: shopper.level, email: shopper.email ?? null, name: shopper.name ?? null },
    now: new Date(at).toISOString(),
  };
}

/**
 * `$order.number` → its value, undefined when any part is missing; the same inside lists and objects; anything else stands
 * for itself.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((inner) => resolve(inner, scope));
  if (typeof value === "object" && value !== null) return resolveAll(value as Record<string, unknown>, scope);
  if (typeof value !== "string" || !REFERENCE.test(value)) return value;
  let found: unknown = scope;
  for (const key of value.slice(1).split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** Undefined values are left out: an argument that is not known is not sent. */
export function resolveAll(values: Readonly<Record<string, unknown>>, scope: Scope): Record<string, unknown> {
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const found = resolve(value, scope);
    if (found !== undefined) resolved[name] = found;
  }
  return resolved;
}

/** Whether any part of a value comes from the context or from a macro, and so is not known before a conversation. */
export function isFilledIn(value: unknown): boolean {
  if (typeof value === "string") return REFERENCE.test(value);
  if (typeof value !== "object" || value === null) return false;
  return macroIn(value) !== undefined || Object.values(value).some(isFilledIn);
}

/** `{ "macro": "file.name" }` stands for a text in the shopper's language. */
export function macroIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { macro, ...more } = value as Record<string, unknown>;
  return typeof macro === "string" && Object.keys(more).length === 0 ? macro : undefined;
}

/** Every `$name.field` and every macro in a value, with its place. */
export function partsOf(value: unknown, path: string): { readonly value: string; path: string; isMacro: boolean }[] {
  if (typeof value === "string") return REFERENCE.test(value) ? [{ value: value.slice(1), path, isMacro: false }] : [];
  if (typeof value !== "object" || value === null) return [];
  const macro = macroIn(value);
  if (macro !== undefined) return [{ value: macro, path: `${path}.macro`, isMacro: true }];
  return Object.entries(value).flatMap(([name, inner]) =>
    partsOf(inner, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`),
  );
}
