import type { ThingWords } from "../language.js";

/** Nobody lives at "2 boxes on the way". */
const NAME =
  "(?!(?:on|the|in|by|a|an|any|of|my|your|this|that|one|no|to|out|half|each|for|and|or|days?|weeks?|months?|items?|boxes|box|bags?|orders?|more|times|people|per|full)[ ])[\\p{L}'.-]{2,24}";
const STREET =
  "(?:[Ss]treet|STREET|[Ss]t|[Aa]venue|[Aa]ve|[Rr]oad|[Rr]d|[Ll]ane|[Ll]n|[Dd]rive|[Dd]r|[Ww]ay|[Cc]ourt|[Bb]oulevard|[Bb]lvd|[Ss]quare|[Tt]errace|[Cc]rescent|[Hh]ighway|[Hh]wy|[Pp]arkway|[Pp]kwy)(?![\\p{L}'])\\.?";
const TOWN =
  "(?!(?:Thanks?|Please|Thx|And|But|I|It|My|The|Can|Could|Where|When)(?!\\p{L}))\\p{Lu}[\\p{L}'-]{1,24}(?![\\p{L}\\p{N}])";

export const things: ThingWords = {
  orderNamed: "order|ordr|oder|purchase|number|nr|no|num|id|ref|reference|confirmation",
  units:
    "mins?|minutes?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?|times|people|bucks|dollars|pounds|quid|street|ave|road|rd|am|pm|o'clock",
  addressLeadIn:
    /^\s*(?:(?:hi|hello|hey|ok|okay|yes|sure|so|please|pls|thanks|well)[ ,.!]+)*(?:(?:can|could) you (?:please )?)?(?:(?:(?:my|the|our) )?(?:new |correct |right |current |delivery |shipping |full )*address (?:is|should be|would be)[ :]*|(?:please )?(?:send|ship|deliver|change|update|put)(?: (?:it|them|that|everything|the (?:order|package|box)))?(?: over)? to[ :]*|it(?:'s| is|s)[ :]*|i (?:now )?live (?:at|in)[ :]*|i(?:'ve| have)? moved to[ :]*|to[ :]+|address[ :]+)/iu,
  street:
    /(?<!\p{L})(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|way|court|ct|place|pl|boulevard|blvd|square|sq|terrace|close|crescent|highway|hwy|parkway|pkwy|circle|cir|trail|row|walk|gardens?|house|flat|apt|apartment|suite|unit|floor|po box|p\.o\. box)(?!\p{L})/iu,
  address: new RegExp(
    `(?<![\\p{L}\\p{N}#$€£.,-])\\d{1,5}[a-zA-Z]?,? ${NAME}(?: ${NAME})? ${STREET}(?:,? (?:[Aa]pt|[Aa]partment|[Ss]uite|[Uu]nit|[Ff]lat|#)\\.? ?[\\p{L}\\p{N}-]{1,6})?` +
      `(?:(?:, ?|\\n)${TOWN}(?: ${TOWN}){0,2})?(?:,? \\p{Lu}{2}(?![\\p{L}\\p{N}]))?(?:,? (?:\\d{5}(?:-\\d{4})?(?!\\d)|\\p{Lu}{1,2}\\d[\\p{Lu}\\d]? ?\\d\\p{Lu}{2}(?!\\p{L})))?`,
    "u",
  ),
  date: /(?:today|tonight|tomorrow|tmrw|tomm?orow|yesterday|now|next|last|this|coming|week|day\b|days\b|month|year|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|\d[./-]\d|\d(?:st|nd|rd|th)\b)/i,
  days: [],
};
