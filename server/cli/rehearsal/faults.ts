/** What is wrong with a system, in the words of a conversation file. */
import { parts, timesFrom } from "./facts.js";

export const FAULT_EXAMPLE = "the list of orders is down, twice";

/** `SUBJECT is down`, a tool or a capability by its name or in words. */
export const FAULT =
  /^(the account look-up|the list of orders|the order look-up|the helpdesk|@?[a-z]+(?:_[a-z]+)+|exchange) (.+)$/;

const faultSubjects: Readonly<Record<string, string>> = {
  "the account look-up": "lookup_customer",
  "the list of orders": "list_orders",
  "the order look-up": "get_order",
  "the helpdesk": "handoff",
};

const faultKinds: Readonly<Record<string, string>> = {
  "is down": "unavailable",
  "is slow": "slow",
  "times out": "timeout",
  "works but never answers": "applied_then_timeout",
  "is asked too often": "rate_limited",
  "answers nonsense": "malformed",
  "answers far too much": "oversized",
  "refuses our key": "auth",
  "leaves fields out": "missing_fields",
  "says it was done before": "already_done",
  "is refused": "refused",
  "finds nothing": "not_found",
};

/**
 * An entry of the world file's `faults`.
 *
 * @throws Error that says what may be written instead
 */
export function faultFrom([, subject = "", predicate = ""]: RegExpExecArray): Record<string, unknown> {
  const [what = "", often] = parts(predicate);
  const kind = faultKinds[what];
  if (kind === undefined) throw new Error(`"${what}" is no fault. There are: ${Object.keys(faultKinds).join("; ")}.`);
  const name = faultSubjects[subject] ?? subject.replace("@", "");
  const times = often === undefined ? undefined : timesFrom(often);
  return { [name]: times === undefined ? kind : { kind, times } };
}
