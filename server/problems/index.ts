/**
 * What is wrong with a file that a merchant wrote: where, what was found, what was expected, and the fix. Every loader
 * (policies, rules, macros, intents, shop.json, world files) reports all of its problems in this one shape.
 */
export { type MerchantFile, parseMerchantFile } from "./merchant-file.js";
export { formatProblem, joinPath, type Problem, problemsOf } from "./problem.js";
export { fixName, nearestName } from "./suggest.js";
