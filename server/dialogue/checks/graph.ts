/** A policy as a graph: which step can come after which. */
import type { Policy, Step } from "../policy.js";
import { fixedAnswers } from "./branches.js";

export interface Way {
  readonly from: string;
  readonly to: string;
  /** Place of the name in the file, for problems: `steps[2].on.yes`; absent for "the following step". */
  readonly path?: string;
  /** True when the shopper gets a turn before this way is taken. */
  readonly waits: boolean;
  /** Names that are certainly in the context once this way is taken, besides those before the step. */
  readonly sets: readonly string[];
}

export interface Graph {
  readonly ways: readonly Way[];
  /** Steps that fall off the end of the file. */
  readonly runsOut: readonly string[];
  waysFrom(step: string): readonly Way[];
}

/** Ways out of a question that leave its slot empty. */
const NO_ANSWERS = ["unknown", "insists"];

/** Stands for "the shopper has said yes to this call" among the names that are known at a step. */
export function yesTo(step: string): string {
  return `yes to ${step}`;
}

export function graphOf(policy: Policy, givesOf: (policyId: string) => readonly string[]): Graph {
  const ways: Way[] = [];
  const runsOut: string[] = [];
  for (const [at, step] of policy.steps.entries()) {
    const path = `steps[${at}]`;
    const add = (to: string | undefined, key: string, waits = false, sets: readonly string[] = []): void => {
      if (to !== undefined) ways.push({ from: step.id, to, path: `${path}.${key}`, waits, sets });
    };
    const goOn = (then: string | undefined, waits = false, sets: readonly string[] = []): void => {
      const next = policy.steps[at + 1];
      if (then !== undefined) add(then, "then", waits, sets);
      else if (next !== undefined) ways.push({ from: step.id, to: next.id, waits, sets });
      else runsOut.push(step.id);
    };
    addWays(step, add, goOn, givesOf);
    // The storefront may vouch for the shopper whenever a question is open.
    const { on_identified } = policy;
    if ("ask" in step && on_identified !== undefined && policy.place.has(on_identified)) {
      ways.push({ from: step.id, to: on_identified, waits: true, sets: [] });
    }
  }
  const from = new Map(policy.steps.map(({ id }) => [id, ways.filter((way) => way.from === id)]));
  return { ways, runsOut, waysFrom: (step) => from.get(step) ?? [] };
}

function addWays(
  step: Step,
  add: (to: string | undefined, key: string, waits?: boolean, sets?: readonly string[]) => void,
  goOn: (then: string | undefined, waits?: boolean, sets?: readonly string[]) => void,
  givesOf: (policyId: string) => readonly string[],
): void {
  if ("say" in step) goOn(step.then);
  else if ("ask" in step) {
    // Where there is but one choice it may be taken without asking.
    const waits = !isTakenAlone(step);
    for (const [value, to] of Object.entries(step.on ?? {}))
      add(to, `on.${value}`, waits, NO_ANSWERS.includes(value) ? [] : answered(step));
    for (const [slot, to] of Object.entries(step.instead ?? {})) add(to, `instead.${slot}`, true, [slot]);
    add(step.silence?.then, "silence.then", true);
    // Once the attempts are used up it is taken at once, each time round.
    add(step.else, "else");
    if (!coversAll(step)) goOn(step.then, waits, answered(step));
  } else if ("call" in step) {
    for (const [result, to] of Object.entries(step.on))
      add(to, `on.${result}`, false, result === "refused" ? ["refusal"] : []);
    goOn(step.then, false, step.as === undefined ? [] : [step.as]);
  } else if ("confirm" in step) {
    // The yes itself is a name that must be set on every way to the call that it allows.
    add(step.on.yes, "on.yes", true, step.for.map(yesTo));
    add(step.on.no, "on.no", true);
    add(step.on.insists, "on.insists", true, step.on.insists === step.on.yes ? step.for.map(yesTo) : []);
    add(step.else, "else");
  } else if ("decide" in step) {
    for (const [event, to] of Object.entries(step.on)) add(to, `on.${event}`, false, ["decision"]);
  } else if ("set" in step) goOn(step.then, false, Object.keys(step.set));
  else if ("run" in step) goOn(step.then, false, givesOf(step.run.slice(1)));
}

/** An answer, and with it the entry of the list that it was chosen from. */
function answered({ slot, choices }: Extract<Step, { ask: string }>): string[] {
  const entry = choices === undefined || Array.isArray(choices) ? undefined : choices.as;
  return entry === undefined ? [slot] : [slot, entry];
}

function isTakenAlone({ choices }: Extract<Step, { ask: string }>): boolean {
  return choices !== undefined && !Array.isArray(choices) && choices.only_one === "take";
}

/** Whether every answer leads somewhere by `on`, so that nothing falls through to the next step. */
function coversAll(step: Extract<Step, { ask: string }>): boolean {
  const isClosed = ["yes_no", "choice", "reason"].includes(step.type);
  const answers = fixedAnswers(step);
  return isClosed && answers.length > 0 && answers.every((answer) => step.on?.[answer] !== undefined);
}

export function reachableFrom(start: string, graph: Graph): ReadonlySet<string> {
  const seen = new Set([start]);
  const open = [start];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    for (const { to } of graph.waysFrom(step)) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}

/** Steps of a round trip on which the shopper never gets a word in; undefined when there is none. */
export function silentLoop(policy: Policy, graph: Graph): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (step: string, trail: readonly string[]): readonly string[] | undefined => {
    const at = trail.indexOf(step);
    if (at >= 0) return trail.slice(at);
    if (done.has(step)) return undefined;
    for (const way of graph.waysFrom(step)) {
      if (way.waits) continue;
      const loop = visit(way.to, [...trail, step]);
      if (loop !== undefined) return loop;
    }
    done.add(step);
    return undefined;
  };
  for (const { id } of policy.steps) {
    const loop = visit(id, []);
    if (loop !== undefined) return loop;
  }
  return undefined;
}

/** For each step the names that every way to it has set. */
export function namesKnownAt(
  policy: Policy,
  graph: Graph,
  atStart: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, ReadonlySet<string>>();
  const first = policy.steps[0]?.id as string;
  known.set(first, new Set(atStart));
  const open = [first];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const here = known.get(step) as ReadonlySet<string>;
    for (const way of graph.waysFrom(step)) {
      const there = new Set([...here, ...way.sets]);
      const before = known.get(way.to);
      const both = before === undefined ? there : new Set([...before].filter((name) => there.has(name)));
      if (before !== undefined && both.size === before.size) continue;
      known.set(way.to, both);
      open.push(way.to);
    }
  }
  return known;
}
