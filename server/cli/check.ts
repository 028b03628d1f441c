/** `aftersale check`: everything that is wrong with a merchant's files, before a shopper meets it. */
import { existsSync } from "node:fs";
import { dataDirOf, readShop } from "../config.js";
import { type Connector, TOOL_NAMES } from "../connectors/index.js";
import { formatProblem } from "../problems/index.js";
import { loadShopFiles, PROJECT } from "../shop-files.js";
import { buildCatalogue } from "../tools/index.js";
import { countMoved, movesAsJson, movesOf, tellMoves } from "./check-moves.js";

export interface CheckOptions {
  readonly shop?: string;
  readonly root?: string;
  /** Messages to be decided before and after an edit of the intents, as JSON Lines. */
  readonly messages?: string;
  /** Where a server keeps its data, for the messages of the past. */
  readonly data?: string;
  /** Where what was learned is kept between starts. */
  readonly cache?: string;
  readonly json?: boolean;
  readonly failOnMoved?: boolean;
}

/** @returns the exit code: 1 when the files may not go live or, where that was asked for, something now goes elsewhere */
export async function check(options: CheckOptions): Promise<number> {
  const shop = options.shop === undefined ? undefined : readShop(options.shop);
  const root = options.root ?? PROJECT;
  if (options.messages !== undefined && !existsSync(options.messages)) {
    process.stderr.write(
      `${options.messages} cannot be read. Name a file of JSON Lines, {"text": "…"} each, with --messages.\n`,
    );
    return 2;
  }
  const connected = Object.keys(shop?.connectors ?? {});
  // A shop that has connected nothing yet is checked as if it had connected everything.
  const systems = connected.length === 0 ? Object.keys(TOOL_NAMES) : connected;
  const { shapes, served } = buildCatalogue(systems.map(namesOnly), shop ?? { systems: {}, levels: {}, limits: {} });
  const { files, problems } = await loadShopFiles({
    root,
    locale: shop?.locale ?? "en",
    timeZone: shop?.timeZone ?? "UTC",
    tools: shapes,
    served,
  });
  const say = (text: string): void => void (options.json || process.stdout.write(text));
  for (const problem of problems) say(`${formatProblem(problem)}\n\n`);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  // What is wrong elsewhere does not keep an edit of the intents from being looked at.
  const intentsBroken = problems.some(({ file, severity }) => severity === "error" && file.startsWith("embeddings/"));
  const moves = intentsBroken
    ? undefined
    : await movesOf({ ...options, root, dataDir: options.data ?? dataDirOf(root) });
  if (moves !== undefined) say(`${tellMoves(moves)}\n`);
  if (options.json) {
    const report = { inOrder: files !== undefined, problems, moves: moves === undefined ? null : movesAsJson(moves) };
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  }
  if (files === undefined) {
    say(
      `${count(errors, "error")}, ${count(warnings, "warning")}. These files would not go live; the last good ones keep serving.\n`,
    );
    return 1;
  }
  const { policies, ruleSets, macros, intents, passages } = files;
  if (passages.length > 0) say(`Knowledge: ${count(passages.length, "passage")}.\n`);
  say(
    `In order: ${policies.all.size} policies, ${ruleSets.size} rule sets, ${macros.needs.size} macros, ${intents.length} intents. ${count(warnings, "warning")}.\n`,
  );
  return options.failOnMoved === true && moves !== undefined && countMoved(moves) > 0 ? 1 : 0;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** A system by the names of its tools alone: nothing is connected to check a file. */
function namesOnly(system: string): Connector {
  const names = Object.entries(TOOL_NAMES[system as keyof typeof TOOL_NAMES] ?? {});
  const run = () => Promise.reject(new Error("Checking files calls no tool; this is a bug."));
  return {
    system,
    tools: names.map(([name, capability]) => ({ name, capability, system, run })),
    close: async () => {},
  };
}
