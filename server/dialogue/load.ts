/**
 * Reads all policies at once and reports every problem in them. The set is only given out when there is no error: a bad
 * file never goes live, whoever loads keeps the last good set.
 */
import { createHash } from "node:crypto";
import {
  fixName,
  type MerchantFile,
  nearestName,
  type Problem,
  parseMerchantFile,
  problemsOf,
} from "../problems/index.js";
import { checkBuiltInMacros } from "./built-in-macros.js";
import { checkPolicy } from "./checks/index.js";
import type { Surroundings } from "./checks/surroundings.js";
import { checkTogether } from "./checks/together.js";
import { kindOf, type Policy, PolicyHead, STEP_KINDS, type Step } from "./policy.js";

export interface PolicySet {
  /** All policies in force, by id. */
  readonly all: ReadonlyMap<string, Policy>;
  /** False for a policy that there is, but that needs a system which this shop has not connected. */
  isActive(id: string): boolean;
  newest(id: string): Policy;
  /** The version that a conversation began with; the newest when that one is no longer at hand. */
  get(id: string, version: string): Policy;
  /** Id of the policy that serves an intent. */
  forIntent(intent: string): string | undefined;
  titleOfIntent(intent: string): string;
  hasMacro(name: string): boolean;
  /** Names that some policy remembers and all may read. */
  readonly remembered: ReadonlySet<string>;
  /** Whether a tool changes something that the shopper must have said yes to. */
  needsYes(tool: string): boolean;
  /** Whether a policy only looks things up: one can step aside to it and come back. */
  onlyAnswers(policy: string): boolean;
}

export function loadPolicies(
  files: readonly MerchantFile[],
  around: Surroundings,
): { policies: PolicySet | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  const parsed = files.flatMap((file) => parsePolicy(file, problems) ?? []);
  const all = new Map<string, Policy>();
  for (const policy of parsed) {
    const twin = all.get(policy.id);
    if (twin !== undefined) {
      problems.push({
        file: policy.file,
        path: "id",
        code: "POLICY_ID_TWICE",
        message: `The id "${policy.id}" is already used by ${twin.file}.`,
        fix: "Give one of the two another id.",
        severity: "error",
      });
    } else all.set(policy.id, policy);
  }
  const byIntent = mapIntents(all, around, problems);
  problems.push(...checkBuiltInMacros(around));
  for (const policy of all.values()) problems.push(...checkPolicy(policy, all, around));
  problems.push(...checkTogether(all));
  if (problems.some(({ severity }) => severity === "error")) return { policies: undefined, problems };
  const resting = restingPolicies(all, around);
  for (const [id, tool] of resting) {
    problems.push({
      file: all.get(id)?.file ?? "",
      path: "",
      code: "POLICY_RESTS",
      message: `It needs "@${tool}", and no connected system serves that: what it is for goes to a person.`,
      fix: "Connect the system in shop.json, map its group to another one under systems, or leave it so.",
      severity: "warning",
    });
  }
  const active = new Map([...all].filter(([id]) => !resting.has(id)));
  const served = new Map([...byIntent].filter(([, id]) => active.has(id)));
  return { policies: policySet(active, served, around), problems };
}

/** Policy → the tool that it lacks. Running a policy that rests makes its caller rest too; a transfer to one does not. */
function restingPolicies(all: ReadonlyMap<string, Policy>, { served, tools }: Surroundings): Map<string, string> {
  const resting = new Map<string, string>();
  if (served === undefined) return resting;
  for (let before = -1; before < resting.size; ) {
    before = resting.size;
    for (const { id, steps } of all.values()) {
      if (resting.has(id)) continue;
      const lacking = steps.map((step) => lackingTool(step, served, tools, resting)).find((tool) => tool !== undefined);
      if (lacking !== undefined) resting.set(id, lacking);
    }
  }
  return resting;
}

function lackingTool(
  step: Step,
  served: ReadonlySet<string>,
  tools: Surroundings["tools"],
  resting: ReadonlyMap<string, string>,
): string | undefined {
  const named =
    "call" in step ? [step.call, ...Object.values(step.with)] : "run" in step ? Object.values(step.with) : [];
  const lacking = named
    .flatMap((value) => (typeof value === "string" && value.startsWith("@") ? [value.slice(1)] : []))
    .find((tool) => tools.has(tool) && !served.has(tool));
  return lacking ?? ("run" in step ? resting.get(step.run.slice(1)) : undefined);
}

