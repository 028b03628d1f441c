/** A small shop in memory: the files of one policy, to be changed and loaded. */
import { readdirSync, readFileSync } from "node:fs";
import { CAPABILITIES, type Connector, TOOL_NAMES } from "../../server/connectors/index.js";
import { decide, loadRuleSets } from "../../server/decisions/index.js";
import { type DialogueRooms, loadPolicies, type PolicySet } from "../../server/dialogue/index.js";
import type { MerchantFile, Problem } from "../../server/problems/index.js";
import { loadMacros, type Macros } from "../../server/replies/index.js";
import { buildCatalogue } from "../../server/tools/index.js";

// biome-ignore lint/suspicious/noExplicitAny: files are broken on purpose here, in every way that JSON allows.
export type Json = any;

export interface Files {
  policy: Json;
  rules: Json;
  macros: Record<string, string>;
  intents: Map<string, { title: string }>;
  /** Further files, or the policy's own text instead of `policy`. */
  more: MerchantFile[];
}

/** The three files of `docs/first-policy.md`: what stands there is what is tested here. */
const [POLICY = "", RULES = "", MACROS = ""] = [
  ...readFileSync("docs/first-policy.md", "utf8").matchAll(/^```json\n([\s\S]*?)^```$/gm),
].map(([, text]) => text);

export function returns(): Files {
  return {
    policy: JSON.parse(POLICY),
    rules: JSON.parse(RULES),
    macros: JSON.parse(MACROS),
    intents: new Map([
      ["refund", { title: "Get money back" }],
      ["wismo", { title: "Where is my order?" }],
      ["human_agent", { title: "A person" }],
    ]),
    more: [],
  };
}

const EN = "policies/macros/en";
const BUILT_IN = ["repair", "handoff", "identify", "card", "mail"].map((name) => ({
  file: `${EN}/${name}.json`,
  text: readFileSync(`${EN}/${name}.json`, "utf8"),
}));
const OPTIONS = { defaultLocale: "en", timeZone: "UTC" };

/** Every tool that there is, by name alone. */
export function allTools() {
  const connectors = Object.entries(TOOL_NAMES).map(([system, tools]): Connector => {
    const run = () => Promise.reject(new Error("nothing is called here"));
    const named = Object.entries(tools).map(([name, capability]) => ({ name, capability, system, run }));
    return { system, tools: named, close: async () => undefined };
  });
  return buildCatalogue(connectors, { systems: {}, levels: {}, limits: {} }).shapes;
}

export interface Loaded {
  readonly policies: PolicySet | undefined;
  readonly problems: Problem[];
  readonly rooms: DialogueRooms;
  readonly macros: Macros;
}

export function load(files: Files): Loaded {
  const { policy, rules, macros, more, intents } = files;
  const shapes = Object.fromEntries(Object.entries(CAPABILITIES).map(([name, { result }]) => [name, result]));
  const text = (value: Json): string => JSON.stringify(value, undefined, 2);
  const own: MerchantFile[] =
    policy === undefined ? [] : [{ file: "policies/returns.policy.json", text: text(policy) }];
  const ruleSets = loadRuleSets(
    [{ file: "rules/return-stage.rules.json", text: text(rules) }, ...more.filter(({ file }) => /^rules\//.test(file))],
    { shapes },
  );
  const ownMacros = { file: `${EN}/returns.json`, text: text(macros) };
  const texts = [...BUILT_IN, ownMacros, ...more.filter(({ file }) => /\/macros\//.test(file))];
  const loaded = loadMacros([...new Map(texts.map((each) => [each.file, each])).values()], OPTIONS);
  const { policies, problems } = loadPolicies([...own, ...more.filter(({ file }) => /\.policy\.json$/.test(file))], {
    tools: allTools(),
    ruleSets: ruleSets.ruleSets,
    macros: loaded.macros.needs,
    locale: "en",
    intents,
  });
  const rooms: DialogueRooms = {
    policies: policies as PolicySet,
    decide: async (id, facts, at) => {
      const ruleSet = ruleSets.ruleSets.get(id);
      if (ruleSet === undefined) throw new Error(`no rule set ${id}`);
      return decide(ruleSet, facts, at);
    },
  };
  const all = [...problems, ...ruleSets.problems, ...loaded.problems];
  return { policies, problems: all, rooms, macros: loaded.macros };
}

/** The shop's own files, as they are shipped. */
export function shipped(): Loaded & { readonly policies: PolicySet } {
  const read = (folder: string, ending: string): MerchantFile[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, "utf8") }));
  const intents = new Map(
    read("embeddings/intents", ".json").map(({ text }) => {
      const { id, title } = JSON.parse(text) as { id: string; title: string };
      return [id, { title }] as const;
    }),
  );
  const more = [...read("policies", ".policy.json"), ...read("rules", ".rules.json"), ...read(EN, ".json")];
  const { policies, problems, ...rest } = load({ ...returns(), policy: undefined, intents, more });
  const errors = problems.filter(({ severity }) => severity === "error");
  if (policies === undefined || errors.length > 0) throw new Error(JSON.stringify(errors, undefined, 2));
  return { policies, problems, ...rest };
}

export function file(name: string, value: Json): MerchantFile {
  return { file: `policies/${name}.policy.json`, text: typeof value === "string" ? value : JSON.stringify(value) };
}
