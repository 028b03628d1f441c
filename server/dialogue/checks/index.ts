/** Everything that can be known to be wrong with a policy before a shopper meets it. */
import type { z } from "zod";
import { fixName, type Problem } from "../../problems/index.js";
import { isFilledIn, partsOf } from "../context.js";
import type { Policy, Step } from "../policy.js";
import { type Graph, graphOf, namesKnownAt, reachableFrom, silentLoop, yesTo } from "./graph.js";
import { entryOf, fieldsOf, follow } from "./shapes.js";
import type { Surroundings } from "./surroundings.js";

type Report = (path: string, code: string, message: string, fix: string, severity?: "error" | "warning") => void;

/** Names that are always in the context. */
const ALWAYS = ["shopper", "now"];

export function checkPolicy(policy: Policy, all: ReadonlyMap<string, Policy>, around: Surroundings): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, code, message, fix, severity = "error") =>
    problems.push({ file: policy.file, path, code, message, fix, severity });
  const graph = graphOf(policy, (id) => all.get(id)?.gives ?? []);
  checkTargets(policy, graph, report);
  checkNames(policy, all, around, report);
  checkBranches(policy, around, report);
  if (problems.length > 0) return problems; // The checks below need a graph that holds together.
  checkShape(policy, graph, report);
  checkContext(policy, graph, all, around, report);
  return problems;
}

function checkTargets(policy: Policy, graph: Graph, report: Report): void {
  const ids = policy.steps.map(({ id }) => id);
  for (const { to, path } of graph.ways) {
    if (path !== undefined && !policy.place.has(to)) {
      report(path, "POLICY_UNKNOWN_STEP", `No step is called "${to}".`, fixName(to, ids, "a step"));
    }
  }
  const target = policy.on_identified;
  if (target !== undefined && !policy.place.has(target)) {
    report("on_identified", "POLICY_UNKNOWN_STEP", `No step is called "${target}".`, fixName(target, ids, "a step"));
  }
}

function checkNames(policy: Policy, all: ReadonlyMap<string, Policy>, around: Surroundings, report: Report): void {
  const macro = (name: string | undefined, path: string): void => {
    if (name === undefined || around.macros.has(name)) return;
    report(
      path,
      "POLICY_UNKNOWN_MACRO",
      `No macro is called "${name}".`,
      fixName(name, around.macros.keys(), "a macro in policies/macros/"),
    );
  };
  const tool = (name: unknown, path: string): void => {
    if (typeof name !== "string" || !name.startsWith("@") || around.tools.has(name.slice(1))) return;
    report(
      path,
      "POLICY_UNKNOWN_TOOL",
      `No tool is called "${name}".`,
      fixName(name.slice(1), around.tools.keys(), "a connector"),
    );
  };
  const subPolicy = (name: string, path: string): void => {
    if (!all.has(name.slice(1))) {
      report(
        path,
        "POLICY_UNKNOWN_POLICY",
        `No policy is called "${name}".`,
        fixName(name.slice(1), all.keys(), "a policy"),
      );
    }
  };
  for (const [at, step] of policy.steps.entries()) {
    const path = `steps[${at}]`;
    if ("say" in step) macro(step.say, `${path}.say`);
    if ("ask" in step) {
      macro(step.ask, `${path}.ask`);
      for (const [n, { label }] of (Array.isArray(step.choices) ? step.choices : []).entries()) {
        macro(label, `${path}.choices[${n}].label`);
      }
      if ((step.type === "choice" || step.type === "reason") && step.choices === undefined) {
        report(path, "POLICY_NO_CHOICES", `A question of type "${step.type}" needs choices.`, 'Add "choices".');
      }
    }
    if ("call" in step) tool(step.call, `${path}.call`);
    if ("call" in step || "set" in step) {
      const [key, values] = "call" in step ? ["with", step.with] : ["set", step.set];
      for (const part of partsOf(values, `${path}.${key}`)) if (part.isMacro) macro(part.value, part.path);
    }
    if ("call" in step && step.call.startsWith("$") && policy.takes[step.call.slice(1)] !== "tool") {
      report(
        `${path}.call`,
        "POLICY_UNKNOWN_TOOL",
        `This policy takes no tool called "${step.call}".`,
        `Add "${step.call.slice(1)}": "tool" to "takes".`,
      );
    }
    if ("confirm" in step) {
      macro(step.confirm, `${path}.confirm`);
      checkCovered(policy, step.for, path, around, report);
    }
    if ("handoff" in step) macro(step.handoff.say, `${path}.handoff.say`);
    if ("go" in step) subPolicy(step.go, `${path}.go`);
    if ("run" in step) {
      subPolicy(step.run, `${path}.run`);
      for (const [name, value] of Object.entries(step.with)) tool(value, `${path}.with.${name}`);
      checkTakes(step.with, all.get(step.run.slice(1)), `${path}.with`, report);
    }
    if ("go" in step) checkTakes({}, all.get(step.go.slice(1)), `${path}.go`, report);
  }
}

/** A yes is given to effects by name. */
function checkCovered(
  policy: Policy,
  covered: readonly string[],
  path: string,
  around: Surroundings,
  report: Report,
): void {
  for (const [n, id] of covered.entries()) {
    const target = policy.steps[policy.place.get(id) ?? -1];
    if (target === undefined) {
      const ids = policy.steps.map((step) => step.id);
      report(`${path}.for[${n}]`, "POLICY_UNKNOWN_STEP", `No step is called "${id}".`, fixName(id, ids, "a step"));
    } else if (!("call" in target) || around.tools.get(target.call.slice(1))?.effect === undefined) {
      report(
        `${path}.for[${n}]`,
        "POLICY_NOT_AN_EFFECT",
        `The step "${id}" changes nothing, so there is nothing to say yes to.`,
        "Name a call that changes something.",
      );
    }
  }
}

