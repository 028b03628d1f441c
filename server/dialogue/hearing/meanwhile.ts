/** While a question is open: what is no answer to it. */
import type { Understood } from "../../understanding/index.js";
import { askAgain } from "../asking.js";
import { askForCode } from "../calling.js";
import { takeConfirmation } from "../confirming.js";
import { askOpenQuestionAgain } from "../resuming.js";
import type { Run } from "../run.js";
import { changeMind, stepAside, turnsAway } from "./change-of-mind.js";
import { bringsInstead, correctSlot, noteOrder } from "./corrections.js";
import { isRunning, isUnserved } from "./intents.js";
import { quoteAside } from "./passages.js";
import { sayGoodbye, stop } from "./small-talk.js";
import { serve } from "./wish.js";

/** Not an answer: another slot, a correction, another wish, or a word to the conversation itself. */
export function hearElse(run: Run, understood: Understood): boolean {
  const { signals } = understood;
  const step = run.frame === undefined ? undefined : run.stepOf(run.frame);
  if (step !== undefined && "ask" in step && bringsInstead(run, step, understood)) return true;
  if (quoteAside(run, understood)) return false;
  const wantsElse = (understood.digression || turnsAway(run, understood)) && !isAboutTheQuestion(run, understood);
  // "Where is order 5502?" asks about another order; it does not make this one 5502.
  if (wantsElse && !signals.correction && stepAside(run, understood)) return true;
  if (correctSlot(run, understood)) return true;
  if (wantsElse && (stepAside(run, understood) || changeMind(run, understood))) return true;
  if (understood.digression && isRunning(run, understood.intent)) {
    return again(run, noteOrder(run, understood) ? ["repair.noted"] : []);
  }
  if (understood.digression && isUnserved(run, understood.intent)) return serve(run, understood.intent, understood);
  if (signals.correction && noteOrder(run, understood)) return again(run, ["repair.noted"]);
  if (signals.goodbye) return sayGoodbye(run);
  if (signals.stop) return stop(run);
  if (signals.repeat) return again(run, []);
  if (signals.thanks || signals.greeting) return again(run, [signals.thanks ? "repair.friendly" : "repair.hello"]);
  if (step !== undefined && "ask" in step) {
    // What was answered before is not what could not be understood now.
    run.write("answer", null);
    askAgain(run, step, isOtherQuestion(understood) ? ["repair.out_of_scope_here"] : []);
  } else if (step !== undefined && "confirm" in step) takeConfirmation(run, step, undefined);
  else return missedCode(run);
  return true;
}

/** "Do you sell gift cards?", asked while we wait for an answer. What is no question is read as a failed answer. */
function isOtherQuestion({ text, outcome, intent }: Understood): boolean {
  return outcome === "accept" && intent === "out_of_scope" && text.trim().endsWith("?");
}

/** An address is asked for, and what comes sounds like a change of address: a failed answer, and no other wish. */
function isAboutTheQuestion(run: Run, { intent }: Understood): boolean {
  return run.state.question?.type === "address" && intent === "change_address";
}

/** Says the open question once more. */
function again(run: Run, before: readonly string[]): boolean {
  askOpenQuestionAgain(run, before);
  return false;
}

/** Neither a code nor anything else that could be made out: as good as a wrong one. */
function missedCode(run: Run): boolean {
  askForCode(run, "wrong_code");
  return false;
}
