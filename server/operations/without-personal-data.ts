/**
 * What an error may say in a log. Its class, code and place are the program's; its words may quote what a shopper wrote
 * or a vendor answered (`JSON.parse` does), so quotes and whatever looks like a person's are cut out.
 */

export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  /** Where it was thrown, innermost first; without the words, which stand in `message`. */
  readonly at: readonly string[];
  readonly cause?: LoggedError;
}

const MOST_FRAMES = 12;
const MOST_CAUSES = 4;
const LONGEST = 300;

export function withoutPersonalData(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: cut(String(error)), at: [] };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...((typeof code === "string" || typeof code === "number") && { code: String(code) }),
    message: cut(error.message),
    at: framesOf(error.stack),
    ...(error.cause !== undefined && depth < MOST_CAUSES && { cause: withoutPersonalData(error.cause, depth + 1) }),
  };
}

/** Only lines that name a place in the code: the first lines of a stack repeat the message. */
function framesOf(stack: string | undefined): string[] {
  return (stack ?? "")
    .split("\n")
    .map((line) => /^\s+at (.+)$/.exec(line)?.[1])
    .filter((frame) => frame !== undefined)
    .slice(0, MOST_FRAMES);
}

/** Quotes of all kinds, e-mail addresses, and runs of five digits and more (orders, codes, phones, cards). */
function cut(text: string): string {
  return text
    .slice(0, 4 * LONGEST)
    .replace(/"(?:[^"\\]|\\.)*"?|“[^”]*”?|`[^`]*`?|(?<![\p{L}\p{N}])'(?:[^'\\]|\\.)*'?/gu, "‹…›")
    .replace(/[^\s@<>()]+@[^\s@<>()]+/g, "‹e-mail›")
    .replace(/\+?\d(?:[\s().-]?\d){4,}/g, "‹digits›")
    .slice(0, LONGEST);
}
