import { CallFailed } from "./failure.js";

/**
 * JSON text from outside to plain data. Depth is counted before parsing, so that a hostile answer cannot exhaust the
 * stack of whatever walks it later.
 *
 * @throws {CallFailed} `malformed`
 */
export function parseJson(text: string, maxDepth: number): unknown {
  if (depthOf(text) > maxDepth) throw new CallFailed("malformed");
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's message quotes the text: it must not travel.
    throw new CallFailed("malformed", { cause: (cause as Error).name });
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) at++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
}
