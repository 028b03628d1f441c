/**
 * What makes an effect the same effect: its business key. Two tabs, a retry, a second conversation or a change of mind meet
 * in the same key, whatever was clicked.
 */

import type { CapabilityName } from "../connectors/index.js";
import { isSameValue } from "../dialogue/index.js";
import type { Effect } from "../store/index.js";

export interface EffectKind {
  /** Everything that excludes or follows each other; the journal's `family`. */
  family(args: Args, about: About): string;
  /**
   * - `once`: the family happens once, ever. The same again replays its receipt, another tool of the family is refused.
   * - `series`: one after another (skip, un-skip, skip); the same twice in a row is the same effect.
   */
  readonly happens: "once" | "series";
}

export type Args = Readonly<Record<string, unknown>>;
/** What the order or subscription says now, read by the guard; absent where there is none. */
export type About = Readonly<Record<string, unknown>> | undefined;

const order = (args: Args): string => `order:${args.order_id}`;
const subscription = (args: Args): string => `subscription:${args.subscription_id}`;
const either = (args: Args): string => (args.order_id === undefined ? subscription(args) : order(args));
/** An order, or the next delivery of a subscription: what was given for one says nothing of a later one. */
const parcel = (args: Args, about: About): string =>
  args.order_id === undefined ? `${subscription(args)}:${String(about?.next_charge ?? "")}` : order(args);
/** One remedy an order: money back, goods again, credit or an exchange, and no second one without a person. */
const remedy: EffectKind = { family: (args) => `remedy:${order(args)}`, happens: "once" };

const KINDS: Partial<Record<CapabilityName, EffectKind>> = {
  issue_refund: remedy,
  create_replacement: remedy,
  store_credit: remedy,
  exchange: remedy,
  // Stopping an order gives its money back: not after it was made good in another way, nor the other way round.
  cancel_order: remedy,
  mark_paid: { family: (args) => `paid:${order(args)}`, happens: "once" },
  file_claim: { family: (args) => `claim:${order(args)}`, happens: "once" },
  upgrade_shipping: { family: (args, about) => `shipping:${parcel(args, about)}`, happens: "once" },
  // A subscription may be taken up again and canceled again: the next charge tells the two apart.
  cancel_subscription: {
    family: (args, about) => `cancel:${subscription(args)}:${String(about?.next_charge ?? "")}`,
    happens: "once",
  },
  apply_discount: { family: (args, about) => `discount:${parcel(args, about)}`, happens: "series" },
  skip_shipment: { family: (args) => `delivery:${subscription(args)}:${args.next_charge}`, happens: "series" },
  unskip_shipment: { family: (args) => `delivery:${subscription(args)}:${args.skipped}`, happens: "series" },
  pause_subscription: { family: (args) => `pause:${subscription(args)}`, happens: "series" },
  swap_product: { family: (args) => `product:${subscription(args)}`, happens: "series" },
  update_address: { family: (args) => `address:${either(args)}`, happens: "series" },
};

export function effectKind(capability: CapabilityName): EffectKind | undefined {
  return KINDS[capability];
}

/** Effects that need no yes: they tell a person something, and change neither money nor goods. */
export const NEEDS_NO_YES: ReadonlySet<CapabilityName> = new Set(["handoff", "send_message"]);

export type Place =
  /** Not in the books yet, or in them and to be gone on with. */
  | { readonly key: string }
  /** Another effect of the family is in the books. */
  | { readonly taken: Effect };

/** Where an effect belongs in its family, given what the journal holds of it. */
export function placeIn(
  kind: EffectKind,
  capability: CapabilityName,
  args: Args,
  family: string,
  before: readonly Effect[],
): Place {
  if (kind.happens === "once") {
    const standing = before.find(({ status }) => status !== "refused");
    if (standing === undefined) return { key: refusedSoFar(family, before) };
    return isSame(standing, capability, args) ? { key: standing.key } : { taken: standing };
  }
  const last = before.findLast(({ status }) => status !== "refused");
  if (last !== undefined && isSame(last, capability, args)) return { key: last.key };
  return { key: `${family}#${before.length + 1}` };
}

/** What was refused changed nothing: it may be asked for again, under a key of its own. */
function refusedSoFar(family: string, before: readonly Effect[]): string {
  return before.length === 0 ? family : `${family}#${before.length + 1}`;
}

function isSame(effect: Effect, capability: CapabilityName, args: Args): boolean {
  return effect.capability === capability && isSameValue(effect.arguments, args);
}
