/** Where a step can lead: its branches in words, in the order in which a reader thinks of them. */
import type { StepDoc } from "../data.js";

export const KINDS = ["say", "ask", "call", "confirm", "decide", "set", "run", "go", "handoff", "end"] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(step: StepDoc): Kind | undefined {
  return KINDS.find((kind) => Object.hasOwn(step, kind));
}

export interface Way {
  /** Empty for the way that is taken when nothing else applies. */
  readonly when: string;
  readonly to:
    | { readonly step: string }
    | { readonly policy: string }
    | { readonly person: string }
    | { readonly end: string };
}

/** What happens to a call that did not simply work, unless the step says otherwise. */
const CALL_DEFAULTS = ["not_found", "refused", "unavailable", "unknown_outcome"];

export function waysOf(step: StepDoc, next: StepDoc | undefined): Way[] {
  const kind = kindOf(step);
  const on = branches(step.on);
  const said = typeof step.then === "string" ? step.then : undefined;
  const onward: Way[] =
    said !== undefined ? [{ when: "", to: { step: said } }] : next ? [{ when: "", to: { step: next.id } }] : [];
  switch (kind) {
    case "end":
      return [{ when: "", to: { end: String(step.end) } }];
    case "handoff":
      return [{ when: "", to: { person: String((step.handoff as { queue?: unknown }).queue ?? "") } }];
    case "go":
      return [{ when: "", to: { policy: bare(step.go) } }];
    case "decide":
      return on;
    case "confirm":
      return [...on, gaveUp(step)];
    case "run":
      return [{ when: "first", to: { policy: bare(step.run) } }, ...onward.map((way) => ({ ...way, when: "then" }))];
    case "ask":
      return [...on, ...branches(step.instead), ...silence(step.silence), ...onward, gaveUp(step)];
    case "call": {
      const open = CALL_DEFAULTS.filter((name) => !on.some(({ when }) => when === name));
      const rest: Way[] = open.length > 0 ? [{ when: open.join(", "), to: { person: "" } }] : [];
      return [...onward, ...on, ...rest];
    }
    default:
      return onward;
  }
}

function branches(on: unknown): Way[] {
  if (typeof on !== "object" || on === null) return [];
  return Object.entries(on).map(([when, step]) => ({ when, to: { step: String(step) } }));
}

function silence(rule: unknown): Way[] {
  if (typeof rule !== "object" || rule === null) return [];
  const { after, then } = rule as { after?: unknown; then?: unknown };
  return [{ when: `silence of ${String(after)}`, to: { step: String(then) } }];
}

function gaveUp(step: StepDoc): Way {
  const when = `no answer after ${typeof step.attempts === "number" ? step.attempts : 2} tries`;
  return typeof step.else === "string" ? { when, to: { step: step.else } } : { when, to: { person: "" } };
}

/** `#lost-package` -> `lost-package`. */
function bare(name: unknown): string {
  return String(name).replace(/^#/, "");
}
