import { fixName, type MerchantFile, type Problem } from "../../problems/index.js";
import { type Fault, type FrontMatter, readFrontMatter } from "./front-matter.js";
import { MAX_QUESTION, MAX_QUESTIONS, MAX_TEXT, MAX_TITLE, type Passage } from "./passage.js";

const FOLDER = "policies/knowledge/";
const KEYS = ["title", "source", "locale", "questions"];
/** The chat shows plain text: these would stand there as they are written. */
const MARKUP = /^#{1,6} |\*\*|__|`|\]\(|<\/?[a-z][^>]*>|^\s*\|.*\|\s*$/m;

export interface LoadedKnowledge {
  /** In order of their files' names; those with an error are left out. */
  readonly passages: readonly Passage[];
  readonly problems: readonly Problem[];
}

/** Reads and checks all files of `policies/knowledge/`, and reports every problem of all of them. Never throws. */
export function loadKnowledge(files: readonly MerchantFile[]): LoadedKnowledge {
  const read = files.filter(({ file }) => !/(^|\/)README\.md$/i.test(file)).map(readPassage);
  const passages = read.flatMap(({ passage }) => (passage === undefined ? [] : [passage]));
  return { passages, problems: [...read.flatMap(({ problems }) => problems), ...saidTwice(passages)] };
}

type Told = (path: string, code: string, message: string, fix: string, severity?: Problem["severity"]) => void;

function readPassage({ file, text }: MerchantFile): { passage?: Passage; problems: Problem[] } {
  const problems: Problem[] = [];
  const tell: Told = (path, code, message, fix, severity = "error") => {
    problems.push({ file, path, code, message, fix, severity });
  };
  const head = readFrontMatter(text);
  for (const fault of head.faults) tellFault(fault, tell);
  if (head.faults.some(({ kind }) => kind === "no head" || kind === "no end")) return { problems };
  const title = readTitle(head, tell);
  const source = readSource(head, tell);
  const locale = readLocale(head, tell);
  const questions = readQuestions(head, tell);
  const body = readBody(head, tell);
  for (const [key, { line }] of head.entries) {
    if (!KEYS.includes(key)) {
      tell(`line ${line}`, "KNOWLEDGE_UNKNOWN_KEY", `"${key}" is not a known key here.`, fixName(key, KEYS, "a key"));
    }
  }
  if (problems.some(({ severity }) => severity === "error")) return { problems };
  const id = file.slice(file.indexOf(FOLDER) < 0 ? 0 : file.indexOf(FOLDER) + FOLDER.length).replace(/\.md$/, "");
  return { passage: { id, file, title, source, ...(locale && { locale }), questions, text: body }, problems };
}

function tellFault({ kind, line, text }: Fault, tell: Told): void {
  const code = "KNOWLEDGE_FRONT_MATTER";
  const place = `line ${line}`;
  if (kind === "no head" || kind === "no end") {
    const message = kind === "no head" ? "The file does not begin with ---." : "The head has no second line of ---.";
    tell(place, code, message, "Begin the file with ---, then title: … and source: …, then --- and the passage.");
  } else if (kind === "twice") tell(place, code, `"${text}" stands twice in the head.`, "Remove one of the two.");
  else tell(place, code, `"${text}" cannot be read.`, 'Write "key: value", or "- value" in a list, one a line.');
}

function readTitle({ entries }: FrontMatter, tell: Told): string {
  const title = entries.get("title")?.value ?? "";
  if (title === "") {
    tell("title", "KNOWLEDGE_NO_TITLE", "The passage has no title.", "Add a line title: … to the head of the file.");
  } else if (title.length > MAX_TITLE) tellTooLong("title", title.length, MAX_TITLE, tell);
  return title;
}

function readSource({ entries }: FrontMatter, tell: Told): string {
  const source = entries.get("source")?.value ?? "";
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url?.protocol === "https:" && url.username === "" && url.password === "") return url.href;
  const message =
    source === "" ? "The passage names no source." : `"${source}" is no address that shoppers can be sent to.`;
  const fix = "Write the page that says this in full, beginning with https://, as source: https://….";
  tell("source", "KNOWLEDGE_LINK", message, fix);
  return source;
}

