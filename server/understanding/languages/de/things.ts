import type { ThingWords } from "../language.js";

const SUFFIX = "(?:straße|strasse|str\\.?|weg|gasse|allee|platz|ufer|ring|damm|chaussee|steig|promenade|graben)";
const STREET =
  "(?:(?:[Aa]m|[Aa]n de[rnm]|[Aa]uf de[rm]|[Zz]u[mr]|[Ii]m|[Uu]nter den|[Aa]lte[rs]?|[Nn]eue[rs]?) \\p{Lu}[\\p{L}-]{2,30}(?: \\p{Lu}[\\p{L}-]{2,30})?" +
  `|[\\p{L}][\\p{L}-]{1,30}${SUFFIX}|\\p{Lu}[\\p{L}-]{2,24} (?:Straße|Strasse|Str\\.?|Weg|Gasse|Allee|Platz|Ufer|Ring|Damm|Chaussee))`;
const TOWN = "[\\p{L}][\\p{L}-]{1,30}(?: (?:am |an der |im |bei |ob der )?\\p{Lu}[\\p{L}-]{2,24})?";

export const things: ThingWords = {
  orderNamed: "bestellung|bestell|bestellnummer|bestellnr|auftrag|auftragsnummer|auftragsnr|nummer|rechnung",
  units:
    "minuten?|min|stunden?|std|tage?n?|wochen?|monate?n?|jahre?n?|mal|leute|personen|stuck|packungen|tuten|grad|uhr|euro|cent|strasse|straße|prozent",
  addressLeadIn:
    /^\s*(?:(?:hi|hallo|hey|ok|okay|ja|gern|gerne|also|bitte|danke|gut)[ ,.!]+)*(?:(?:kannst du|können sie|könnten sie) )?(?:(?:(?:meine|die|unsere) )?(?:neue |richtige |korrekte |aktuelle |volle )*(?:liefer|versand|post)?(?:adresse|anschrift) (?:ist|lautet|wäre|heißt)(?: jetzt| nun)?[ :]*|(?:bitte )?(?:schick|schicke|schickt|schicken sie|sende|senden sie|liefere|liefert|liefern sie)(?: (?:es|sie|das|alles|das paket|die bestellung|bitte))* (?:an|nach|zu)(?: die adresse)?[ :]*|(?:es|das) ist (?:die )?[ :]*|ich wohne (?:jetzt |nun )?(?:in der |in |am |im )?|ich bin (?:umgezogen )?(?:nach|in) |(?:ich bin )?umgezogen (?:in die |nach )|(?:an|nach)[ :]+|(?:adresse|anschrift)[ :]+)/iu,
  street: new RegExp(`(?<![\\p{L}\\p{N}])${STREET} ?\\d{1,4}|(?<!\\p{L})(?:postfach|packstation)(?= ?\\d)`, "iu"),
  address: new RegExp(
    `(?<![\\p{L}\\p{N}-])${STREET} ?\\d{1,4} ?(?:[a-zA-Z](?!\\p{L}))?(?:[-/]\\d{1,3})?(?:(?:, ?|\\n| )(?:[ADF]-|CH-)?\\d{4,5} ${TOWN}|(?:, ?)\\p{Lu}[\\p{L}-]{2,30})?`,
    "u",
  ),
  date: /(?<!\p{L})(?:heute|morgen|übermorgen|uebermorgen|gestern|vorgestern|nächst|naechst|kommend|letzt|diese[nmrs]? |woche|tag|monat|jahr|januar|jänner|jan\b|feber|feb|märz|maerz|mrz|apr|mai|juni|juli|jun\b|jul\b|aug|sep|okt|nov|dez|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|\d\.)/iu,
  days: [{ pattern: /(?<!\p{L})(?:kommende|nächste|naechste) woche(?!\p{L})/iu, days: 7 }],
};
