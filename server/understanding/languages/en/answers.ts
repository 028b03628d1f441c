import { anywhere, type ChoiceWords, setOf, type UnknownWords, type YesNoWords } from "../language.js";

export const yesNo: YesNoWords = {
  yes: /^(?:(?:oh|ah|um+|uh+|well|hmm+|so|and|hi|hey|hello|ok|okay|omg|lol)[ ,.!]+)*(?:yes+s?|yeah+|yea+h?|yep+|yup+|yis|yas+|ye|ya|y|yh|aye|si|oui|ja|sure|surely|correct|right|exactly|indeed|affirmative|absolutely|definitely|certainly|totally|of course|ofc|k|kk|ok+|okay|okey|okie|oki|alright|all right|fine|perfect|great|good|cool|awesome|lovely|please do|please|go ahead|go for it|go on|do it|do that|do so|proceed|continue|confirm|confirmed|i confirm|i agree|agreed|approve|approved|accept|accepted|sounds? (?:good|great|fine|right|ok)|works for me|that works|that's (?:right|correct|fine|ok|okay|good|it|the one|me|mine)|thats (?:right|correct|fine|ok|okay|good|it|the one|me|mine)|it's (?:right|correct|fine|ok|me|mine)|let's do (?:it|that)|lets do (?:it|that)|make it so|why not|no problem|no worries|i do|i did|i have|i am|i would|i'd (?:like|love) (?:that|to|it)|it did|it has|it is|it was|they did|they have|they are|we did|we do|we have|you (?:can|may)|\+1|👍|👌|✅|🙏|✔)(?![\p{L}\p{N}'])/iu,
  decidedYes: /(?:yes+s?|yeah+|yea+h?|yep+|yup+|sure|correct|absolutely|definitely|of course)$/u,
  no: /^(?:(?:oh|ah|um+|uh+|well|hmm+|so|and|but|hi|hey|hello|omg|lol|sorry|unfortunately|sadly|actually|ok|okay|nothing|i'm afraid)[ ,.!]+)*(?:no+|nope+|nop|nah+|naw|na|n|nay|nein|non|never|negative|not|don't|dont|do not|please don't|please dont|please do not|didn't|didnt|did not|haven't|havent|have not|hasn't|hasnt|has not|isn't|isnt|wasn't|wasnt|won't|wont|can't|cannot|absolutely not|definitely not|certainly not|of course not|i (?:don't|dont|do not|didn't|didnt|did not|haven't|havent|have not|am not|wouldn't|would not|never|'m not)|i'm not|it (?:didn't|didnt|did not|hasn't|hasnt|has not|isn't|isnt|is not|wasn't|wasnt|was not|never)|it's not|its not|that's (?:not|wrong|incorrect)|thats (?:not|wrong|incorrect)|they (?:didn't|didnt|did not|haven't|havent|have not|aren't|never)|we (?:didn't|didnt|did not|haven't|havent|have not|don't|never)|still (?:waiting|nothing|no|not|haven't|havent|hasn't)|nothing|none|neither|wrong|incorrect|false|no way|rather not|i'd rather not|👎|❌|🚫)(?![\p{L}\p{N}'])/iu,
  decidedNo: /^(?:no|nope|nah|n|never|negative|nein)(?![\p{L}'])/u,
  noThatIsYes: /^(?:no (?:problem|worries|prob)|why not|not a problem|don't mind|i don't mind)(?![\p{L}'])/u,
  takenBack:
    /^(?:yes|yeah|yep|ok|okay|sure)[ ,.!]+(?:no|nope|wait|not|hold on|don't|dont|actually no)(?![\p{L}])|^(?:no|nope|nah)[ ,.!]+(?:yes|yeah|yep|wait yes|actually yes|sorry yes|go ahead)(?![\p{L}])/u,
  qualified:
    /(?<![\p{L}'])(?:but|unless|except|only if|if|as long as|however|although|though|instead|not|don't|dont|wait|first|without)(?![\p{L}'])/u,
  gotIt:
    /(?<![\p{L}'])(?:(?:got|received|recieved|have|found) (?:it|them|everything|my|the|that|mine)|it(?:'s| is|s)? (?:here|arrived|came|come|there)|it (?:has |just |already |finally )*(?:arrived|came|come)|(?:they|package|parcel|order|box) (?:has |have |just |already |finally )*(?:arrived|came|come)|arrived|it came|is here|was in the (?:mailbox|lobby|garage))(?![\p{L}'])/u,
  didNotGetIt:
    /(?<![\p{L}'])(?:(?:not|n't|nt|never|nothing|no|without)(?: \p{L}+){0,4}? (?:got|get|getting|gotten|received|recieved|receive|recieve|arrived|arrive|come|came|show(?:ed)?(?: up)?|here|there|delivered|seen|see|turned up|package|parcel|order|box|sign)|(?:haven|hasn|didn|wasn|isn|couldn|can|don)'?t(?: \p{L}+){0,3}? (?:got|get|gotten|received|recieved|receive|recieve|arrived|arrive|come|show(?:ed)?(?: up)?|here|there|delivered|seen|see|find|have)|never (?:came|come|arrived|got|received|recieved|showed|turned|saw)|still (?:waiting|missing|nothing|not)|nothing (?:here|there|came|arrived|yet|at all)|not here|not there|it's missing|is missing|went missing|stolen|someone took|nowhere)(?![\p{L}'])/u,
};

export const unknown: UnknownWords = {
  any: /(?<![\p{L}'])(?:(?:i )?(?:really |honestly )?(?:do not|don't|dont|didn't|can't|cant|cannot|can not) (?:really |actually |currently |even )?(?:know|remember|recall|have|find|see|locate|tell|say)|no (?:idea|clue|number|email|e-mail|account)|not (?:really |quite |entirely )?(?:sure|certain)|unsure|dunno|idk|i forgot|forgot|i forget|forgotten|lost (?:it|the|my)|deleted (?:it|the|my)|haven't got (?:it|one|the)|havent got (?:it|one|the)|have no (?:idea|clue|number)|who knows|beats me|i never got (?:one|a number|any)|where (?:do|can|would|is) (?:i find|i see|the number)|where's the number|what number)(?![\p{L}'])/u,
  yesNo: anywhere(
    "(?:do not|don't|dont) know|no (?:idea|clue)|not (?:really |quite )?sure|unsure|dunno|idk|can't (?:tell|say)|maybe|perhaps|possibly",
  ),
  code: /(?<![\p{L}'])(?:(?:no|any|a|the|without a|your|that) (?:code|mail|email|e-mail|message)(?: (?:came|arrived|yet|here|received))?|(?:didn't|didnt|did not|haven't|havent|have not|never|not|hasn't|hasnt|don't|dont) (?:\p{L}+ ){0,2}?(?:get|got|getting|received|receive|recieved|arrived|come|came|see|seen|have)|nothing(?: came| yet| arrived| here)?|never (?:came|arrived|got)|not (?:here|there) yet|resend|re-send|send (?:it |me )?(?:again|another|a new)|new code|another code|code (?:expired|isn't|isnt|is not|doesn't|doesnt|does not|never)|no access to|can't access|cant access|old (?:mail|email|address))(?![\p{L}'])/u,
};

export const choice: ChoiceWords = {
  none: /^(?:(?:no|nope|sorry|i want|actually)[ ,.]*)?(?:none(?: of (?:them|these|those|the above|it))?|neither(?: of (?:them|these|those))?(?: one)?|not (?:any|one) of (?:them|these|those)|no|nope|nah|it's not (?:there|here|listed|on the list)|not (?:there|here|listed|on the list)|something else|another one|a different one|other)(?![\p{L}'])[ ,.!]*(?:of (?:them|these)|thanks?|please|sorry)?[.! ]*$/u,
  optOut: /^(?:none|neither|no\b|not\b|other|something else|another|different)/u,
  refused: /(?<![\p{L}'])(?:not|no|except|but not|instead of|rather than)(?![\p{L}'])/u,
  contrast: anywhere("but|just|only|rather|the other"),
  both: /^(?:(?:i want|i'd like|please|ok|well|yes|for)[ ,.]+)*(?:both(?: of (?:them|these|those))?|all(?: (?:of (?:them|these|those)|three|two|four))?|everything|each of them|the lot)(?: (?:please|pls|thanks))?[ .!]*$/u,
  ending: /(?:ending|ends|end)(?: (?:in|with|on))? #?(\d{1,8})/u,
  position:
    /^(?:(?:the|option|number|no\.?|nr\.?|choice|answer|#|it's|its|i want|i'd like|i choose|pick)\s*)*(\d{1,2})[).]?(?: (?:please|pls|thanks|one))?$/u,
  // Lists of orders are shown newest first.
  newest: /(?<![\p{L}])(?:latest|newest|most recent|recent one|top one|the top)(?![\p{L}])/u,
  last: /(?<![\p{L}])(?:last(?: one)?|bottom(?: one)?|oldest)$/u,
  first: /(?:option|number|choice) one$|^one$/u,
  fillers: setOf(
    "a an the this that these those one ones i i'd i'll i'm my me we our it it's its is was be to for of in on at with and or " +
      "please pls plz thanks thank you ty want would like need think guess mean meant just maybe probably choose pick take " +
      "option number no nr order item product which from about um uh hmm well so ok okay yes yeah yep sure hi hello hey",
  ),
};
