/** Writes the replies that came into a file, in place of those that it has: for a change of wording that a person has read. */
import type { Happened } from "./compare.js";
import type { Convo } from "./parse.js";
import { replyOf, showReply } from "./words.js";

/** @returns the text of the file with the new replies; reasons and the rest stay as they are */
export function accepted(text: string, convo: Convo, happened: Happened): string {
  const lines: (string | undefined)[] = text.split("\n");
  const inserts = new Map<number, string[]>();
  for (const [at, turn] of convo.turns.entries()) {
    const came = (happened.turns[at] ?? []).flatMap((line) => replyOf(line) ?? []).map(showReply);
    const end = Math.max(turn.line + turn.text.split("\n").length - 1, ...turn.reasons.map(({ line }) => line));
    for (const [n, { line, lastLine }] of turn.replies.entries()) {
      for (let place = line; place <= lastLine; place += 1) lines[place - 1] = undefined;
      inserts.set(line, came[n] ?? []);
    }
    const further = came.slice(turn.replies.length).flat();
    const place = turn.replies.at(-1)?.line ?? end + 0.5;
    if (further.length > 0) inserts.set(place, [...(inserts.get(place) ?? []), ...further]);
  }
  return lines
    .flatMap((line, at) => [
      ...(inserts.get(at + 1) ?? []),
      ...(line === undefined ? [] : [line]),
      ...(inserts.get(at + 1.5) ?? []),
    ])
    .join("\n");
}
