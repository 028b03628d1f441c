/** `aftersale check`: everything that is wrong with a merchant's files, before a shopper meets it. */
import { readShop } from "../config.js";
import { type Connector, TOOL_NAMES } from "../connectors/index.js";
import { formatProblem } from "../problems/index.js";
import { loadShopFiles, PROJECT } from "../shop-files.js";
import { buildCatalogue } from "../tools/index.js";

export async function check(options: { shop?: string; root?: string }): Promise<number> {
  const shop = options.shop === undefined ? undefined : readShop(options.shop);
  const connected = Object.keys(shop?.connectors ?? {});
  // A shop that has connected nothing yet is checked as if it had connected everything.
  const systems = connected.length === 0 ? Object.keys(TOOL_NAMES) : connected;
  const { shapes, served } = buildCatalogue(systems.map(namesOnly), shop ?? { systems: {}, levels: {}, limits: {} });
  const { files, problems } = await loadShopFiles({
    root: options.root ?? PROJECT,
    locale: shop?.locale ?? "en",
    timeZone: shop?.timeZone ?? "UTC",
    tools: shapes,
    served,
  });
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n\n`);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  if (files === undefined) {
    process.stdout.write(
      `${count(errors, "error")}, ${count(warnings, "warning")}. These files would not go live; the last good ones keep serving.\n`,
    );
    return 1;
  }
  const { policies, ruleSets, macros, intents } = files;
  process.stdout.write(
    `In order: ${policies.all.size} policies, ${ruleSets.size} rule sets, ${macros.needs.size} macros, ${intents.length} intents. ${count(warnings, "warning")}.\n`,
  );
  return 0;
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
