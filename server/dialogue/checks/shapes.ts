/** Looking into zod shapes: does `order.items` exist, and what is it? */
import { z } from "zod";

/** The shape without `optional`, `nullable`, `default` around it. */
export function bare(shape: z.ZodType): z.ZodType {
  let inner = shape;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}

export function fieldsOf(shape: z.ZodType): ReadonlyMap<string, z.ZodType> {
  const inner = bare(shape);
  return inner instanceof z.ZodObject ? new Map(Object.entries(inner.shape as Record<string, z.ZodType>)) : new Map();
}

/** The shape of the entries of a list; undefined when it is no list. */
export function entryOf(shape: z.ZodType): z.ZodType | undefined {
  const inner = bare(shape);
  return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
}

/** What is behind these cannot be known before it is there. */
const OPAQUE = ["unknown", "any", "record", "union", "lazy", "custom", "pipe"];

/**
 * Follows field names into a shape. In a text, `items` may also stand for an entry of it (`items[0].name`).
 * @returns the shape there and whether it may be missing or empty; or the first name that does not exist
 */
export function follow(
  shape: z.ZodType,
  path: readonly string[],
): { shape: z.ZodType; maybe: boolean } | { missing: string; known: readonly string[] } {
  let here = shape;
  let maybe = false;
  for (const name of path) {
    const entry = entryOf(here);
    if (entry !== undefined) {
      if (name === "size") return { shape: z.number(), maybe };
      here = entry;
      if (name === "first" || name === "last" || /^\d+$/.test(name)) {
        maybe = true;
        continue;
      }
    }
    const fields = fieldsOf(here);
    const next = fields.get(name);
    if (next === undefined) {
      if (OPAQUE.includes(kindOfShape(here))) return { shape: z.unknown(), maybe: false };
      return { missing: name, known: [...fields.keys()] };
    }
    here = next;
    maybe ||= here instanceof z.ZodOptional || here instanceof z.ZodNullable;
  }
  return { shape: here, maybe };
}

/** `string`, `number`, `object`, `array` …: a fixed word counts as text. */
export function kindOfShape(shape: z.ZodType): string {
  const { type } = bare(shape).def;
  return type === "enum" || type === "literal" ? "string" : type;
}
