/** Every problem that loading rule files can report. A code is never reused for something else. */
export const RULE_PROBLEMS = {
  RULES_SCHEMA: "The file does not have the shape of a rule file.",
  RULES_GROUP: 'A group of conditions needs exactly one of "all", "any" or "not", and may not be empty.',
  RULES_DUPLICATE_ID: "Two rule files have the same id.",
  RULES_DUPLICATE_NAME: "Two rules of one file have the same name.",
  RULES_RESERVED_EVENT: "An event may not be called `otherwise` or `unknown`.",
  RULES_RESERVED_FACT: "`now` and `today` are built in and cannot be declared.",
  RULES_FACT_DECLARATION: "A fact is declared in a way that contradicts itself.",
  RULES_UNKNOWN_TOOL_RESULT: "A fact names a capability that does not exist.",
  RULES_UNKNOWN_FACT: "A condition uses a fact that the file does not declare.",
  RULES_BAD_PATH: "A path is not a plain dotted path.",
  RULES_UNKNOWN_PATH: "A path leads to nothing in the fact's shape.",
  RULES_UNKNOWN_OPERATOR: "A condition uses an operator that does not exist.",
  RULES_OPERATOR_TYPE: "An operator cannot be used on this kind of value.",
  RULES_VALUE_TYPE: "A condition's value is of the wrong kind.",
  RULES_VALUE_RANGE: "A condition's value lies outside what the fact can ever be.",
  RULES_TOO_MANY_CONDITIONS: "A rule or a file has too many conditions.",
  RULES_UNREACHABLE: "A rule can never decide.",
  RULES_CONFLICT: "Two rules of equal priority name different events for the same facts.",
  RULES_GAP: "No rule holds for some combination of facts.",
} as const;

export type RuleProblemCode = keyof typeof RULE_PROBLEMS;
