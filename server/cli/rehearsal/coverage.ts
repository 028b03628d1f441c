/** `aftersale coverage`: which ways through the policies no conversation file takes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { openClassifier } from "../../../embeddings/index.js";
import { type Coverage, coverageOf, type PolicySet, type WayTaken } from "../../dialogue/index.js";
import { progress } from "../progress.js";
import { parseConvo } from "./parse.js";
import { hold } from "./run.js";

/** A way that is known not to be taken, with the reason; in `not-walked.json` beside the files. It may only get shorter. */
const Exceptions = z.array(
  z.strictObject({ policy: z.string(), from: z.string(), to: z.string(), why: z.string().min(10) }),
);
export type Exception = z.infer<typeof Exceptions>[number];

export function conversationFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".convo.txt"))
    .sort();
}

/** @returns the exit code: 1 when a way is taken by no conversation and nobody has said why */
export async function coverage(folder: string, io: Pick<NodeJS.Process, "stdout" | "stderr">): Promise<number> {
  const files = conversationFiles(folder);
  if (files.length === 0) {
    io.stderr.write(`${folder} holds no *.convo.txt file: name a folder that does.\n`);
    return 2;
  }
  const classifier = await openClassifier({ onProgress: progress(io.stderr, "Learning the intents' examples") });
  const bar = progress(io.stderr, "Holding conversations");
  const taken: WayTaken[] = [];
  let policies: PolicySet | undefined;
  for (const [at, file] of files.entries()) {
    bar(at, files.length);
    const convo = parseConvo(file, readFileSync(join(folder, file), "utf8"));
    await hold(convo, {
      classifier,
      onWays: (ways) => taken.push(...ways),
      onPolicies: (set) => {
        policies = set;
      },
    });
  }
  bar(files.length, files.length);
  await classifier.close();
  if (policies === undefined) return 2;
  const found = coverageOf(policies, taken);
  const open = unexplained(found, folder);
  io.stdout.write(reportOf(found, open));
  return open.length === 0 ? 0 : 1;
}

/** What is missing and stands in no list of exceptions. */
export function unexplained({ missing }: Coverage, folder: string): Coverage["missing"] {
  const file = join(folder, "not-walked.json");
  const exceptions = existsSync(file) ? Exceptions.parse(JSON.parse(readFileSync(file, "utf8"))) : [];
  const keys = new Set(exceptions.map(({ policy, from, to }) => `${policy}/${from}/${to}`));
  return missing.filter(({ policy, from, to }) => !keys.has(`${policy}/${from}/${to}`));
}

export function reportOf({ ways, taken, missing }: Coverage, open: Coverage["missing"]): string {
  const percent = ((100 * taken) / ways).toFixed(1);
  const lines = open.map(({ file, from, to }) => `  ${file}: ${from} → ${to}`);
  return [
    ...(open.length > 0 ? ["No conversation takes these ways:", ...lines, ""] : []),
    `${taken} of ${ways} ways are taken (${percent} %); ${missing.length - open.length} more are listed in not-walked.json.`,
    "",
  ].join("\n");
}
