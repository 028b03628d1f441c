/** Digits of the scripts that phones type, by the character before their zero. */
const DIGIT = "0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19";
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0xff10];
/** What people put between groups of digits. No comma and blank together: that is a list of numbers. */
const BETWEEN = String.raw`(?:[\s\u200b\u2060\ufeff]{1,3}|\s?[.\-\u2010-\u2015\u2212_/\u00b7\u2022:|*]\s?|,)`;
const RUN = new RegExp(`[${DIGIT}]+(?:${BETWEEN}[${DIGIT}]+)*`, "g");
const GROUP = new RegExp(`[${DIGIT}]+`, "g");

const SECURITY_WORDS = [
  "cvv2?",
  "cvc2?",
  "cvn",
  String.raw`(?:card\s+)?security\s*(?:code|number)`,
  String.raw`(?:card\s+)?verification\s*(?:code|value|number)`,
  "kartenpr[üu]fnummer",
  "pr[üu]fziffer",
  String.raw`c[óo]digo\s+de\s+segur(?:idad|an[çc]a)`,
  "cryptogramme",
  String.raw`codice\s+di\s+sicurezza`,
].join("|");
const SECURITY_CODE = new RegExp(
  String.raw`(?<![\p{L}\d])((?:${SECURITY_WORDS})(?!\p{L})[^${DIGIT}\n]{0,20})[${DIGIT}]{3,4}(?![${DIGIT}])`,
  "giu",
);

/** First digits (as a range of equal length) and lengths of the issuers' numbers. From ISO/IEC 7812 and the schemes' pages. */
const ISSUERS: readonly (readonly [from: string, to: string, lengths: readonly number[]])[] = [
  ["4", "4", [13, 16, 18, 19]], // Visa, Electron, Switch, Elo
  ["51", "55", [16]], // Mastercard
  ["2221", "2720", [16]], // Mastercard
  ["34", "34", [15]], // American Express
  ["37", "37", [15]], // American Express
  ["6011", "6011", [16, 17, 18, 19]], // Discover
  ["622126", "622925", [16, 17, 18, 19]], // Discover, UnionPay
  ["644", "659", [16, 17, 18, 19]], // Discover, Elo, RuPay, Verve
  ["300", "305", [14, 16, 17, 18, 19]], // Diners Club
  ["3095", "3095", [14, 16, 17, 18, 19]], // Diners Club
  ["36", "36", [14, 15, 16, 17, 18, 19]], // Diners Club
  ["38", "39", [14, 16, 17, 18, 19]], // Diners Club, Hipercard
  ["3528", "3589", [16, 17, 18, 19]], // JCB, RuPay
  ["62", "62", [16, 17, 18, 19]], // UnionPay
  ["81", "82", [16, 17, 18, 19]], // UnionPay, RuPay
  ["50", "50", [13, 14, 15, 16, 17, 18, 19]], // Maestro, Dankort, Elo, Verve, RuPay
  ["56", "58", [13, 14, 15, 16, 17, 18, 19]], // Maestro
  ["60", "60", [16]], // RuPay, Hipercard
  ["63", "63", [13, 14, 15, 16, 17, 18, 19]], // Maestro, Laser, InstaPayment, InterPayment, Solo, Switch
  ["67", "67", [13, 14, 15, 16, 17, 18, 19]], // Maestro, Laser, Solo, Switch
  ["2200", "2204", [16, 17, 18, 19]], // Mir
  ["9792", "9792", [16]], // Troy
  ["8600", "8600", [16]], // Uzcard
  ["9860", "9860", [16]], // Humo
];

/**
 * Takes payment card numbers out of a text, leaving the last four digits, and the 3 or 4 digits after "CVV" and its like.
 * To be called before anything writes, logs or forwards the text. A number counts as a card's when an issuer's first
 * digits, a length of that issuer and the Luhn check digit agree; parcel numbers of 20 or 22 digits pass untouched.
 */
export function redactCards(text: string): string {
  return text.replace(RUN, (run) => redactRun(run)).replace(SECURITY_CODE, (_, words: string) => `${words}[removed]`);
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
}

/** A run is digits with separators; a card may be any of its neighbouring groups ("4111 … 1111 12/27 123"). */
function redactRun(run: string): string {
  const groups: Group[] = [...run.matchAll(GROUP)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    digits: plainDigits(found[0]),
  }));
  if (isUspsNumber(groups)) return run;
  let out = "";
  let copied = 0;
  for (let first = 0; first < groups.length; first += 1) {
    const found = cardFrom(groups, first);
    if (found === undefined) continue;
    out += `${run.slice(copied, groups[first]?.start)}[card …${found.digits.slice(-4)}]`;
    copied = groups[found.last]?.end ?? copied;
    first = found.last;
  }
  return out + run.slice(copied);
}

function cardFrom(groups: readonly Group[], first: number): { last: number; digits: string } | undefined {
  let digits = "";
  let longest: { last: number; digits: string } | undefined;
  for (let last = first; last < groups.length && digits.length < 19; last += 1) {
    digits += groups[last]?.digits ?? "";
    if (looksLikeCard(digits)) longest = { last, digits };
  }
  return longest;
}

function looksLikeCard(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19) return false;
  const issued = ISSUERS.some(([from, to, lengths]) => {
    const start = digits.slice(0, from.length);
    return start >= from && start <= to && lengths.includes(digits.length);
  });
  return issued && passesLuhn(digits);
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** USPS prints its 22 digits in fours; some of the fours could pass for a card. */
function isUspsNumber(groups: readonly Group[]): boolean {
  return (
    /^9[1-5]\d\d$/.test(groups[0]?.digits ?? "") && groups.map(({ digits }) => digits.length).join() === "4,4,4,4,4,2"
  );
}

function plainDigits(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.charCodeAt(0);
      const zero = ZEROS.findLast((candidate) => candidate <= code) ?? 0x30;
      return String(code - zero);
    })
    .join("");
}