function readLocale({ entries }: FrontMatter, tell: Told): string | undefined {
  const locale = entries.get("locale")?.value;
  if (locale === undefined) return undefined;
  try {
    const [known] = Intl.getCanonicalLocales(locale);
    if (known !== undefined) return known;
  } catch {
    // Told below, like an empty one.
  }
  tell("locale", "KNOWLEDGE_LOCALE", `"${locale}" is no language.`, "Write it like en, de or pt-BR, or leave it out.");
  return undefined;
}

function readQuestions({ entries }: FrontMatter, tell: Told): readonly string[] {
  const entry = entries.get("questions");
  const questions = entry === undefined ? [] : entry.value === "" ? entry.items : [entry.value];
  for (const [at, question] of questions.entries()) {
    const place = `questions[${at}]`;
    if (question.length > MAX_QUESTION) tellTooLong(place, question.length, MAX_QUESTION, tell);
    if (!/[\p{L}\p{N}]/u.test(question)) {
      tell(place, "KNOWLEDGE_EMPTY", "This question has no words.", "Write it as shoppers ask it, or remove the line.");
    }
  }
  if (questions.length > MAX_QUESTIONS) {
    const message = `There are ${questions.length} questions; at most ${MAX_QUESTIONS} are read.`;
    tell("questions", "KNOWLEDGE_TOO_LONG", message, "Keep those that differ most.");
  }
  return questions;
}

function readBody({ body }: FrontMatter, tell: Told): string {
  const text = paragraphs(body);
  if (text === "") {
    tell("", "KNOWLEDGE_EMPTY", "The passage has no text.", "Write what shoppers may be told below the second ---.");
  } else if (text.length > MAX_TEXT) tellTooLong("", text.length, MAX_TEXT, tell);
  const markup = MARKUP.exec(body)?.[0].trim();
  if (markup !== undefined) {
    const message = `The chat shows plain text, and so “${markup}” as it is written.`;
    tell("", "KNOWLEDGE_MARKUP", message, "Say it without headings, bold type, tables and links.", "warning");
  }
  return text;
}

/** Lines of a paragraph are joined, as in Markdown; entries of a list keep their lines. */
function paragraphs(body: string): string {
  return body
    .split(/\r?\n\s*\r?\n/)
    .map((paragraph) => paragraph.trim().replace(/\s*\r?\n\s*(?!\s*(?:[-*•]|\d+[.)])\s)/g, " "))
    .filter((paragraph) => paragraph !== "")
    .join("\n\n");
}

function tellTooLong(place: string, length: number, most: number, tell: Told): void {
  const message = `There are ${length} characters here; at most ${most} are read in a chat.`;
  tell(place, "KNOWLEDGE_TOO_LONG", message, place === "" ? "Make two passages of it." : "Say it in fewer words.");
}

/** The same title, text or question in two passages of one language: which of them would answer is chance. */
function saidTwice(passages: readonly Passage[]): Problem[] {
  const first = new Map<string, Passage>();
  return passages.flatMap((passage) => {
    const { file, title, text, questions, locale = "" } = passage;
    const said: [string, string][] = [
      ["title", title],
      ["", text],
      ...questions.map((question, at): [string, string] => [`questions[${at}]`, question]),
    ];
    return said.flatMap(([path, words]): Problem[] => {
      const key = JSON.stringify([locale, path.replace(/\[.*/, ""), bare(words)]);
      const other = first.get(key);
      first.set(key, other ?? passage);
      if (other === undefined) return [];
      const what = path === "title" ? "title" : path === "" ? "text" : "question";
      const where = other === passage ? "before in this file" : `in ${other.file}`;
      return [
        {
          file,
          path,
          code: "KNOWLEDGE_TWICE",
          message: `The same ${what} stands ${where}.`,
          fix: other === passage ? "Remove the line." : "Remove one of the two passages, or say what is different.",
          severity: other === passage ? "warning" : "error",
        },
      ];
    });
  });
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
