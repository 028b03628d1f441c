/** `aftersale check`: everything that is wrong with a merchant's files, before a shopper meets it. */
import { readFileSync } from "node:fs";
import { parseShop } from "../config.js";
import { TOOL_NAMES } from "../connectors/index.js";
import { formatProblem } from "../problems/index.js";
import { loadShopFiles, PROJECT } from "../shop-files.js";
import { shapesOf } from "../tools/index.js";

export async function check(options: { shop?: string; root?: string }): Promise<number> {
  const shop = options.shop === undefined ? undefined : parseShop(options.shop, readFileSync(options.shop, "utf8"));
  const { files, problems } = await loadShopFiles({
    root: options.root ?? PROJECT,
    locale: shop?.locale ?? "en",
    timeZone: shop?.timeZone ?? "UTC",
    tools: allTools(shop === undefined ? undefined : Object.keys(shop.connectors)),
  });
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n\n`);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  if (files === undefined) {
    process.stdout.write(
      `${errors} errors, ${warnings} warnings. These files would not go live; the last good ones keep serving.\n`,
    );
    return 1;
  }
  const { policies, ruleSets, macros, intents } = files;
  process.stdout.write(
    `In order: ${policies.all.size} policies, ${ruleSets.size} rule sets, ${macros.needs.size} macros, ${intents.length} intents. ${warnings} warnings.\n`,
  );
  return 0;
}

/** The shapes of every tool that the connectors have, without connecting anything. */
export function allTools(systems?: readonly string[]): ReturnType<typeof shapesOf> {
  const named = Object.entries(TOOL_NAMES).filter(([system]) => systems === undefined || systems.includes(system));
  return shapesOf(
    named.flatMap(([, tools]) => Object.entries(tools).map(([name, capability]) => ({ name, capability }))),
  );
}
