/** What a text cannot do without: the facts that it speaks of outside every condition that asks for them. */
import { type Liquid, type Template, TypeGuards, type Value } from "liquidjs";

/** What the parsed tags of the engine look like, as far as is needed here. */
interface Node {
  readonly name?: string;
  readonly branches?: readonly Branch[];
  readonly elseTemplates?: Template[];
  readonly templates?: Template[];
  readonly value?: Value;
}
interface Branch {
  readonly value?: Value;
  /** Of a `when`. */
  readonly values?: readonly unknown[];
  readonly templates: Template[];
}

/** Paths that certainly hold something when a condition is true, and when it is false. */
interface Guards {
  readonly whenTrue: ReadonlySet<string>;
  readonly whenFalse: ReadonlySet<string>;
}
interface Operand extends Guards {
  readonly path?: string;
  /** A fixed value: `nothing` for nil, blank, empty and "". */
  readonly fixed?: "something" | "nothing";
}

const NONE: ReadonlySet<string> = new Set();

/** @returns context paths such as `order.number`, each once */
export function needsOf(liquid: Liquid, template: Template[]): string[] {
  const free = new Set(pathsOf(liquid, template));
  const needed = new Set<string>();
  const walk = (nodes: Template[], guarded: ReadonlySet<string>): void => {
    for (const node of nodes) {
      const { name, branches, elseTemplates, templates, value } = node as unknown as Node;
      let left = guarded;
      for (const branch of branches ?? []) {
        const { whenTrue, whenFalse } = guardsOf(liquid, node, branch, value);
        const isUnless = name === "unless" && branch === branches?.[0];
        walk(branch.templates, union(left, isUnless ? whenFalse : whenTrue));
        left = union(left, isUnless ? whenTrue : whenFalse);
      }
      walk([...(templates ?? []), ...(elseTemplates ?? [])], left);
      if (branches !== undefined || templates !== undefined || hasDefault(value)) continue;
      for (const path of pathsOf(liquid, [node])) if (free.has(path) && !guarded.has(path)) needed.add(path);
    }
  };
  walk(template, NONE);
  needed.delete("locale");
  return [...needed];
}

function guardsOf(liquid: Liquid, node: Template, branch: Branch, subject: Value | undefined): Guards {
  const pathOf = (token: unknown): string | undefined => pathsOf(liquid, [standIn(node, token)])[0];
  if (branch.values !== undefined) {
    // `case x` and `when "a"`: x is "a", and so is something.
    const [only, ...others] = subject?.initial.postfix ?? [];
    const path = others.length === 0 && TypeGuards.isPropertyAccessToken(only) ? pathOf(only) : undefined;
    const isSomething = branch.values.every((value) => fixedOf(value) === "something");
    return { whenTrue: path !== undefined && isSomething ? new Set([path]) : NONE, whenFalse: NONE };
  }
  const stack: Operand[] = [];
  for (const token of branch.value?.initial.postfix ?? []) {
    if (TypeGuards.isOperatorToken(token)) {
      const right = stack.pop() ?? { whenTrue: NONE, whenFalse: NONE };
      const left = token.operator === "not" ? right : (stack.pop() ?? right);
      stack.push(combine(token.operator, left, right));
    } else {
      const path = TypeGuards.isPropertyAccessToken(token) ? pathOf(token) : undefined;
      const fixed = fixedOf(token);
      const whenTrue = path === undefined ? NONE : new Set([path]);
      stack.push({ whenTrue, whenFalse: NONE, ...(path !== undefined && { path }), ...(fixed && { fixed }) });
    }
  }
  return stack[0] ?? { whenTrue: NONE, whenFalse: NONE };
}

function combine(operator: string, left: Operand, right: Operand): Guards {
  switch (operator) {
    case "not":
      return { whenTrue: left.whenFalse, whenFalse: left.whenTrue };
    case "and":
      return {
        whenTrue: union(left.whenTrue, right.whenTrue),
        whenFalse: intersection(left.whenFalse, right.whenFalse),
      };
    case "or":
      return {
        whenTrue: intersection(left.whenTrue, right.whenTrue),
        whenFalse: union(left.whenFalse, right.whenFalse),
      };
    case "!=": {
      const { whenTrue, whenFalse } = combine("==", left, right);
      return { whenTrue: whenFalse, whenFalse: whenTrue };
    }
    default: {
      const path = left.path ?? right.path;
      const fixed = left.fixed ?? right.fixed;
      const found = path === undefined ? NONE : new Set([path]);
      if (operator === "==" && fixed === "nothing") return { whenTrue: NONE, whenFalse: found };
      return { whenTrue: fixed === "something" ? found : NONE, whenFalse: NONE };
    }
  }
}

function fixedOf(token: unknown): Operand["fixed"] {
  if (TypeGuards.isQuotedToken(token)) return token.content === "" ? "nothing" : "something";
  if (TypeGuards.isNumberToken(token)) return "something";
  if (!TypeGuards.isLiteralToken(token)) return undefined;
  return ["true", "false"].includes(token.literal) ? "something" : "nothing";
}

/** `{{ order.carrier | default: "the carrier" }}` does without. */
function hasDefault(value: Value | undefined): boolean {
  return value?.filters?.some(({ name }) => name === "default") === true;
}

function pathsOf(liquid: Liquid, nodes: Template[]): string[] {
  const paths = liquid.globalVariableSegmentsSync(nodes, { partials: false });
  return paths.map((segments) => segments.filter((segment) => typeof segment === "string").join("."));
}

/** A node that has one token as its only argument, so that the engine's own analysis reads it. */
function standIn(node: Template, token: unknown): Template {
  return {
    token: node.token,
    *arguments() {
      yield token;
    },
  } as unknown as Template;
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a, ...b]);
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((path) => b.has(path)));
}
