import { joinPath, nearestName, type Problem } from "../problems/index.js";
import type { RuleProblemCode } from "./errors.js";

/** Notes one problem of the file that is being loaded. */
export type Report = (
  code: RuleProblemCode,
  path: readonly PropertyKey[],
  message: string,
  fix: string,
  severity?: Problem["severity"],
) => void;

export function reporter(file: string, into: Problem[]): Report {
  return (code, path, message, fix, severity = "error") => {
    into.push({ file, path: joinPath("", path), code, message, fix, severity });
  };
}

/** The end of a `fix` sentence: the nearest name, else all of them. */
export function suggestion(written: string, known: readonly string[]): string {
  const near = nearestName(written, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? "there are none here." : `known are ${known.slice(0, 30).join(", ")}.`;
}
