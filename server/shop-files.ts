/**
 * Reads everything that a merchant writes (policies, rules, macros, intents) and checks it as a whole. The only code that
 * knows where these files lie.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Intent, type LoadedIntents, loadIntents } from "../embeddings/index.js";
import { CAPABILITIES } from "./connectors/index.js";
import { type Decision, decide, loadRuleSets, type RuleSet } from "./decisions/index.js";
import { loadPolicies, type PolicySet, type ToolShape } from "./dialogue/index.js";
import type { MerchantFile, Problem } from "./problems/index.js";
import { loadMacros, type Macros } from "./replies/index.js";
import { loadKnowledge, type Passage } from "./understanding/index.js";

/** The folder that holds `policies/`, `rules/` and `embeddings/`: the project itself, unless a shop has its own. */
export const PROJECT = fileURLToPath(new URL("..", import.meta.url));

export interface ShopFiles {
  readonly policies: PolicySet;
  readonly ruleSets: ReadonlyMap<string, RuleSet>;
  readonly macros: Macros;
  readonly intents: readonly Intent[];
  /** Approved answers; none where the shop has no `policies/knowledge/`. */
  readonly passages: readonly Passage[];
  /** The same as text, for the studio. */
  readonly texts: ShopTexts;
  decide(ruleSet: string, facts: Readonly<Record<string, unknown>>, at: number): Promise<Decision>;
}

export interface LoadShopOptions {
  readonly root: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly tools: ReadonlyMap<string, ToolShape>;
  /** Tools that a connected system serves; all when left out. */
  readonly served?: ReadonlySet<string>;
  /** Those that the classifier has learned; else they are read. */
  readonly intents?: LoadedIntents;
}

/** What a merchant has written, as it lies in the folders. */
export type ShopTexts = Readonly<
  Record<"policies" | "rules" | "macros" | "intents" | "knowledge", readonly MerchantFile[]>
>;

export async function readShopTexts(root: string): Promise<ShopTexts> {
  const read = (folder: string, ending: string): Promise<MerchantFile[]> => readFiles(root, folder, ending);
  return {
    policies: await read("policies", ".policy.json"),
    rules: await read("rules", ".rules.json"),
    macros: await read("policies/macros", ".json"),
    intents: await read("embeddings/intents", ".json"),
    knowledge: await read("policies/knowledge", ".md"),
  };
}

/** What is learned from the intents lasts longer than one set of the other files, and is not part of its name. */
export function setIdOf({ intents: _, ...texts }: ShopTexts): string {
  const hash = createHash("sha256");
  for (const { file, text } of Object.values(texts).flat()) hash.update(`${file}\0${text.length}\0${text}`);
  return hash.digest("hex").slice(0, 16);
}

export async function loadShopFiles(options: LoadShopOptions): Promise<{ files?: ShopFiles; problems: Problem[] }> {
  return checkShopTexts(await readShopTexts(options.root), options);
}

/** @returns `files` only when nothing is wrong enough to keep it from going live */
export async function checkShopTexts(
  texts: ShopTexts,
  options: LoadShopOptions,
): Promise<{ files?: ShopFiles; problems: Problem[] }> {
  const { root, locale, timeZone } = options;
  const { intents, problems: intentProblems } =
    options.intents ?? (await loadIntents(join(root, "embeddings", "intents")));
  const shapes = Object.fromEntries(Object.entries(CAPABILITIES).map(([name, { result }]) => [name, result]));
  await otherWork();
  const rules = loadRuleSets(texts.rules, { shapes });
  await otherWork();
  const { macros, problems: macroProblems } = loadMacros(texts.macros, {
    defaultLocale: locale,
    timeZone,
  });
  await otherWork();
  const { policies, problems: policyProblems } = loadPolicies(texts.policies, {
    tools: options.tools,
    ...(options.served && { served: options.served }),
    ruleSets: rules.ruleSets,
    macros: macros.needs,
    locale,
    intents: new Map(intents.map((intent) => [intent.id, intent])),
  });
  // A set that was kept before there were passages has none.
  const { passages, problems: knowledgeProblems } = loadKnowledge(texts.knowledge ?? []);
  const ignored = [
    ...(await ignoredFiles(root, "policies")),
    ...(await ignoredFiles(root, "rules")),
    ...(await ignoredPassages(root)),
  ];
  const problems = [
    ...policyProblems,
    ...rules.problems,
    ...macroProblems,
    ...intentProblems,
    ...knowledgeProblems,
    ...ignored,
  ];
  if (policies === undefined || problems.some(({ severity }) => severity === "error")) return { problems };
  const files: ShopFiles = {
    policies,
    ruleSets: rules.ruleSets,
    macros,
    intents,
    passages,
    texts,
    async decide(id, facts, at) {
      const ruleSet = rules.ruleSets.get(id);
      if (ruleSet === undefined)
        throw new Error(`No rule set is called "${id}". Loading checks every name; this is a bug.`);
      return decide(ruleSet, facts, at);
    },
  };
  return { files, problems };
}

/** Shoppers are served between the parts of a check that runs while the server does. */
function otherWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What lies beside these has readers of its own, or none. */
const OTHERS = /^(macros|knowledge|schema)\//;

/** A file whose name lacks its ending is a file that a merchant believes to be live. */
async function ignoredFiles(root: string, folder: "policies" | "rules"): Promise<Problem[]> {
  const ending = folder === "policies" ? ".policy.json" : ".rules.json";
  const names = await namesIn(join(root, folder), ".json");
  return names
    .filter((name) => !name.endsWith(ending) && !OTHERS.test(name))
    .map((name) => ({
      file: `${folder}/${name}`,
      path: "",
      code: "FILE_IGNORED",
      message: `Only files that end in ${ending} are read here.`,
      fix: `Call it ${name.replace(/(\.\w+)?\.json$/, ending)}, or move it elsewhere.`,
      severity: "warning",
    }));
}

async function ignoredPassages(root: string): Promise<Problem[]> {
  const names = await namesIn(join(root, "policies", "knowledge"), "");
  return names
    .filter((name) => /[^/.][^/]*\.\w+$/.test(name) && !/(^|\/)\./.test(name) && !name.endsWith(".md"))
    .map((name) => ({
      file: `policies/knowledge/${name}`,
      path: "",
      code: "FILE_IGNORED",
      message: "Only files that end in .md are read here.",
      fix: `Call it ${name.replace(/\.\w+$/, ".md")}, or move it elsewhere.`,
      severity: "warning",
    }));
}

async function namesIn(folder: string, ending: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder, { recursive: true });
  return names
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name.endsWith(ending))
    .sort();
}

async function readFiles(root: string, folder: string, ending: string): Promise<MerchantFile[]> {
  const start = join(root, folder);
  const names = await namesIn(start, ending);
  return Promise.all(
    names.map(async (name) => ({
      file: relative(root, join(start, name)).split(sep).join("/"),
      text: await readFile(join(start, name), "utf8"),
    })),
  );
}
