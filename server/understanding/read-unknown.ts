import type { QuestionType } from "../protocol/index.js";
import { plain } from "./words.js";

const DOES_NOT_KNOW =
  /(?<![\p{L}'])(?:(?:i )?(?:really |honestly )?(?:do not|don't|dont|didn't|can't|cant|cannot|can not) (?:really |actually |currently |even )?(?:know|remember|recall|have|find|see|locate|tell|say)|no (?:idea|clue|number|email|e-mail|account)|not (?:really |quite |entirely )?(?:sure|certain)|unsure|dunno|idk|i forgot|forgot|i forget|forgotten|lost (?:it|the|my)|deleted (?:it|the|my)|haven't got (?:it|one|the)|havent got (?:it|one|the)|have no (?:idea|clue|number)|who knows|beats me|i never got (?:one|a number|any)|where (?:do|can|would|is) (?:i find|i see|the number)|where's the number|what number)(?![\p{L}'])/u;

const NO_CODE =
  /(?<![\p{L}'])(?:(?:no|any|a|the|without a|your|that) (?:code|mail|email|e-mail|message)(?: (?:came|arrived|yet|here|received))?|(?:didn't|didnt|did not|haven't|havent|have not|never|not|hasn't|hasnt|don't|dont) (?:\p{L}+ ){0,2}?(?:get|got|getting|received|receive|recieved|arrived|come|came|see|seen|have)|nothing(?: came| yet| arrived| here)?|never (?:came|arrived|got)|not (?:here|there) yet|resend|re-send|send (?:it |me )?(?:again|another|a new)|new code|another code|code (?:expired|isn't|isnt|is not|doesn't|doesnt|does not|never)|no access to|can't access|cant access|old (?:mail|email|address))(?![\p{L}'])/u;

/** Whether the shopper says that they cannot answer: do not know, do not have it, or the code never came. */
export function saysUnknown(text: string, type: QuestionType): boolean {
  const said = plain(text);
  if (type === "code" && NO_CODE.test(said)) return true;
  // In free text these words are part of what is told.
  if (type === "text" || type === "reason" || type === "address") {
    return said.split(" ").length <= 5 && DOES_NOT_KNOW.test(said);
  }
  // "I don't have it" is an answer to "did you get it?", not ignorance.
  if (type === "yes_no") {
    return (
      /(?<![\p{L}'])(?:(?:do not|don't|dont) know|no (?:idea|clue)|not (?:really |quite )?sure|unsure|dunno|idk|can't (?:tell|say)|maybe|perhaps|possibly)(?![\p{L}'])/u.test(
        said,
      ) && said.split(" ").length <= 10
    );
  }
  return said.split(" ").length <= 25 && DOES_NOT_KNOW.test(said);
}
