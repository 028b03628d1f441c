import type { Question } from "../protocol/index.js";
import type { Answer } from "./understood.js";
import { plain } from "./words.js";

/** Said first, these decide. Longest alternatives first. */
const YES_FIRST =
  /^(?:(?:oh|ah|um+|uh+|well|hmm+|so|and|hi|hey|hello|ok|okay|omg|lol)[ ,.!]+)*(?:yes+s?|yeah+|yea+h?|yep+|yup+|yis|yas+|ye|ya|y|yh|aye|si|oui|ja|sure|surely|correct|right|exactly|indeed|affirmative|absolutely|definitely|certainly|totally|of course|ofc|k|kk|ok+|okay|okey|okie|oki|alright|all right|fine|perfect|great|good|cool|awesome|lovely|please do|please|go ahead|go for it|go on|do it|do that|do so|proceed|continue|confirm|confirmed|i confirm|i agree|agreed|approve|approved|accept|accepted|sounds? (?:good|great|fine|right|ok)|works for me|that works|that's (?:right|correct|fine|ok|okay|good|it|the one|me|mine)|thats (?:right|correct|fine|ok|okay|good|it|the one|me|mine)|it's (?:right|correct|fine|ok|me|mine)|let's do (?:it|that)|lets do (?:it|that)|make it so|why not|no problem|no worries|i do|i did|i have|i am|i would|i'd (?:like|love) (?:that|to|it)|it did|it has|it is|it was|they did|they have|they are|we did|we do|we have|you (?:can|may)|\+1|👍|👌|✅|🙏|✔)(?![\p{L}\p{N}'])/iu;

const NO_FIRST =
  /^(?:(?:oh|ah|um+|uh+|well|hmm+|so|and|but|hi|hey|hello|omg|lol|sorry|unfortunately|sadly|actually|ok|okay|nothing|i'm afraid)[ ,.!]+)*(?:no+|nope+|nop|nah+|naw|na|n|nay|nein|non|never|negative|not|don't|dont|do not|please don't|please dont|please do not|didn't|didnt|did not|haven't|havent|have not|hasn't|hasnt|has not|isn't|isnt|wasn't|wasnt|won't|wont|can't|cannot|absolutely not|definitely not|certainly not|of course not|i (?:don't|dont|do not|didn't|didnt|did not|haven't|havent|have not|am not|wouldn't|would not|never|'m not)|i'm not|it (?:didn't|didnt|did not|hasn't|hasnt|has not|isn't|isnt|is not|wasn't|wasnt|was not|never)|it's not|its not|that's (?:not|wrong|incorrect)|thats (?:not|wrong|incorrect)|they (?:didn't|didnt|did not|haven't|havent|have not|aren't|never)|we (?:didn't|didnt|did not|haven't|havent|have not|don't|never)|still (?:waiting|nothing|no|not|haven't|havent|hasn't)|nothing|none|neither|wrong|incorrect|false|no way|rather not|i'd rather not|👎|❌|🚫)(?![\p{L}\p{N}'])/iu;

/** "no problem, go ahead" begins with a no and is a yes. */
const NO_THAT_IS_YES = /^(?:no (?:problem|worries|prob)|why not|not a problem|don't mind|i don't mind)(?![\p{L}'])/u;
/** "no wait", "yes no": whoever takes it back in one breath is asked again. */
const TAKEN_BACK =
  /^(?:yes|yeah|yep|ok|okay|sure)[ ,.!]+(?:no|nope|wait|not|hold on|don't|dont|actually no)(?![\p{L}])|^(?:no|nope|nah)[ ,.!]+(?:yes|yeah|yep|wait yes|actually yes|sorry yes|go ahead)(?![\p{L}])/u;
const QUALIFIED =
  /(?<![\p{L}'])(?:but|unless|except|only if|if|as long as|however|although|though|instead|not|don't|dont|wait|first|without)(?![\p{L}'])/u;

const GOT_IT =
  /(?<![\p{L}'])(?:(?:got|received|recieved|have|found) (?:it|them|everything|my|the|that|mine)|it(?:'s| is|s)? (?:here|arrived|came|come|there)|it (?:has |just |already |finally )*(?:arrived|came|come)|(?:they|package|parcel|order|box) (?:has |have |just |already |finally )*(?:arrived|came|come)|arrived|it came|is here|was in the (?:mailbox|lobby|garage))(?![\p{L}'])/u;
const DID_NOT_GET_IT =
  /(?<![\p{L}'])(?:(?:not|n't|nt|never|nothing|no|without)(?: \p{L}+){0,4}? (?:got|get|getting|gotten|received|recieved|receive|recieve|arrived|arrive|come|came|show(?:ed)?(?: up)?|here|there|delivered|seen|see|turned up|package|parcel|order|box|sign)|(?:haven|hasn|didn|wasn|isn|couldn|can|don)'?t(?: \p{L}+){0,3}? (?:got|get|gotten|received|recieved|receive|recieve|arrived|arrive|come|show(?:ed)?(?: up)?|here|there|delivered|seen|see|find|have)|never (?:came|come|arrived|got|received|recieved|showed|turned|saw)|still (?:waiting|missing|nothing|not)|nothing (?:here|there|came|arrived|yet|at all)|not here|not there|it's missing|is missing|went missing|stolen|someone took|nowhere)(?![\p{L}'])/u;

const ABOUT_RECEIPT = /receiv|deliver|arriv|got/i;

/** Reads a message as yes or no. Undefined when it is neither, or both. */
export function readYesNo(text: string, question: Question): Answer | undefined {
  const said = plain(text).replace(/^["'(\s.,!?-]+/, "");
  if (said === "") return undefined;
  if (NO_THAT_IS_YES.test(said)) return yes(said);
  if (TAKEN_BACK.test(said)) return undefined;
  if (ABOUT_RECEIPT.test(question.slot)) {
    if (DID_NOT_GET_IT.test(said)) return { kind: "no" };
    if (GOT_IT.test(said) && !NO_FIRST.test(said)) return yes(said);
  }
  // "not …" can begin a sentence about something else: only a few words make it an answer.
  if (NO_FIRST.test(said)) {
    const decided = /^(?:no|nope|nah|n|never|negative|nein)(?![\p{L}'])/u.test(said);
    return decided || said.split(" ").length <= 8 ? { kind: "no" } : undefined;
  }
  const first = YES_FIRST.exec(said)?.[0];
  if (first === undefined) return undefined;
  const decided = /(?:yes+s?|yeah+|yea+h?|yep+|yup+|sure|correct|absolutely|definitely|of course)$/u.test(first);
  const rest = said.slice(first.length).replace(/^[\s,.!]+/, "");
  // "good luck with that", "ok so where is it?": a mild word with more behind it is no consent.
  if (!decided && rest.split(" ").filter(Boolean).length > 6) return undefined;
  if (!decided && /\?\s*$/.test(said)) return undefined;
  return yes(rest);
}

function yes(rest: string): Answer {
  return QUALIFIED.test(rest) ? { kind: "yes", qualified: true } : { kind: "yes" };
}
