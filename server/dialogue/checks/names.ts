/** Every name that a policy says is the name of something: steps, macros, tools, policies. */
import { fixName } from "../../problems/index.js";
import { partsOf } from "../context.js";
import type { Policy } from "../policy.js";
import { checkHandedTools, checkTakes } from "./arguments.js";
import type { Graph } from "./graph.js";
import type { Report } from "./report.js";
import type { Surroundings } from "./surroundings.js";

export function checkTargets(policy: Policy, graph: Graph, report: Report): void {
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

export function checkNames(
  policy: Policy,
  all: ReadonlyMap<string, Policy>,
  around: Surroundings,
  report: Report,
): void {
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
      fixName(name.slice(1), around.tools.keys(), "a connector that has a tool"),
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
      checkTakes(step.with, all.get(step.run.slice(1)), `${path}.with`, "run", report);
      checkHandedTools(step.with, all.get(step.run.slice(1)), around, `${path}.with`, report);
    }
    if ("go" in step) checkTakes({}, all.get(step.go.slice(1)), `${path}.go`, "go", report);
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
