/**
 * Which of several things a text names, by the words of their names; undefined when it is none or several. All words of a
 * name must be there, sizes aside; a size decides between two of one name. Where no name is whole, a word that only one
 * thing has will do ("the mugs", of a stone mug and a house blend).
 */
export function namedAmong<T>(
  text: string,
  things: readonly { readonly thing: T; readonly names: readonly string[] }[],
): T | undefined {
  const said = new Set(wordsOf(text).flatMap(numbers));
  const whole = things.map(({ names }) => Math.max(0, ...names.map((name) => wholly(wordsOf(name), said))));
  if (Math.max(0, ...whole) > 0) return onlyBest(things, whole);
  const words = things.map(({ names }) => new Set(names.flatMap(wordsOf).filter(isTelling).flatMap(numbers)));
  const own = words.map((mine, at) =>
    [...mine].filter((word) => !words.some((other, n) => n !== at && other.has(word))),
  );
  const touched = words.map((mine) => [...mine].filter((word) => said.has(word)).length);
  const telling = own.map((mine) => mine.filter((word) => said.has(word)).length);
  // A second thing of which anything was said leaves a doubt.
  if (touched.filter((count) => count > 0).length !== 1) return undefined;
  return onlyBest(things, telling);
}

function onlyBest<T>(things: readonly { readonly thing: T }[], scores: readonly number[]): T | undefined {
  const best = Math.max(0, ...scores);
  const winners = things.filter((_, at) => scores[at] === best);
  return best > 0 && winners.length === 1 ? winners[0]?.thing : undefined;
}

function wholly(words: readonly string[], said: ReadonlySet<string>): number {
  const telling = words.filter((word) => !/\d/.test(word));
  if (telling.length === 0 || !telling.every((word) => said.has(word))) return 0;
  return words.filter((word) => said.has(word)).length;
}

const SHORTEST = 3;
function isTelling(word: string): boolean {
  return word.length >= SHORTEST && !/\d/.test(word);
}

/** One and many: "mugs" for a mug. */
function numbers(word: string): string[] {
  return word.length > SHORTEST && word.endsWith("s") ? [word, word.slice(0, -1)] : [word];
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/(\d)\s+(kg|g|ml|l|oz|lb)\b/g, "$1$2")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
