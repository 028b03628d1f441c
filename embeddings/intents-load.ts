import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Problem, parseMerchantFile, problemsOf } from "../server/problems/index.js";

/** The intents that the product ships with. */
export const DEFAULT_INTENTS_DIR = fileURLToPath(new URL("./intents", import.meta.url));

/** The intent of messages that no policy acts on. Every set of intents has it. */
export const OUT_OF_SCOPE = "out_of_scope";

const MAX_UTTERANCE = 2_000;
/** Below this an intent is learned badly; a dozen wordings is little, fifty is good. */
const THIN = 12;

const Text = z
  .string()
  .max(MAX_UTTERANCE, `At most ${MAX_UTTERANCE} characters are read.`)
  .refine((text) => text.trim() !== "", "An utterance cannot be empty.");

const IntentId = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "Lower-case letters, digits and _ only.");

const UtteranceEntry = z.union([
  Text.describe("What a shopper wrote."),
  z.strictObject({
    text: Text.describe("What a shopper wrote."),
    also: z.array(IntentId).optional().describe("Further wishes in the same message, in order."),
    style: z.array(z.string()).optional().describe("How it is written; only used to group results of an evaluation."),
    topic: z.string().optional().describe("What it is about, where no policy acts on it."),
  }),
]);

export const IntentFile = z.strictObject({
  $schema: z.string().optional(),
  id: IntentId.describe("The file's name without .json. Policies name it in their `intents`."),
  title: z.string().min(1).max(80).describe('Shown on a button when the shopper is asked "Did you mean …?".'),
  description: z.string().describe("What belongs here and what does not; for the people who add utterances."),
  utterances: z
    .array(UtteranceEntry)
    .describe("One a line. Add what your shoppers really write, typing errors included."),
});

export interface Utterance {
  readonly text: string;
  readonly intent: string;
  /** Further wishes, in order. */
  readonly also: readonly string[];
  readonly style: readonly string[];
  readonly topic?: string;
}

export interface Intent {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export interface LoadedIntents {
  readonly intents: readonly Intent[];
  readonly utterances: readonly Utterance[];
  /** All that is wrong, over all files. With an error among them, do not use the intents. */
  readonly problems: readonly Problem[];
}

/** Reads and checks all `*.json` in a folder of intents. Files come in order of their names. Never throws. */
export async function loadIntents(intentsDir: string = DEFAULT_INTENTS_DIR): Promise<LoadedIntents> {
  const shown = join(basename(dirname(intentsDir)), basename(intentsDir)).replaceAll("\\", "/");
  const names = (await readdir(intentsDir).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
  const intents: Intent[] = [];
  const found: Placed[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const file = `${shown}/${name}`;
    const text = await readFile(join(intentsDir, name), "utf8");
    const { json, problems: unreadable } = parseMerchantFile({ file, text });
    problems.push(...unreadable);
    if (json === undefined) continue;
    const parsed = IntentFile.safeParse(json, { reportInput: true });
    if (!parsed.success) {
      problems.push(...problemsOf(file, "INTENT_INVALID", parsed.error.issues));
      continue;
    }
    const { id, title, description, utterances } = parsed.data;
    if (`${id}.json` !== name) {
      problems.push({
        file,
        path: "id",
        code: "INTENT_ID_MISMATCH",
        message: `The id is "${id}", but the file is called ${name}.`,
        fix: `Rename the file to ${id}.json, or write "${basename(name, ".json")}" as id.`,
        severity: "error",
      });
    }
    intents.push({ id, title, description });
    for (const [position, entry] of utterances.entries()) {
      const full = typeof entry === "string" ? { text: entry } : entry;
      const { also = [], style = [], topic } = full;
      const utterance = { text: full.text, intent: id, also, style, ...(topic === undefined ? {} : { topic }) };
      found.push({ utterance, file, path: `utterances[${position}]` });
    }
  }
  problems.push(...crossCheck(intents, found, shown));
  return { intents, utterances: found.map(({ utterance }) => utterance), problems };
}

interface Placed {
  readonly utterance: Utterance;
  readonly file: string;
  readonly path: string;
}

function crossCheck(intents: readonly Intent[], found: readonly Placed[], folder: string): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set(intents.map(({ id }) => id));
  if (!ids.has(OUT_OF_SCOPE)) {
    problems.push({
      file: folder,
      path: "",
      code: "INTENT_OUT_OF_SCOPE_MISSING",
      message: `There is no usable ${OUT_OF_SCOPE}.json, so every message would be taken for one of the other intents.`,
      fix: `Add ${OUT_OF_SCOPE}.json with messages that no policy should act on.`,
      severity: "error",
    });
  }
  const first = new Map<string, Placed>();
  const count = new Map<string, number>();
  for (const placed of found) {
    const { utterance, file, path } = placed;
    count.set(utterance.intent, (count.get(utterance.intent) ?? 0) + 1);
    for (const [position, other] of utterance.also.entries()) {
      if (ids.has(other)) continue;
      problems.push({
        file,
        path: `${path}.also[${position}]`,
        code: "INTENT_UNKNOWN",
        message: `There is no intent "${other}".`,
        fix: `Use one of: ${[...ids].join(", ")}.`,
        severity: "error",
      });
    }
    const key = sameText(utterance.text);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, placed);
    else problems.push(duplicate(placed, earlier));
  }
  for (const { id } of intents) {
    const utterances = count.get(id) ?? 0;
    if (utterances >= THIN) continue;
    problems.push({
      file: `${folder}/${id}.json`,
      path: "utterances",
      code: "INTENT_THIN",
      message: `Only ${utterances} ${utterances === 1 ? "utterance" : "utterances"}: this intent will often be missed.`,
      fix: `Add more, at least ${THIN}, in the words that shoppers use.`,
      severity: utterances === 0 ? "error" : "warning",
    });
  }
  return problems;
}

function duplicate({ utterance, file, path }: Placed, earlier: Placed): Problem {
  const quoted = JSON.stringify(utterance.text.length > 60 ? `${utterance.text.slice(0, 57)}…` : utterance.text);
  const same = earlier.utterance.intent === utterance.intent;
  return {
    file,
    path,
    code: same ? "INTENT_UTTERANCE_TWICE" : "INTENT_UTTERANCE_CONFLICT",
    message: same
      ? `${quoted} is already at ${earlier.path}.`
      : `${quoted} is also in ${earlier.file}, ${earlier.path}: one wording cannot mean both.`,
    fix: same
      ? "Delete one of the two."
      : `Decide whether it means ${utterance.intent} or ${earlier.utterance.intent}, and delete it from the other file.`,
    severity: same ? "warning" : "error",
  };
}

/** Two wordings with the same key look the same to the classifier. */
function sameText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
