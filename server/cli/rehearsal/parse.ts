/** Conversation files: what a customer-experience manager writes, as data. The README beside this file shows the form. */
import { parts } from "./facts.js";
import { emptyGiven, type Given, readGiven } from "./given.js";
import { HAPPENINGS, type Happening, happeningFrom } from "./happenings.js";

export interface Convo {
  readonly title: string;
  readonly given: Given;
  readonly turns: readonly Turn[];
  readonly never: readonly Said[];
  readonly afterwards: readonly Change[];
}

/** A text of the file, and where it stands: lines count from 1. */
export interface Said {
  readonly line: number;
  readonly text: string;
}

export interface Turn extends Said {
  readonly act: Act;
  readonly reasons: readonly Said[];
  readonly replies: readonly Reply[];
}

export type Act =
  | { readonly kind: "says"; readonly text: string }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "restart" }
  | { readonly kind: "vouch"; readonly email: string }
  | { readonly kind: "happens"; readonly happening: Happening };

export interface Reply extends Said {
  /** Last line of it in the file, with its card and choices. */
  lastLine: number;
  choices: readonly string[];
  card?: string;
}

/** One thing that must have changed in the outside world. */
export interface Change extends Said {
  readonly kind: string;
  readonly system?: string;
  readonly fields: readonly { readonly name: string; readonly value: string | null }[];
  readonly says: readonly string[];
  readonly neverSays: readonly string[];
}

/** A file that cannot be read: says where, what was found and what is expected. */
export class ConvoSyntaxError extends Error {
  override readonly name = "ConvoSyntaxError";
  constructor(file: string, line: number, problem: string) {
    super(`${file}, line ${line}: ${problem}`);
  }
}

const LINE_FORMS =
  'A line begins with "Title:", "Given:", "Shopper:", "- ", "Bot:", "Choices:", "Card:", "Never:", "Afterwards:", "#" ' +
  "(a note), or is a control in parentheses. What goes on on the next line is indented.";

/** @throws {ConvoSyntaxError} */
export function parseConvo(file: string, text: string): Convo {
  const given = emptyGiven();
  const turns: (Turn & { reasons: Said[]; replies: Reply[] })[] = [];
  const never: Said[] = [];
  const afterwards: Change[] = [];
  let title: string | undefined;
  let isAfterwards = false;

  for (const { line, lastLine, text: whole } of paragraphs(text)) {
    const fail = (problem: string): never => {
      throw new ConvoSyntaxError(file, line, problem);
    };
    const attempt = <T>(read: () => T): T => {
      try {
        return read();
      } catch (error) {
        return fail((error as Error).message);
      }
    };
    const [, keyword = "", said = ""] =
      /^(Title|Given|Shopper|Bot|Choices|Card|Never|Afterwards):[ \n]?(.*)$/s.exec(whole) ?? [];
    const turn = turns.at(-1);
    const reply = turn?.replies.at(-1);
    if (whole.startsWith("(") && !isAfterwards) {
      const act = attempt(() => control(whole)) ?? fail(`"${whole}" is no control. There are: ${CONTROLS.join(", ")}.`);
      turns.push({ line, text: whole, act, reasons: [], replies: [] });
    } else if (whole.startsWith("- ")) {
      const reason = whole.slice(2);
      if (isAfterwards) {
        if (!/^nothing (?:else )?changed$/.test(reason)) afterwards.push(change({ line, text: reason }));
      } else if (turn === undefined) fail("A reason stands under what the shopper said.");
      else turn.reasons.push({ line, text: reason });
    } else if (keyword === "Title") title = said;
    else if (keyword === "Given") {
      attempt(() => readGiven(given, said.replaceAll(/\n+/g, " ")));
    } else if (keyword === "Shopper")
      turns.push({ line, text: whole, act: { kind: "says", text: said }, reasons: [], replies: [] });
    else if (keyword === "Bot" && turn !== undefined) turn.replies.push({ line, lastLine, text: said, choices: [] });
    else if (keyword === "Choices" && reply !== undefined) {
      reply.choices = [...said.matchAll(/\[([^\]]*)\]/g)].map(([, label]) => label as string);
      reply.lastLine = lastLine;
    } else if (keyword === "Card" && reply !== undefined) {
      reply.card = said;
      reply.lastLine = lastLine;
    } else if (keyword === "Never") never.push({ line, text: said });
    else if (keyword === "Afterwards") {
      isAfterwards = true;
      if (/^nothing changed$/.test(said.trim())) continue;
      if (said.trim() !== "")
        fail('Write "Afterwards: nothing changed", or one "- " line under "Afterwards:" for each change.');
    } else
      fail(
        keyword === "" ? `"${whole}" cannot be read. ${LINE_FORMS}` : `"${keyword}:" has nothing to belong to here.`,
      );
  }
  if (title === undefined)
    throw new ConvoSyntaxError(file, 1, 'The first line is "Title: …", a sentence about what happens.');
  if (turns.length === 0) throw new ConvoSyntaxError(file, 1, 'Nobody says anything: write "Shopper: …".');
  if (!isAfterwards) {
    const problem = 'The file ends with what changed in the outside world: "Afterwards: nothing changed", or a list.';
    throw new ConvoSyntaxError(file, text.split("\n").length, problem);
  }
  return { title, given, turns, never, afterwards };
}

