import type { z } from "zod";
import { keysAt } from "./schema-keys.js";
import { nearestName } from "./suggest.js";

export interface Problem {
  /** Relative to the shop's folder: `policies/wismo.policy.json`. */
  readonly file: string;
  /** Place inside the file: `steps[2].then`; empty for the file as a whole. */
  readonly path: string;
  /** Stable; listed in `docs/errors.md`. */
  readonly code: string;
  /** What was found and what was expected, as a sentence. */
  readonly message: string;
  /** What to do, as a sentence that begins with a verb. */
  readonly fix: string;
  /** A warning does not keep the file from going live. */
  readonly severity: "error" | "warning";
}

export function formatProblem({ file, path, code, message, fix, severity }: Problem): string {
  const where = path === "" ? file : `${file}, ${path}`;
  return `${severity === "error" ? "error" : "warning"}  ${where}\n  ${message}\n  Fix: ${fix}  [${code}]`;
}

/**
 * Turns what a schema objected to into problems, with paths as people write them.
 * @param under place of the checked value in its file
 * @param schema the one that objected; with it, a misspelt key gets the one that was probably meant
 */
export function problemsOf(
  file: string,
  code: string,
  issues: readonly z.core.$ZodIssue[],
  under = "",
  schema?: z.ZodType,
): Problem[] {
  return issues
    .flatMap((issue) => explain(issue, schema))
    .map(({ path, message, fix }) => ({
      file,
      path: joinPath(under, path),
      code,
      message,
      fix,
      severity: "error" as const,
    }));
}

interface Explained {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly fix: string;
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType | undefined): Explained[] {
  const path = issue.path;
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = schema === undefined ? [] : keysAt(schema, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `"${key}" is not a known key here.`,
        fix: fixKey(key, known),
      }));
    }
    case "invalid_type":
      return [
        {
          path,
          message: `Expected ${kindInWords(issue.expected)}, found ${found(issue.input)}.`,
          fix:
            issue.input === undefined
              ? "Add it, or check that the key is spelled right."
              : `Write ${kindInWords(issue.expected)}.`,
        },
      ];
    case "invalid_value":
      return [
        {
          path,
          message: `Found ${found(issue.input)}.`,
          fix: `Use one of: ${issue.values.map((value) => JSON.stringify(value)).join(", ")}.`,
        },
      ];
    case "invalid_union":
      return explainUnion(issue, schema);
    default:
      return [{ path, message: `${sentence(issue.message)} Found ${found(issue.input)}.`, fix: "Change the value." }];
  }
}

/** Of the forms that a value may have, the one that was meant is the one whose kind (text, list, object) fits. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType | undefined): Explained[] {
  const isOtherKind = (inner: z.core.$ZodIssue): boolean => inner.code === "invalid_type" && inner.path.length === 0;
  const [meant, ...more] = issue.errors.filter((form) => !form.some(isOtherKind));
  if (meant !== undefined && more.length === 0) {
    return meant.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, schema));
  }
  const kinds = issue.errors.flatMap((form) =>
    form.flatMap((inner) => (inner.code === "invalid_type" && isOtherKind(inner) ? [kindInWords(inner.expected)] : [])),
  );
  const expected = kinds.length === 0 ? "something else" : [...new Set(kinds)].join(" or ");
  return [
    {
      path: issue.path,
      message: `Expected ${expected}, found ${found(issue.input)}.`,
      fix: issue.input === undefined ? "Add it, or check that the key is spelled right." : "Change the value.",
    },
  ];
}

function fixKey(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  if (near !== undefined) return `Did you mean "${near}"? Otherwise remove it.`;
  if (known.length === 0) return "Remove it, or check its spelling against the schema named in $schema.";
  return `Remove it; known here are ${known.join(", ")}.`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  object: "an object { … }",
  record: "an object { … }",
  array: "a list [ … ]",
  number: "a number",
  int: "a whole number",
  null: "null",
};

function kindInWords(kind: string): string {
  return KINDS[kind] ?? kind;
}

function found(input: unknown): string {
  if (input === undefined) return "nothing";
  const json = JSON.stringify(input) ?? String(input);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function joinPath(under: string, path: readonly PropertyKey[]): string {
  let joined = under;
  for (const part of path) {
    if (typeof part === "number") joined += `[${part}]`;
    else joined += joined === "" ? String(part) : `.${String(part)}`;
  }
  return joined;
}
