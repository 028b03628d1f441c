/** Where one thought ends for sure. */
const HARD = /(?<=[.!?…;:])\s+|\n+|\s+[-–—]+\s+|\.{2,}\s*/u;
const VERB =
  "can|could|please|pls|i|i'd|i'm|my|where|how|what|when|is|do|if|you|tell|send|change|cancel|give|skip|swap|keep|refund|let|put|make|have";
/** Where another one may begin inside a sentence: "… and please …", "… but …", "…, can you …". */
const SOFT = new RegExp(
  `,?(?<!(?<!\\p{L})(?:nothing|anything|everything|nobody|anybody))\\s+(?:and (?:also|then|while|another|one more|${VERB})|also|plus|but|btw|by the way|oh and|then|while you're at it|instead of|rather than)(?![\\p{L}'])` +
    // "skip it not cancel it", but never "I'm not", "that is not".
    `|(?<!'(?:m|s|re)|(?<!\\p{L})(?:im|its|thats|is|are|am|be|was|were|do|does|did|has|have|had|can|could|will|would|or|if|why|so|probably|just|still|really))\\s+not(?![\\p{L}'])` +
    `|,\\s+(?=(?:just|not|don't|only|so|${VERB})(?![\\p{L}'])\\s)`,
  "giu",
);
const MOST_CLAUSES = 12;

/** A message cut where its thoughts change; at least one clause, in order, without the blanks around. */
export function splitClauses(text: string): string[] {
  const clauses: string[] = [];
  for (const sentence of text.split(HARD)) {
    let from = 0;
    for (const match of sentence.matchAll(SOFT)) {
      const before = sentence.slice(from, match.index).trim();
      if (wordCount(before) >= 2 && wordCount(sentence.slice(match.index)) >= 3) {
        clauses.push(before);
        from = match.index;
      }
    }
    const rest = sentence.slice(from).replace(/^[\s,]+|[\s,]+$/g, "");
    if (rest !== "") clauses.push(rest);
  }
  if (clauses.length === 0) return [text.trim()];
  return clauses.slice(0, MOST_CLAUSES);
}

/** Where two wishes may be joined without a sign: "cancel it n tell me …", "credit me & replace …". */
const JOINT = /\s+(?=(?:and|n|&|\+|plus|also)\s)/iu;
const SHORTEST_WISH = 3;

/** Cut finer than into clauses: into the least parts that could each be a wish. */
export function splitWishes(text: string): string[] {
  return splitClauses(text)
    .flatMap((clause) => {
      const parts: string[] = [];
      for (const part of clause.split(JOINT)) {
        const last = parts.at(-1);
        if (last !== undefined && (wordCount(part) <= SHORTEST_WISH || wordCount(last) < SHORTEST_WISH)) {
          parts[parts.length - 1] = `${last} ${part}`;
        } else parts.push(part);
      }
      return parts;
    })
    .slice(0, MOST_CLAUSES);
}

function wordCount(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}