/** Lines, each with the indented ones that go on with it; an empty line inside belongs to it. Notes are left out. */
function paragraphs(text: string): { line: number; lastLine: number; text: string }[] {
  const found: { line: number; lastLine: number; text: string }[] = [];
  let empty = 0;
  for (const [at, raw] of text.split("\n").entries()) {
    const line = raw.trimEnd();
    const last = found.at(-1);
    if (line === "") empty += 1;
    else if (/^\s/.test(line) && last !== undefined) {
      last.text += "\n".repeat(empty + 1) + line.trim();
      last.lastLine = at + 1;
      empty = 0;
    } else {
      empty = 0;
      if (!line.startsWith("#")) found.push({ line: at + 1, lastLine: at + 1, text: line });
    }
  }
  return found;
}

const CONTROLS = [
  "(3 days pass)",
  "(the server is killed and comes back)",
  "(the storefront vouches for ann.reed@example.com)",
  ...HAPPENINGS,
];

function control(text: string): Act | undefined {
  const [, amount, unit] = /^\((\d+) (second|minute|hour|day)s? pass(?:es)?\)$/.exec(text) ?? [];
  if (amount !== undefined) {
    const ms = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit as "day"];
    return { kind: "wait", ms: Number(amount) * ms };
  }
  if (text === "(the server is killed and comes back)") return { kind: "restart" };
  const email = /^\(the storefront vouches for (\S+@\S+)\)$/.exec(text)?.[1];
  if (email !== undefined) return { kind: "vouch", email };
  const happening = happeningFrom(text.slice(1, -1));
  return happening && { kind: "happens", happening };
}

/** `ticket in gladly: queue shipping, reason delayed, no order, says "where is it", never says "4111"` */
function change({ line, text }: Said): Change {
  const [, kind = text, system, rest = ""] = /^([a-z ]+?)(?: in (\w+))?(?:: (.*))?$/s.exec(text) ?? [];
  const fields: { name: string; value: string | null }[] = [];
  const says: string[] = [];
  const neverSays: string[] = [];
  for (const part of parts(rest)) {
    const [, never, quoted] = /^(never )?says (.*)$/s.exec(part) ?? [];
    const [, no] = /^no (\w+)$/.exec(part) ?? [];
    const [, name = part, value = ""] = /^(\w+) (.*)$/s.exec(part) ?? [];
    if (quoted !== undefined) (never === undefined ? says : neverSays).push(quoted);
    else if (no !== undefined) fields.push({ name: no, value: null });
    else if (name === "from") fields.push({ name: "email", value: value === "nobody" ? null : value });
    else fields.push({ name, value });
  }
  return { line, text, kind, ...(system !== undefined && { system }), fields, says, neverSays };
}
