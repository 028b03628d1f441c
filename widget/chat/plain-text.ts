/** Text as it is drawn: paragraphs of words and links. There is no other markup, so there is nothing to smuggle in. */
export type Piece = { readonly text: string; readonly href?: string };

/** `https:` and `mailto:` only; the trailing punctuation of a sentence does not belong to its link. */
const LINKS = /https:\/\/[^\s<>"']+|mailto:[^\s<>"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

export function paragraphs(text: string): Piece[][] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(pieces);
}

function pieces(line: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of line.matchAll(LINKS)) {
    const words = match[0].replace(/[.,;:!?)\]]+$/, "");
    const href = safeLink(words.includes(":") ? words : `mailto:${words}`);
    if (href === undefined) continue;
    if (match.index > from) found.push({ text: line.slice(from, match.index) });
    found.push({ text: words, href });
    from = match.index + words.length;
  }
  if (from < line.length) found.push({ text: line.slice(from) });
  return found;
}

/** The address in its normal form, or undefined for anything but `https:` without credentials, and `mailto:`. */
export function safeLink(address: string): string | undefined {
  try {
    const url = new URL(address);
    const allowed =
      url.protocol === "mailto:" || (url.protocol === "https:" && url.username === "" && url.password === "");
    return allowed ? url.href : undefined;
  } catch {
    return undefined;
  }
}
