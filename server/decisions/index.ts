/** Rules: which event holds for these facts, and why. No I/O, no clock: the facts and the time are handed in. */
export { type ConditionVerdict, type Decision, decide } from "./decide.js";
export { RULE_PROBLEMS, type RuleProblemCode } from "./errors.js";
export { type LoadedRules, type LoadOptions, loadRuleSets } from "./load.js";
export type { RuleSet } from "./rule-set.js";
export { jsonSchema } from "./schema.js";
