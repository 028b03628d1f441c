import type { Report } from "./report.js";
import type { RuleSet } from "./rule-set.js";
export function checkCoverage(_ruleSet: RuleSet, _gaps: boolean, _report: Report): void {}
