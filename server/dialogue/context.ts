/** Reading and writing the names that a policy speaks of as `$name.field`. */
import { REFERENCE } from "./policy.js";
import { type DialogueState, type Frame, MEMORY, type Scope, type Shopper } from "./state.js";

/** All that the running policy can see: its own values over the conversation's memory, and who is writing. */
export function scopeOf(state: DialogueState, frame: Frame | undefined, shopper: Shopper, at: number): Scope {
  return {
    ...state.memory,
    ...frame?.values,
    shopper: { level: shopper.level, email: shopper.email ?? null, name: shopper.name ?? null },
    now: new Date(at).toISOString(),
  };
}

/** `$order.number` → its value, undefined when any part is missing; anything else stands for itself. */
export function resolve(value: unknown, scope: Scope): unknown {
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

export function isMemory(name: string): boolean {
  return (MEMORY as readonly string[]).includes(name);
}
