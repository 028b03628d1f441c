/** From a message and its context to what was meant: intent, slots, the answer to the open question, or "not sure". */
export { type UnderstandClassifier, understand } from "./understand.js";
export type {
  Answer,
  Signals,
  Slot,
  Span,
  UnderstandContext,
  UnderstandInput,
  Understood,
} from "./understood.js";
