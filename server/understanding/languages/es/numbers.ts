import { counted, type NumberWords, setOf } from "../language.js";

const VALUES = new Map<string, number>([
  ...counted(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve " +
      "veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve",
    0,
  ),
  ...counted("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10),
  ...counted(
    "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
    200,
    100,
  ),
  ["cien", 100],
  ["ciento", 100],
  ["par", 2],
  ["docena", 12],
  ["ninguno", 0],
]);
const STEMS = counted("primer segund tercer cuart quint sext septim octav noven decim", 1);
const ORDINALS = new Map([
  ...STEMS.flatMap(([stem, value]) =>
    ["", "o", "a", "os", "as"].map((ending): [string, number] => [stem + ending, value]),
  ),
]);

export const numbers: NumberWords = {
  value: (word) => VALUES.get(word),
  hundred: new Set(),
  and: setOf("y"),
  article: setOf("un una"),
  ordinal(word) {
    // "2º" is "2o" without its typography.
    const digits = /^(\d{1,2})(?:o|a|er|ro|ra|do|da|to|ta)$/.exec(word)?.[1];
    return ORDINALS.get(word) ?? (digits === undefined ? undefined : Number(digits));
  },
};
