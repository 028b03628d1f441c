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
  const problem = (
    path: string,
    code: string,
    message: string,
    fix: string,
  ): { json: undefined; problems: Problem[] } => ({
    json: undefined,
    problems: [{ file, path, code, message, fix, severity: "error" }],
  });
  if (Buffer.byteLength(text) > MAX_BYTES) {
    const kilobytes = Math.ceil(Buffer.byteLength(text) / 1024);
    return problem("", "FILE_TOO_LARGE", `The file has ${kilobytes} kB; at most 256 kB are read.`, "Split it in two.");
  }
  let json: unknown;
  const forbidden: string[] = [];
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""), (key, value) => {
      if (FORBIDDEN.has(key)) forbidden.push(key);
      return value;
    });
  } catch (error) {
    const { line, hint } = whereJsonBreaks(text, (error as Error).message);
    return problem(
      "",
      "FILE_NOT_JSON",
      `This is not valid JSON, near line ${line}: ${hint}.`,
      `Look at line ${line}: often a comma or a quote is missing or one too many.`,
    );
  }
  if (forbidden.length > 0) {
    return problem("", "FILE_FORBIDDEN_KEY", `The key "${forbidden[0]}" is not allowed anywhere.`, "Rename the key.");
  }
  if (depthOf(json) > MAX_DEPTH) {
    return problem("", "FILE_TOO_DEEP", `Lists and objects are nested more than ${MAX_DEPTH} deep.`, "Flatten it.");
  }
  return { json, problems: [] };
}

function whereJsonBreaks(text: string, message: string): { line: number; hint: string } {
  const at = /position (\d+)/.exec(message)?.[1];
  const position = at === undefined ? text.length : Number(at);
  const line = text.slice(0, position).split("\n").length;
  return { line, hint: message.replace(/ in JSON at position \d+.*$/s, "").replace(/\.$/, "") };
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
