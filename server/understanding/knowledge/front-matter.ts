/** The head of a knowledge file: `key: value` lines and lists of `- value`, between two lines of `---`. No more of YAML than that. */

export interface FrontMatter {
  readonly entries: ReadonlyMap<string, Entry>;
  /** What follows the head, as written. */
  readonly body: string;
  /** Lines that cannot be read, and keys that stand twice. */
  readonly faults: readonly Fault[];
}

export interface Entry {
  /** Lines count from 1. */
  readonly line: number;
  readonly value: string;
  readonly items: readonly string[];
}

export interface Fault {
  readonly kind: "no head" | "no end" | "line" | "twice";
  readonly line: number;
  readonly text: string;
}

const FENCE = /^---\s*$/;

/** Never throws. */
export function readFrontMatter(text: string): FrontMatter {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const entries = new Map<string, Entry & { items: string[] }>();
  if (!FENCE.test(lines[0] ?? "")) {
    return { entries, body: text, faults: [{ kind: "no head", line: 1, text: lines[0] ?? "" }] };
  }
  const end = lines.findIndex((line, at) => at > 0 && FENCE.test(line));
  if (end < 0) return { entries, body: "", faults: [{ kind: "no end", line: 1, text: "---" }] };
  const faults: Fault[] = [];
  let open: (Entry & { items: string[] }) | undefined;
  for (const [at, raw] of lines.slice(1, end).entries()) {
    const line = at + 2;
    if (raw.trim() === "" || raw.trim().startsWith("#")) continue;
    const [, item] = /^\s*-\s+(.*)$/.exec(raw) ?? [];
    const [, key, value = ""] = /^([A-Za-z_$][\w-]*)\s*:(?:\s+(.*))?$/.exec(raw) ?? [];
    if (item !== undefined && open !== undefined && open.value === "") open.items.push(unquoted(item));
    else if (key === undefined) faults.push({ kind: "line", line, text: raw.trim() });
    else if (entries.has(key)) faults.push({ kind: "twice", line, text: key });
    else {
      open = { line, value: unquoted(value), items: [] };
      entries.set(key, open);
    }
  }
  return { entries, body: lines.slice(end + 1).join("\n"), faults };
}

function unquoted(value: string): string {
  const text = value.trim();
  return /^(["']).*\1$/.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}
