/** Builds the merchant's page into `studio/built/`. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * @param out folder that is emptied and filled
 * @throws when a file does not compile
 */
export async function buildStudio(out = join(here, "built")): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: { studio: join(here, "page/main.tsx"), style: join(here, "page/style.css") },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2021",
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: out,
    entryNames: "[name].[hash]",
    legalComments: "none",
    logLevel: "silent",
  });
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  let page = await readFile(join(here, "page/index.html"), "utf8");
  for (const { path, contents } of outputFiles) {
    const name = basename(path);
    await writeFile(join(out, name), contents);
    page = page.replace(name.endsWith(".css") ? "%STYLE%" : "%SCRIPT%", `/studio/${name}`);
  }
  await writeFile(join(out, "index.html"), page);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildStudio();
