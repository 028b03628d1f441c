import type { QuestionType } from "../protocol/index.js";
import { LANGUAGES } from "./languages/index.js";
import { plain } from "./words.js";

/** Whether the shopper says that they cannot answer: do not know, do not have it, or the code never came. */
export function saysUnknown(text: string, type: QuestionType): boolean {
  const said = plain(text);
  const words = said.split(" ").length;
  return LANGUAGES.some(({ unknown }) => {
    if (type === "code" && unknown.code.test(said)) return true;
    // In free text these words are part of what is told.
    if (type === "text" || type === "reason" || type === "address") return words <= 5 && unknown.any.test(said);
    if (type === "yes_no") return words <= 10 && unknown.yesNo.test(said);
    return words <= 25 && unknown.any.test(said);
  });
}
