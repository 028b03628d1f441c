import { jsonPlaces } from "./json-place.js";
import type { Problem } from "./problem.js";

export interface MerchantFile {
  /** As shown in problems: relative, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 12;
/** Keys by which a file could reach into JavaScript's own objects. */
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** JSON text to plain data, or the problems that keep it from being read. Never throws. */
export function parseMerchantFile({ file, text }: MerchantFile): { json: unknown; problems: Problem[] } {
  const refuse = (code: string, message: string, fix: string): { json: undefined; problems: Problem[] } => ({
    json: undefined,
    problems: [{ file, path: "", code, message, fix, severity: "error" }],
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) {
    const kilobytes = Math.ceil(bytes / 1024);
    return refuse("FILE_TOO_LARGE", `The file has ${kilobytes} kB; at most 256 kB are read.`, "Split it in two.");
  }
  const content = text.replace(/^\uFEFF/, "");
  const { breaksAt, keys } = jsonPlaces(content);
  const lineOf = (at: number): number => content.slice(0, at).split("\n").length;
  if (breaksAt !== undefined) {
    const line = lineOf(breaksAt);
    return refuse(
      "FILE_NOT_JSON",
      `This is not valid JSON: line ${line} breaks at ${shown(content, breaksAt)}.`,
      `Look at line ${line} and the one before: often a comma or a quote is missing or one too many.`,
    );
  }
  const twice = keys.find(({ isAgain }) => isAgain);
  if (twice !== undefined) {
    const line = lineOf(twice.at);
    return refuse(
      "FILE_KEY_TWICE",
      `The key "${twice.key}" stands twice in one object; the second time in line ${line}.`,
      "Remove one of the two, or rename it: only the last one would count.",
    );
  }
  const forbidden = keys.find(({ key }) => FORBIDDEN.has(key));
  if (forbidden !== undefined) {
    const line = lineOf(forbidden.at);
    return refuse(
      "FILE_FORBIDDEN_KEY",
      `The key "${forbidden.key}" in line ${line} is not allowed anywhere.`,
      "Rename the key.",
    );
  }
  const json: unknown = JSON.parse(content);
  if (depthOf(json) > MAX_DEPTH) {
    return refuse("FILE_TOO_DEEP", `Lists and objects are nested more than ${MAX_DEPTH} deep.`, "Flatten it.");
  }
  return { json, problems: [] };
}

function shown(text: string, at: number): string {
  const rest = text.slice(at).split("\n")[0]?.trim() ?? "";
  if (rest === "") return at >= text.length ? "the end of the file" : "the end of the line";
  return `“${rest.length > 20 ? `${rest.slice(0, 20)}…` : rest}”`;
}

function depthOf(value: unknown): number {
  let deepest = 0;
  const open: [unknown, number][] = [[value, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next;
    if (typeof node !== "object" || node === null) continue;
    deepest = Math.max(deepest, depth);
    for (const child of Object.values(node)) open.push([child, depth + 1]);
  }
  return deepest;
}
