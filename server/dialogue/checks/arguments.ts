/** What is handed to tools and to sub-policies: all that they need, nothing that they do not take, each of its kind. */
import type { z } from "zod";
import { fixName } from "../../problems/index.js";
import { isFilledIn } from "../context.js";
import type { Policy } from "../policy.js";
import type { Report } from "./report.js";
import { fieldsOf } from "./shapes.js";

export function checkTakes(
  given: Readonly<Record<string, unknown>>,
  target: Policy | undefined,
  path: string,
  report: Report,
): void {
  if (target === undefined) return;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(target.takes, name)) {
      report(
        `${path}.${name}`,
        "POLICY_UNKNOWN_ARGUMENT",
        `The policy "${target.id}" takes no "${name}".`,
        fixName(name, Object.keys(target.takes), 'it to its "takes"'),
      );
    }
  }
  for (const name of Object.keys(target.takes)) {
    if (!Object.hasOwn(given, name)) {
      report(path, "POLICY_MISSING_ARGUMENT", `The policy "${target.id}" needs "${name}".`, `Add "${name}" to "with".`);
    }
  }
}

export function checkArguments(
  given: Readonly<Record<string, unknown>>,
  tool: { readonly args: z.ZodType } | undefined,
  path: string,
  report: Report,
): void {
  if (tool === undefined) return;
  const wanted = fieldsOf(tool.args);
  for (const [name, value] of Object.entries(given)) {
    const shape = wanted.get(name);
    if (shape === undefined) {
      report(
        `${path}.${name}`,
        "POLICY_UNKNOWN_ARGUMENT",
        `The tool takes no argument "${name}".`,
        fixName(name, wanted.keys(), "it to the tool"),
      );
    } else if (!isFilledIn(value) && !shape.safeParse(value).success) {
      report(
        `${path}.${name}`,
        "POLICY_WRONG_ARGUMENT",
        `${JSON.stringify(value)} is not what "${name}" takes.`,
        "Write a value of the right type.",
      );
    }
  }
  for (const [name, shape] of wanted) {
    if (!Object.hasOwn(given, name) && !shape.safeParse(undefined).success) {
      report(path, "POLICY_MISSING_ARGUMENT", `The tool needs "${name}".`, `Add "${name}" to "with".`);
    }
  }
}
