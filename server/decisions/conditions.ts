/** From a rule's JSON to typed conditions: every name, path, operator and value is checked against the declared facts. */
import { type Kind, kindAt, kindWords } from "./kinds.js";
import { isMoment, type LiteralProblem, type Moment, readLiteral } from "./literals.js";
import { OPERATOR_NAMES, OPERATORS, operatorOf } from "./operators.js";
import { parsePath, writePath } from "./path.js";
import { type Report, suggestion } from "./report.js";
import type { Leaf, Node, Operand } from "./rule-set.js";
import type { ConditionJson, LeafJson, ValueJson } from "./schema.js";
import { known, type Reading, type Value } from "./values.js";

/** What the conditions of one file are read against, and what has been read so far. */
export interface Reader {
  readonly kinds: ReadonlyMap<string, Kind | undefined>;
  readonly operands: Map<string, Operand>;
  readonly leaves: Leaf[];
  readonly report: Report;
}

type At = readonly PropertyKey[];

/** @returns nothing where a condition cannot be used; the reason has then been reported */
export function readCondition(json: ConditionJson, at: At, tell: boolean, reader: Reader): Node | undefined {
  if ("all" in json) return readGroup("all", json.all, [...at, "all"], tell, reader);
  if ("any" in json) return readGroup("any", json.any, [...at, "any"], tell, reader);
  if ("not" in json) {
    const of = readCondition(json.not, [...at, "not"], tell, reader);
    return of && { type: "not", of };
  }
  const leaf = readLeaf(json, at, tell, reader);
  return leaf && { type: "leaf", leaf };
}

function readGroup(type: "all" | "any", parts: ConditionJson[], at: At, tell: boolean, reader: Reader): Node {
  const of = parts.flatMap((part, place) => readCondition(part, [...at, place], tell, reader) ?? []);
  return { type, of };
}

function readLeaf(json: LeafJson, at: At, tell: boolean, reader: Reader): Leaf | undefined {
  const operand = readOperand(json, at, reader);
  if (operand === undefined) return undefined;
  const operator = operatorOf(json.operator);
  const kindName = kindWords(operand.kind);
  if (!(operator.works as readonly string[]).includes(operand.kind.type)) {
    const usable = OPERATOR_NAMES.filter((name) =>
      (OPERATORS[name].works as readonly string[]).includes(operand.kind.type),
    );
    reader.report(
      "RULES_OPERATOR_TYPE",
      [...at, "operator"],
      `"${json.operator}" cannot be used on ${nameOf(operand)}, which is ${kindName}.`,
      operand.kind.type === "object"
        ? `Add a path to one of its parts: ${[...operand.kind.parts.keys()].join(", ")}.`
        : `Use one of: ${usable.join(", ")}.`,
    );
    return undefined;
  }
  const bound = readBound(json, operand, at, reader);
  if (bound === "wrong") return undefined;
  const leaf: Leaf = {
    index: reader.leaves.length,
    operand,
    operator: json.operator,
    ...(bound !== undefined && { bound }),
    tell: tell && json.tell !== false,
  };
  reader.leaves.push(leaf);
  return leaf;
}

function readOperand(json: { fact: string; path?: string | undefined }, at: At, reader: Reader): Operand | undefined {
  const kind = reader.kinds.get(json.fact);
  if (!reader.kinds.has(json.fact)) {
    const fix = `Declare it under "facts", or: ${suggestion(json.fact, [...reader.kinds.keys()])}`;
    reader.report("RULES_UNKNOWN_FACT", [...at, "fact"], `There is no fact "${json.fact}".`, fix);
    return undefined;
  }
  const path = json.path === undefined ? [] : parsePath(json.path);
  if (path === undefined) {
    const message = `"${json.path}" is not a plain dotted path.`;
    const fix = "Write names, dots and places only, such as status, refund.status or items[0].sku.";
    reader.report("RULES_BAD_PATH", [...at, "path"], message, fix);
    return undefined;
  }
  if (kind === undefined) return undefined;
  const found = kindAt(kind, path);
  if ("wrong" in found) {
    const fix =
      found.known.length > 0 ? `Correct the path: ${suggestion(found.part, found.known)}` : "Shorten the path.";
    reader.report("RULES_UNKNOWN_PATH", [...at, "path"], found.wrong, fix);
    return undefined;
  }
  const pathText = writePath(path);
  const key =
    pathText === "" ? json.fact : pathText.startsWith("[") ? json.fact + pathText : `${json.fact}.${pathText}`;
  const operand = reader.operands.get(key) ?? {
    key,
    fact: json.fact,
    path,
    ...(pathText !== "" && { pathText }),
    kind: found.kind,
  };
  reader.operands.set(key, operand);
  return operand;
}

