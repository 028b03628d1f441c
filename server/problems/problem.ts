import type { z } from "zod";

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

/** Turns what a schema objected to into problems, with paths as people write them. */
export function problemsOf(file: string, code: string, issues: readonly z.core.$ZodIssue[], under = ""): Problem[] {
  return issues
    .flatMap((issue) => explain(issue))
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

function explain(issue: z.core.$ZodIssue): Explained[] {
  const path = issue.path;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `"${key}" is not a known key here.`,
        fix: "Remove it, or check its spelling against the schema named in $schema.",
      }));
    case "invalid_type":
      return [
        {
          path,
          message: `Expected ${issue.expected}, found ${found(issue.input)}.`,
          fix:
            issue.input === undefined ? "Add it, or check that the key is spelled right." : `Write ${issue.expected}.`,
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
    default:
      return [{ path, message: `${sentence(issue.message)} Found ${found(issue.input)}.`, fix: "Change the value." }];
  }
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