function checkTakes(
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

/** Rule events and branches must match one to one, and the two ways out of uncertainty must both be there. */
function checkBranches(policy: Policy, around: Surroundings, report: Report): void {
  for (const [at, step] of policy.steps.entries()) {
    if (!("decide" in step)) continue;
    const path = `steps[${at}]`;
    const rules = around.ruleSets.get(step.decide);
    if (rules === undefined) {
      report(
        `${path}.decide`,
        "POLICY_UNKNOWN_RULES",
        `No rule set is called "${step.decide}".`,
        fixName(step.decide, around.ruleSets.keys(), "a file in rules/"),
      );
      continue;
    }
    const wanted = [...new Set([...rules.events, "otherwise", "unknown"])];
    for (const event of wanted) {
      if (Object.hasOwn(step.on, event)) continue;
      const why = rules.events.includes(event)
        ? `${rules.file} can answer "${event}"`
        : `"${event}" is always possible`;
      report(
        `${path}.on`,
        "POLICY_MISSING_BRANCH",
        `${why}, and nothing says where that leads.`,
        `Add "${event}": "…" to "on".`,
      );
    }
    for (const event of Object.keys(step.on)) {
      if (wanted.includes(event)) continue;
      report(
        `${path}.on.${event}`,
        "POLICY_UNKNOWN_EVENT",
        `${rules.file} never answers "${event}".`,
        fixName(event, wanted, "a rule"),
      );
    }
    for (const fact of Object.keys(step.facts)) {
      if (!rules.facts.includes(fact)) {
        report(
          `${path}.facts.${fact}`,
          "POLICY_UNKNOWN_FACT",
          `${rules.file} has no fact "${fact}".`,
          fixName(fact, rules.facts, 'it to its "facts"'),
        );
      }
    }
  }
}

function checkShape(policy: Policy, graph: Graph, report: Report): void {
  for (const id of graph.runsOut) {
    const at = policy.place.get(id);
    report(
      `steps[${at}]`,
      "POLICY_RUNS_OUT",
      `After "${id}" there is no step.`,
      'Add "then", or an "end" or "handoff" step after it.',
    );
  }
  const first = policy.steps[0]?.id as string;
  const reached = reachableFrom(first, graph);
  const alsoFrom = policy.on_identified === undefined ? new Set<string>() : reachableFrom(policy.on_identified, graph);
  for (const [at, { id }] of policy.steps.entries()) {
    if (!reached.has(id) && !alsoFrom.has(id)) {
      report(
        `steps[${at}].id`,
        "POLICY_UNREACHABLE_STEP",
        `Nothing leads to "${id}".`,
        "Lead a branch to it, or remove it.",
      );
    }
  }
  const loop = silentLoop(policy, graph);
  if (loop !== undefined) {
    const at = policy.place.get(loop[0] as string);
    report(
      `steps[${at}]`,
      "POLICY_SILENT_LOOP",
      `${loop.join(" → ")} → ${loop[0]} goes round without ever asking the shopper.`,
      'Put an "ask" into it, or lead one branch elsewhere.',
    );
  }
}

/** A `$name` must have been set on every way to where it is read, and a field must exist where its shape is known. */
function checkContext(
  policy: Policy,
  graph: Graph,
  all: ReadonlyMap<string, Policy>,
  around: Surroundings,
  report: Report,
): void {
  const remembered = [...all.values()].flatMap(({ remembers }) => remembers);
  const start = [...ALWAYS, ...remembered, ...Object.keys(policy.takes)];
  const known = namesKnownAt(policy, graph, start);
  const shapes = shapesOf(policy, all, around);
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

function checkStepContext(
  step: Step,
  path: string,
  read: (reference: string, path: string, certain?: boolean) => z.ZodType | undefined,
  around: Surroundings,
  report: Report,
): void {
  const readAll = (values: Readonly<Record<string, unknown>>, key: string): void => {
    for (const part of partsOf(values, `${path}.${key}`)) {
      if (part.isMacro) macro(part.value, part.path.slice(path.length + 1));
      else read(part.value, part.path);
    }
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
    macro(step.ask, "ask");
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
  if ("confirm" in step) macro(step.confirm, "confirm");
  if ("call" in step) {
    readAll(step.with, "with");
    checkArguments(step.with, around.tools.get(step.call.slice(1)), `${path}.with`, report);
  }
  if ("decide" in step) readAll(step.facts, "facts");
  if ("set" in step) readAll(step.set, "set");
  if ("run" in step) readAll(step.with, "with");
  if ("handoff" in step) macro(step.handoff.say, "handoff.say");
}

function checkArguments(
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

/** What is known of the shape behind each name. A name that two tools set differently is left unchecked. */
function shapesOf(
  policy: Policy,
  all: ReadonlyMap<string, Policy>,
  around: Surroundings,
): ReadonlyMap<string, z.ZodType> {
  const shapes = new Map<string, z.ZodType | undefined>();
  const put = (name: string, shape: z.ZodType | undefined): void => {
    shapes.set(name, shapes.has(name) && shapes.get(name) !== shape ? undefined : shape);
  };
  for (const step of policy.steps) {
    if ("call" in step && step.as !== undefined) put(step.as, around.tools.get(step.call.slice(1))?.result);
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
