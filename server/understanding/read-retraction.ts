import { LANGUAGES } from "./languages/index.js";

const LEAST_WORDS = 2;
/** A later one of these is as good as the last: text from outside may hold thousands. */
const MOST = 20;

/**
 * Where what still counts begins, when a message takes back what it said before: "cancel it, no wait, just skip the next
 * one", in one message or in two that were typed in a row. Undefined when nothing is taken back, or nothing follows.
 */
export function retractedUpTo(text: string): number | undefined {
  let last: number | undefined;
  for (const { signals } of LANGUAGES) {
    let seen = 0;
    for (const match of text.matchAll(signals.retracts)) {
      const end = match.index + match[0].length;
      if (match.index > 0 && (last === undefined || end > last)) last = end;
      if (++seen >= MOST) break;
    }
  }
  if (last === undefined) return undefined;
  const rest = text.slice(last).match(/[\p{L}\p{N}]+/gu) ?? [];
  return rest.length >= LEAST_WORDS || /\d{3}/.test(text.slice(last)) ? last : undefined;
}
