/** The merchant's page: what policies and rules say, where each step leads, and what is wrong with them. */
export { buildStudio } from "./build.js";
export type {
  IntentDoc,
  OutcomeDoc,
  PolicyDoc,
  ProblemDoc,
  RuleDoc,
  RuleSetDoc,
  StepDoc,
  StudioData,
} from "./data.js";
export { type StudioSources, studioDataOf } from "./data-of.js";
export { type StudioRoutes, studioRoutes } from "./routes.js";
