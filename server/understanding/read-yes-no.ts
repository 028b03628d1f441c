import type { Question } from "../protocol/index.js";
import { type Language, languagesFor } from "./languages/index.js";
import type { Answer } from "./understood.js";
import { plain } from "./words.js";

const ABOUT_RECEIPT = /receiv|deliver|arriv|got/i;
/** Of a language that is neither the shopper's nor English, mild words count only where there is little else. */
const FEW_WORDS = 3;

/** Reads a message as yes or no, in the shopper's language first. Undefined when it is neither, or both. */
export function readYesNo(text: string, question: Question, locale: string): Answer | undefined {
  const said = plain(text).replace(/^["'(\s.,!?¿¡-]+/, "");
  if (said === "") return undefined;
  for (const [i, language] of languagesFor(locale).entries()) {
    const isForeign = i > 0 && language.code !== "en";
    const read = readIn(language, said, question, isForeign);
    if (read === "both") return undefined;
    if (read !== undefined) return read;
  }
  return undefined;
}

function readIn(
  { yesNo }: Language,
  said: string,
  { slot }: Question,
  isForeign: boolean,
): Answer | "both" | undefined {
  if (yesNo.noThatIsYes.test(said)) return yes(said, yesNo.qualified);
  if (yesNo.takenBack.test(said)) return "both";
  const words = said.split(" ").length;
  if (ABOUT_RECEIPT.test(slot)) {
    if (yesNo.didNotGetIt.test(said)) return { kind: "no" };
    if (yesNo.gotIt.test(said) && !yesNo.no.test(said)) return yes(said, yesNo.qualified);
  }
  // "not …" can begin a sentence about something else: only a few words make it an answer.
  if (yesNo.no.test(said)) {
    const decided = yesNo.decidedNo.test(said);
    return decided || words <= (isForeign ? FEW_WORDS : 8) ? { kind: "no" } : undefined;
  }
  const first = yesNo.yes.exec(said)?.[0];
  if (first === undefined) return undefined;
  const decided = yesNo.decidedYes.test(first);
  const rest = said.slice(first.length).replace(/^[\s,.!]+/, "");
  // "good luck with that", "ok so where is it?": a mild word with more behind it is no consent.
  if (!decided && (rest.split(" ").filter(Boolean).length > 6 || /\?\s*$/.test(said))) return undefined;
  return !decided && isForeign && words > FEW_WORDS ? undefined : yes(rest, yesNo.qualified);
}

function yes(rest: string, qualified: RegExp): Answer {
  return qualified.test(rest) ? { kind: "yes", qualified: true } : { kind: "yes" };
}
