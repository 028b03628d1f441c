/** Takes what a rule set needs out of the facts that were handed in, once, as typed readings. */
import { momentOf } from "./dates.js";
import { BUILT_IN } from "./declare.js";
import { ownValue, walk } from "./path.js";
import type { Operand } from "./rule-set.js";
import { known, missing, type Reading, readAs } from "./values.js";

/** @returns a reading for each operand, by its key; never throws */
export function readFacts(operands: readonly Operand[], facts: unknown, now: number): Map<string, Reading> {
  return new Map(operands.map((operand) => [operand.key, readOperand(operand, facts, now)]));
}

function readOperand({ fact, path, kind }: Operand, facts: unknown, now: number): Reading {
  const moment = momentReading(fact, now);
  if (moment !== undefined) return moment;
  try {
    const root = typeof facts === "object" && facts !== null ? ownValue(facts, fact) : undefined;
    const found = walk(root, path);
    return found.found === "value" ? readAs(kind, found.value) : missing(found.note);
  } catch {
    // A proxy's trap threw. Plain data cannot get here.
    return { state: "unknown", missing: false, note: "could not be read" };
  }
}

/** The built-in facts `now` and `today`. */
export function momentReading(fact: string, now: number): Reading | undefined {
  return (BUILT_IN as readonly string[]).includes(fact) ? known(momentOf(now, fact === "today")) : undefined;
}
