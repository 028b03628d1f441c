#!/usr/bin/env node
// The command `aftersale`, which begins in cli/main.ts.
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compiled } from "./compile.mjs";

if (!existsSync(fileURLToPath(new URL("../node_modules/esbuild", import.meta.url)))) {
  process.stderr.write("The packages are not installed yet. Run `npm start` once (or `node server/setup.mjs`).\n");
  process.exit(1);
}
// Stack traces name the TypeScript's own lines.
process.setSourceMapsEnabled(true);
const { main } = await load();
process.exitCode = await main(process.argv.slice(2));

async function load() {
  try {
    return await import(pathToFileURL(await compiled("server/cli/main.ts")).href);
  } catch (error) {
    if (!["EACCES", "EROFS", "ENOSPC"].includes(error?.code)) throw error;
    // Nothing can be kept beside the project: slower and larger, but the same.
    (await import("tsx/esm/api")).register();
    return import("./cli/main.ts");
  }
}
