/** `npm run bench`, or one of them: `npm run bench -- turn`. Figures are to be read beside each other, not across machines. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Parts of others, and the load test, which takes minutes: `npm run bench:load`. */
const NOT_ALONE = /^(all|turn-server|load.*|.*\.test)\.ts$/;
const wanted = process.argv.slice(2);
const benches = readdirSync(here).filter((name) => name.endsWith(".ts") && !NOT_ALONE.test(name));
for (const bench of benches.filter((name) => wanted.length === 0 || wanted.includes(name.replace(/\.ts$/, "")))) {
  process.stdout.write(`\n== ${bench.replace(/\.ts$/, "")}\n`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", `${here}${bench}`], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
