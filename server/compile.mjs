/**
 * The project's TypeScript as JavaScript, in `.aftersale/code/`: made when it is first asked for, and anew whenever a
 * source has changed. A loader that translates at run time is a thread of its own, with a heap of its own: measured, it
 * costs 50 MB of resident memory and 0.9 s of processor time at each start.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CODE = join(ROOT, ".aftersale", "code");
const FOLDERS = ["server", "embeddings", "sandbox", "studio", "widget"];
const KEPT_MS = 86_400_000;

/**
 * @param {string} entry path of a `.ts` file in the project, from its root
 * @returns {Promise<string>} the JavaScript file that does the same
 */
export async function compiled(entry) {
  const folder = join(CODE, `${basename(entry, ".ts")}-${keyOf(entry)}`);
  const file = join(folder, "main.mjs");
  if (!existsSync(file)) await compile(entry, folder);
  return file;
}

/** Changes when any source does, or the place where the project lies. */
function keyOf(entry) {
  const hash = createHash("sha256").update(`${ROOT} ${entry} ${process.versions.node}\n`);
  const files = [...FOLDERS, dirname(entry)].flatMap((folder) => sourcesIn(join(ROOT, folder)));
  for (const file of [...files, fileURLToPath(import.meta.url), join(ROOT, "package-lock.json")]) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((found) => {
    const path = join(folder, found.name);
    if (found.isDirectory()) return found.name === "built" || found.name === "model" ? [] : sourcesIn(path);
    return /\.tsx?$/.test(found.name) ? [path] : [];
  });
}

async function compile(entry, folder) {
  const { build } = await import("esbuild");
  const unfinished = `${folder}.${randomBytes(6).toString("hex")}`;
  try {
    await build({
      entryPoints: [{ in: join(ROOT, entry), out: "main" }],
      outdir: unfinished,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
      sourcemap: "linked",
      sourcesContent: false,
      logLevel: "silent",
      plugins: [{ name: "where-it-stood", setup: keepPlaces }],
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process may have made the same in the meantime.
    if (!existsSync(folder)) throw error;
  }
  forgetOld();
}

/** Sources find their data by their own place, which is not where the JavaScript lies. */
function keepPlaces(build) {
  build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const text = await readFile(path, "utf8");
    const contents = text
      .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
      .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)));
    return { contents, loader: "ts" };
  });
}

/** Not at once: a server that still runs from it may load a part of it later. */
function forgetOld() {
  for (const name of readdirSync(CODE)) {
    const path = join(CODE, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
