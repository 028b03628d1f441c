import { z } from "zod";
import { fixName } from "../../problems/index.js";
import { isFilledIn, partsOf } from "../context.js";
import type { Policy, Step } from "../policy.js";
import { MEMORY } from "../state.js";
import { checkArguments } from "./arguments.js";
import { type Graph, namesKnownAt, yesTo } from "./graph.js";
import type { Report } from "./report.js";
import { entryOf, fieldsOf, follow } from "./shapes.js";
import type { Surroundings } from "./surroundings.js";

/** Always in the context. */
const ALWAYS: Readonly<Record<string, z.ZodType>> = {
  shopper: z.object({ level: z.string(), email: z.string().nullable(), name: z.string().nullable() }),
  now: z.string(),
};
const TEXT = z.string();

/** A `$name` must have been set on every way to where it is read, and a field must exist where its shape is known. */
export function checkContext(
  policy: Policy,
  graph: Graph,
  all: ReadonlyMap<string, Policy>,
  around: Surroundings,
  report: Report,
): void {
  const remembered = [...all.values()].flatMap(({ remembers }) => remembers);
  const start = [...Object.keys(ALWAYS), ...remembered, ...Object.keys(policy.takes)];
  const known = namesKnownAt(policy, graph, start);
  const shapes = shapesOf(policy, all, around);
  const ever = new Set([...start, ...MEMORY, ...graph.ways.flatMap(({ sets }) => sets)]);
  for (const [at, step] of policy.steps.entries()) {
    const here = known.get(step.id);
    if (here === undefined) continue;
    const read = (reference: string, path: string, certain = false): z.ZodType | undefined => {
      const [name, ...fields] = reference.split(".") as [string, ...string[]];
      if (!here.has(name)) {
        report(
          path,
          "POLICY_NAME_NOT_SET",
          `"$${name}" is read here, but not every way to this step has set it.`,
          fixName(name, here, 'an "ask", "call" or "set" before it'),
        );
        return undefined;
      }
      const shape = shapes.get(name);
      if (shape === undefined) return undefined;
      const found = follow(shape, fields);
      if ("shape" in found) {
        if (certain && found.maybe) {
          report(
            path,
            "MACRO_UNGUARDED",
            `"${reference}" may be unknown or empty, and the text needs it.`,
            `Write {% if ${reference} %}…{% endif %} around it, with another sentence after {% else %}.`,
          );
        }
        return found.shape;
      }
      report(
        path,
        "POLICY_UNKNOWN_FIELD",
        `"$${reference}": there is no field "${found.missing}".`,
        fixName(found.missing, found.known, "the field to the tool's result"),
      );
      return undefined;
    };
    checkStepContext(step, `steps[${at}]`, read, around, report);
    if ("call" in step || "run" in step)
      checkTexts(step.with, `steps[${at}].with`, { ever, tools: around.tools }, report);
    if ("decide" in step) checkFacts(step, `steps[${at}].decide`, ever, around, report);
    if ("end" in step) checkGiven(policy, here, `steps[${at}].end`, report);
    if ("call" in step && around.tools.get(step.call.slice(1))?.needsYes === true && !here.has(yesTo(step.id))) {
      report(
        `steps[${at}]`,
        "POLICY_EFFECT_UNCONFIRMED",
        `"${step.call}" changes something, and on some way to it the shopper has not said yes.`,
        `Put a "confirm" step with "for": ["${step.id}"] before it on every way.`,
      );
    }
  }
}

/** A name with anything but a `$` before it would be handed over as it stands: the order called "order_number". */
function checkTexts(
  given: Readonly<Record<string, unknown>>,
  path: string,
  { ever, tools }: { readonly ever: ReadonlySet<string>; readonly tools: Surroundings["tools"] },
  report: Report,
): void {
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== "string" || isFilledIn(value) || (value.startsWith("@") && tools.has(value.slice(1))))
      continue;
    const meant = [value, value.slice(1)].find((name) => ever.has(name.split(".")[0] ?? "") && /[_.]/.test(name));
    if (meant === undefined && !/^[$@]/.test(value)) continue;
    report(
      `${path}.${key}`,
      "POLICY_NAME_AS_TEXT",
      `"${value}" is neither a name of the context nor a tool: it would be handed over as these very letters.`,
      `Write ${meant === undefined ? 'a name such as "$order_number" or "$order.number", without blanks' : `"$${meant}"`}.`,
    );
  }
}

/** A fact that is missing on one way may be meant: rules know "unknown". One that is never there is hardly meant. */
function checkFacts(
  step: Extract<Step, { decide: string }>,
  path: string,
  ever: ReadonlySet<string>,
  around: Surroundings,
  report: Report,
): void {
  const rules = around.ruleSets.get(step.decide);
  for (const fact of rules?.facts ?? []) {
    if (Object.hasOwn(step.facts, fact) || ever.has(fact)) continue;
    report(
      path,
      "POLICY_FACT_NEVER_SET",
      `${rules?.file} asks for "${fact}", and no step of this policy ever sets it.`,
      `Set it by "as" or "set" before, or name what it is called here: "facts": { "${fact}": "$…" }.`,
      "warning",
    );
  }
}

