/** `aftersale coverage`: which ways through the policies no conversation file takes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openClassifier } from "../../../embeddings/index.js";
import { type Coverage, coverageOf, type PolicySet, type WayTaken } from "../../dialogue/index.js";
import { progress } from "../progress.js";
import { failuresOf } from "./failures.js";
import { parseConvo } from "./parse.js";
import { hold } from "./run.js";

export function conversationFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".convo.txt"))
    .sort();
}

/** @returns the exit code: 1 when a way is taken by no conversation, 2 when there is no conversation at all */
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
  const found = coverageOf(policies, taken, failuresOf);
  io.stdout.write(reportOf(found));
  return found.missing.length === 0 ? 0 : 1;
}

export function reportOf({ ways, taken, missing }: Coverage): string {
  const percent = ((100 * taken) / ways).toFixed(1);
  const lines = missing.map(({ file, from, to }) => `  ${file}: ${from} → ${to}`);
  return [
    ...(missing.length > 0 ? ["No conversation takes these ways, or meets these failures:", ...lines, ""] : []),
    `${taken} of ${ways} ways are taken (${percent} %).`,
    "",
  ].join("\n");
}
