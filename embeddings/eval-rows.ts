import { parse } from "csv-parse/sync";
import { z } from "zod";
import { OUT_OF_SCOPE } from "./intents-load.js";

/** One labelled message of an evaluation file. */
export interface EvalRow {
  readonly file: string;
  /** 1 for the first line of the file, a CSV's header included. */
  readonly line: number;
  readonly text: string;
  readonly intent: string;
  readonly also: readonly string[];
  readonly tags: readonly string[];
}

export interface BadRow {
  readonly file: string;
  readonly line: number;
  readonly why: string;
}

/** Names by which other people's data call what we call out of scope. */
const OUT_OF_SCOPE_NAMES = new Set(["oos", "ood", OUT_OF_SCOPE]);

const Names = z
  .union([z.array(z.string()), z.string()])
  .transform((names) =>
    (typeof names === "string" ? names.split("|") : names).map((name) => name.trim()).filter(Boolean),
  );

const Row = z
  .object({
    text: z.string(),
    intent: z.string().optional(),
    label: z.string().optional(),
    also: Names.optional(),
    secondary: Names.optional(),
    tags: Names.optional(),
    style: Names.optional(),
  })
  .transform(({ text, intent, label, also, secondary, tags, style }) => ({
    text,
    intent: (intent ?? label ?? "").trim(),
    also: also ?? secondary ?? [],
    tags: tags ?? style ?? [],
  }));

/** Reads JSON Lines or CSV (told apart by the name, else by the first character). Bad rows are set aside, not thrown. */
export function readRows(file: string, content: string): { rows: EvalRow[]; bad: BadRow[] } {
  const rows: EvalRow[] = [];
  const bad: BadRow[] = [];
  const text = content.replace(/^\uFEFF/, "");
  const isCsv = /\.csv$/i.test(file) || (!/\.jsonl?$/i.test(file) && !text.trimStart().startsWith("{"));
  for (const { line, value, why } of isCsv ? csvRecords(text) : jsonRecords(text)) {
    if (why !== undefined) {
      bad.push({ file, line, why });
      continue;
    }
    const parsed = Row.safeParse(value);
    if (!parsed.success) bad.push({ file, line, why: 'needs "text" and "intent" (or "label"), both as text' });
    else if (parsed.data.intent === "") bad.push({ file, line, why: 'has no "intent" (or "label")' });
    else if (parsed.data.text.trim() === "") bad.push({ file, line, why: "has an empty text" });
    else {
      const { intent, also, tags } = parsed.data;
      rows.push({ file, line, text: parsed.data.text, intent: ours(intent), also: also.map(ours), tags });
    }
  }
  return { rows, bad };
}

function ours(name: string): string {
  return OUT_OF_SCOPE_NAMES.has(name.toLowerCase()) ? OUT_OF_SCOPE : name;
}

interface RawRecord {
  readonly line: number;
  readonly value?: unknown;
  readonly why?: string;
}

function jsonRecords(text: string): RawRecord[] {
  return text.split("\n").flatMap((json, i): RawRecord[] => {
    if (json.trim() === "") return [];
    try {
      return [{ line: i + 1, value: JSON.parse(json) }];
    } catch {
      return [{ line: i + 1, why: "is not valid JSON" }];
    }
  });
}

function csvRecords(text: string): RawRecord[] {
  try {
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(text, {
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      info: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
    });
    return records.map(({ record, info }) => ({ line: info.lines, value: withoutEmpty(record) }));
  } catch (error) {
    return [{ line: 1, why: `is not valid CSV: ${error instanceof Error ? error.message : String(error)}` }];
  }
}

function withoutEmpty(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => name === "text" || value !== ""));
}
