/** What kind of thing a fact, or a part of one, is. Declared in the rule file or taken from a tool's result schema. */
import { z } from "zod";
import type { Path } from "./path.js";
import { writePath } from "./path.js";

export type Kind =
  | {
      readonly type: "number" | "integer";
      readonly min?: number;
      readonly max?: number;
      readonly unit?: string;
      readonly oneOf?: readonly number[];
    }
  | { readonly type: "text"; readonly oneOf?: readonly string[] }
  | { readonly type: "yes_no" }
  | { readonly type: "date" }
  | { readonly type: "money" }
  | { readonly type: "list"; readonly of: Kind }
  | { readonly type: "object"; readonly parts: ReadonlyMap<string, Kind> }
  /** Something whose shape is not declared: no operator but `isEmpty` can be used on it. */
  | { readonly type: "mixed" };

const KIND_WORDS: Record<Kind["type"], string> = {
  number: "a number",
  integer: "a whole number",
  text: "text",
  yes_no: "true or false",
  date: "a date",
  money: "an amount of money",
  list: "a list",
  object: "an object",
  mixed: "a value of no declared kind",
};

export function kindWords(kind: Kind): string {
  return KIND_WORDS[kind.type];
}

/** The kind of a tool's result. `zod` is the tool's own schema, so the shape is written once, at the connector. */
export function kindOfShape(shape: z.ZodType): Kind {
  return kindOfJsonSchema(z.toJSONSchema(shape, { unrepresentable: "any" }) as JsonSchema);
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
}

const MIXED: Kind = { type: "mixed" };

function kindOfJsonSchema(schema: JsonSchema): Kind {
  if (schema.anyOf !== undefined) {
    // `null` says "known to be empty", which every kind can be.
    const kinds = schema.anyOf.filter((option) => option.type !== "null").map(kindOfJsonSchema);
    const [first = MIXED, ...others] = kinds;
    return others.every((kind) => JSON.stringify(kind) === JSON.stringify(first)) ? first : MIXED;
  }
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  switch (types.length === 1 ? types[0] : undefined) {
    case "string": {
      if (schema.format === "date-time" || schema.format === "date") return { type: "date" };
      const words = choices?.filter((choice) => typeof choice === "string");
      return words === undefined ? { type: "text" } : { type: "text", oneOf: words };
    }
    case "boolean":
      return { type: "yes_no" };
    case "number":
    case "integer":
      return {
        type: types[0] === "integer" ? "integer" : "number",
        ...(isLimit(schema.minimum) && { min: schema.minimum }),
        ...(isLimit(schema.maximum) && { max: schema.maximum }),
      };
    case "array":
      return { type: "list", of: schema.items === undefined ? MIXED : kindOfJsonSchema(schema.items) };
    case "object": {
      if (schema.properties === undefined) return MIXED;
      const parts = new Map(Object.entries(schema.properties).map(([name, part]) => [name, kindOfJsonSchema(part)]));
      const isMoney = parts.size === 2 && parts.get("amountMinor")?.type === "integer" && parts.has("currency");
      return isMoney ? { type: "money" } : { type: "object", parts };
    }
    default:
      return MIXED;
  }
}

/** zod writes the largest safe integer where no limit was given. */
function isLimit(limit: number | undefined): limit is number {
  return limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
}

export type KindAt =
  | { readonly kind: Kind }
  /** `known` are the names that would have worked there. */
  | { readonly wrong: string; readonly part: string; readonly known: readonly string[] };

/** Follows a path through a shape, without any data. */
export function kindAt(root: Kind, path: Path): KindAt {
  let kind = root;
  for (const [depth, part] of path.entries()) {
    const here = depth === 0 ? "The fact" : `"${writePath(path.slice(0, depth))}"`;
    if (kind.type === "list") {
      if (typeof part !== "number") {
        return {
          wrong: `${here} is a list, so "${part}" needs a place before it, as in [0].${part}.`,
          part,
          known: [`[0].${part}`],
        };
      }
      kind = kind.of;
    } else if (kind.type === "object") {
      const known = [...kind.parts.keys()];
      const next = typeof part === "string" ? kind.parts.get(part) : undefined;
      if (next === undefined) return { wrong: `${here} has no "${part}".`, part: String(part), known };
      kind = next;
    } else {
      return { wrong: `${here} is ${kindWords(kind)} and has no parts.`, part: String(part), known: [] };
    }
  }
  return { kind };
}
