/** Which intents are wishes, and what this shop does about them. */
import type { Run } from "../run.js";

export const PERSON = "human_agent";
/** Not worth a button. */
export const NO_OFFER = ["greeting", "out_of_scope"];
export const NO_WISH = [PERSON, ...NO_OFFER];

/** The same wish once more is no other wish. */
export function isRunning(run: Run, intent: string): boolean {
  const policy = run.rooms.policies.forIntent(intent);
  return policy !== undefined && policy === run.state.frames[0]?.policy;
}

/** What this shop has no policy for is a wish all the same, and a person's. */
export function isUnserved(run: Run, intent: string): boolean {
  return !NO_WISH.includes(intent) && run.rooms.policies.forIntent(intent) === undefined;
}

export function isAnswerOnly(run: Run, intent: string): boolean {
  const policy = run.rooms.policies.forIntent(intent);
  return policy !== undefined && run.rooms.policies.onlyAnswers(policy);
}
