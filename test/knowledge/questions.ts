/** Questions that a person wrote for the demo shop's passages, and near ones that no passage answers. */
import { readFileSync } from "node:fs";

export interface AskedQuestion {
  readonly text: string;
  /** Passages that answer it; none where it is not to be answered. */
  readonly passages: readonly string[];
  /** `choose`: the bar was chosen on it. `hold`: only ever used to test the bar. */
  readonly split: "choose" | "hold";
}

/** The budget: of all questions asked, at most one in so many gets a passage that does not answer it. */
export const ASKED_PER_WRONG = 20;

export const questions: readonly AskedQuestion[] = readFileSync(new URL("./questions.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as AskedQuestion);

export function isRight({ passages }: AskedQuestion, quoted: string): boolean {
  return passages.includes(quoted);
}
