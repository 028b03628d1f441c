#!/usr/bin/env node
// The command `aftersale`. TypeScript is run as it stands (tsx); the command itself begins in cli/main.ts.
const tsx = await import("tsx/esm/api").catch(() => undefined);
if (tsx === undefined) {
  process.stderr.write("The packages are not installed yet. Run `npm start` once (or `node server/setup.mjs`).\n");
  process.exit(1);
}
tsx.register();
const { main } = await import("./cli/main.ts");
process.exitCode = await main(process.argv.slice(2));
