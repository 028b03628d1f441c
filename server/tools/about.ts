/** Whose the order or subscription is that a call names: asked of the systems, never taken from the chat. */
import type { ToolOutcome } from "../connectors/index.js";
import type { Catalogue, CatalogueEntry } from "./catalogue.js";
import type { About, Args } from "./effects.js";
import { type Asking, isOwnAnswer } from "./guard.js";

export type AboutAnswer =
  | { readonly result: "ok"; readonly value: About }
  | { readonly result: "not_found" }
  | { readonly result: "unavailable"; readonly reason: string };

/** Read now, from the system that would act on it. What is not the shopper's own is not found. */
export async function readAbout(
  catalogue: Catalogue,
  entry: CatalogueEntry,
  args: Args,
  caller: { readonly conversation: string; readonly who: Asking },
): Promise<AboutAnswer> {
  const { about, owner } = entry.definition;
  // An answer that names its owner is checked when it comes.
  if (about === undefined || owner !== undefined) return { result: "ok", value: undefined };
  const capability = about === "subscription" || args.order_id === undefined ? "get_subscription" : "get_order";
  const reader = catalogue.forCapability(capability, entry.served.system);
  if (reader === undefined) return { result: "not_found" };
  const wanted = capability === "get_order" ? { order_id: args.order_id } : { subscription_id: args.subscription_id };
  const outcome = await readFrom(reader, wanted, caller.conversation);
  if (outcome.result === "not_found") return outcome;
  if (outcome.result !== "ok") return { result: "unavailable", reason: "whose it is cannot be read" };
  return isOwnAnswer(reader, outcome.value, caller.who)
    ? { result: "ok", value: outcome.value as About }
    : { result: "not_found" };
}

/** One question to an outside system. A fault of ours in a tool is no answer; it must not lose the turn either. */
export function readFrom({ served }: CatalogueEntry, args: Args, conversation: string): Promise<ToolOutcome<unknown>> {
  return served
    .run(args as never, { conversation })
    .catch(() => ({ result: "unavailable" as const, reason: "internal" }));
}
