/** Approved sentences and facts become the parts that a shopper sees. */
export { formatMoney } from "./formatters.js";
export { loadMacros, type MacroOptions, type Macros } from "./macros.js";
export { type RenderedReply, renderReply } from "./render.js";
