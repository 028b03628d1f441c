import { anywhere, type SignalWords, wholly } from "../language.js";

const PERSON =
  "(?:(?:echte|richtige|menschliche|lebende|reale|andere)[nrsm]? )*(?:mensch(?:en)?|person|mitarbeiter(?:in|s)?|berater(?:in)?|sachbearbeiter(?:in)?|kundenservice|kundendienst|kundenbetreuung|kundenbetreuer(?:in)?|kundensupport|support|agent(?:en|in)?|vorgesetzte[nrm]?|chef(?:in)?|jemande[nm]|jemand|kollege[n]?|kollegin|team)";
const ARTICLE = "(?:ein(?:e[nrms]?)? |de[nmr] |die |eure[mnr]? |ihre[mnr]? |irgend)?";
const LEAD_IN =
  "ok|okay|oh|ach|ah|nein|nee+|ne|ja|hm+|ahm|sorry|entschuldigung|bitte|na gut|gut|warte|moment|eigentlich|konnen wir|kann ich|ich will|ich mochte|ich moechte|lass uns|jetzt|dann|halt|doch";
const ABO = "(?:(?:mein|das|dieses|unser) )?(?:abo|abonnement|es|das|sie|alles)";

export const signals: SignalWords = {
  person: [
    wholly(
      "bitte|ok|okay|nein|hallo|hi|hey|nur|gibt es|ist da|ich will|ich mochte|ich brauche|ein(?:e[nrms]?)?",
      PERSON.replace("|team", "").replace("|jemand|", "|"),
      "bitte|jetzt|sofort|danke|da|hier|ran|dran",
    ),
    anywhere(
      `mit ${ARTICLE}${PERSON}(?: \\p{L}+){0,4}? (?:sprechen|reden|chatten|telefonieren|schreiben|verbind\\p{L}*|verbunden)`,
    ),
    anywhere(
      `(?:sprech\\p{L}*|spreche|red\\p{L}*|chatten|telefonieren|verbind\\p{L}*)(?: \\p{L}+){0,3}? mit ${ARTICLE}${PERSON}`,
    ),
    anywhere(
      `(?:leite\\p{L}*|gib|gebt|geben sie|hol\\p{L}*|schick\\p{L}*|brauche?|will|mochte|moechte|suche)(?: (?:mich|mir|uns|bitte|jetzt|einfach|nur|das|es|weiter|endlich)){0,3} (?:an |zu |zum |mit )?${ARTICLE}${PERSON.replace("|team", "").replace("|jemand|", "|")}`,
    ),
  ],
  refusesPerson: anywhere(
    "(?:nicht|kein\\p{L}*(?! (?:bot|roboter|computer|maschine|automat))|ohne|nie|statt)(?: \\p{L}+){0,4} (?:sprechen|reden|mensch\\p{L}*|mitarbeiter\\p{L}*|berater\\p{L}*|person)",
  ),
  stop: wholly(
    LEAD_IN,
    "vergiss (?:es|das|das ganze)|vergessen sie(?: es| das)?|egal|schon gut|lass (?:es|das|gut sein|mal|stecken)(?: sein| gut sein)?|lassen wir(?:'s| es| das)(?: sein)?|abbrechen|abbruch|brich (?:das )?ab|stopp?|halt|hor auf|aufhoren|genug|reicht(?: jetzt)?|(?:nicht|nichts) mehr notig|hat sich erledigt|erledigt|ist erledigt",
    "danke|bitte|sorry|ist|da|es|das|schon|gefunden|angekommen|jetzt|alles|gut|hab|habe|hat|sich|mein|die|der|paket|bestellung|erledigt|ja|doch|tschuss",
  ),
  repeat: wholly(
    "sorry|entschuldigung|hm+|ahm|ok|warte|kannst du|konnen sie|konntest du|bitte",
    "wie bitte|was|wie|ha|hae|bitte(?=\\?)|noch ?mal|noch einmal|wiederhol\\p{L}*(?: das| sie| die frage)*|sag(?: das)? noch ?mal|(?:das )?versteh\\p{L}*(?: ich)?(?: das| die frage| dich| sie)? nicht|(?:ich )?versteh\\p{L}*(?: das| die frage)? nicht|(?:das )?(?:habe? ich )?nicht verstanden|was (?:meinst|meinen|willst|wollen|hast|haben) (?:du|sie)(?: \\p{L}+){0,2}|was (?:bedeutet|heisst) das|erklar\\p{L}*(?: das| mir)*|verwirrt",
    "bitte|noch ?mal|gesagt|damit",
  ),
  startOver: wholly(
    LEAD_IN,
    "(?:noch ?mal |noch einmal |ganz |wieder )*(?:von vorn(?:e)?|von neuem|von anfang an)(?: (?:an)?fangen| beginnen| an)?|neu ?(?:anfangen|starten|beginnen|start)|neustart|fang(?:en wir)?(?: \\p{L}+){0,2} (?:von vorne?|neu) an|zuruck zum anfang|neuer chat|neues gesprach|hauptmenu|menu|restart|reset",
    "bitte|anfangen|beginnen|danke",
  ),
  thanks: anywhere(
    "danke(?: (?:schon|sehr|dir|ihnen|euch|vielmals))*|dankeschon|(?:vielen|herzlichen|besten|tausend) dank|dank dir|merci|thx",
    "gu",
  ),
  greeting: anywhere(
    "hallo+|hi|hey|moin(?: moin)?|servus|gruss gott|gruezi|guten (?:tag|morgen|abend)|tag|morgen|abend|na",
    "gu",
  ),
  goodbye: anywhere(
    "tschuss+i?|tschau|ciao|auf wiedersehen|wiedersehen|bis (?:bald|dann|spater|morgen)|schonen? (?:tag|abend|woche|wochenende)(?: noch)?|gute nacht|das war(?:'?s| es| alles)|das ist alles|mehr (?:brauche|will|mochte) ich nicht|sonst nichts|alles (?:gut|klar|erledigt)|mach'?s gut",
    "gu",
  ),
  filler: anywhere(
    "ok|okay|oh|ach|ah|super|toll|prima|klasse|perfekt|gut|schon|wunderbar|spitze|cool|nett|alles|klar|und|aber|du|sie|dir|ihnen|euch|fur|fuer|die|der|das|den|dein\\p{L}*|ihre?|ist|es|sehr|so|viel|schnelle?|hilfe|antwort|info|geholfen|hast|haben|mir|mich|noch|noch ?mal|dann|jetzt|nein|nee|ja|bitte|einen|ein|eine|wunsche?|ich|war|bot|liebes?|team|zusammen|leute|wirklich|dafur|auch|hat|geklappt|funktioniert",
    "gu",
  ),
  correction: new RegExp(
    `^(?:(?:nein|nee+|ne|sorry|ups|oh|ah|warte|moment|halt|entschuldigung|quatsch|mein fehler|stopp?)[ ,.!:-]+)+(?:ich mein(?:t?e)?|meinte|gemeint|es (?:ist|war)|das ist|die (?:richtige|andere)|richtig ist|nicht |nimm |bestellung |nummer |#|\\p{N})|` +
      "(?<!\\p{L})(?:ich mein(?:t)?e|ich habe? [^,.]{0,30}gemeint|korrektur|tippfehler|vertippt|verschrieben|falsche[rsnm]? (?:nummer|bestellung|mail|e-mail|adresse)|statt der|muss(?:te)? .{0,20} heissen)(?!\\p{L})",
    "u",
  ),
  insists: [
    "(?:einfach|nur|trotzdem|dennoch|endlich)(?: (?:nur|bitte|jetzt|mein abo|das abo|es|das))* (?:kundigen|kundige|beenden|beende|stornieren|storniere)",
    "(?:kundig\\p{L}*|beend\\p{L}*)(?: (?:es|das|mein abo|das abo))? (?:einfach|trotzdem|endlich)",
    "(?:kein(?:e|en)?|ohne|nicht an)(?: (?:weiteren?|mehr|eure|ihre|solche|euren?)){0,2} (?:angebot\\p{L}*|rabatt\\p{L}*|gutschein\\p{L}*|aktion\\p{L}*)",
    "(?:hor|horen sie|hort)(?: \\p{L}+)? auf(?: \\p{L}+){0,5} (?:uberreden|umzustimmen|umstimmen|anzubieten|fragen)|(?:nicht|kein\\p{L}*)(?: \\p{L}+){0,2} (?:uberreden|umstimmen)",
    "(?:mein )?entschluss steht|(?:ich )?habe? mich (?:schon |bereits |fest )?entschieden|steht fest|(?:ich )?bleibe dabei|meine meinung (?:nicht|andert)",
  ].map((part) => anywhere(part)),
  refusesCanceling: anywhere(
    "(?:nicht|nie|kein\\p{L}*)(?: \\p{L}+){0,2} (?:kundig\\p{L}*|beend\\p{L}*|stornier\\p{L}*)|(?:kundig\\p{L}*|beend\\p{L}*|stornier\\p{L}*)(?: \\p{L}+){0,2} nicht",
  ),
  cancels: /(?:kundig|kuendig|stornier|beend|widerruf)/u,
  justDoIt: wholly(
    `${LEAD_IN}|einfach|nur|trotzdem|bitte endlich|kannst du|konnen sie|los|und|aber|danke|nein danke`,
    `(?:${ABO} )?(?:bitte |einfach |trotzdem |jetzt |endlich )*(?:kundigen?|kundige|beenden?|beende|stornieren?|storniere|canceln?)(?: (?:bitte|einfach|jetzt|endlich|doch))*(?: ${ABO})?`,
    "bitte|jetzt|sofort|endlich|trotzdem|einfach|danke|doch|fur mich",
  ),
  undo: new RegExp(
    `${anywhere("ruckgangig|rueckgangig|doch nicht (?:uberspringen|auslassen|pausieren|tauschen)|nicht (?:mehr )?(?:uberspringen|auslassen)").source}|` +
      `${wholly(`${LEAD_IN}|lieber`, "(?:nimm|nehmen sie) (?:das|es) zuruck|(?:ich )?(?:behalte|will|mochte|nehme) (?:es|sie|das|die lieferung) (?:doch|lieber)(?: behalten| haben)?|(?:doch|lieber) behalten|schick(?:t|en sie)? (?:es|sie) doch", "bitte|doch|jetzt|danke|wieder").source}`,
    "u",
  ),
  negative: anywhere(
    "lacherlich|unverschamt\\p{L}*|frechheit|scheiss\\p{L}*|verdammt\\p{L}*|katastrophe|katastrophal|wutend|stinksauer|sauer|genervt|nervt|nervig|enttauscht|enttauschend|betrug|betruger|abzocke\\p{L}*|unfassbar|unmoglich|schweinerei|zum kotzen|anwalt|anzeige|nie wieder|schlechte(?:r|n|ster)? (?:service|shop|laden)|saftladen|mist",
  ),
  instead: anywhere(
    "eigentlich|stattdessen|lieber|doch lieber|anders uberlegt|umentschieden|nein,? warte|warte,? nein|doch nicht",
  ),
  retracts:
    /(?<!\p{L})(?:nein,? (?:warte|moment|halt|doch nicht|sorry)|(?:warte|moment),? (?:nein|doch)|doch lieber|ach nein|quatsch|besser gesagt|vielmehr|(?:sorry,? )?ich mein(?:t)?e|anders überlegt)(?!\p{L})[\s,.:;!–-]*/giu,
  justThat: anywhere("nur|bloss|einfach"),
  negated: anywhere("nicht|kein(?:e[nrsm]?)?|nie"),
  request:
    /^\s*(?:wo|wann|wie|was|warum|wieso|weshalb|wer|welche[rsn]?|kann|kannst|konnen|konnt|konnte|konntest|wird|werden|ist|sind|hat|habt|gibt|bitte|ich will|ich mochte|ich brauche|ich hatte gern)(?![\p{L}'])/u,
};
