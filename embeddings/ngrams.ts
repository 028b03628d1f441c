/** Values at some positions of a long vector of zeros; positions ascending. */
export interface SparseVector {
  readonly at: Int32Array;
  readonly values: Float32Array;
}

const MIN_TEXTS = 2;
const SHORTEST = 3;
const LONGEST = 5;

/**
 * TF-IDF over words, pairs of words, and runs of 3 to 5 characters within a word. Only those seen in at least two of the
 * examples count. A gram is known by a 32-bit hash: of 50,000 grams, one pair or none shares one.
 */
export class Ngrams {
  private readonly position = new Map<number, number>();

  /** @param hashes ascending; one position each */
  constructor(
    readonly hashes: Uint32Array,
    readonly idf: Float32Array,
  ) {
    for (const [position, hash] of hashes.entries()) this.position.set(hash, position);
  }

  static learn(examples: readonly string[]): Ngrams {
    const texts = new Map<number, number>();
    for (const example of examples) {
      for (const [hash] of grams(example)) texts.set(hash, (texts.get(hash) ?? 0) + 1);
    }
    const kept = [...texts].filter(([, count]) => count >= MIN_TEXTS).sort(([a], [b]) => a - b);
    return new Ngrams(
      Uint32Array.from(kept, ([hash]) => hash),
      Float32Array.from(kept, ([, count]) => Math.log((1 + examples.length) / (1 + count)) + 1),
    );
  }

  get dimension(): number {
    return this.hashes.length;
  }

  /** Words and character runs weigh the same: each part has length 1, where it has anything. */
  vector(text: string): SparseVector {
    const words: [number, number][] = [];
    const runs: [number, number][] = [];
    for (const [hash, { count, isWord }] of grams(text)) {
      const position = this.position.get(hash);
      if (position === undefined) continue;
      (isWord ? words : runs).push([position, (1 + Math.log(count)) * (this.idf[position] ?? 0)]);
    }
    const all = [...unitLength(words), ...unitLength(runs)].sort(([a], [b]) => a - b);
    return { at: Int32Array.from(all, ([at]) => at), values: Float32Array.from(all, ([, value]) => value) };
  }
}

function unitLength(entries: readonly [number, number][]): [number, number][] {
  const length = Math.sqrt(entries.reduce((sum, [, value]) => sum + value * value, 0)) || 1;
  return entries.map(([at, value]) => [at, value / length]);
}

function grams(text: string): Map<number, { count: number; isWord: boolean }> {
  const found = new Map<number, { count: number; isWord: boolean }>();
  const add = (gram: string, isWord: boolean): void => {
    const hash = hash32(gram);
    const known = found.get(hash);
    if (known === undefined) found.set(hash, { count: 1, isWord });
    else known.count += 1;
  };
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  for (const [i, word] of words.entries()) {
    add(`w ${word}`, true);
    if (i > 0) add(`w ${words[i - 1]} ${word}`, true);
  }
  for (const chunk of text.toLowerCase().split(/\s+/)) {
    if (chunk === "") continue;
    const padded = ` ${chunk.slice(0, 40)} `;
    for (let length = SHORTEST; length <= LONGEST; length++) {
      for (let from = 0; from + length <= padded.length; from++) add(`c${padded.slice(from, from + length)}`, false);
    }
  }
  return found;
}

/** FNV-1a over UTF-16 units. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
