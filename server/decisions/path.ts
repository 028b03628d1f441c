/**
 * Plain dotted paths: `status`, `refund.status`, `items[0].sku`, with an optional leading `$.` as in json-rules-engine's
 * documentation. Nothing else: no filters, wildcards, scripts or regular expressions.
 */
export type Path = readonly (string | number)[];

const PATH = /^(?:[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,4}\])(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,4}\])*$/;
const PART = /[A-Za-z_][A-Za-z0-9_-]*|\d+/g;
/** Names by which a path could leave the data and reach JavaScript's own objects. */
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);
const MAX_LENGTH = 200;

/** @returns the parts of the path, or nothing if it is not a plain one */
export function parsePath(text: string): Path | undefined {
  const plain = text.startsWith("$.") ? text.slice(2) : text.startsWith("$[") ? text.slice(1) : text;
  if (plain.length > MAX_LENGTH || !PATH.test(plain)) return undefined;
  const parts = (plain.match(PART) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));
  return parts.some((part) => FORBIDDEN.has(String(part))) ? undefined : parts;
}

export function writePath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

export type Found =
  | { readonly found: "value"; readonly value: unknown }
  | { readonly found: "nothing"; readonly note: string };

/**
 * Walks own data properties only: what an object inherits, computes or hides behind a getter is not a fact. Something
 * below a value that is empty (`null`) is unknown, not empty.
 */
export function walk(root: unknown, path: Path): Found {
  let value = root;
  for (const [depth, part] of path.entries()) {
    const here = path.slice(0, depth);
    if (value === undefined) return nothing(here, "missing");
    if (value === null) return nothing(here, "empty");
    if (typeof value !== "object") return nothing(here, "of another kind");
    if (Array.isArray(value) !== (typeof part === "number")) {
      return nothing(here, Array.isArray(value) ? "a list" : "not a list");
    }
    value = ownValue(value, part);
  }
  return { found: "value", value };
}

/** An own data property of `object`, or nothing. Never runs code of the object, unless it is a proxy. */
export function ownValue(object: object, key: string | number): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function nothing(where: Path, what: string): Found {
  const above = where.length === 0 ? "all of it" : writePath(where);
  return { found: "nothing", note: what === "missing" ? "is missing" : `is unknown: ${above} is ${what}` };
}
