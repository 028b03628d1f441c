/** What is handed to tools and to sub-policies: all that they need, nothing that they do not take, each of its kind. */
import type { z } from "zod";
import { fixName } from "../../problems/index.js";
import { isFilledIn } from "../context.js";
import type { Policy } from "../policy.js";
import type { Report } from "./report.js";
import { fieldsOf, kindOfShape } from "./shapes.js";
import type { Surroundings } from "./surroundings.js";

export function checkTakes(
  given: Readonly<Record<string, unknown>>,
  target: Policy | undefined,
  path: string,
  by: "run" | "go",
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
  for (const [name, kind] of Object.entries(target.takes)) {
    if (!Object.hasOwn(given, name)) {
      const fix = by === "run" ? `Add "${name}" to "with".` : `Use "run" and hand it in by "with".`;
      report(path, "POLICY_MISSING_ARGUMENT", `The policy "${target.id}" needs "${name}".`, fix);
    } else if (kind === "tool" && !/^[@$]/.test(String(given[name]))) {
      report(
        `${path}.${name}`,
        "POLICY_WRONG_ARGUMENT",
        `"${name}" is to be a tool, found ${JSON.stringify(given[name])}.`,
        'Write the name of a tool, such as "@get_shipmonk_orders".',
      );
    }
  }
}

/** Whether a tool that is handed to a sub-policy takes what that one calls it with. */
export function checkHandedTools(
  given: Readonly<Record<string, unknown>>,
  target: Policy | undefined,
  around: Surroundings,
  path: string,
  report: Report,
): void {
  for (const [name, value] of Object.entries(given)) {
    const tool = typeof value === "string" && value.startsWith("@") ? around.tools.get(value.slice(1)) : undefined;
    const calls = target?.steps.filter((step) => "call" in step && step.call === `$${name}`) ?? [];
    const broken: string[] = [];
    for (const step of calls) {
      if ("call" in step) checkArguments(step.with, tool, "", (_, __, message) => broken.push(message));
    }
    if (broken.length === 0) continue;
    report(
      `${path}.${name}`,
      "POLICY_WRONG_ARGUMENT",
      `"${value}" cannot be called as "${target?.id}" calls it: ${broken[0]}`,
      "Hand in a tool that does the same as others handed to this policy.",
    );
  }
}

export function checkArguments(
  given: Readonly<Record<string, unknown>>,
  tool: { readonly args: z.ZodType } | undefined,
  path: string,
  report: Report,
  shapeOf: (reference: string) => z.ZodType | undefined = () => undefined,
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
        `Write ${IN_WORDS[kindOfShape(shape)] ?? "a value of the right type"}.`,
      );
    } else if (typeof value === "string" && isFilledIn(value)) {
      const found = shapeOf(value.slice(1));
      const [is, wants] = [found && kindOfShape(found), kindOfShape(shape)];
      if (is === undefined || is === wants || !(is in IN_WORDS) || !(wants in IN_WORDS)) continue;
      report(
        `${path}.${name}`,
        "POLICY_WRONG_ARGUMENT",
        `"${value}" is ${IN_WORDS[is]}, and "${name}" takes ${IN_WORDS[wants]}.`,
        "Name another value, or a field of this one.",
      );
    }
  }
  for (const [name, shape] of wanted) {
    if (!Object.hasOwn(given, name) && !shape.safeParse(undefined).success) {
      report(path, "POLICY_MISSING_ARGUMENT", `The tool needs "${name}".`, `Add "${name}" to "with".`);
    }
  }
}

const IN_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};
