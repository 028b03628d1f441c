/** What is wrong with a passage is told with file, place and fix; what is right is read as it was written. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readShopTexts } from "../../server/shop-files.js";
import { loadKnowledge } from "../../server/understanding/index.js";

const file = "policies/knowledge/returns.md";
const head = ["title: Returns", "source: https://shop.example/returns"];
const written = (lines: readonly string[], text = "You have 30 days.") => `---\n${lines.join("\n")}\n---\n${text}\n`;
const load = (text: string, ...more: string[]) =>
  loadKnowledge(
    [text, ...more].map((each, at) => ({ file: at === 0 ? file : `policies/knowledge/other-${at}.md`, text: each })),
  );
const told = (text: string, ...more: string[]) =>
  load(text, ...more).problems.map(({ code, path, severity }) => [code, path, severity]);

describe("a passage in order", () => {
  it("is read with title, source, language and questions", () => {
    const lines = [
      ...head,
      "locale: de",
      "questions:",
      "  - how do returns work",
      '  - "can I send it back?"',
      "# a note",
    ];
    const { passages, problems } = load(written(lines, "One line,\nand its rest.\n\n- a list\n- goes on"));
    expect(problems).toEqual([]);
    expect(passages).toEqual([
      {
        id: "returns",
        file,
        title: "Returns",
        source: "https://shop.example/returns",
        locale: "de",
        questions: ["how do returns work", "can I send it back?"],
        text: "One line, and its rest.\n\n- a list\n- goes on",
      },
    ]);
  });

  it("may come from another kind of machine", () => {
    const { passages, problems } = load(`\uFEFF${written(head).replaceAll("\n", "\r\n")}`);
    expect([problems, passages[0]?.text]).toEqual([[], "You have 30 days."]);
  });

  it("is not the README beside it", () => {
    expect(loadKnowledge([{ file: "policies/knowledge/README.md", text: "# Knowledge" }])).toEqual({
      passages: [],
      problems: [],
    });
  });
});

describe("a passage that may not go live", () => {
  it.each([
    ["without a head", "You have 30 days.", "KNOWLEDGE_FRONT_MATTER", "line 1"],
    ["with a head that has no end", "---\ntitle: Returns\nYou have 30 days.", "KNOWLEDGE_FRONT_MATTER", "line 1"],
    ["with a line that says nothing", written([...head, "you have 30 days"]), "KNOWLEDGE_FRONT_MATTER", "line 4"],
    ["with the same key twice", written([...head, "title: Again"]), "KNOWLEDGE_FRONT_MATTER", "line 4"],
    ["with a key that is none", written([...head, "qestions:"]), "KNOWLEDGE_UNKNOWN_KEY", "line 4"],
    ["without a title", written(head.slice(1)), "KNOWLEDGE_NO_TITLE", "title"],
    ["without a source", written(head.slice(0, 1)), "KNOWLEDGE_LINK", "source"],
    [
      "with a link that is not https",
      written(["title: a", "source: http://shop.example/"]),
      "KNOWLEDGE_LINK",
      "source",
    ],
    ["with a script for a link", written(["title: a", "source: javascript:alert(1)"]), "KNOWLEDGE_LINK", "source"],
    [
      "with a password in its link",
      written(["title: a", "source: https://a:b@shop.example/"]),
      "KNOWLEDGE_LINK",
      "source",
    ],
    ["in a language that is none", written([...head, "locale: german!"]), "KNOWLEDGE_LOCALE", "locale"],
    ["without a text", written(head, "\n\n"), "KNOWLEDGE_EMPTY", ""],
    ["with a question without words", written([...head, "questions:", "  - ?"]), "KNOWLEDGE_EMPTY", "questions[0]"],
    ["with too long a text", written(head, "word ".repeat(201)), "KNOWLEDGE_TOO_LONG", ""],
    [
      "with too long a title",
      written([`title: ${"a".repeat(81)}`, "source: https://shop.example/"]),
      "KNOWLEDGE_TOO_LONG",
      "title",
    ],
  ])("%s", (_, text, code, path) => {
    expect(told(text)).toEqual([[code, path, "error"]]);
    expect(load(text).passages).toEqual([]);
  });

  it("hears of a misspelt key which one was probably meant", () => {
    const [problem] = load(written([...head, "qestions:"])).problems;
    expect(problem?.fix).toBe('Did you mean "questions"?');
  });

  it("hears of all that is wrong at once", () => {
    expect(told(written(["locale: !", "colour: green"], ""))).toEqual([
      ["KNOWLEDGE_NO_TITLE", "title", "error"],
      ["KNOWLEDGE_LINK", "source", "error"],
      ["KNOWLEDGE_LOCALE", "locale", "error"],
      ["KNOWLEDGE_EMPTY", "", "error"],
      ["KNOWLEDGE_UNKNOWN_KEY", "line 3", "error"],
    ]);
  });
});

describe("two passages", () => {
  const other = (lines: readonly string[], text: string) => written(["source: https://shop.example/", ...lines], text);

  it.each([
    ["title", other(["title: returns!"], "Something else."), "title"],
    ["text", other(["title: Other"], "You have 30 days"), ""],
  ])("with the same %s are refused", (_, second, path) => {
    expect(told(written(head), second)).toEqual([["KNOWLEDGE_TWICE", path, "error"]]);
  });

  it("with the same question are refused, since chance would choose between them", () => {
    const asked = ["questions:", "  - how long"];
    const second = other(["title: Other", "questions:", "  - How long?"], "Something else.");
    const { problems } = load(written([...head, ...asked]), second);
    expect(problems.map(({ code, path, message }) => [code, path, message])).toEqual([
      ["KNOWLEDGE_TWICE", "questions[0]", `The same question stands in ${file}.`],
    ]);
  });

  it("may say the same in two languages", () => {
    expect(told(written(head), written([...head, "locale: de"]))).toEqual([]);
  });
});

it.each(["# Returns\n\nText", "You have **30 days**.", "[here](https://shop.example/)", "<b>30 days</b>", "`30`"])(
  "warns of marks that the chat would show: %s",
  (text) => {
    expect(told(written(head, text))).toEqual([["KNOWLEDGE_MARKUP", "", "warning"]]);
    expect(load(written(head, text)).passages).toHaveLength(1);
  },
);

it("a shop without the folder has no passages", async () => {
  const root = await mkdtemp(join(tmpdir(), "aftersale-knowledge-"));
  await mkdir(join(root, "policies"));
  expect((await readShopTexts(root)).knowledge).toEqual([]);
  await mkdir(join(root, "policies", "knowledge", "shipping"), { recursive: true });
  await writeFile(join(root, "policies", "knowledge", "shipping", "times.md"), written(head));
  const { knowledge } = await readShopTexts(root);
  expect(loadKnowledge(knowledge).passages.map(({ id }) => id)).toEqual(["shipping/times"]);
  await rm(root, { recursive: true });
});
