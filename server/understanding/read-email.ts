import type { Slot } from "./understood.js";
import { typingErrors } from "./words.js";

/** Long enough for any real address (RFC 5321: 64 + 1 + 255), and short enough that the pattern cannot run away. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63} ?@ ?(?:[\p{L}\p{N}-]{1,63}\.){1,4}[\p{L}]{2,24}(?![\p{L}\p{N}@-])/iu;
const SPELLED =
  /(?<![\p{L}\p{N}])[a-z0-9][a-z0-9._+-]{0,40}(?: dot [a-z0-9_+-]{1,40}){0,3} (?:at|\(at\)|\[at\]) [a-z0-9-]{1,40}(?: ?dot ?[a-z0-9-]{1,30}| ?\.[a-z0-9-]{1,30}){1,3}(?![\p{L}\p{N}])/iu;

const COMMON_DOMAINS =
  "gmail.com yahoo.com hotmail.com outlook.com icloud.com live.com aol.com msn.com protonmail.com googlemail.com me.com example.com".split(
    " ",
  );
const COMMON_ENDINGS = new Map([
  ["con", "com"],
  ["cmo", "com"],
  ["ocm", "com"],
  ["comm", "com"],
  ["vom", "com"],
  ["xom", "com"],
  ["cpm", "com"],
  ["nte", "net"],
  ["ent", "net"],
  ["ogr", "org"],
]);

/** The first e-mail address in a text, lower-cased; with a hint where its domain looks mistyped. */
export function findEmail(text: string): Slot | undefined {
  const direct = EMAIL.exec(text);
  const found = direct ?? SPELLED.exec(text);
  if (found === null) return undefined;
  const start = found.index;
  const written = found[0];
  const lower = written.toLowerCase();
  const spelledOut = lower.replace(/ (?:at|\(at\)|\[at\]) /u, "@").replace(/ ?(?<![a-z0-9])dot(?![a-z0-9]) ?/gu, ".");
  const value = (direct === null ? spelledOut : lower).replace(/\s/g, "");
  const hint = likelyMeant(value);
  return { value, start, end: start + written.length, text: written, ...(hint === undefined ? {} : { hint }) };
}

function likelyMeant(email: string): string | undefined {
  const [name = "", domain = ""] = email.split("@");
  if (COMMON_DOMAINS.includes(domain)) return undefined;
  const near = COMMON_DOMAINS.find((common) => {
    const errors = typingErrors(domain, common, 2);
    // Two errors in a short domain would make live.com of line.co.
    return errors === 1 ? common.length > 6 : errors === 2 && common.length >= 9;
  });
  if (near !== undefined) return `${name}@${near}`;
  const ending = domain.slice(domain.lastIndexOf(".") + 1);
  const better = COMMON_ENDINGS.get(ending);
  return better === undefined ? undefined : `${name}@${domain.slice(0, -ending.length)}${better}`;
}
