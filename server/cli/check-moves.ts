/** What an edit of the intents does to everything else: read from the shop's data, decided twice, and told. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ComparedMessages, findMoves, type Moved, type Moves } from "../../embeddings/index.js";
import { redactCards } from "../identity/index.js";
import { copyDatabase, openStore, recordedMessages } from "../store/index.js";
import { maskText } from "../tools/index.js";
import { progress } from "./progress.js";

export interface MovesRequest {
  readonly root: string;
  /** JSON Lines with a `text` each; beside what the shop's data holds. */
  readonly messages?: string;
  /** Where a server keeps its data. */
  readonly dataDir: string;
  /** Where what was learned is kept between starts. */
  readonly cache?: string;
}

/** More take longer than an edit is worth waiting for. */
const MOST_MESSAGES = 5_000;
const SHOWN = 20;

/**
 * @returns undefined when the intents are those of before
 * @throws {StoreUnavailable} the shop's data cannot be read
 */
export async function movesOf({ root, messages, dataDir, cache }: MovesRequest): Promise<Moves | undefined> {
  const bars = new Map<string, (done: number, total: number) => void>();
  return findMoves({
    intentsDir: join(root, "embeddings", "intents"),
    ...(cache !== undefined && { cacheDir: cache }),
    messages: async () => [
      ...(messages === undefined ? [] : await messagesIn(messages)),
      ...(await recordedIn(dataDir)),
    ],
    onProgress(title, done, total) {
      const bar = bars.get(title) ?? progress(process.stderr, title);
      bars.set(title, bar);
      bar(done, total);
    },
  });
}

async function messagesIn(file: string): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).replace(/^\uFEFF/, "").split(/\r?\n/);
  return lines.flatMap((line, at) => {
    if (line.trim() === "") return [];
    const text = textOf(line);
    if (text === undefined) process.stderr.write(`${file}, line ${at + 1}: skipped, it is no {"text": "…"}.\n`);
    return text === undefined ? [] : [redactCards(text)];
  });
}

function textOf(line: string): string | undefined {
  try {
    const { text } = JSON.parse(line) as { text?: unknown };
    return typeof text === "string" && text.trim() !== "" ? text : undefined;
  } catch {
    return undefined;
  }
}

/** From a copy: a server may be writing, and nothing of its data is touched. */
async function recordedIn(dataDir: string): Promise<string[]> {
  const database = join(dataDir, "aftersale.db");
  if (!existsSync(database)) return [];
  const folder = await mkdtemp(join(tmpdir(), "aftersale-check-"));
  try {
    const copy = join(folder, "copy.db");
    copyDatabase(database, copy);
    const store = await openStore({ url: copy });
    try {
      return (await store.read((tx) => recordedMessages(tx, MOST_MESSAGES))).map(({ text }) => text);
    } finally {
      await store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function countMoved({ examples, messages }: Moves): number {
  return examples.elsewhere.length + messages.elsewhere.length;
}

/** For a program: the same, with nothing in it that names a person. */
export function movesAsJson(moves: Moves): unknown {
  const masked = ({ text, ...rest }: Moved): Moved => ({ text: shown(text), ...rest });
  const all = ({ total, elsewhere, asked }: ComparedMessages) => {
    return { total, elsewhere: elsewhere.map(masked), asked: asked.map(masked) };
  };
  return { ...moves, examples: all(moves.examples), messages: all(moves.messages) };
}

export function tellMoves(moves: Moves): string {
  const { since, edited, examples, messages } = moves;
  const { added, removed, relabelled } = edited;
  const before = since === "shipped" ? "the examples that Aftersale is shipped with" : "the last start";
  return [
    `The intents were edited since ${before}: ${added} added, ${removed} removed, ${relabelled} under another intent.`,
    ...tell(examples, "other examples"),
    ...(messages.total === 0 ? [] : tell(messages, "messages of the past")),
    "",
  ].join("\n");
}

function tell({ total, elsewhere, asked }: ComparedMessages, what: string): string[] {
  const left = elsewhere.length - SHOWN;
  return [
    `${elsewhere.length} of ${total} ${what} now go elsewhere${elsewhere.length === 0 ? "." : ":"}`,
    ...elsewhere.slice(0, SHOWN).map(line),
    ...(left > 0 ? [`  … and ${left} more; --json lists all.`] : []),
    ...(asked.length === 0
      ? []
      : [`${asked.length} more go where they went, but are now asked about first, or no longer.`]),
  ];
}

function line({ text, of, before, after }: Moved): string {
  const stands = of === undefined ? "" : ` (under ${of})`;
  return `  “${cut(shown(text))}”${stands}: ${place(before)} -> ${place(after)}`;
}

function place({ intent, outcome, confidence }: Moved["before"]): string {
  const percent = `${Math.round(confidence * 100)} %`;
  if (outcome === "unsure") return `not sure (${intent}, ${percent})`;
  return `${intent}${outcome === "ask" ? ", asked about first" : ""} (${percent})`;
}

/** What was stored is without card numbers already; e-mail addresses and telephone numbers are masked as well. */
function shown(text: string): string {
  return maskText(text).replace(/\+?\d[\d\s().-]{7,}\d/g, (number) => `${number.slice(0, 2)}•••`);
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
