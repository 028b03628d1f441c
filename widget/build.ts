/**
 * Builds what browsers get into `widget/built/`: `loader.js`, `chat.html` and hashed files beside it, and `manifest.json`.
 * Run as a command it prints every size and fails above the budget; a shop's visitors pay for each byte.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const builtHere = join(here, "built");

/** In bytes after gzip. */
export const BUDGET = { loader: 3 * 1024, chat: 35 * 1024 } as const;

export interface BuiltFile {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
  readonly brotli: number;
}
export interface Built {
  readonly files: readonly BuiltFile[];
  /** After gzip: what every page of the shop loads, and what opening the chat adds. */
  readonly sizes: { readonly loader: number; readonly chat: number };
}

const common: BuildOptions = {
  bundle: true,
  minify: true,
  target: "es2021",
  legalComments: "none",
  write: false,
  outdir: builtHere,
  logLevel: "silent",
  define: { "process.env.NODE_ENV": '"production"' },
};

/**
 * @param out folder that is emptied and filled
 * @throws when a file does not compile, or when a part is larger than its budget (the message says by how much)
 */
export async function buildWidget(out = builtHere): Promise<Built> {
  const loader = await build({ ...common, entryPoints: [join(here, "loader.ts")], format: "iife" });
  const chat = await build({
    ...common,
    entryPoints: { chat: join(here, "chat/main.tsx"), style: join(here, "chat/style/chat.css") },
    format: "esm",
    splitting: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    entryNames: "[name].[hash]",
    chunkNames: "[name].[hash]",
  });
  const outputs = [...(loader.outputFiles ?? []), ...(chat.outputFiles ?? [])].map(({ path, contents }) => ({
    name: basename(path),
    contents: Buffer.from(contents),
  }));
  const named = (start: string, end: string) => {
    const found = outputs.find(({ name }) => name.startsWith(start) && name.endsWith(end));
    if (!found) throw new Error(`The widget's build made no ${start}*${end} file.`);
    return found;
  };
  const [script, style] = [named("chat.", ".js"), named("style.", ".css")];
  const page = (await readFile(join(here, "chat.html"), "utf8"))
    .replace("%SCRIPT%", `/widget/${script.name}`)
    .replace("%STYLE%", `/widget/${style.name}`)
    .replace("%SCRIPT_INTEGRITY%", integrity(script.contents))
    .replace("%STYLE_INTEGRITY%", integrity(style.contents));

  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "chat.html"), page);
  const files: BuiltFile[] = [];
  for (const { name, contents } of outputs) {
    // The server hands out these two as they are to browsers that take them.
    const [gzip, brotli] = [gzipSync(contents, { level: 9 }), brotliCompressSync(contents)];
    await writeFile(join(out, name), contents);
    await writeFile(join(out, `${name}.gz`), gzip);
    await writeFile(join(out, `${name}.br`), brotli);
    files.push({ name, bytes: contents.length, gzip: gzip.length, brotli: brotli.length });
  }
  const gzipOf = (part: (name: string) => boolean) =>
    files.filter(({ name }) => part(name)).reduce((sum, { gzip }) => sum + gzip, 0);
  // Chunks that opening the chat loads at once are those shared by all; a locale's file is loaded only where it is spoken.
  const sizes = {
    loader: gzipOf((name) => name === "loader.js"),
    chat: gzipOf((name) => /^(chat|style|chunk)\./.test(name)),
  };
  await writeFile(
    join(out, "manifest.json"),
    `${JSON.stringify({ loader: "loader.js", page: "chat.html", script: script.name, style: style.name, sizes, files }, null, 2)}\n`,
  );
  for (const part of ["loader", "chat"] as const) {
    if (sizes[part] > BUDGET[part]) {
      throw new Error(
        `widget: the ${part} has ${sizes[part]} bytes after gzip, ${sizes[part] - BUDGET[part]} more than its budget of ${BUDGET[part]}. ` +
          "Take something out, or load it later.",
      );
    }
  }
  return { files, sizes };
}

function integrity(contents: Buffer): string {
  return `sha384-${createHash("sha384").update(contents).digest("base64")}`;
}

/** One line a file: raw, gzip and brotli, for the log of every build. */
export function formatSizes({ files, sizes }: Built): string {
  const kB = (bytes: number) => `${(bytes / 1024).toFixed(1).padStart(6)} kB`;
  const lines = files.map(
    ({ name, bytes, gzip, brotli }) => `  ${name.padEnd(24)} ${kB(bytes)}  gzip ${kB(gzip)}  brotli ${kB(brotli)}`,
  );
  return [
    "widget:",
    ...lines,
    `  loader ${kB(sizes.loader).trim()} of ${kB(BUDGET.loader).trim()}, chat ${kB(sizes.chat).trim()} of ${kB(BUDGET.chat).trim()} (gzip)`,
  ].join("\n");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${formatSizes(await buildWidget())}\n`);
}
