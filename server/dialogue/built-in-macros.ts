/** Macros that no policy names: the repair patterns, hand-overs, cards and mails say them. A shop may change every word. */
const BUILT_IN = {
  repair: [
    "greeting",
    "welcome",
    "friendly",
    "not_understood",
    "not_sure",
    "did_you_mean",
    "none_of_these",
    "out_of_scope",
    "also_asked",
    "anything_else",
    "stopped",
    "start_over",
    "yes",
    "no",
  ],
  handoff: ["default", "unavailable", "unserved", "not_understood", "live", "async", "already"],
  card: [
    "order_title",
    "ordered_on",
    "price",
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
  ],
  mail: ["code_subject", "code_text"],
} as const;

export const BUILT_IN_MACROS: readonly string[] = Object.entries(BUILT_IN).flatMap(([file, names]) =>
  names.map((name) => `${file}.${name}`),
);
