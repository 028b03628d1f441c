import {
  anywhere,
  atBeginning,
  type ChoiceWords,
  setOf,
  type UnknownWords,
  wholly,
  type YesNoWords,
} from "../language.js";

const LEAD_IN =
  "oh|ah|ach|ahm|aehm|hm+|na|nun|tja|also|so|und|aber|hallo|hi|hey|moin|servus|ok|okay|gut|sorry|leider|eigentlich|entschuldigung";

export const yesNo: YesNoWords = {
  yes: atBeginning(
    LEAD_IN,
    "ja+|j|jap+|jep+|jo+|joa|jup+|jawohl|jawoll|doch|yes|yep|klar|klaro|na klar|sicher|sicherlich|naturlich|natuerlich|selbstverstandlich|genau|richtig|korrekt|stimmt|exakt|" +
      "gerne?|sehr gerne?|bitte|unbedingt|auf jeden fall|definitiv|absolut|einverstanden|in ordnung|geht klar|alles klar|passt|perfekt|super|prima|toll|gut|ok|okay|okey|" +
      "von mir aus|meinetwegen|machs?|mach (?:das|es|mal)|machen sie (?:das|es)|leg los|los|weiter|bestatigt|bestatigen|ich bestatige|zustimmung|ich stimme zu|akzeptiert|so machen wir(?:'s| es|s)?|" +
      "das (?:ist|war) (?:richtig|korrekt|ok|okay|in ordnung|gut|es|meine?)|das (?:stimmt|passt)|hab(?:e)? ich|ist (?:sie|es|er|da|angekommen)|👍|👌|✅|🙏|✔",
  ),
  decidedYes:
    /(?:ja+|jap+|jep+|jo+|jup+|jawohl|jawoll|klar|sicher|naturlich|natuerlich|selbstverstandlich|genau|richtig|korrekt|stimmt|auf jeden fall|definitiv|absolut|einverstanden)$/u,
  no: atBeginning(
    LEAD_IN,
    "nein+|ne+|nee+|no+|nop+e?|nix|niemals|nie|auf (?:gar )?keinen fall|keinesfalls|keineswegs|uberhaupt nicht|gar nicht|bitte nicht|lieber nicht|besser nicht|eher nicht|noch nicht|immer noch nicht|leider nicht|nicht|" +
      "nichts|kein(?:e[nrsm]?)?|falsch|stimmt nicht|passt nicht|das (?:ist|war) (?:nicht|falsch)|das (?:stimmt|passt|will ich|mochte ich|moechte ich) nicht|" +
      "mach(?:en sie)? (?:das|es) (?:bitte |lieber )?nicht|ich (?:will|mochte|moechte|habe?|hab|bin|war|wurde|brauche?)(?: \\p{L}+){0,2}? (?:nicht|nichts|kein\\p{L}*|nie)|" +
      "(?:es|sie|er|das) (?:ist|kam|kommt|war)(?: \\p{L}+)? (?:nicht|nichts|nie)|(?:kam|ist|war)(?: \\p{L}+)? (?:nicht|nichts|nie)|warte (?:immer )?noch|👎|❌|🚫",
  ),
  decidedNo:
    /^(?:(?:oh|ach|na|hm+|sorry|leider|ok)[ ,.!]+)*(?:nein+|ne+|nee+|no+|nope|niemals|nie|auf (?:gar )?keinen fall|keinesfalls)(?![\p{L}'])/u,
  noThatIsYes:
    /^(?:kein (?:problem|thema|ding)|warum nicht|wieso nicht|nichts dagegen|keine einwande|keine sorge|na (?:klar|sicher|gut|logo|los))(?![\p{L}'])/u,
  takenBack:
    /^(?:ja|jo|jap|ok|okay|klar|gut)[ ,.!]+(?:nein|ne+|doch nicht|lieber nicht|warte?|moment|halt|stopp?)(?!\p{L})|^(?:nein|ne+|nee)[ ,.!]+(?:ja|doch(?!(?: \p{L}+)? nicht)|jap|okay|moment ja|sorry ja|quatsch ja|mach)(?!\p{L})/u,
  qualified: anywhere(
    "aber|ausser|nur wenn|wenn|falls|sofern|solange|jedoch|obwohl|allerdings|stattdessen|nicht|kein\\p{L}*(?! problem)|warte|moment|erst|zuerst|vorher|ohne|statt|anstatt",
  ),
  gotIt: anywhere(
    "(?:hab|habe|haben) (?:es|sie|ihn|alles|das|die|den|mein\\p{L}*)(?: \\p{L}+){0,2}|(?:ist|sind)(?: \\p{L}+){0,3} (?:da|angekommen|gekommen|eingetroffen)|erhalten|angekommen|eingetroffen|bekommen|gekriegt|kam (?:an|heute|gestern|eben)|ist da",
  ),
  didNotGetIt: anywhere(
    "(?:nicht|nichts|nix|nie|niemals|kein\\p{L}*|ohne)(?: \\p{L}+){0,4}? (?:erhalten|bekommen|gekriegt|angekommen|gekommen|da|geliefert|eingetroffen|gefunden|gesehen|an)|" +
      "(?:kam|ist|war|da|angekommen|erhalten|bekommen)(?: \\p{L}+)? (?:nicht|nichts|nix|nie|keins?)|noch (?:nicht|nichts|nix)|(?:nicht|nichts|nix) (?:da|hier)|fehlt|verschwunden|gestohlen|geklaut|nirgends|nirgendwo|warte (?:immer )?noch",
  ),
};

export const unknown: UnknownWords = {
  any: anywhere(
    "weiss(?: ich| es| das| sie)*(?: leider| gerade| jetzt| auch| gar)*(?: es| das)? nicht(?: mehr)?|(?:keine|kein|null) (?:ahnung|plan|idee)|ka|kein(?:e|en)? (?:nummer|bestellnummer|mail|e-mail|konto)|" +
      "(?:habe?|hab|finde|sehe|kenne|erinnere)(?: \\p{L}+){0,4}? nicht(?: mehr)?|nicht (?:ganz |so |wirklich )?sicher|unsicher|vergessen|(?:verloren|geloscht)|" +
      "wo (?:finde|sehe|steht|kann|ist) (?:ich|die|das|sie)|welche nummer|kann(?: ich)?(?: \\p{L}+){0,2}? nicht (?:sagen|finden)|wer weiss",
  ),
  yesNo: anywhere(
    "weiss(?: ich| es| das)*(?: leider| gerade)?(?: es| das)? nicht|keine ahnung|ka|nicht (?:ganz |so |wirklich )?sicher|unsicher|vielleicht|kann sein|eventuell|evtl|moglich(?:erweise)?|schwer zu sagen",
  ),
  code: anywhere(
    "kein(?:e|en)?(?: \\p{L}+)? ?(?:code|mail|e-mail|email|nachricht)|(?:code|mail|e-mail|email|nachricht)(?: \\p{L}+){0,4}? (?:nicht|nie)|nichts(?: \\p{L}+){0,2}? (?:gekommen|bekommen|da|angekommen|erhalten)|noch nichts|nix (?:da|gekommen|bekommen)|" +
      "nicht (?:bekommen|erhalten|gekommen|angekommen|da)|(?:noch ?mal|noch einmal|erneut|neu) (?:senden|schicken)|neuen code|anderen code|(?:schick|sende|schicke|schicken|senden)(?: \\p{L}+){0,4} (?:noch ?mal|noch einmal|erneut|neu)|" +
      "code (?:ist |war )?(?:abgelaufen|ungultig|falsch)|kein(?:en)? zugriff|alte (?:mail|e-mail|adresse)",
  ),
};

const NONE_LEAD_IN = "nein|nee+|ne|sorry|leider|eigentlich|ich will|ich mochte";

export const choice: ChoiceWords = {
  none: wholly(
    NONE_LEAD_IN,
    "kein(?:e[nrsm]?|s)?(?: davon| von (?:denen|diesen|beiden|den beiden))?|nichts davon|weder noch|(?:ist |es ist )?nicht (?:dabei|da|hier|aufgelistet)|(?:et)?was anderes|ein(?:e[nrs]?)? andere[nrs]?|andere[nrs]?|nein|nee+|ne",
    "danke|bitte|sorry|leider|davon",
  ),
  optOut: /^(?:kein|nichts|nein(?!\p{L})|nicht(?!\p{L})|etwas anderes|was anderes|ander|sonst)/u,
  refused: anywhere("nicht|kein(?:e[nrsm]?)?|ausser|statt|anstatt|anstelle"),
  contrast: anywhere("sondern|aber|lieber|dafur|nur"),
  both: wholly(
    "ich will|ich mochte|ich hatte gern|bitte|ok|gut|ja|also|fur|einfach",
    "(?:alle )?beide[ns]?|alle(?:s)?(?: (?:drei|zwei|vier|davon))?|jede[sn]? davon|sowohl als auch",
    "bitte|danke|davon",
  ),
  ending: /(?:endet|enden|ende|endung)(?: (?:auf|mit|in))? #?(\d{1,8})/u,
  position:
    /^(?:(?:die|der|das|den|dem|option|nummer|nr\.?|antwort|#|es ist|ich nehme|nehme|nimm|ich will|bitte)\s*)*(\d{1,2})[).]?(?: (?:bitte|danke))?$/u,
  newest:
    /(?<!\p{L})(?:neueste\p{L}*|jungste\p{L}*|aktuellste\p{L}*|oberste\p{L}*|(?:die|der|das) (?:ganz )?oben)(?!\p{L})/u,
  last: /(?<!\p{L})(?:letzte[nrsm]?|unterste[nrsm]?|alteste[nrsm]?|(?:die|der|das) (?:ganz )?unten)$/u,
  first: /(?:option|nummer|antwort) eins$|^eins$/u,
  fillers: setOf(
    "der die das den dem des ein eine einen einem einer eins ich mir mich mein meine meinen wir uns es ist war zu fur fuer von im in an am bei mit und oder aus " +
      "bitte danke dir ihnen will mochte moechte hatte gern gerne lieber brauche denke glaube meine nur einfach mal vielleicht nehme nimm nehmen wahle " +
      "option nummer nr bestellung artikel produkt welche welches ah ahm hm also ja ok okay gut hallo hi",
  ),
};
