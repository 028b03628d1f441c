/**
 * The runtime's formats for days and numbers, each made once: a new one takes 60 µs, and 40 kB outside the heap that are
 * given back only at the next full collection.
 */
export { dateFormat, numberFormat } from "./kept.js";
