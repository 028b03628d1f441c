/** The lexical half of finding a passage: how much of a question's own words a passage has. The only place that knows MiniSearch. */
import MiniSearch from "minisearch";
import type { Passage } from "./passage.js";

/** Words that every question has, in the language of the shipped passages; others are told apart by how rare they are. */
const FILLERS = new Set(
  (
    "a an the of to in on at for and or is are am be was were do does did i you u ur my your me it its this that these can could would will " +
    "with have has had if from by as so we our us they them there what which how when where who why get got please pls any some not no than " +
    "then into out up off about"
  ).split(" "),
);

export interface WordIndex {
  /** By place of the passage: the share, 0 to 1, of the question's words that it has, rare words counting more. */
  sharesOf(question: string): ReadonlyMap<number, number>;
}

export function indexWords(passages: readonly Passage[]): WordIndex {
  const index = new MiniSearch<{ id: number; title: string; questions: string; text: string }>({
    fields: ["title", "questions", "text"],
    processTerm: termOf,
    searchOptions: {
      boost: { title: 2, questions: 2 },
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      prefix: (term) => term.length > 3,
    },
  });
  const documents = passages.map(({ title, questions, text }, id) => ({
    id,
    title,
    questions: questions.join("\n"),
    text,
  }));
  index.addAll(documents);
  const spread = new Map<string, number>();
  for (const { title, questions, text } of documents) {
    for (const term of termsOf(`${title}\n${questions}\n${text}`)) spread.set(term, (spread.get(term) ?? 0) + 1);
  }
  const rarity = (term: string): number => Math.log(1 + passages.length / ((spread.get(term) ?? 0) + 0.5));
  return {
    sharesOf(question) {
      const asked = [...termsOf(question)];
      const all = asked.reduce((sum, term) => sum + rarity(term), 0);
      if (all === 0) return new Map();
      return new Map(
        index.search(question).map(({ id, queryTerms }) => {
          const found = asked.filter((term) => queryTerms.includes(term));
          return [id as number, found.reduce((sum, term) => sum + rarity(term), 0) / all];
        }),
      );
    },
  };
}

function termsOf(text: string): Set<string> {
  const words = text.match(/[\p{L}\p{N}']+/gu) ?? [];
  return new Set(words.map(termOf).filter((term): term is string => term !== null));
}

/** Lower case, and without the endings that English words take. */
function termOf(word: string): string | null {
  const term = word.toLowerCase().replaceAll("'", "");
  if (FILLERS.has(term)) return null;
  return term.replace(/(?<=\w{3})ies$/, "y").replace(/(?<=\w{3})(?:ing|ed|es|s)$/, "");
}
