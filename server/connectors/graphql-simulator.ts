/**
 * As much of GraphQL as a simulator needs: a document is really parsed, arguments and fragments are filled in, and the
 * answer holds what was asked for and nothing else. A field that the simulator does not know is an error, as it is at the
 * vendor's.
 */

export interface Selection {
  readonly name: string;
  readonly alias: string;
  readonly args: Readonly<Record<string, Value>>;
  readonly selections: readonly Selection[];
  readonly directives: Readonly<Record<string, Readonly<Record<string, Value>>>>;
}

export interface Operation {
  readonly kind: "query" | "mutation";
  readonly selections: readonly Selection[];
}

type Value =
  | { readonly variable: string }
  | { readonly literal: unknown }
  | { readonly list: readonly Value[] }
  | {
      readonly fields: Readonly<Record<string, Value>>;
    };

const TOKEN = /"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|\.\.\.|[{}()[\]:!$@=|]/g;

/** @throws {SyntaxError} */
export function parseOperation(text: string): Operation {
  const tokens = text.replace(/#[^\n]*/g, "").match(TOKEN) ?? [];
  let at = 0;
  const peek = () => tokens[at];
  const next = () => tokens[at++] ?? fail("the end");
  const fail = (found: string): never => {
    throw new SyntaxError(`Parse error: unexpected ${found}`);
  };
  const expect = (token: string) => {
    const found = next();
    if (found !== token) fail(found);
  };
  const fragments = new Map<string, (Selection | string)[]>();
  let operation: { kind: "query" | "mutation"; raw: (Selection | string)[] } | undefined;

  while (at < tokens.length) {
    const word = next();
    if (word === "fragment") {
      const name = next();
      expect("on");
      next();
      fragments.set(name, selectionSet());
    } else if (word === "query" || word === "mutation") {
      while (peek() !== "{" && peek() !== undefined) {
        if (peek() === "(") skipDefinitions();
        else next();
      }
      operation = { kind: word, raw: selectionSet() };
    } else fail(word);
  }

  function skipDefinitions(): void {
    let depth = 0;
    do {
      const token = next();
      if (token === "(") depth++;
      if (token === ")") depth--;
    } while (depth > 0);
  }

  function selectionSet(): (Selection | string)[] {
    expect("{");
    const found: (Selection | string)[] = [];
    while (peek() !== "}") {
      if (peek() === "...") {
        next();
        if (peek() === "on") {
          next();
          next();
          found.push(...selectionSet());
        } else found.push(next()); // The name of a fragment, filled in at the end.
        continue;
      }
      found.push(field());
    }
    expect("}");
    return found;
  }

  function field(): Selection {
    let name = next();
    let alias = name;
    if (peek() === ":") {
      next();
      alias = name;
      name = next();
    }
    const args = peek() === "(" ? argumentList() : {};
    const directives: Record<string, Record<string, Value>> = {};
    while (peek() === "@") {
      next();
      const directive = next();
      directives[directive] = peek() === "(" ? argumentList() : {};
    }
    const selections = (peek() === "{" ? selectionSet() : []) as Selection[];
    return { name, alias, args, directives, selections };
  }

  function argumentList(): Record<string, Value> {
    expect("(");
    const args: Record<string, Value> = {};
    while (peek() !== ")") {
      const name = next();
      expect(":");
      args[name] = value();
    }
    expect(")");
    return args;
  }

  function value(): Value {
    const token = next();
    if (token === "$") return { variable: next() };
    if (token === "[") {
      const list: Value[] = [];
      while (peek() !== "]") list.push(value());
      expect("]");
      return { list };
    }
    if (token === "{") {
      const fields: Record<string, Value> = {};
      while (peek() !== "}") {
        const name = next();
        expect(":");
        fields[name] = value();
      }
      expect("}");
      return { fields };
    }
    if (token.startsWith('"')) return { literal: JSON.parse(token) };
    if (/^-?\d/.test(token)) return { literal: Number(token) };
    return { literal: token === "true" ? true : token === "false" ? false : token === "null" ? null : token };
  }

  const filled = (raw: readonly (Selection | string)[]): Selection[] =>
    raw.flatMap((each) =>
      typeof each === "string"
        ? filled(fragments.get(each) ?? fail(each))
        : [{ ...each, selections: filled(each.selections) }],
    );
  if (operation === undefined) return fail("the end");
  return { kind: operation.kind, selections: filled(operation.raw) };
}

/** A value, a list or object of them, or a function of the field's arguments that gives one. */
export type Resolvable = unknown;

export class UnknownFieldError extends Error {
  override readonly name = "UnknownFieldError";
}

/** The answer to a selection: of `source` what was asked for. `undefined` in a source means: no such field. */
export function project(
  selections: readonly Selection[],
  source: Readonly<Record<string, Resolvable>>,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    selections.map(({ name, alias, args, directives, selections: inner }) => {
      if (name === "__typename") return [alias, source.__typename ?? "Object"];
      const found = source[name];
      if (found === undefined) throw new UnknownFieldError(`Field '${name}' doesn't exist`);
      const all = { ...argumentsOf(args, variables), ...withDirectives(directives, variables) };
      const value = typeof found === "function" ? (found as (args: object) => unknown)(all) : found;
      return [alias, shaped(value, inner, variables)];
    }),
  );
}

function shaped(value: unknown, inner: readonly Selection[], variables: Readonly<Record<string, unknown>>): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((each) => shaped(each, inner, variables));
  if (typeof value !== "object") return value;
  return project(inner, value as Record<string, unknown>, variables);
}

function argumentsOf(args: Readonly<Record<string, Value>>, variables: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, given(value, variables)]));
}

/** `@idempotent(key: …)` arrives as `@idempotent: { key }` beside the arguments. */
function withDirectives(
  directives: Selection["directives"],
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(directives).map(([name, args]) => [`@${name}`, argumentsOf(args, variables)]),
  );
}

function given(value: Value, variables: Readonly<Record<string, unknown>>): unknown {
  if ("variable" in value) return variables[value.variable];
  if ("list" in value) return value.list.map((each) => given(each, variables));
  if ("fields" in value) return argumentsOf(value.fields, variables);
  return value.literal;
}
