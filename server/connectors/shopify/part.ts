import type { CapabilityName } from "../capabilities.js";
import type { ToolParts } from "../tool.js";

/** What one tool does, still without a name: Shopify's own, or that of a system that keeps its orders here. */
export type Part<Name extends CapabilityName> = Omit<ToolParts<Name>, "name" | "system">;

/** Parts of different capabilities in one list. */
export type AnyPart = { [Name in CapabilityName]: Part<Name> }[CapabilityName];