function policySet(
  all: ReadonlyMap<string, Policy>,
  byIntent: ReadonlyMap<string, string>,
  around: Surroundings,
): PolicySet {
  const newest = (id: string): Policy => {
    const policy = all.get(id);
    if (policy === undefined) throw new Error(`No policy is called "${id}". Loading checks every name; this is a bug.`);
    return policy;
  };
  return {
    all,
    isActive: (id) => all.has(id),
    newest,
    get: (id) => newest(id),
    forIntent: (intent) => byIntent.get(intent),
    titleOfIntent: (intent) => around.intents.get(intent)?.title ?? intent,
    remembered: new Set([...all.values()].flatMap(({ remembers }) => remembers)),
    hasMacro: (name) => around.macros.has(name),
    needsYes: (tool) => around.tools.get(tool)?.needsYes === true,
    onlyAnswers: (id) => !newest(id).steps.some((step) => "confirm" in step || "go" in step),
  };
}

function parsePolicy(file: MerchantFile, problems: Problem[]): Policy | undefined {
  const { json, problems: unreadable } = parseMerchantFile(file);
  if (unreadable.length > 0) {
    problems.push(...unreadable);
    return undefined;
  }
  const head = PolicyHead.safeParse(json, { reportInput: true });
  if (!head.success) problems.push(...problemsOf(file.file, "POLICY_SHAPE", head.error.issues, "", PolicyHead));
  const rawSteps = (json as { steps?: unknown } | null)?.steps;
  const steps = Array.isArray(rawSteps)
    ? rawSteps.flatMap((step, at) => parseStep(file.file, step, at, problems) ?? [])
    : [];
  if (!head.success || steps.length !== head.data.steps.length) return undefined;
  const place = new Map<string, number>();
  for (const [at, { id }] of steps.entries()) {
    if (place.has(id)) {
      problems.push({
        file: file.file,
        path: `steps[${at}].id`,
        code: "POLICY_STEP_TWICE",
        message: `Two steps are called "${id}".`,
        fix: "Rename one of them, and the places that lead to it.",
        severity: "error",
      });
    } else place.set(id, at);
  }
  const version = createHash("sha256").update(file.text).digest("hex").slice(0, 12);
  return { ...head.data, file: file.file, version, steps, place };
}

function parseStep(file: string, step: unknown, at: number, problems: Problem[]): Step | undefined {
  const path = `steps[${at}]`;
  const kinds = Object.keys(STEP_KINDS);
  const report = (code: string, message: string, fix: string): undefined => {
    problems.push({ file, path, code, message, fix, severity: "error" });
    return undefined;
  };
  if (typeof step !== "object" || step === null || Array.isArray(step)) {
    return report(
      "POLICY_STEP_SHAPE",
      `A step is an object, found ${JSON.stringify(step)}.`,
      'Write { "id": "…", "say": "…" }.',
    );
  }
  const named = kinds.filter((kind) => Object.hasOwn(step, kind));
  if (named.length > 1) {
    return report(
      "POLICY_STEP_KIND",
      `One step does one thing, found ${named.join(" and ")}.`,
      "Split it into two steps.",
    );
  }
  const kind = kindOf(step);
  if (kind === undefined) {
    const keys = Object.keys(step).filter((key) => key !== "id");
    const misspelt = keys.find((key) => nearestName(key, kinds) !== undefined);
    return report(
      "POLICY_STEP_KIND",
      `This step says nothing to do: none of ${kinds.join(", ")} is among its keys (${keys.join(", ") || "none"}).`,
      misspelt === undefined ? "Add one of them." : fixName(misspelt, kinds, "one of them"),
    );
  }
  const parsed = STEP_KINDS[kind].safeParse(step, { reportInput: true });
  if (parsed.success) return parsed.data as Step;
  problems.push(...problemsOf(file, "POLICY_STEP_SHAPE", parsed.error.issues, path, STEP_KINDS[kind]));
  return undefined;
}

function mapIntents(all: ReadonlyMap<string, Policy>, around: Surroundings, problems: Problem[]): Map<string, string> {
  const byIntent = new Map<string, string>();
  for (const policy of all.values()) {
    for (const [at, intent] of policy.intents.entries()) {
      const problem = (code: string, message: string, fix: string): void => {
        problems.push({ file: policy.file, path: `intents[${at}]`, code, message, fix, severity: "error" });
      };
      const other = byIntent.get(intent);
      if (!around.intents.has(intent)) {
        problem(
          "POLICY_UNKNOWN_INTENT",
          `No intent is called "${intent}".`,
          fixName(intent, around.intents.keys(), "a file in embeddings/intents/"),
        );
      } else if (other !== undefined) {
        problem(
          "POLICY_INTENT_TWICE",
          `The intent "${intent}" already starts the policy "${other}".`,
          "Take it out of one of the two.",
        );
      } else byIntent.set(intent, policy.id);
      const [needed] = Object.keys(policy.takes);
      if (needed !== undefined) {
        problem(
          "POLICY_MISSING_ARGUMENT",
          `A message starts this policy, and nobody is there to hand in "${needed}".`,
          'Take it out of "takes", or the intent out of "intents".',
        );
      }
    }
  }
  return byIntent;
}
