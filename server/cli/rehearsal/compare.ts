/** What a file says against what happened: every difference, marked in the whole transcript. */
import type { Change, Convo } from "./parse.js";
import { isReason, type Line, reasonOf, replyOf, showReason, showReply } from "./words.js";

export interface Happened {
  /** Lines of `aftersale converse`, turn by turn; one more than the file has, for the silence at the end. */
  readonly turns: readonly (readonly Line[])[];
  /** By system, then by kind of change. */
  readonly ledger: Line;
}

export const MARK = ">>>";

/** @returns nothing when all is as the file says; else the transcript with marks where it is not */
export function differences(convo: Convo, happened: Happened): string | undefined {
  const report: string[] = [`Title: ${convo.title}`];
  let differs = false;
  const mark = (text: string): void => {
    differs = true;
    report.push(...text.split("\n").map((line) => `${MARK} ${line}`));
  };

  for (const [at, lines] of happened.turns.entries()) {
    const turn = convo.turns[at] ?? { line: 0, text: "(the shopper says no more)", reasons: [], replies: [] };
    report.push("", ...turn.text.split("\n").map((line) => cut(line)));
    const wanted = turn.reasons.filter(({ text }) => !text.startsWith("not "));
    const forbidden = turn.reasons.filter(({ text }) => text.startsWith("not "));
    const replies = [...turn.replies];
    for (const line of lines) {
      const reason = reasonOf(line);
      if (reason !== undefined) {
        report.push(showReason(reason));
        if (wanted[0] !== undefined && isReason(wanted[0].text, reason)) wanted.shift();
        for (const { line: place, text } of forbidden)
          if (isReason(text.slice(4), reason)) mark(`line ${place} says that this does not happen: ${text.slice(4)}`);
      }
      const reply = replyOf(line);
      if (reply === undefined) continue;
      const shown = showReply(reply);
      report.push(...shown);
      const expected = replies.shift();
      if (expected === undefined) mark("the file has no such reply");
      else {
        const inFile = showReply({ text: expected.text, choices: expected.choices, card: expected.card });
        if (inFile.join("\n") !== shown.join("\n")) mark(`line ${expected.line} has instead:\n${inFile.join("\n")}`);
      }
      const heard = [reply.text, reply.card ?? "", ...reply.choices].join("\n").toLowerCase();
      for (const { line: place, text } of convo.never)
        if (heard.includes(text.toLowerCase())) mark(`line ${place} says that no reply holds: ${text}`);
    }
    for (const { line, text } of replies) mark(`line ${line} has a reply that did not come:\nBot: ${text}`);
    if (wanted[0] !== undefined)
      mark(`line ${wanted[0].line} has something that did not happen, or not here:\n- ${wanted[0].text}`);
  }
  report.push("", "Afterwards:");
  compareWorlds(convo.afterwards, happened.ledger, (line) => report.push(line), mark);
  return differs ? report.join("\n") : undefined;
}

function compareWorlds(
  changes: readonly Change[],
  ledger: Line,
  show: (line: string) => void,
  mark: (text: string) => void,
): void {
  const left = [...changes];
  for (const { system, kind, record } of recordsOf(ledger)) {
    show(`- ${kind} in ${system}: ${fieldsOf(record)}`);
    const found = left.findIndex((change) => mismatches(change, system, kind, record).length === 0);
    if (found >= 0) {
      left.splice(found, 1);
      continue;
    }
    const near = left.find((change) => change.kind === kind);
    const why =
      near === undefined ? "" : `\nline ${near.line} differs in: ${mismatches(near, system, kind, record).join(", ")}`;
    mark(`the file has no such change${why}`);
  }
  if (changes.length === 0) show("- nothing changed");
  for (const { line, text } of left) mark(`line ${line} has a change that did not happen:\n- ${text}`);
}

function recordsOf({ type: _, ...systems }: Line): { system: string; kind: string; record: Record<string, unknown> }[] {
  return Object.entries(systems as Record<string, Record<string, Record<string, unknown>[]>>).flatMap(
    ([system, pages]) =>
      Object.entries(pages).flatMap(([page, records]) =>
        records.map((record) => ({ system, kind: singular(page), record })),
      ),
  );
}

/** `addressChanges` → "address change", as a file says it. */
function singular(page: string): string {
  return page.replace(/([A-Z])/g, (capital) => ` ${capital.toLowerCase()}`).replace(/s$/, "");
}

function mismatches(change: Change, system: string, kind: string, record: Record<string, unknown>): string[] {
  const text = Object.values(record)
    .filter((value) => typeof value === "string")
    .join("\n");
  return [
    ...(change.kind === kind ? [] : [kind]),
    ...(change.system === undefined || change.system === system ? [] : [system]),
    ...change.fields
      .filter(({ name, value }) => ((record[name] ?? null) !== null ? inWords(record[name]) !== value : value !== null))
      .map(({ name }) => name),
    ...change.says.filter((said) => !text.includes(said)).map((said) => `says "${said}"`),
    ...change.neverSays.filter((said) => text.includes(said)).map((said) => `never says "${said}"`),
  ];
}

/** Short fields on one line; long ones, such as a ticket's text, below it. */
function fieldsOf(record: Record<string, unknown>): string {
  const entries = Object.entries(record).filter(([name]) => name !== "transcript");
  const short = entries
    .filter(([, value]) => !String(value).includes("\n"))
    .map(([name, value]) => `${name} ${inWords(value)}`);
  const long = entries.filter(([, value]) => String(value).includes("\n")).map(([, value]) => String(value));
  return [short.join(", "), ...long.flatMap((text) => text.split("\n").map((line) => `    ${cut(line)}`))].join("\n");
}

/** Goods as a file says them: `1 x Mug and 2 x Wool socks`. */
function inWords(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return (value as { qty?: unknown; name?: unknown }[]).map(({ qty = 1, name }) => `${qty} x ${name}`).join(" and ");
}

function cut(line: string): string {
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
