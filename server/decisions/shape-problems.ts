/** zod reports of a condition only that it fits none of its four forms; this says which form was meant, and what is wrong in it. */
import type { z } from "zod";
import { joinPath, type Problem, problemsOf } from "../problems/index.js";
import { OPERATOR_NAMES } from "./operators.js";
import { reporter, suggestion } from "./report.js";

const GROUPS = ["all", "any", "not"] as const;
const VALUE_FIX =
  'Write a number, true or false, text in quotes, { "amount": 150, "currency": "USD" }, a list of these, or { "fact": … }.';
type Issue = z.core.$ZodIssue;

export function shapeProblems(file: string, json: unknown, issues: readonly Issue[]): Problem[] {
  const problems: Problem[] = [];
  const report = reporter(file, problems);
  for (const issue of issues.flatMap((one) => expand(one, json))) {
    const found = at(json, issue.path);
    const last = issue.path.at(-1);
    if (issue.code === "invalid_union" && issue.path.lastIndexOf("value") >= issue.path.length - 2) {
      const message = `A condition's value cannot be ${JSON.stringify(found)?.slice(0, 60)}.`;
      report("RULES_VALUE_TYPE", issue.path, message, VALUE_FIX);
    } else if (issue.code === "invalid_union" && isConditionPlace(issue.path) && !isObject(found)) {
      const message = `A condition cannot be ${JSON.stringify(found)?.slice(0, 60) ?? "nothing"}.`;
      const fix = 'Write { "fact": …, "operator": …, "value": … }, or a group: { "all": [ … ] }.';
      report("RULES_GROUP", issue.path, message, fix);
    } else if (issue.code === "invalid_union" && issue.path.length === 2 && issue.path[0] === "facts") {
      const message = `A fact cannot be declared by ${JSON.stringify(found)?.slice(0, 60)}.`;
      report("RULES_SCHEMA", issue.path, message, 'Write { "result": "get_order" } or { "type": "number" }.');
    } else if (issue.code === "invalid_union" && isConditionPlace(issue.path)) {
      const message = 'A group of conditions has exactly one of "all", "any" and "not".';
      const fix = 'Keep one of the three here and put the others inside it; a single condition goes into "all": [ … ].';
      report("RULES_GROUP", issue.path, message, fix);
    } else if (issue.code === "too_small" && (last === "all" || last === "any")) {
      const fix = "Put at least one condition into it, or remove it.";
      report("RULES_GROUP", issue.path, `"${last}" is empty, so it would hold for everybody.`, fix);
    } else if (issue.code === "invalid_value" && last === "operator" && typeof found === "string") {
      const fix = `Use a known operator: ${suggestion(found, OPERATOR_NAMES)}`;
      report("RULES_UNKNOWN_OPERATOR", issue.path, `There is no operator "${found}".`, fix);
    } else {
      problems.push(...problemsOf(file, "RULES_SCHEMA", [{ ...issue, input: found } as Issue]));
    }
  }
  return unique(problems);
}

/** A union's issue becomes the issues of the one form that the keys point to. */
function expand(issue: Issue, json: unknown): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const found = at(json, issue.path);
  const form = issue.errors[formOf(found, issue.path, issue.errors.length)];
  if (form === undefined) return [issue];
  return form.flatMap((inner) => expand({ ...inner, path: [...issue.path, ...inner.path] } as Issue, json));
}

/** The place, in its union, of the form that was meant; unions of conditions list all, any, not, and single condition. */
function formOf(found: unknown, path: readonly PropertyKey[], forms: number): number {
  if (!isObject(found)) return -1;
  if (path.length === 2 && path[0] === "facts") return Object.hasOwn(found, "result") ? 0 : 1;
  if (path.at(-1) === "value") return Object.hasOwn(found, "fact") ? forms - 1 : -1;
  if (!isConditionPlace(path)) return -1;
  const groups = GROUPS.filter((name) => Object.hasOwn(found, name));
  if (groups.length > 1) return -1;
  const [group] = groups;
  if (group !== undefined) return GROUPS.indexOf(group);
  return forms === 4 ? 3 : -1;
}

function isObject(found: unknown): found is object {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}

function isConditionPlace(path: readonly PropertyKey[]): boolean {
  const last = typeof path.at(-1) === "number" ? path.at(-2) : path.at(-1);
  return last === "conditions" || GROUPS.some((group) => group === last);
}

function at(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, part)?.value;
  }
  return value;
}

function unique(problems: Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const key = joinPath("", [path, message]);
    return !seen.has(key) && seen.add(key);
  });
}
