/** Where a JSON text breaks, and every key in it with its place: what the language's own parser keeps to itself. */

const TEXT = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`;
const PLAIN = String.raw`(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])`;
const TOKEN = new RegExp(String.raw`[ \t\r\n]*(?:([{}[\],:])|(${TEXT})|(${PLAIN}))`, "y");

type Expect = "value" | "first value" | "key" | "first key" | "colon" | "comma" | "end";

interface Open {
  readonly bracket: "{" | "[";
  readonly keys: Set<string>;
}

export interface JsonPlaces {
  /** Offset of the first character that cannot stand where it stands; absent for valid JSON. */
  readonly breaksAt?: number;
  readonly keys: readonly JsonKey[];
}

export interface JsonKey {
  readonly key: string;
  /** Offset of its opening quote. */
  readonly at: number;
  /** Whether its object had that key before. */
  readonly isAgain: boolean;
}

/** Reads a text token by token, without recursion: depth costs nothing. */
export function jsonPlaces(text: string): JsonPlaces {
  const open: Open[] = [];
  const keys: JsonKey[] = [];
  let expect: Expect = "value";
  TOKEN.lastIndex = 0;
  while (expect !== "end") {
    const from = TOKEN.lastIndex;
    const [all = "", mark, quoted, plain] = TOKEN.exec(text) ?? [];
    const at = from + all.length - (mark ?? quoted ?? plain ?? "").length;
    const next = step(expect, mark, quoted, plain, open, (key, isAgain) => keys.push({ key, at, isAgain }));
    if (all === "" || next === undefined) return { breaksAt: skipBlank(text, from), keys };
    expect = next;
  }
  const rest = skipBlank(text, TOKEN.lastIndex);
  return rest < text.length ? { breaksAt: rest, keys } : { keys };
}

/** What may come after this token; undefined when it may not stand here. */
function step(
  expect: Expect,
  mark: string | undefined,
  quoted: string | undefined,
  plain: string | undefined,
  open: Open[],
  onKey: (key: string, isAgain: boolean) => void,
): Expect | undefined {
  const top = open.at(-1);
  const afterValue = (): Expect => (open.length === 0 ? "end" : "comma");
  const close = (bracket: "{" | "["): Expect | undefined => {
    if (top?.bracket !== bracket) return undefined;
    open.pop();
    return afterValue();
  };
  switch (expect) {
    case "first key":
    case "key": {
      if (mark === "}" && expect === "first key") return close("{");
      if (quoted === undefined || top === undefined) return undefined;
      const key = JSON.parse(quoted) as string;
      onKey(key, top.keys.has(key));
      top.keys.add(key);
      return "colon";
    }
    case "colon":
      return mark === ":" ? "value" : undefined;
    case "comma":
      if (mark === ",") return top?.bracket === "{" ? "key" : "value";
      return mark === "}" ? close("{") : mark === "]" ? close("[") : undefined;
    case "first value":
    case "value":
      if (quoted !== undefined || plain !== undefined) return afterValue();
      if (mark === "]" && expect === "first value") return close("[");
      if (mark !== "{" && mark !== "[") return undefined;
      open.push({ bracket: mark, keys: new Set() });
      return mark === "{" ? "first key" : "first value";
    case "end":
      return undefined;
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text[at] as string)) at++;
  return at;
}
