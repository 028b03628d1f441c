import type { z } from "zod";

/** What the parts of a schema look like inside, as far as is needed to walk down one. */
interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly options?: readonly z.ZodType[];
}

/** The keys that an object at `path` may have; of several forms, those of all. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const { type, shape, element, valueType, innerType, getter, options } = schema.def as unknown as Def;
  if (type === "union") return [...new Set((options ?? []).flatMap((option) => keysAt(option, path)))];
  const inside = innerType ?? (type === "lazy" ? getter?.() : undefined);
  if (inside !== undefined) return keysAt(inside, path);
  const [key, ...rest] = path;
  if (key === undefined) return shape === undefined ? [] : Object.keys(shape).filter((name) => name !== "$schema");
  const next = type === "object" ? shape?.[String(key)] : (element ?? valueType);
  return next === undefined ? [] : keysAt(next, rest);
}
