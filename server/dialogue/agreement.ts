/**
 * What a shopper's yes was given to: these calls with these arguments, and nothing else. The interpreter takes the digest
 * when it asks, again when it calls, and the guard a third time before anything goes out.
 */
import { createHash } from "node:crypto";
import { isFilledIn, partsOf, resolve } from "./context.js";
import type { Policy, Step, StepOf } from "./policy.js";
import type { Scope } from "./state.js";

export interface Agreement {
  /** Over every call that the yes covers. */
  readonly digest: string;
  /** Those calls, in order, as they were agreed. */
  readonly calls: readonly AgreedCall[];
}

export interface AgreedCall {
  readonly step: string;
  readonly tool: string;
  /** Values that an earlier one of these calls makes are not known yet, and stand as `$name.field`. */
  readonly args: Readonly<Record<string, unknown>>;
}

export function agreementOn(policy: Policy, steps: readonly string[], scope: Scope): Agreement {
  const covered = steps.map((id) => policy.steps[policy.place.get(id) as number] as StepOf<"call">);
  const made = new Set(covered.flatMap((step) => step.as ?? []));
  const calls = covered.map((step) => ({
    step: step.id,
    tool: String(resolve(step.call, scope)).replace(/^@/, ""),
    args: bind(step.with, scope, made),
  }));
  return { digest: digestOf(calls), calls };
}

export function digestOf(calls: readonly AgreedCall[]): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(calls)))
    .digest("hex")
    .slice(0, 32);
}

/** Whether a call is one that was agreed: same tool, and the same value wherever one was known at the yes. */
export function isAgreed(
  agreement: Agreement,
  step: string,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): boolean {
  const agreed = agreement.calls.find((call) => call.step === step && call.tool === tool);
  if (agreed === undefined || digestOf(agreement.calls) !== agreement.digest) return false;
  const names = new Set([...Object.keys(args), ...Object.keys(agreed.args)]);
  return [...names].every((name) => isFilledIn(agreed.args[name]) || isSameValue(args[name], agreed.args[name]));
}

/** The confirmation of a policy that covers a call; loading has made sure that an effect has one. */
export function confirmationFor(policy: Policy, step: string): StepOf<"confirm"> | undefined {
  return policy.steps.find(
    (other): other is StepOf<"confirm"> & Step => "confirm" in other && other.for.includes(step),
  );
}

function bind(
  values: Readonly<Record<string, unknown>>,
  scope: Scope,
  made: ReadonlySet<string>,
): Record<string, unknown> {
  const bound: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const isMadeLater = partsOf(value, "").some((part) => made.has(part.value.split(".")[0] as string));
    const found = isMadeLater ? value : resolve(value, scope);
    if (found !== undefined) bound[name] = found;
  }
  return bound;
}

/** Whether two values say the same, in whatever order their keys stand. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The same with the keys of every object in order, so that equal things have equal text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
