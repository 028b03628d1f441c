/** Something else is wanted: for a moment, from now on, or back to how it was. */
import type { Understood } from "../../understanding/index.js";
import type { Run } from "../run.js";
import { keepWishes, startPolicyFor } from "../wishes.js";
import { isRunning, NO_WISH, PERSON } from "./intents.js";

/** After one of these there is nothing to take back. */
const NOTHING_DONE = ["answered", "kept", "retained", "handed_off"];

/** A question in between: it is answered, and then the policy goes on where it stood. */
export function stepAside(run: Run, understood: Understood): boolean {
  const { frames, question, aside, memory } = run.state;
  const policy = run.rooms.policies.forIntent(understood.intent);
  const running = frames[0]?.policy;
  if (policy === undefined || question === undefined || aside !== undefined || running === policy) return false;
  if (!run.rooms.policies.onlyAnswers(policy) || understood.intent === PERSON) return false;
  const started = startPolicyFor(run, understood.intent, understood, { aside: { frames, question, memory } });
  return started;
}

/**
 * "Actually, just send it again": taken for what it probably is where a change of mind is announced. Nothing has been
 * done yet, and what is wanted now is confirmed before it is done.
 */
export function turnsAway(run: Run, { intent, outcome, signals }: Understood): boolean {
  if (outcome !== "ask" || NO_WISH.includes(intent) || signals.stop || isRunning(run, intent)) return false;
  return signals.instead;
}

/** "No, just skip the next one": a no, and what is wanted in its place. */
export function wantsInstead(run: Run, { intent, outcome, signals }: Understood): boolean {
  if (outcome !== "accept" || NO_WISH.includes(intent) || signals.stop || isRunning(run, intent)) return false;
  return signals.justThat;
}

/** Something else is wanted now. What is known stays known; what was under way is dropped without having acted. */
export function changeMind(run: Run, understood: Understood): boolean {
  if (isRunning(run, understood.intent)) return false;
  keepWishes(run, understood.also, understood);
  return startPolicyFor(run, understood.intent, understood);
}

/** "Undo that", right after something was done: for the policy that did it, where it asks what was wished. */
export function takeBack(run: Run, understood: Understood): boolean {
  const { last } = run.state;
  if (!understood.signals.undo || last === undefined || !run.rooms.policies.isActive(last.policy)) return false;
  const { intents, remembers } = run.rooms.policies.newest(last.policy);
  if (intents[0] === undefined || !remembers.includes("wish") || NOTHING_DONE.includes(last.outcome)) return false;
  return startPolicyFor(run, intents[0], understood);
}
