import type { Problem } from "../problems/index.js";
import type { Surroundings } from "./checks/surroundings.js";

/** Macros that no policy names: the repair patterns, hand-overs, cards and mails say them. A shop may change every word. */
const BUILT_IN = {
  repair: [
    "greeting",
    "welcome",
    "goodbye",
    "friendly",
    "hello",
    "noted",
    "not_understood",
    "one_at_a_time",
    "not_sure",
    "did_you_mean",
    "none_of_these",
    "out_of_scope",
    "out_of_scope_here",
    "also_asked",
    "anything_else",
    "stopped",
    "start_over",
    "resume",
    "need_yes",
    "too_long_ago",
    "yes",
    "no",
  ],
  identify: ["no_code", "step_up", "step_up_new", "step_up_again", "step_up_repeat", "agent_step_up"],
  handoff: [
    "default",
    "unavailable",
    "not_done",
    "unknown_outcome",
    "broken",
    "unserved",
    "not_understood",
    "live",
    "async",
    "contact",
    "contact_thanks",
    "already",
  ],
  card: [
    "order_title",
    "ordered_on",
    "price",
    "price_each",
    "on_day",
    "track",
    "step_ordered",
    "step_packed",
    "step_shipped",
    "step_delivered",
    "status_approved",
    "status_processing",
    "status_pending_shipment",
    "status_shipped",
    "status_in_transit",
    "status_delivered",
    "status_canceled",
    "subscription_title",
    "every",
    "next_delivery",
    "subscription_active",
    "subscription_paused",
    "subscription_canceled",
  ],
  mail: ["code_subject", "code_text"],
} as const;

/** What is certainly there when one of them is said, by file or by name; of anything else a text must ask whether it is. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  card: ["order", "price", "at", "subscription"],
  mail: ["shop", "code", "minutes"],
  "repair.noted": ["order_number"],
  "handoff.async": ["contact"],
};

const BUILT_IN_MACROS: readonly string[] = Object.entries(BUILT_IN).flatMap(([file, names]) =>
  names.map((name) => `${file}.${name}`),
);

/** Each of them has a text, and no text speaks of what may not be there. */
export function checkBuiltInMacros({ macros, locale }: Surroundings): Problem[] {
  return BUILT_IN_MACROS.flatMap((name) => {
    const [group, key] = name.split(".") as [string, string];
    const problem = (code: string, message: string, fix: string): Problem => {
      return { file: `policies/macros/${locale}/${group}.json`, path: key, code, message, fix, severity: "error" };
    };
    const needs = macros.get(name);
    if (needs === undefined) {
      const message = `The macro "${name}" is needed everywhere, and has no text.`;
      return [problem("MACRO_MISSING", message, `Add "${key}": "…" to the file.`)];
    }
    const given = ["now", ...(GIVEN[group] ?? []), ...(GIVEN[name] ?? [])];
    return needs
      .filter((path) => !given.includes(path.split(".")[0] as string))
      .map((path) =>
        problem(
          "MACRO_UNGUARDED",
          `"${path}" may not be known when this is said.`,
          `Write {% if ${path} %}…{% endif %} around it, with another sentence after {% else %}.`,
        ),
      );
  });
}
