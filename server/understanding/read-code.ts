import { digitsInWords } from "./read-number.js";
import type { Answer } from "./understood.js";

/** Six digits in one run, blanks or dashes between them allowed; a longer run is not a code. */
const CODE = /(?<![\p{L}\p{N}])(?:\d[ .-]?){5}\d(?![ .-]?\d)(?![\p{L}])/u;

/** Reads a one-time code: "it's 123 456", "12-34-56", "one two three four five six". */
export function readCode(text: string, locale: string): Answer | undefined {
  const match = CODE.exec(text);
  if (match !== null) {
    const before = text.slice(0, match.index);
    // The tail of a longer number, as in "0049 123 456".
    if (!/\d[ .-]?$/.test(before)) {
      return {
        kind: "value",
        value: match[0].replace(/\D/g, ""),
        from: { start: match.index, end: match.index + match[0].length },
      };
    }
  }
  const spoken = digitsInWords(text, locale);
  return spoken?.digits.length === 6 ? { kind: "value", value: spoken.digits, from: spoken.from } : undefined;
}
