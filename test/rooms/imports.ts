/** Every import of the sources, read from their text: who takes what from whom, and whether as a value or only as a type. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

export const ROOTS = ["server", "widget", "embeddings", "sandbox", "studio"];

export interface Import {
  readonly from: string;
  /** A file of ours, relative to the project; or a package or node module as it was named. */
  readonly to: string;
  readonly isOurs: boolean;
  /** False when only types are taken: nothing of it is there at run time. */
  readonly isValue: boolean;
  readonly isLazy: boolean;
}

export interface Source {
  readonly file: string;
  readonly text: string;
}

export function sources(): Source[] {
  return ROOTS.filter((root) => existsSync(root)).flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .map((name) => join(root, name).split(sep).join("/"))
      .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !/(^|\/)(built|stubs|node_modules)\//.test(file))
      .map((file) => ({ file, text: readFileSync(file, "utf8") })),
  );
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:([\w*\s{},$]*?)\s*from\s*)?["']([^"']+)["']/gm;
const LAZY = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

export function importsOf({ file, text }: Source, files: ReadonlySet<string>): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const found: Import[] = [];
  const add = (name: string, isValue: boolean, isLazy: boolean): void => {
    found.push({ from: file, ...target(file, name, files), isValue, isLazy });
  };
  for (const [, type, names = "", name] of code.matchAll(STATIC)) add(name as string, isValue(type, names), false);
  for (const [, name] of code.matchAll(LAZY)) add(name as string, true, true);
  return found;
}

/** `import { type A, type B } from` takes types alone, too. */
function isValue(type: string | undefined, names: string): boolean {
  if (type !== undefined) return false;
  const inBraces = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  if (inBraces === undefined) return true;
  const each = inBraces
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  return each.some((name) => !name.startsWith("type "));
}

function target(from: string, name: string, files: ReadonlySet<string>): { to: string; isOurs: boolean } {
  if (!name.startsWith(".")) return { to: name, isOurs: false };
  const path = relative(".", join(dirname(from), name))
    .split(sep)
    .join("/");
  const written = [path, path.replace(/\.js$/, ".ts"), path.replace(/\.js$/, ".tsx")];
  return { to: written.find((each) => files.has(each)) ?? path, isOurs: true };
}

/** `@scope/name/deep` → `@scope/name`. */
export function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The folder that a file belongs to; a file that lies loose in `server/` or `sandbox/` is a room of its own. */
export function roomOf(file: string): string {
  const parts = file.split("/");
  if (parts[0] !== "server" && parts[0] !== "sandbox") return parts[0] as string;
  return parts.length === 2 ? file : parts.slice(0, 2).join("/");
}

/** One way round, as names, if there is any. */
export function cycleIn(ways: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of ways.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle !== undefined) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of ways.keys()) {
    const cycle = visit(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

export function waysOf(imports: readonly Import[], nameOf: (file: string) => string): Map<string, Set<string>> {
  const ways = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [a, b] = [nameOf(from), nameOf(to)];
    if (a !== b) ways.set(a, (ways.get(a) ?? new Set()).add(b));
  }
  return ways;
}

/** All files that `start` needs at run time. */
export function reachedFrom(start: string, imports: readonly Import[]): Set<string> {
  const seen = new Set([start]);
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const { from, to, isOurs, isValue } of imports) {
      if (from !== file || !isOurs || !isValue || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}
