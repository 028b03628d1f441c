/** What several rooms make of text and values: days and numbers, and which thing a text names. */
export { dateFormat, numberFormat } from "./kept.js";
export { namedAmong } from "./named.js";