/** What a policy promises to give, it must have at each of its ends. */
function checkGiven(policy: Policy, here: ReadonlySet<string>, path: string, report: Report): void {
  for (const name of policy.gives.filter((given) => !here.has(given))) {
    report(
      path,
      "POLICY_NAME_NOT_SET",
      `The policy gives "${name}", but not every way to this end has set it.`,
      `Set "${name}" on every way, or take it out of "gives".`,
    );
  }
}

function checkStepContext(
  step: Step,
  path: string,
  read: (reference: string, path: string, certain?: boolean) => z.ZodType | undefined,
  around: Surroundings,
  report: Report,
): void {
  const readAll = (values: Readonly<Record<string, unknown>>, key: string): Map<string, z.ZodType | undefined> => {
    const shapes = new Map<string, z.ZodType | undefined>();
    for (const part of partsOf(values, `${path}.${key}`)) {
      if (part.isMacro) macro(part.value, part.path.slice(path.length + 1));
      else shapes.set(part.value, read(part.value, part.path));
    }
    return shapes;
  };
  const macro = (name: string | undefined, key: string): void => {
    for (const reference of around.macros.get(name ?? "") ?? [])
      read(reference, `${path}.${key} (macro "${name}")`, true);
  };
  if ("say" in step) {
    macro(step.say, "say");
    if (step.card !== undefined) read(step.card.of.slice(1), `${path}.card.of`);
  }
  if ("ask" in step) {
    for (const name of [step.ask, `${step.ask}_again`, `${step.ask}_repeat`]) macro(name, "ask");
    for (const { label } of Array.isArray(step.choices) ? step.choices : []) macro(label, "choices");
    if (step.choices !== undefined && !Array.isArray(step.choices)) {
      const { from, value } = step.choices;
      const list = read(from.slice(1), `${path}.choices.from`);
      const entry = list && entryOf(list);
      if (list !== undefined && entry === undefined) {
        report(
          `${path}.choices.from`,
          "POLICY_NOT_A_LIST",
          `"${from}" is not a list.`,
          "Name a list, such as the result of a tool that lists orders.",
        );
      } else if (entry !== undefined && !fieldsOf(entry).has(value)) {
        report(
          `${path}.choices.value`,
          "POLICY_UNKNOWN_FIELD",
          `The entries have no field "${value}".`,
          fixName(value, fieldsOf(entry).keys(), "the field"),
        );
      }
    }
  }
  if ("confirm" in step) {
    macro(step.confirm, "confirm");
    if (step.card !== undefined) read(step.card.of.slice(1), `${path}.card.of`);
  }
  if ("call" in step) {
    const shapes = readAll(step.with, "with");
    const tool = around.tools.get(step.call.slice(1));
    checkArguments(step.with, tool, `${path}.with`, report, (reference) => shapes.get(reference));
  }
  if ("decide" in step) readAll(step.facts, "facts");
  if ("set" in step) readAll(step.set, "set");
  if ("run" in step) readAll(step.with, "with");
  if ("handoff" in step) macro(step.handoff.say, "handoff.say");
}

/** What is known of the shape behind each name. A name that two tools set differently is left unchecked. */
function shapesOf(
  policy: Policy,
  all: ReadonlyMap<string, Policy>,
  around: Surroundings,
): ReadonlyMap<string, z.ZodType> {
  const shapes = new Map<string, z.ZodType | undefined>(Object.entries(ALWAYS));
  for (const name of Object.keys(policy.takes)) shapes.set(name, undefined);
  const put = (name: string, shape: z.ZodType | undefined): void => {
    shapes.set(name, shapes.has(name) && shapes.get(name) !== shape ? undefined : shape);
  };
  for (const step of policy.steps) {
    if ("call" in step && step.as !== undefined) put(step.as, around.tools.get(step.call.slice(1))?.result);
    if ("ask" in step) put(step.slot, TEXT);
    if ("set" in step) for (const name of Object.keys(step.set)) put(name, undefined);
    if ("run" in step) {
      const target = all.get(step.run.slice(1));
      for (const name of target?.gives ?? []) put(name, givenShape(target, step.with, name, around));
    }
  }
  for (const step of policy.steps) {
    if (!("ask" in step) || step.choices === undefined || Array.isArray(step.choices)) continue;
    const { from, as } = step.choices;
    const [root, ...fields] = from.slice(1).split(".") as [string, ...string[]];
    const list = shapes.get(root);
    const found = list && follow(list, fields);
    if (as !== undefined) put(as, found !== undefined && "shape" in found ? entryOf(found.shape) : undefined);
  }
  return new Map([...shapes].flatMap(([name, shape]) => (shape === undefined ? [] : [[name, shape] as const])));
}

/** A sub-policy's result is as the tool says that it was handed. */
function givenShape(
  policy: Policy | undefined,
  handed: Readonly<Record<string, unknown>>,
  name: string,
  around: Surroundings,
): z.ZodType | undefined {
  const call = policy?.steps.find((step) => "call" in step && step.as === name);
  if (call === undefined || !("call" in call)) return undefined;
  const tool = call.call.startsWith("$") ? handed[call.call.slice(1)] : call.call;
  return typeof tool === "string" ? around.tools.get(tool.slice(1))?.result : undefined;
}
