/**
 * What an utterance means at this point: an answer, a change of mind, a wish, or one of the things that can happen at
 * any time and stand in no policy (the repair patterns). An open question is read first.
 */
import type { Understood } from "../../understanding/index.js";
import type { Run } from "../run.js";
import { answerPolicy } from "./answers.js";
import { takeBack } from "./change-of-mind.js";
import { hearChoice, hearContact } from "./choices.js";
import { hearElse } from "./meanwhile.js";
import { wantPerson } from "./person.js";
import { startOver } from "./small-talk.js";
import { hearWish } from "./wish.js";

/** Returns whether a policy goes on running now. */
export function hear(run: Run, heard: Understood): boolean {
  const understood = meantHere(run, heard);
  const { signals } = understood;
  const question = run.state.question;
  if (signals.wantsPerson) return wantPerson(run, understood);
  if (signals.startOver) return startOver(run);
  if (question === undefined) return takeBack(run, understood) || hearWish(run, understood);
  if (question.kind === "intent") return hearChoice(run, question, understood);
  if (question.kind === "contact") return hearContact(run, understood);
  return answerPolicy(run, understood) || hearElse(run, understood);
}

/** "Just cancel it": where a subscription was spoken of, that is what is meant, and no order. */
function meantHere(run: Run, understood: Understood): Understood {
  const { signals, intent, text } = understood;
  const policy = run.state.frames[0]?.policy ?? run.state.last?.policy;
  if (
    intent !== "cancel_order" ||
    !(signals.insists || signals.justDoIt) ||
    /\b(?:order|bestellung|pedido)\b/i.test(text)
  )
    return understood;
  if (policy === undefined || !run.rooms.policies.isActive(policy)) return understood;
  const { remembers } = run.rooms.policies.newest(policy);
  return remembers.includes("subscription_id") ? { ...understood, intent: "cancel_subscription" } : understood;
}
