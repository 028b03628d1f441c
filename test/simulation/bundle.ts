/**
 * The simulation and the server as one JavaScript file in a temporary folder, with changes made to the sources on the way:
 * the shared tree is never touched. For mutants, and for starting fast.
 */
import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A change to one source: `find` must be there exactly once, or the bundle is not made. */
export interface Change {
  /** From the root of the project, with slashes. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/**
 * @param entry from the root of the project
 * @param options `root`: another copy of the project; `isWhole`: with the packages in it, for a process that starts often
 * @throws {Error} a change no longer fits its source
 */
export async function bundle(
  entry: string,
  outfile: string,
  changes: readonly Change[] = [],
  { root = ROOT, isWhole = false }: { readonly root?: string; readonly isWhole?: boolean } = {},
): Promise<void> {
  const made = new Set<Change>();
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    nodePaths: [join(ROOT, "node_modules")],
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: isWhole ? false : "inline",
    sourcesContent: false,
    logLevel: "silent",
    ...(isWhole && { banner: { js: REQUIRE }, minifyWhitespace: true, minifySyntax: true }),
    plugins: [isWhole ? nativeOnesWhereTheyAre : packagesWhereTheyAre, sourcesWith(changes, made, root)],
  });
  const missed = changes.find((change) => !made.has(change));
  if (missed !== undefined) throw new Error(`${missed.file} is not part of ${entry}: the change to it was not made.`);
}

/** The file will not lie beside `node_modules`: packages are named by their place. */
const packagesWhereTheyAre: Plugin = {
  name: "packages-where-they-are",
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      if (path.startsWith("node:")) return { path, external: true };
      return { path: import.meta.resolve(path), external: true };
    });
  },
};

/** What is compiled for the machine, or large and not needed, stays where it is. */
const OUTSIDE =
  /^(better-sqlite3|hnswlib-node|@xenova\/|onnxruntime|sharp|pg-native|esbuild|bufferutil|utf-8-validate)/;

const nativeOnesWhereTheyAre: Plugin = {
  name: "native-ones-where-they-are",
  setup(builder) {
    builder.onResolve({ filter: OUTSIDE }, ({ path }) => {
      try {
        return { path: import.meta.resolve(path), external: true };
      } catch {
        return { path, external: true };
      }
    });
  },
};

/** Packages of the old kind ask for `require`. */
const REQUIRE = [
  'import { createRequire as makeRequire } from "node:module";',
  `const require = makeRequire(${JSON.stringify(pathToFileURL(join(ROOT, "package.json")).href)});`,
].join(" ");

function sourcesWith(changes: readonly Change[], made: Set<Change>, root: string): Plugin {
  return {
    name: "sources-with-changes",
    setup(builder) {
      builder.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
        const name = relative(root, path).split(sep).join("/");
        let text = await readFile(path, "utf8");
        for (const change of changes.filter(({ file }) => file === name)) {
          text = changed(text, change);
          made.add(change);
        }
        // Sources find their data by their own place, which is not where the bundle lies.
        const contents = text
          .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
          .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)));
        return { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}

function changed(text: string, { file, find, put }: Change): string {
  const places = text.split(find).length - 1;
  if (places === 1) return text.replace(find, () => put);
  throw new Error(
    `${file}: expected exactly one place that reads\n${find}\nand found ${places}. ` +
      "The source has moved on: write the mutant anew in test/simulation/mutants.ts.",
  );
}
