/** From a message and its context to what was meant: intent, slots, the answer to the open question, or "not sure". */
export { fused } from "./knowledge/chance.js";
export {
  type Compared,
  type Found,
  type Knowledge,
  type KnowledgeOptions,
  openKnowledge,
  type Reader,
} from "./knowledge/find.js";
export { type LoadedKnowledge, loadKnowledge } from "./knowledge/load.js";
export { type Looked, lookUp } from "./knowledge/look-up.js";
export { openOnce } from "./knowledge/open-once.js";
export type { Passage } from "./knowledge/passage.js";
export { asksInGeneral } from "./knowledge/question.js";
export { rememberingShortTexts } from "./remembered.js";
export { type UnderstandClassifier, understand } from "./understand.js";
export type {
  Answer,
  AskedQuestion,
  Signals,
  Slot,
  Span,
  UnderstandContext,
  UnderstandInput,
  Understood,
} from "./understood.js";
