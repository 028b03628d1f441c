/** What a policy may call: the catalogue, the guard in front of it, and the journal of effects behind it. */

export { type Called, type Caller, type CallTrace, createTools, type HandedOff, type Tools } from "./carry-out.js";
export {
  buildCatalogue,
  type Catalogue,
  type CatalogueEntry,
  OWN_TOOLS,
  type ShopOfTools,
  SYSTEM_GROUPS,
  shapesOf,
} from "./catalogue.js";
export { NoHelpdeskError } from "./errors.js";
export type { Asking } from "./guard.js";
export type { Settled } from "./journal.js";
export { EffectLimit } from "./limits.js";
export { maskArguments, maskText } from "./masking.js";
export type { Agreed } from "./perform.js";
