import { anywhere, type WishWords } from "../language.js";

const ORDER = "(?:bestell\\p{L}*|paket\\p{L}*|packchen|paeckchen|liefer\\p{L}*|sendung\\p{L}*|ware|sachen|auftrag)";
const PLAN = "(?:abo|abos|abonnement|mitgliedschaft|kaffeeabo)";
const SKIP = "(?:uberspring\\p{L}*|ueberspring\\p{L}*|auslass\\p{L}*|aussetz\\p{L}*|pausier\\p{L}*|verschieb\\p{L}*)";

/** In the order in which they are tried on each part of a message; the first that fits is meant. */
export const wishes: readonly WishWords[] = [
  {
    intent: "lost_package",
    pattern: anywhere(
      `(?:zugestellt|ausgeliefert|geliefert|abgegeben)(?: \\p{L}+){0,6}[ ,]+(?:aber|nur|doch|jedoch)(?: \\p{L}+){0,6} (?:nicht|nichts|nie|nirgends|kein\\p{L}*)|${ORDER}(?: \\p{L}+){0,4} (?:verloren|gestohlen|geklaut|verschwunden|verschollen)|(?:verloren|gestohlen|geklaut)(?: \\p{L}+){0,3} ${ORDER}`,
    ),
  },
  {
    intent: "reshipment",
    pattern: anywhere(
      "(?:kaputt|beschadigt|beschaedigt|zerbrochen|zerdruckt|defekt|ausgelaufen|verdorben|verschimmelt)(?:e[nrsm]?)?|falsche[nrs]? (?:artikel|produkt|ware|sorte|grosse|farbe|teil)|falsch geliefert|(?:fehlt|fehlen)(?: \\p{L}+){0,3} (?:in|im|bei|aus|etwas|was|ein|eine|artikel|teil)|noch ?mal (?:schicken|senden|liefern)|ersatz(?:lieferung)?",
    ),
  },
  {
    intent: "refund",
    pattern: anywhere(
      `geld(?: \\p{L}+){0,3} zuruck|(?:ruck)?erstatt\\p{L}*|ruckzahlung|(?:retour\\p{L}*|retourn\\p{L}*|ruckgabe|rucksendung)|${ORDER}(?: \\p{L}+){0,3} zuruck(?:geben|schicken|senden)|zuruck(?:geben|schicken|senden)|(?:doppelt|zweimal|zu viel) (?:abgebucht|bezahlt|berechnet|belastet)|gutschrift`,
    ),
  },
  {
    intent: "cancel_subscription",
    pattern: anywhere(
      `kundig\\p{L}*|kuendig\\p{L}*|${PLAN}(?: \\p{L}+){0,4} (?:beend\\p{L}*|stornier\\p{L}*|abbestell\\p{L}*|loswerden|nicht mehr)|(?:beend\\p{L}*|stornier\\p{L}*|stopp\\p{L}*)(?: \\p{L}+){0,3} ${PLAN}|keine lieferungen mehr`,
    ),
  },
  {
    intent: "cancel_order",
    pattern: anywhere(
      `${ORDER}(?: [\\p{L}\\p{N}#]+){0,4} (?:stornier\\p{L}*|abbrech\\p{L}*|widerruf\\p{L}*|zuruckzieh\\p{L}*|ruckgangig)|(?:stornier\\p{L}*|widerruf\\p{L}*)(?: [\\p{L}#]+){0,4} ${ORDER}`,
    ),
  },
  {
    intent: "skip_shipment",
    pattern: anywhere(
      `${SKIP}|(?:nachste|naechste|kommende)[nrs]?(?: \\p{L}+){0,2} (?:nicht|spater|weg ?lassen)|(?:pause|aussetzer)(?: \\p{L}+){0,2} (?:machen|einlegen)`,
    ),
  },
  {
    intent: "change_address",
    pattern: anywhere(
      "(?:liefer|versand)?(?:adresse|anschrift)(?: \\p{L}+){0,4} (?:ander\\p{L}*|aender\\p{L}*|geandert|aktualisier\\p{L}*|falsch|veraltet|stimmt nicht)|(?:ander\\p{L}*|neue|andere|falsche|aktualisier\\p{L}*)(?: \\p{L}+){0,2} (?:liefer|versand)?(?:adresse|anschrift)|umgezogen|(?:ziehe|ziehen)(?: \\p{L}+){0,3} um|umzug",
    ),
  },
  {
    intent: "swap_product",
    pattern: anywhere(
      `(?:tausch\\p{L}*|umtausch\\p{L}*|wechs\\p{L}*)|ander\\p{L}* (?:sorte|produkt|geschmack|kaffee|tee)(?: \\p{L}+){0,3} (?:abo|nachst\\p{L}*|bekommen|haben|nehmen)`,
    ),
  },
  {
    intent: "wismo",
    pattern: anywhere(
      `wo (?:ist|sind|bleibt|bleiben|steckt|stecken)(?: \\p{L}+){0,3} (?:${ORDER}|\\p{N}+)|wann (?:kommt|kommen|wird|werden|ist|bekomme|kriege|erhalte)(?: \\p{L}+){0,5} (?:${ORDER}|an|da|geliefert)|(?:status|stand)(?: \\p{L}+){0,2} ${ORDER}|sendungsverfolgung|${ORDER}(?: \\p{L}+){0,4} (?:noch nicht|immer noch nicht|nicht) (?:da|angekommen|gekommen|geliefert|erhalten|bekommen)|(?:warte|warten)(?: \\p{L}+){0,5} (?:auf|seit)`,
    ),
  },
];
