/** Whether a message asks how things are in this shop, or tells a case of the shopper's own. English words; in doubt, neither. */

const LEAD_IN =
  /^(?:(?:hi|hello|hey|ok|okay|thanks|thank you|thx|and|but|so|also|oh|wait|sorry|well|great|good|btw|by the way|one more thing|quick question|just wondering|before that|in general|generally)[ ,.!:-]+)+/iu;
/** Begins like a question about how things are, not like a request. */
const ASKS =
  /^(?:how (?:long|many|much|soon|fast|quickly|late|often|big|fresh|do|does|are|is)|what(?:'s| is| are| do| does| happens| if| kind| time)?|which|when (?:do|does|are|is)|until when|by when|till when|from when|who pays|do (?:you|people|customers|canadians|subscribers|returns|refunds)|does|is there|are there|is|are)(?![\p{L}'])/iu;
/** Something of the shopper's own, or something pointed at: that is a case, and the policies' business. */
const OWN =
  /(?<![\p{L}'])(?:i|i'm|im|i've|ive|i'd|i'll|my|mine|me|myself|we|we've|our|ours|us|it|it's|its|this|that|these|those|they|them|here|mine|pls|please|want|wanna|need|cancel|refund me|give|send|ship (?:to|the)|stop|again)(?![\p{L}'])/iu;
/** "How long does it take for a refund to show up": here "it" points at nothing. */
const EMPTY_IT =
  /(?<![\p{L}'])(does|do|will|would|is) it (?:usually |normally |typically |generally )?(take|possible|necessary|allowed|free)(?= (?:for|to|until|till|before|when|if)(?![\p{L}']))/giu;
const QUESTION_WORD =
  /^(?:how|what|what's|whats|which|when|where|who|why|until when|do|does|did|is|are|can|could|will|would|may|should|any|if)(?![\p{L}'])/iu;

/** "How long do refunds take?": it is about nobody's order, and nothing is asked to be done. */
export function asksInGeneral(text: string): boolean {
  const asked = text
    .trim()
    .replace(/[\u2019\u2018`\u00b4]/g, "'")
    .replace(LEAD_IN, "")
    .replace(EMPTY_IT, "$1 $2");
  return ASKS.test(asked) && !OWN.test(asked) && asked.length <= 200;
}

export function looksLikeQuestion(text: string): boolean {
  const asked = text.trim();
  return asked.endsWith("?") || QUESTION_WORD.test(asked.replace(LEAD_IN, ""));
}
