/** Conditions as a sentence would put them: `order.status equal "approved"`. Unknown shapes are shown as they are. */
const OPERATORS: Readonly<Record<string, string>> = {
  equal: "is",
  notEqual: "is not",
  in: "is one of",
  oneOf: "is one of",
  notIn: "is none of",
  lessThan: "is less than",
  lessThanInclusive: "is at most",
  greaterThan: "is more than",
  greaterThanInclusive: "is at least",
  before: "is before",
  after: "is after",
  isEmpty: "is empty",
  olderThanDays: "is older in days than",
  withinDays: "is within days",
};

export interface Line {
  readonly depth: number;
  readonly text: string;
}

export function linesOf(conditions: unknown, depth = 0, lead = ""): Line[] {
  if (typeof conditions !== "object" || conditions === null) return [];
  const group = conditions as { all?: unknown; any?: unknown; not?: unknown };
  if (Array.isArray(group.all)) {
    const parts = group.all as unknown[];
    return parts.flatMap((part, index) => linesOf(part, depth, index === 0 ? lead : "and "));
  }
  if (Array.isArray(group.any)) {
    const parts = group.any as unknown[];
    return [{ depth, text: `${lead}any of` }, ...parts.flatMap((part) => linesOf(part, depth + 1))];
  }
  if (group.not !== undefined) return linesOf(group.not, depth, `${lead}not: `);
  return [{ depth, text: lead + conditionOf(conditions as Record<string, unknown>) }];
}

function conditionOf({ fact, path, operator, value }: Record<string, unknown>): string {
  const what = path === undefined ? String(fact) : `${String(fact)}.${String(path)}`;
  const is = OPERATORS[String(operator)] ?? String(operator);
  return value === undefined ? `${what} ${is}` : `${what} ${is} ${literal(value)}`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return value.map(literal).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const { amount, currency, fact, path } = value as Record<string, unknown>;
  if (amount !== undefined) return `${String(amount)} ${String(currency)}`;
  return path === undefined ? String(fact) : `${String(fact)}.${String(path)}`;
}
