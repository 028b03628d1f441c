import type {
  IntentDoc,
  OutcomeDoc,
  PassageDoc,
  PolicyDoc,
  ProblemDoc,
  RuleDoc,
  RuleSetDoc,
  StepDoc,
  StudioData,
} from "./data.js";

interface TextFile {
  readonly file: string;
  readonly text: string;
}

export interface StudioSources {
  readonly shop: string;
  /** ISO 8601. */
  readonly readAt: string;
  /** The main locale; macros of others are not shown. */
  readonly locale: string;
  readonly policies: readonly TextFile[];
  readonly rules: readonly TextFile[];
  /** Named `policies/macros/<locale>/<group>.json`. */
  readonly macros: readonly TextFile[];
  readonly intents: readonly TextFile[];
  /** Approved answers; none when left out. */
  readonly passages?: readonly PassageDoc[];
  readonly problems: readonly ProblemDoc[];
  readonly outcomes: readonly OutcomeDoc[];
}

/**
 * Reads the merchant's files for showing. Files that do not parse, and parts of an unexpected shape, are left out: loading
 * has reported them among `problems`, and the studio must show just that.
 */
export function studioDataOf(sources: StudioSources): StudioData {
  const { shop, readAt, locale, problems, outcomes } = sources;
  return {
    shop,
    readAt,
    policies: sources.policies.flatMap((file) => policyOf(file)),
    ruleSets: sources.rules.flatMap((file) => ruleSetOf(file)),
    macros: Object.assign({}, ...sources.macros.map((file) => macrosOf(file, locale))) as Record<string, string>,
    intents: sources.intents.flatMap((file) => intentOf(file)),
    passages: (sources.passages ?? []).map(passageOf),
    problems,
    outcomes,
  };
}

function passageOf({ id, title, source, text: said, locale, questions }: PassageDoc): PassageDoc {
  return { id, title, source, text: said, ...(locale !== undefined && { locale }), questions };
}

function policyOf(file: TextFile): PolicyDoc[] {
  const json = read(file);
  if (json === undefined) return [];
  return [
    {
      file: file.file,
      id: text(json.id),
      title: text(json.title),
      when: text(json.when),
      intents: texts(json.intents),
      systems: texts(json.systems),
      steps: list(json.steps).flatMap((step) =>
        isObject(step) && typeof step.id === "string" ? [step as StepDoc] : [],
      ),
    },
  ];
}

function ruleSetOf(file: TextFile): RuleSetDoc[] {
  const json = read(file);
  if (json === undefined) return [];
  const rules = list(json.rules).flatMap((rule): RuleDoc[] => {
    if (!isObject(rule) || !isObject(rule.event)) return [];
    return [
      {
        name: text(rule.name),
        conditions: rule.conditions,
        event: {
          type: text(rule.event.type),
          ...(isObject(rule.event.params) ? { params: rule.event.params } : {}),
        },
        ...(typeof rule.priority === "number" ? { priority: rule.priority } : {}),
      },
    ];
  });
  return [{ file: file.file, id: text(json.id), title: text(json.title), rules }];
}

function macrosOf(file: TextFile, locale: string): Record<string, string> {
  const [, from, group] = /macros\/([^/]+)\/([^/]+)\.json$/.exec(file.file) ?? [];
  if (from !== locale) return {};
  const entries = Object.entries(read(file) ?? {}).filter(([, words]) => typeof words === "string");
  return Object.fromEntries(entries.map(([name, words]) => [`${group}.${name}`, words as string]));
}

function intentOf(file: TextFile): IntentDoc[] {
  const json = read(file);
  if (json === undefined) return [];
  const { id, title, description, utterances } = json;
  return [{ id: text(id), title: text(title), description: text(description), utterances: list(utterances).length }];
}

function read({ text: source }: TextFile): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(source.replace(/^\uFEFF/, ""));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): string[] => list(value).filter((one): one is string => typeof one === "string");
