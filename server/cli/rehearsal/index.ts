/** Conversation files (`*.convo.txt`): reading them, holding them over the real rooms, and comparing. */
export { accepted } from "./accept.js";
export { differences, type Happened, MARK } from "./compare.js";
export { conversationFiles, coverage, reportOf } from "./coverage.js";
export { failuresOf } from "./failures.js";
export { type Convo, parseConvo } from "./parse.js";
export { hold, type Stage } from "./run.js";
