/**
 * The only file that knows json-rules-engine. It has two values, so it is asked twice in one run: of each rule it gets a
 * twin that holds only if the rule holds whatever the unknown facts turn out to be (`certain`), and one that holds if it
 * holds for some of them (`possible`). See docs/decisions/0002-unknown-by-two-bounds.md.
 */
import { type ConditionProperties, Engine, type TopLevelCondition } from "json-rules-engine";
import { judge, type OperatorName, operatorOf, type Verdict } from "./operators.js";
import type { Leaf, Node, Rule, RuleSet } from "./rule-set.js";
import type { Reading } from "./values.js";

export interface Twins {
  readonly certain: TopLevelCondition;
  readonly possible: TopLevelCondition;
}

export interface Verdicts {
  /** By place of the rule in `ruleSet.rules`. */
  readonly rules: readonly Verdict[];
  /** By `leaf.index`. */
  readonly leaves: readonly Verdict[];
}

/** The path of a whole fact in its box. */
const WHOLE = "$";
/** Marks the operator that lets an unknown pass. */
const HOPEFUL = "?";
const STOCK_DECORATORS = ["someFact", "someValue", "everyFact", "everyValue", "swap", "not"];
const STOCK_OPERATORS = [
  ...["equal", "notEqual", "in", "notIn", "contains", "doesNotContain"],
  ...["lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"],
];
const twinsOf = new WeakMap<RuleSet, readonly Twins[]>();

/**
 * Asks every rule of the set, in a new engine each time: overlapping runs of one engine skip rules (7.3.1).
 *
 * @param readings by operand key
 */
export async function ask(ruleSet: RuleSet, readings: ReadonlyMap<string, Reading>, now: number): Promise<Verdicts> {
  const engine = new Engine([], { pathResolver: lookUp });
  for (const name of STOCK_DECORATORS) engine.removeOperatorDecorator(name);
  for (const name of STOCK_OPERATORS) engine.removeOperator(name);
  for (const name of new Set(ruleSet.leaves.map((leaf) => leaf.operator)))
    addOperator(engine, name, ruleSet.leaves, now);

  const twins = twinsOf.get(ruleSet) ?? ruleSet.rules.map(compile);
  twinsOf.set(ruleSet, twins);
  for (const [place, { certain, possible }] of twins.entries()) {
    // The engine emits the event's type: a merchant's event called "error" would throw. Hence one name of our own.
    engine.addRule({ name: `${place} certain`, conditions: certain, event: { type: "held" } });
    engine.addRule({ name: `${place} possible`, conditions: possible, event: { type: "held" } });
  }

  const run = await engine.run(boxes(ruleSet, readings));
  const certain = new Map<string, boolean>();
  const trees = new Map<string, unknown>();
  for (const result of [...run.results, ...run.failureResults]) {
    certain.set(result.name, result.result === true);
    trees.set(result.name, result.conditions);
  }
  const leaves: Verdict[] = [];
  const rules = ruleSet.rules.map((rule, place) => {
    const bounds = [`${place} certain`, `${place} possible`] as const;
    const [low, high] = [certain.get(bounds[0]), certain.get(bounds[1])];
    if (low === undefined || high === undefined) throw new Error(`The engine skipped the rule "${rule.name}".`);
    readLeaves(rule.when, trees.get(bounds[0]), trees.get(bounds[1]), leaves);
    return fromBounds(low, high);
  });
  return { rules, leaves };
}

function fromBounds(certain: boolean, possible: boolean): Verdict {
  return certain ? "true" : possible ? "unknown" : "false";
}

function compile(rule: Rule): Twins {
  return { certain: twin(rule.when, false) as TopLevelCondition, possible: twin(rule.when, true) as TopLevelCondition };
}

/** Under `not` an unknown must count the other way round, or "certain" would be hopeful. */
function twin(node: Node, hopeful: boolean): TopLevelCondition | ConditionProperties {
  // The engine takes an empty group for true. Loading lets none through; this is the second lock.
  if ("of" in node && Array.isArray(node.of) && node.of.length === 0) throw new Error("A group without conditions.");
  switch (node.type) {
    case "all":
      return { all: node.of.map((part) => twin(part, hopeful)) };
    case "any":
      return { any: node.of.map((part) => twin(part, hopeful)) };
    case "not":
      return { not: twin(node.of, !hopeful) };
    case "leaf":
      return condition(node.leaf, hopeful);
  }
}

function condition({ index, operand, operator, bound }: Leaf, hopeful: boolean): ConditionProperties {
  const other = bound !== undefined && "operand" in bound ? bound.operand : undefined;
  return {
    fact: operand.fact,
    path: boxPath(operand.pathText),
    operator: hopeful ? `${operator}${HOPEFUL}` : operator,
    // The engine copies each condition deeply on each run, so a fixed value goes by its place.
    value: other ? { fact: other.fact, path: boxPath(other.pathText) } : index,
  };
}

function boxPath(pathText: string | undefined): string {
  return pathText ?? WHOLE;
}

class Box extends Map<string, Reading> {}

/** Facts reach the engine as boxes of readings, by path. */
function boxes(ruleSet: RuleSet, readings: ReadonlyMap<string, Reading>): Record<string, Box> {
  const facts: Record<string, Box> = {};
  for (const { fact, pathText, key } of ruleSet.operands) {
    const reading = readings.get(key);
    facts[fact] ??= new Box();
    if (reading !== undefined) facts[fact].set(boxPath(pathText), reading);
  }
  return facts;
}

/** Takes the place of the engine's own resolver, which runs expressions. Every fact is a box, so it is always asked. */
function lookUp(box: object, path: string): Reading | undefined {
  return box instanceof Box ? box.get(path) : undefined;
}

/** A bound is another fact's reading, or the place of the condition whose fixed value it is. */
function addOperator(engine: Engine, name: OperatorName, leaves: readonly Leaf[], now: number): void {
  const operator = operatorOf(name);
  const verdict = (fact: Reading, bound: Reading | number) =>
    judge(operator, fact, typeof bound === "number" ? literalOf(leaves[bound]) : bound, now).verdict;
  engine.addOperator<Reading, Reading | number>(name, (fact, bound) => verdict(fact, bound) === "true");
  engine.addOperator<Reading, Reading | number>(name + HOPEFUL, (fact, bound) => verdict(fact, bound) !== "false");
}

function literalOf(leaf: Leaf | undefined): Reading | undefined {
  return leaf?.bound !== undefined && "literal" in leaf.bound ? leaf.bound.literal : undefined;
}

/** The engine keeps each condition's own result; the two twins' results together are its verdict. */
function readLeaves(node: Node, low: unknown, high: unknown, into: Verdict[]): void {
  const [left, right] = [low as ResultNode, high as ResultNode];
  if (node.type === "leaf") {
    // Below `not` the certain twin is the hopeful one: whichever says yes to less is the lower bound.
    const [one, other] = [left.result === true, right.result === true];
    into[node.leaf.index] = fromBounds(one && other, one || other);
  } else if (node.type === "not") {
    readLeaves(node.of, left.not, right.not, into);
  } else {
    for (const [place, part] of node.of.entries()) {
      readLeaves(part, left[node.type]?.[place], right[node.type]?.[place], into);
    }
  }
}

interface ResultNode {
  readonly result?: boolean;
  readonly all?: readonly unknown[];
  readonly any?: readonly unknown[];
  readonly not?: unknown;
}
