/** The policy language: loading, checking, and the pure interpreter. */
export { advance } from "./advance.js";
export { type AgreedCall, digestOf, isAgreed, isSameValue } from "./agreement.js";
export type { RuleSetShape, Surroundings, ToolShape } from "./checks/surroundings.js";
export { macroIn } from "./context.js";
export { type Coverage, coverageOf, type Failure } from "./coverage.js";
export { loadPolicies, type PolicySet } from "./load.js";
export { type Policy, policyJsonSchema, type Step } from "./policy.js";
export type { DialogueRooms } from "./run.js";
export {
  type Advanced,
  type Command,
  type DialogueEvent,
  type DialogueState,
  FRESH,
  type Offered,
  type Option,
  type ReplyCommand,
  type Scope,
  type Shopper,
  type TraceItem,
  type WayTaken,
} from "./state.js";
