/** What policies refer to by name; handed in, so that checking them needs no file and no other room. */
import type { z } from "zod";

export interface Surroundings {
  readonly tools: ReadonlyMap<string, ToolShape>;
  /** Tools that a connected system serves; all of them when left out. A policy that needs another one rests. */
  readonly served?: ReadonlySet<string>;
  readonly ruleSets: ReadonlyMap<string, RuleSetShape>;
  /** Macro name → the context paths that its text cannot do without (`order.number`). */
  readonly macros: ReadonlyMap<string, readonly string[]>;
  /** The shop's own language, whose macros must be complete. */
  readonly locale: string;
  readonly intents: ReadonlyMap<string, { readonly title: string }>;
}

export interface ToolShape {
  readonly args: z.ZodType;
  readonly result: z.ZodType;
  /** What it changes in the outside world; absent for reads. */
  readonly effect?: string;
  /** An effect that the shopper must have said yes to; a ticket or a message needs none. */
  readonly needsYes?: boolean;
}

export interface RuleSetShape {
  readonly file: string;
  readonly events: readonly string[];
  readonly facts: readonly string[];
}
