import { type MerchantFile, type Problem, parseMerchantFile } from "../problems/index.js";
import { type Reader, readCondition } from "./conditions.js";
import { checkCoverage } from "./coverage.js";
import { BUILT_IN, declareFacts, type Shapes } from "./declare.js";
import { type Report, reporter } from "./report.js";
import type { Leaf, Node, Rule, RuleSet } from "./rule-set.js";
import { LIMITS, RuleFile, type RuleJson } from "./schema.js";
import { shapeProblems } from "./shape-problems.js";

export interface LoadOptions {
  /** The result of each tool by capability (`server/connectors` keeps them), against which paths are checked. */
  readonly shapes: Shapes;
  /** Also warn where no rule holds for some combination of facts and `otherwise` answers. Default false. */
  readonly gaps?: boolean;
}

export interface LoadedRules {
  /** By id; only the files without errors. */
  readonly ruleSets: ReadonlyMap<string, RuleSet>;
  /** Every problem of every file, warnings included. */
  readonly problems: readonly Problem[];
}

/** Reads `rules/*.rules.json`. Reports all problems at once; never throws. */
export function loadRuleSets(files: readonly MerchantFile[], options: LoadOptions): LoadedRules {
  const ruleSets = new Map<string, RuleSet>();
  const problems: Problem[] = [];
  for (const file of files) {
    const found: Problem[] = [];
    const ruleSet = loadOne(file, options, found);
    const earlier = ruleSet && ruleSets.get(ruleSet.id);
    if (earlier !== undefined) {
      const message = `${earlier.file} already has the id "${earlier.id}".`;
      reporter(file.file, found)("RULES_DUPLICATE_ID", ["id"], message, "Give one of the two another id.");
    }
    if (ruleSet !== undefined && !found.some(({ severity }) => severity === "error")) ruleSets.set(ruleSet.id, ruleSet);
    problems.push(...found);
  }
  return { ruleSets, problems };
}

function loadOne(file: MerchantFile, options: LoadOptions, problems: Problem[]): RuleSet | undefined {
  const read = parseMerchantFile(file);
  if (read.problems.length > 0) {
    problems.push(...read.problems);
    return undefined;
  }
  const parsed = RuleFile.safeParse(read.json);
  if (!parsed.success) {
    problems.push(...shapeProblems(file.file, read.json, parsed.error.issues));
    return undefined;
  }
  const report = reporter(file.file, problems);
  checkNames(parsed.data, report);
  const kinds = declareFacts(parsed.data.facts, options.shapes, report);
  const reader: Reader = { kinds, operands: new Map(), leaves: [], report };
  const rules = parsed.data.rules.flatMap((json, index) => readRule(json, index, reader) ?? []);
  if (reader.leaves.length > LIMITS.conditionsPerFile) {
    const message = `The file has ${reader.leaves.length} conditions; at most ${LIMITS.conditionsPerFile} are allowed.`;
    report("RULES_TOO_MANY_CONDITIONS", ["rules"], message, "Split it in two rule sets.");
  }
  if (problems.some(({ severity }) => severity === "error")) return undefined;
  const ruleSet: RuleSet = {
    id: parsed.data.id,
    title: parsed.data.title,
    file: file.file,
    events: [...new Set(rules.map(({ event }) => event.type))],
    facts: Object.keys(parsed.data.facts).filter((name) => !(BUILT_IN as readonly string[]).includes(name)),
    rules: rules.toSorted((a, b) => b.priority - a.priority || a.index - b.index),
    leaves: reader.leaves,
    operands: [...reader.operands.values()],
  };
  checkCoverage(ruleSet, options.gaps === true, report);
  return ruleSet;
}

function checkNames(file: RuleFile, report: Report): void {
  const places = new Map<string, number>();
  for (const [place, { name, event }] of file.rules.entries()) {
    const earlier = places.get(name);
    if (earlier !== undefined) {
      const message = `rules[${earlier}] is already called "${name}".`;
      report("RULES_DUPLICATE_NAME", ["rules", place, "name"], message, "Give each rule its own name.");
    }
    places.set(name, earlier ?? place);
    if (event.type === "otherwise" || event.type === "unknown") {
      const message = `"${event.type}" is what a decision is called when no rule decides; no rule may name it.`;
      report("RULES_RESERVED_EVENT", ["rules", place, "event", "type"], message, "Choose another event name.");
    }
  }
}

function readRule(json: RuleJson, index: number, reader: Reader): Rule | undefined {
  const at = ["rules", index, "conditions"];
  const when = readCondition(json.conditions, at, json.tell !== false, reader);
  if (when === undefined) return undefined;
  const leaves = leavesOf(when);
  if (leaves.length > LIMITS.conditionsPerRule) {
    const message = `The rule has ${leaves.length} conditions; at most ${LIMITS.conditionsPerRule} are allowed.`;
    reader.report("RULES_TOO_MANY_CONDITIONS", at, message, "Split it in two rules with the same event.");
  }
  const { type, params } = json.event;
  return {
    name: json.name,
    when,
    leaves,
    event: { type, ...(params !== undefined && { params }) },
    priority: json.priority ?? 1,
    index,
    hasPriority: json.priority !== undefined,
  };
}

function leavesOf(node: Node): Leaf[] {
  if (node.type === "leaf") return [node.leaf];
  return node.type === "not" ? leavesOf(node.of) : node.of.flatMap(leavesOf);
}