function readBound(json: LeafJson, operand: Operand, at: At, reader: Reader): Leaf["bound"] | "wrong" {
  const where = [...at, "value"];
  const { value } = json;
  const wrong = (message: string, fix: string, code: "RULES_VALUE_TYPE" | "RULES_VALUE_RANGE" = "RULES_VALUE_TYPE") => {
    reader.report(code, where, message, fix);
    return "wrong" as const;
  };
  const meant = boundKind(operand.kind, operatorOf(json.operator).bound);
  if (meant === undefined) {
    if (value === undefined) return undefined;
    return wrong(`"${json.operator}" takes no value.`, `Remove "value"; for the opposite use isEmpty or isNotEmpty.`);
  }
  if (value === undefined) {
    const fix = `Add "value": ${meant.list ? "a list of " : ""}${kindWords(meant.kind)}.`;
    return wrong(`"${json.operator}" needs a value to compare with.`, fix);
  }
  if (isOtherFact(value)) {
    if (meant.list) return wrong(`"${json.operator}" takes a list of fixed values.`, "Write the list here.");
    const other = readOperand(value, where, reader);
    if (other === undefined) return "wrong";
    if (comparable(other.kind, meant.kind)) return { operand: other };
    const kinds = `${nameOf(operand)} needs ${kindWords(meant.kind)}, and ${nameOf(other)} is ${kindWords(other.kind)}.`;
    return wrong(kinds, "Compare things of one kind.");
  }
  if (meant.list !== Array.isArray(value)) {
    if (meant.list) return wrong(`"${json.operator}" takes a list, found ${JSON.stringify(value)}.`, "Write [ … ].");
    return wrong(`"${json.operator}" takes one value, found a list.`, "Use oneOf, or write one condition for each.");
  }
  const items = (Array.isArray(value) ? value : [value]).map((item) => readLiteral(item, meant.kind, json.operator));
  const bad = items.find((item): item is LiteralProblem => typeof item === "object" && "message" in item);
  if (bad !== undefined) return wrong(bad.message, bad.fix, bad.code);
  const readings = (items as (Value | Moment)[]).map((item) => (isMoment(item) ? item : known(item)));
  const [first] = readings;
  if (!meant.list && first !== undefined && isMoment(first)) {
    return { operand: readOperand({ fact: first.moment }, where, reader) ?? operand };
  }
  const literals = readings.filter((reading): reading is Reading => !isMoment(reading));
  if (literals.length < readings.length)
    return wrong('"now" and "today" cannot stand in a list.', "Use before or after.");
  const literal: Reading | undefined = meant.list ? known({ type: "list", items: literals }) : literals[0];
  return literal === undefined ? "wrong" : { literal };
}

interface Meant {
  readonly kind: Kind;
  readonly list: boolean;
}

function boundKind(kind: Kind, bound: (typeof OPERATORS)[keyof typeof OPERATORS]["bound"]): Meant | undefined {
  switch (bound) {
    case "same":
      return { kind, list: false };
    case "list_of_same":
      return { kind, list: true };
    case "entry":
      return { kind: kind.type === "list" ? kind.of : kind, list: false };
    case "days":
      return { kind: { type: "integer", min: 0, max: 36_500, unit: "days" }, list: false };
    case "text":
      return { kind: { type: "text" }, list: false };
    case "none":
      return undefined;
  }
}

function comparable(a: Kind, b: Kind): boolean {
  const family = (kind: Kind) => (kind.type === "integer" ? "number" : kind.type);
  return family(a) === family(b) && a.type !== "list" && a.type !== "object" && a.type !== "mixed";
}

function isOtherFact(value: ValueJson): value is { fact: string; path?: string | undefined } {
  return typeof value === "object" && "fact" in value;
}

function nameOf({ key }: Operand): string {
  return `"${key}"`;
}
