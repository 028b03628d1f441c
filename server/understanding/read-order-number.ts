import { LANGUAGES } from "./languages/index.js";
import type { Slot } from "./understood.js";

/** What order numbers look like where a shop says nothing: digits, or a few capitals and digits. */
const DEFAULT_PATTERN = "[A-Z]{0,4}-?[0-9]{3,10}";
const EDGE_BEFORE = "(?<![\\p{L}\\p{N}@.,/:$€£-])";
const EDGE_AFTER = "(?![\\p{L}\\p{N}@/:%-]|[.,][0-9])";
/** Words before a number that say it is an order's. */
const NAMED = new RegExp(
  `(?<!\\p{L})(?:${LANGUAGES.map(({ things }) => things.orderNamed).join("|")})\\.?(?: ?(?:number|nr|no|num|id|ref|reference|nummer|número|numero|is|was|it's|ist|war|lautet|es|era|=|:|,|#|\\.|-))*\\s*$`,
  "iu",
);
const TRACKING = /^(?:TRK|1Z|JD|LP|RR|CP|UPS|USPS|DHL|GLS|DPD)-?\d|^\d{11,}$/i;
const UNITS = new RegExp(
  `^\\s?(?:%|(?:x|kg|g|gr|mg|ml|l|oz|lbs?|cm|mm|m|inch|in|eur|usd|gbp|chf|st|${LANGUAGES.map(({ things }) => things.units).join("|")})(?!\\p{L}))`,
  "iu",
);

/** All that could be an order number, likeliest first. `asked`: an order number is what the open question is about. */
export function findOrderNumbers(text: string, pattern: string | undefined, asked: boolean): Slot[] {
  const found: { slot: Slot; weight: number }[] = [];
  for (const match of text.matchAll(orderPattern(pattern))) {
    const written = match[0];
    const value = (match[1] ?? written).trim();
    const start = match.index;
    const end = start + written.length;
    if (TRACKING.test(value) && pattern === undefined) continue;
    if (!/\d/.test(value)) continue;
    const named = written.startsWith("#") || NAMED.test(text.slice(Math.max(0, start - 40), start));
    const plainDigits = /^\d+$/.test(value);
    if (!named) {
      if (UNITS.test(text.slice(end, end + 10))) continue;
      // A year, a house number, "2 boxes": only when an order number was asked for.
      if (plainDigits && value.length < (asked ? 3 : 4)) continue;
      if (
        !asked &&
        /^(?:19|20)\d\d$/.test(value) &&
        /(?:in|im|en|de|since|from|of|year|\p{L}{3,9})\s$/iu.test(text.slice(Math.max(0, start - 12), start))
      )
        continue;
    }
    found.push({ slot: { value, start, end, text: written }, weight: (named ? 2 : 0) + (plainDigits ? 0 : 0.5) });
  }
  return found.sort((a, b) => b.weight - a.weight || a.slot.start - b.slot.start).map(({ slot }) => slot);
}

const compiled = new Map<string, RegExp>();

/** The shop's pattern, for a whole number with or without `#` before it. One that does not compile counts as none. */
function orderPattern(pattern: string | undefined): RegExp {
  const source = pattern?.replace(/^\^/, "").replace(/\$$/, "") ?? DEFAULT_PATTERN;
  const known = compiled.get(source);
  if (known !== undefined) return known;
  let regex: RegExp;
  try {
    regex = new RegExp(`${EDGE_BEFORE}#?\\s?(${source})${EDGE_AFTER}`, "giu");
  } catch {
    regex = new RegExp(`${EDGE_BEFORE}#?\\s?(${DEFAULT_PATTERN})${EDGE_AFTER}`, "giu");
  }
  compiled.set(source, regex);
  return regex;
}
