/** Whatever a merchant's file is, it is either read or answered with where, what and how to mend it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  fixName,
  formatProblem,
  joinPath,
  nearestName,
  parseMerchantFile,
  problemsOf,
} from "../../server/problems/index.js";

const read = (text: string) => parseMerchantFile({ file: "policies/x.policy.json", text });
const only = (text: string) => {
  const { json, problems } = read(text);
  expect(json).toBeUndefined();
  expect(problems).toMatchObject([{ file: "policies/x.policy.json", path: "", severity: "error" }]);
  return problems[0] as (typeof problems)[number];
};

describe("a file that is no JSON", () => {
  it.each([
    ["", 1, "the end of the file"],
    ["{", 1, "the end of the file"],
    ['{\n  "a": 1,\n}', 3, "“}”"],
    ['{\n  "a": 1\n  "b": 2\n}', 3, '“"b": 2”'],
    ['{\n  "a": tru\n}', 2, "“tru”"],
    ["{\n  'a': 1\n}", 2, "“'a': 1”"],
    ['{\n  "a": 01\n}', 2, "“01”"],
    ['{\n  "a": 1.2.3\n}', 2, "“1.2.3”"],
    ['{\n  // a note\n  "a": 1\n}', 2, "“// a note”"],
    ['{\n  "a": "one\ntwo"\n}', 2, "“"],
    ['{\n  "a": "\\x"\n}', 2, "“"],
    ['{ "a": 1 }\n{ "b": 2 }', 2, '“{ "b": 2 }”'],
    ["[\n1,\n,2]", 3, "“,2]”"],
    ['{ "a" 1 }', 1, "“1 }”"],
    ["{ a: 1 }", 1, "“a: 1 }”"],
    ["[1}", 1, "“}”"],
    ["hello", 1, "“hello”"],
  ])("says in which line it breaks, and at what: %j", (text, line, at) => {
    const { code, message, fix } = only(text);
    expect(code).toBe("FILE_NOT_JSON");
    expect(message).toContain(`line ${line} `);
    expect(message).toContain(at);
    expect(fix).toContain(`line ${line}`);
  });

  it("is found wherever the language's own parser finds it, and nowhere else", () => {
    const json = fc.json().map((text) => JSON.stringify(JSON.parse(text), undefined, 1));
    const broken = fc.tuple(json, fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, insert]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + insert + text.slice(place + 1);
    });
    fc.assert(
      fc.property(fc.oneof(json, broken, fc.string()), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        const { problems } = read(text);
        expect(problems.some(({ code }) => code === "FILE_NOT_JSON")).toBe(!isJson && !text.startsWith("\uFEFF"));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a file that is refused all the same", () => {
  it.each(["__proto__", "constructor", "prototype"])("has the key %s somewhere; the line is named", (key) => {
    const { code, message } = only(`{\n  "a": [\n    { "b": { "${key}": 1 } }\n  ]\n}`);
    expect(code).toBe("FILE_FORBIDDEN_KEY");
    expect(message).toContain(`"${key}" in line 3`);
  });

  it("has it in disguise", () => {
    expect(only('{ "\\u005f_proto__": {} }').code).toBe("FILE_FORBIDDEN_KEY");
  });

  it("may have such a word as a value", () => {
    expect(read('{ "a": "constructor" }')).toEqual({ json: { a: "constructor" }, problems: [] });
  });

  it("says a key twice in one object: only the last would count", () => {
    const { code, message } = only('{\n  "on": { "yes": "a",\n    "no": "b",\n    "yes": "c" }\n}');
    expect(code).toBe("FILE_KEY_TWICE");
    expect(message).toContain('"yes" stands twice in one object; the second time in line 4');
    expect(read('{ "a": { "x": 1 }, "b": { "x": 2 } }').problems).toEqual([]);
  });

  it.each([
    ["FILE_TOO_DEEP", `${"[".repeat(13)}${"]".repeat(13)}`],
    ["FILE_TOO_DEEP", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`],
    ["FILE_TOO_DEEP", `${"[".repeat(120_000)}${"]".repeat(120_000)}`],
    ["FILE_TOO_LARGE", JSON.stringify("x".repeat(256 * 1024))],
    ["FILE_TOO_LARGE", JSON.stringify("ü".repeat(128 * 1024))],
  ])("%s", (code, text) => {
    const begun = performance.now();
    expect(only(text).code).toBe(code);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it("is read up to the very limits, with a byte order mark, too", () => {
    expect(read(`${"[".repeat(12)}${"]".repeat(12)}`).problems).toEqual([]);
    expect(read(JSON.stringify("x".repeat(256 * 1024 - 2))).problems).toEqual([]);
    expect(read('\uFEFF{ "a": 1 }').json).toEqual({ a: 1 });
  });
});

describe("what a schema objects to", () => {
  const schema = z.strictObject({
    $schema: z.string().optional(),
    title: z.string(),
    attempts: z.number().int().min(1).optional(),
    kind: z.enum(["small", "large"]).optional(),
    choices: z
      .union([
        z.strictObject({ from: z.string(), value: z.string() }),
        z.array(z.strictObject({ label: z.string(), value: z.string() })).min(1),
      ])
      .optional(),
    on: z.record(z.string(), z.string()).optional(),
    any: z.union([z.string(), z.number(), z.null()]).optional(),
  });
  const problemsIn = (value: object) => {
    const { error } = schema.safeParse({ title: "t", ...value }, { reportInput: true });
    return problemsOf("shop.json", "SHOP_SHAPE", error?.issues ?? [], "steps[2]", schema).map(
      ({ path, message, fix }) => [path, message, fix],
    );
  };
  it.each([
    [
      { titel: "x" },
      "steps[2].titel",
      '"titel" is not a known key here.',
      'Did you mean "title"? Otherwise remove it.',
    ],
    [
      { zebra: 1 },
      "steps[2].zebra",
      '"zebra" is not',
      "Remove it; known here are title, attempts, kind, choices, on, any.",
    ],
    [{ title: undefined }, "steps[2].title", "Expected text, found nothing.", "Add it, or check"],
    [{ title: 5 }, "steps[2].title", "Expected text, found 5.", "Write text."],
    [{ attempts: "2" }, "steps[2].attempts", 'Expected a number, found "2".', "Write a number."],
    [{ attempts: 0 }, "steps[2].attempts", "Found 0.", "Change the value."],
    [{ kind: "big" }, "steps[2].kind", 'Found "big".', 'Use one of: "small", "large".'],
    [
      { choices: { from: "x", valeu: "y", value: "z" } },
      "steps[2].choices.valeu",
      '"valeu" is not',
      'Did you mean "value"?',
    ],
    [{ choices: { from: "x" } }, "steps[2].choices.value", "Expected text, found nothing.", "Add it"],
    [{ choices: [{ label: "x" }] }, "steps[2].choices[0].value", "Expected text, found nothing.", "Add it"],
    [{ choices: "x" }, "steps[2].choices", 'Expected an object { … } or a list [ … ], found "x".', "Change"],
    [{ on: { yes: 1 } }, "steps[2].on.yes", "Expected text, found 1.", "Write text."],
    [{ any: { a: 1 } }, "steps[2].any", 'Expected text or a number or null, found {"a":1}.', "Change the value."],
  ])("%j", (value, path, message, fix) => {
    const [first, ...more] = problemsIn(value);
    expect(more).toEqual([]);
    expect(first?.[0]).toBe(path);
    expect(first?.[1]).toContain(message);
    expect(first?.[2]).toContain(fix);
  });

  it("is told all at once", () => {
    expect(problemsIn({ titel: "x", attempts: "2", kind: "big" }).length).toBe(3);
  });

  it("shows a long value by its beginning", () => {
    expect(problemsIn({ attempts: "x".repeat(500) })[0]?.[1]?.length).toBeLessThan(120);
  });
});

describe("a name that does not exist", () => {
  it.each([
    ["confrim", "confirm"],
    ["CONFIRM", "confirm"],
    ["cofnirm", "confirm"],
    ["done!", "done"],
    ["zebra", undefined],
    ["", undefined],
  ])("%j is near to %j", (written, meant) => {
    expect(nearestName(written, ["done", "confirm", "ask-order"])).toBe(meant);
  });

  it("gets the nearest one, else all there are, else the way to make it", () => {
    expect(fixName("confrim", ["confirm"], "a step")).toBe('Did you mean "confirm"?');
    expect(fixName("zebra", ["confirm", "done"], "a step")).toBe(
      "Use one of: confirm, done; or add a step with that name.",
    );
    const many = Array.from({ length: 20 }, (_, n) => `step-${n}`);
    expect(fixName("zebra", many, "a step")).toContain("and 8 more");
    expect(fixName("zebra", [], "a step")).toBe("Add a step with that name.");
  });
});

it("a problem is told with severity, place, fix and code", () => {
  const problem = { file: "a.json", path: "", code: "X_Y", message: "No.", fix: "Do.", severity: "warning" } as const;
  expect(formatProblem(problem)).toBe("warning  a.json\n  No.\n  Fix: Do.  [X_Y]");
  expect(formatProblem({ ...problem, path: "b[1]", severity: "error" })).toBe(
    "error  a.json, b[1]\n  No.\n  Fix: Do.  [X_Y]",
  );
  expect(joinPath("", ["a", 0, "b"])).toBe("a[0].b");
});
