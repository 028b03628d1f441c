import type { Problem } from "../../problems/index.js";
import type { Policy } from "../policy.js";

/** Notes one problem of the policy that is being checked. */
export type Report = (path: string, code: string, message: string, fix: string, severity?: Problem["severity"]) => void;

export function reporter({ file }: Policy, into: Problem[]): Report {
  return (path, code, message, fix, severity = "error") => into.push({ file, path, code, message, fix, severity });
}
