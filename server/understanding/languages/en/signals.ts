import { anywhere, type SignalWords } from "../language.js";

const PERSON =
  "(?:real |actual |live |human |other |different |customer |service |support |care |proper |friendly )*(?:human being|humans?|persons?|people|agents?|representatives?|reps?|advisors?|adviser|operators?|managers?|supervisors?|someone|somebody|staff|team member|employee|customer (?:service|support|care)|support team|csr)";
const CANCEL =
  "(?:(?:cancel|end|close|terminate)(?: (?:it|that|this|them|everything|my (?:subscription|sub|plan)|the (?:subscription|sub|plan|thing)))?|stop (?:my|the) (?:subscription|sub|plan))";

export const signals: SignalWords = {
  person: [
    new RegExp(
      `^(?:(?:please|pls|ok|okay|no|hi|hello|hey|just|i said|a|an|the|your|some|real|live|get me|give me|is there|are you|can i get|any)[ ,.!]+)*${PERSON}(?: (?:please|pls|now|asap|thanks|here|there|available))*[ .!?]*$`,
      "u",
    ),
    new RegExp(
      `(?<![\\p{L}'])(?:(?:talk|speak|chat|connect|transfer|escalate|pass|forward|put|hand|get|send|give|find|want|need|prefer|like|reach|contact|call)(?:ing|ed)?(?: me)?(?: (?:through|over|up|in|back))?(?: (?:to|with|for|from|by))?(?: (?:a|an|the|some|any|your|another))? ${PERSON})(?![\\p{L}'])`,
      "u",
    ),
  ],
  refusesPerson:
    /(?<![\p{L}'])(?:not|don't|dont|do not|no need|without|rather not|never|stop|already|instead of)(?: \p{L}+){0,4} (?:talk|speak|chat|call|human|person|agent|someone|rep|manager)/u,
  stop: /^(?:(?:ok|okay|oh|actually|ah|no|hmm|um|sorry|well|wait|ugh|you know what|alright)[ ,.!]+)*(?:never ?mind|nvm|nevermind it|forget (?:it|about it|that|this|the whole thing)|leave it|leave it be|drop it|skip it|scrap that|stop|stop it|stop this|quit|exit|abort|enough|cancel this|that's enough|don't bother|dont bother|no longer needed|it's fine,? (?:never ?mind|forget it|leave it|don't bother))(?:[ ,.!;:-]+(?:(?:it's|its|it is|i|i've|ive|i'm|im|found|got|sorry|thanks|thank you|ty|then|for now|please|all|good|fine|sorted|solved|ok|okay|it|just|already|arrived|came|works?|working|here|now|figured|out|myself|will|wait|have|my|mistake|bye|anyway|the|package|order|parcel|was|in|mail|box|changed|mind)(?![\p{L}])[ ,.!'-]*)*)?$/u,
  repeat:
    /^(?:(?:sorry|pardon|excuse me|wait|hm+|um|ok|i|can you|could you|please|pls)[ ,.!?]+)*(?:what|wat|huh|eh|pardon(?: me)?|come again|say (?:that|it) again|repeat(?: (?:that|it|the question|please|pls))?|again|what (?:did|do) you (?:say|ask|mean|want)|what was (?:that|the question)|(?:i )?(?:didn't|didnt|did not|don't|dont|do not) (?:understand|get (?:it|that)|follow)(?: (?:that|the question|you|what you mean))?|what (?:does that|do you) mean|explain(?: (?:that|it|please))?|sorry|i'm (?:confused|lost)|im (?:confused|lost)|confused)(?: (?:please|pls|again|you))*[ .!?]*$/u,
  startOver:
    /^(?:(?:ok|okay|no|wait|please|pls|can we|could we|can you|could you|let's|lets|let us|i want to|i'd like to|sorry)[ ,.!]+)*(?:start (?:over|again|fresh|from scratch|from the (?:beginning|start|top))|restart|reset|begin again|from the (?:beginning|start|top)|new (?:chat|conversation)|go back to (?:the )?(?:start|beginning)|back to (?:the )?(?:start|beginning)|main menu|menu)(?: (?:please|pls|again|over))*[ .!?]*$/u,
  thanks:
    /(?<![\p{L}'])(?:thanks?(?: (?:a lot|so much|a million|a bunch|again|very much|you))?|thank you|thankyou|thx|thnx|tnx|tysm|ty|cheers|ta|much appreciated|appreciate (?:it|that|you)|merci)(?![\p{L}'])/gu,
  greeting:
    /(?<![\p{L}'])(?:hi+|hello+|hey+|heya|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|morning|evening|afternoon|sup|what's up|whats up|hola|bonjour|hallo)(?![\p{L}'])/gu,
  goodbye:
    /(?<![\p{L}'])(?:bye+|goodbye|good bye|bye bye|see (?:you|ya)|cya|later|take care|good night|goodnight|have a (?:good|nice|great|lovely|wonderful) (?:day|one|evening|night|weekend|week)|that's all|thats all|that is all|that'?s it|nothing else|all good|i'm (?:good|done|all set)|im (?:good|done|all set)|all set)(?![\p{L}'])/gu,
  filler:
    /(?<![\p{L}'])(?:ok|okay|oh|great|perfect|awesome|nice|cool|good|lovely|wonderful|amazing|brilliant|super|excellent|wow|got it|alright|all right|well|and|you|u|there|everyone|all|team|guys|for|your|ur|the|that|this|is|it|very|so|much|help|helping|helpful|quick|reply|answer|info|information|time|again|then|now|no|nope|yes|yeah|please|to|have|a|day|one|too|were|been|are|was|bot|chat|dear|sir|madam|mate|friend|today|me|my|of|great|job|kind|kindly|appreciated|worked|works|perfectly|will|do|really|lot)(?![\p{L}'])/gu,
  correction:
    /^(?:(?:no|nope|sorry|oops|ups|wait|actually|ah|oh|hang on|hold on|my bad|my mistake|typo)[ ,.!:-]+)+(?:(?:i )?(?:meant?|mean|said)|it's|its|it is|it was|the (?:right|correct|other)|not |use |order |number |make (?:it|that)|should be|#|\p{N})|(?<![\p{L}'])(?:i mean(?:t)?|i meant|correction|typo|wrong (?:number|order|email|e-mail|address|one)|i made a (?:typo|mistake)|should (?:be|have been)|instead of the)(?![\p{L}'])/u,
  insists: [
    "(?:just|simply|still want to|i said|told you to) (?:cancel|end it|stop it)",
    "(?:no|without|don't want|dont want|do not want|not interested in|keep your|skip the|stop with the)(?: (?:any|your|more|another|an|a|the|special|retention)){0,3} (?:offers?|discounts?|deals?|coupons?|vouchers?)",
    "(?:stop|quit|don't|dont|do not|no point in)(?: (?:try|trying|please|bother))?(?: to)? (?:ask(?:ing)? me to stay|keep(?:ing)? me|convinc(?:e|ing) me|talk(?:ing)? me (?:out of|into)|persuad(?:e|ing) me|offer(?:ing)? me|sell(?:ing)? me|chang(?:e|ing) my mind)",
    "(?:my mind is made up|i(?:'ve| have) (?:made up my mind|already decided)|won't change my mind|nothing you can (?:say|offer|do)|no questions asked)",
  ].map((part) => anywhere(part)),
  // "you did not cancel it" and "why don't you cancel it" ask for it.
  refusesCanceling:
    /(?<![\p{L}'])(?<!(?:did|you|u|they|why|still|has|have|had|could|can|would) )(?:not|don't|dont|never|no need)(?: (?!you(?!\p{L}))\p{L}+){0,2} (?:cancel|end|stop)(?![\p{L}'])/u,
  cancels: /(?<!\p{L})(?:cancel|unsubscrib|end (?:it|my|the|this))/u,
  justDoIt: new RegExp(
    `^(?:(?:no|nope|yes|yeah|ok|okay|please|pls|just|actually|hmm+|sorry|wait|on second thoughts?|i changed my mind|i said|i want to|i want you to|i'd like to|can you|could you|look|listen|thanks,? but|no,? thanks|no thank you|still|then|but|so|go ahead and|well)[ ,.!-]*)*${CANCEL}(?:[ ,.!]+(?:now|please|pls|already|anyway|then|thanks|thank you|for me|right away|asap))*[ .!]*$`,
    "u",
  ),
  undo: /(?<![\p{L}'])(?:un-?skip\p{L}*|undo)(?![\p{L}'])|^(?:(?:ok|okay|oh|no|wait|actually|sorry|hmm|please|pls|then|can you|could you|hang on|hold on|on second thoughts?)[ ,.!]+)*(?:take (?:it|that) back|(?:i'll |i will |let's |let me |i'd rather |i want to )?keep (?:it|that one|this one|the (?:delivery|shipment|box|old one))|(?:don't|dont|do not) skip(?: (?:it|that|this))?|(?:bring|put|change|switch|swap) (?:it|that) back|(?:i )?(?:do )?(?:still )?want (?:it|that one|the (?:delivery|shipment|box))|send (?:it|that)(?: one)?)(?:[ ,]+(?:after all|anyway|please|then|now|again))*[ .!]*$/u,
  negative:
    /(?<![\p{L}'])(?:ridiculous|useless|terrible|horrible|awful|disgusting|disgrace(?:ful)?|pathetic|unacceptable|worst|scam(?:mers?)?|fraud|rubbish|garbage|crap|shit\p{L}*|bullshit|fuck\p{L}*|wtf|ffs|damn|bloody|angry|furious|livid|fed up|sick of|pissed|hate|joke|lawyer|sue|report you|never (?:order|buy|shop)\p{L}* (?:again|here)|waste of|incompetent|frustrat\p{L}+|annoy\p{L}+|disappoint\p{L}+)(?![\p{L}'])/u,
  instead: anywhere("actually|instead|rather|changed my mind|on second thoughts?|no,? wait|wait,? no"),
  retracts:
    /(?<!\p{L})(?:no,? (?:wait|actually|sorry)|wait,? (?:no|actually)|actually,? no|scratch that|strike that|forget that|on second thoughts?|(?:sorry,? )?i mean(?:t)?(?! it| that)|or rather|changed my mind)(?!\p{L})[\s,.:;!–-]*/giu,
  justThat: anywhere("just|only"),
  negated: /n't(?!\p{L})|(?<!\p{L})(?:not|dont)(?!\p{L})/u,
  request:
    /^\s*(?:where|when|how|what|why|who|can|could|would|will|do|does|did|is|are|please|i want|i need|i'd like)(?![\p{L}'])/u,
};
