import { SHORT_FORMS } from "./short-forms.js";

/** Pseudo-random numbers in [0, 1) that are the same for the same seed on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const KEYBOARD = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const SHORTENED = new Map([...SHORT_FORMS].map(([short, long]) => [long, short]));

/**
 * A copy of an example as a hurried shopper would type it: typing errors, words left out, or only a part of it. Examples
 * that the encoder was tuned on look clearer to it than a shopper's message ever will; such copies do not.
 */
export function perturb(text: string, random: () => number): string {
  const kind = random();
  if (kind < 0.4) return mistype(text, 0.35, random);
  if (kind < 0.7) return leaveOut(text, 0.3, random);
  return crop(text, random);
}

function mistype(text: string, share: number, random: () => number): string {
  let copy = text
    .split(" ")
    .map((word) => {
      if (random() >= share) return word;
      const short = SHORTENED.get(word.toLowerCase());
      return short !== undefined && random() < 0.6 ? short : mistypeWord(word, random);
    })
    .join(" ");
  if (random() < 0.5) copy = copy.toLowerCase();
  if (random() < 0.5) copy = copy.replace(/['’]/g, "");
  return copy;
}

function mistypeWord(word: string, random: () => number): string {
  if (word.length < 3) return word;
  const at = Math.floor(random() * (word.length - 1));
  const kind = random();
  const before = word.slice(0, at);
  const letter = word.charAt(at);
  if (kind < 0.3) return before + word.charAt(at + 1) + letter + word.slice(at + 2);
  if (kind < 0.6) return before + word.slice(at + 1);
  if (kind < 0.8) return before + letter + word.slice(at);
  return before + neighbourKey(letter, random) + word.slice(at + 1);
}

function neighbourKey(letter: string, random: () => number): string {
  const row = KEYBOARD.find((keys) => keys.includes(letter.toLowerCase()));
  if (row === undefined) return letter;
  const at = row.indexOf(letter.toLowerCase()) + (random() < 0.5 ? -1 : 1);
  return row[at] ?? letter;
}

function leaveOut(text: string, share: number, random: () => number): string {
  const words = text.split(" ");
  if (words.length < 4) return text;
  const left = words.filter(() => random() >= share);
  return left.length >= 2 ? left.join(" ") : text;
}

function crop(text: string, random: () => number): string {
  const words = text.split(" ");
  if (words.length < 8) return leaveOut(text, 0.3, random);
  const least = Math.floor(words.length * 0.6);
  const length = least + Math.floor(random() * (words.length - least));
  const from = Math.floor(random() * (words.length - length + 1));
  return words.slice(from, from + length).join(" ");
}
