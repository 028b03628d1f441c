/** The `facts` of a rule file: what each fact is, from its tool's result type or from its declaration. */
import type { z } from "zod";
import { type Kind, kindOfShape } from "./kinds.js";
import { type Report, suggestion } from "./report.js";
import type { RuleFile, TypedFact } from "./schema.js";

/** Results of tools by capability, as `server/connectors` declares them. */
export type Shapes = Readonly<Record<string, z.ZodType>>;

export const BUILT_IN = ["now", "today"] as const;

/** @returns the kind of each fact; undefined where that could not be found out, which has then been reported */
export function declareFacts(facts: RuleFile["facts"], shapes: Shapes, report: Report): Map<string, Kind | undefined> {
  const kinds = new Map<string, Kind | undefined>(BUILT_IN.map((name) => [name, { type: "date" }]));
  for (const [name, fact] of Object.entries(facts)) {
    const path = ["facts", name];
    if ((BUILT_IN as readonly string[]).includes(name)) {
      report(
        "RULES_RESERVED_FACT",
        path,
        `"${name}" is the moment of the decision and is built in.`,
        "Remove it here.",
      );
      continue;
    }
    kinds.set(
      name,
      "result" in fact ? kindOfResult(fact.result, shapes, path, report) : kindOfTyped(fact, path, report),
    );
  }
  return kinds;
}

function kindOfResult(capability: string, shapes: Shapes, path: string[], report: Report): Kind | undefined {
  const shape = Object.hasOwn(shapes, capability) ? shapes[capability] : undefined;
  if (shape !== undefined) return kindOfShape(shape);
  const fix = `Name a capability: ${suggestion(capability, Object.keys(shapes))}`;
  report("RULES_UNKNOWN_TOOL_RESULT", [...path, "result"], `There is no capability "${capability}".`, fix);
  return undefined;
}

function kindOfTyped(fact: TypedFact, path: string[], report: Report): Kind {
  const wrong = contradiction(fact);
  if (wrong !== undefined) report("RULES_FACT_DECLARATION", [...path, wrong.at], wrong.message, wrong.fix);
  const { type, min, max, unit, oneOf } = fact;
  if (type === "number" || type === "integer") {
    const numbers = oneOf?.filter((choice) => typeof choice === "number");
    return {
      type,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(unit !== undefined && { unit }),
      ...(numbers !== undefined && { oneOf: numbers }),
    };
  }
  if (type === "text") return oneOf === undefined ? { type } : { type, oneOf: oneOf.map(String) };
  return type === "list" ? { type, of: { type: fact.of ?? "text" } } : { type };
}

function contradiction(fact: TypedFact): { at: string; message: string; fix: string } | undefined {
  const isNumber = fact.type === "number" || fact.type === "integer";
  for (const key of ["min", "max", "unit"] as const) {
    if (fact[key] !== undefined && !isNumber) {
      return { at: key, message: `"${key}" is for numbers, and this fact is "${fact.type}".`, fix: "Remove it." };
    }
  }
  if (fact.of !== undefined && fact.type !== "list") {
    return { at: "of", message: `"of" is for lists, and this fact is "${fact.type}".`, fix: "Remove it." };
  }
  if (fact.min !== undefined && fact.max !== undefined && fact.min > fact.max) {
    return { at: "min", message: `"min" (${fact.min}) is above "max" (${fact.max}).`, fix: "Exchange the two." };
  }
  if (fact.oneOf === undefined) return undefined;
  if (fact.type !== "text" && !isNumber) {
    return {
      at: "oneOf",
      message: `"oneOf" is for text and numbers, and this fact is "${fact.type}".`,
      fix: "Remove it.",
    };
  }
  const fits = (choice: string | number) => (typeof choice === "number" ? isNumber : fact.type === "text");
  const alien = fact.oneOf.find((choice) => !fits(choice));
  if (alien === undefined) return undefined;
  const message = `${JSON.stringify(alien)} cannot be a value of a fact that is "${fact.type}".`;
  return { at: "oneOf", message, fix: isNumber ? "Write numbers without quotes." : "Write text in quotes." };
}
