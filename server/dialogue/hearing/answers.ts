/** The answer to what the running policy asked: a value, a code, a yes or a no, or the wish said again. */
import type { Understood } from "../../understanding/index.js";
import { askAgain, takeAnswer } from "../asking.js";
import { runCall, sendAnotherCode } from "../calling.js";
import { takeConfirmation } from "../confirming.js";
import type { Step } from "../policy.js";
import { askOpenQuestionAgain } from "../resuming.js";
import type { Run } from "../run.js";
import { changeMind, wantsInstead } from "./change-of-mind.js";
import { correctSlot } from "./corrections.js";

/** The answer to what the running policy asked; false when it was none. */
export function answerPolicy(run: Run, understood: Understood): boolean {
  const frame = run.frame;
  const { answer } = understood;
  if (frame === undefined) return false;
  const step = run.stepOf(frame);
  if (insists(run, step, understood)) return true;
  if (understood.digression) return false;
  const kind = run.state.question?.kind;
  if (kind === "step_up" && "call" in step) {
    if (answer?.kind === "unknown" || (answer?.kind === "choice" && answer.value === "unknown")) {
      run.closeQuestion();
      sendAnotherCode(run, step);
      return true;
    }
    if (answer?.kind !== "value") return false;
    run.closeQuestion();
    runCall(run, step, answer.value);
    return true;
  }
  if (kind === "confirm" && "confirm" in step) {
    // A tapped "Yes" comes as the choice that it is.
    const said = answer?.kind === "choice" ? answer.value : answer?.kind;
    if (said === "no" && correctSlot(run, understood)) return true;
    if (said === "no" && wantsInstead(run, understood) && changeMind(run, understood)) return true;
    const isPlainYes = said === "yes" && !(answer?.kind === "yes" && answer.qualified);
    if (said !== "no" && !isPlainYes) return false;
    takeConfirmation(run, step, isPlainYes ? "yes" : "no");
    return true;
  }
  if (!("ask" in step) || answer === undefined) return false;
  if (answer.kind === "no" && understood.signals.correction && correctSlot(run, understood)) return true;
  if (answer.kind === "all") {
    askAgain(run, step, ["repair.one_at_a_time"]);
    return true;
  }
  if (takeAnswer(run, step, answer)) return true;
  if (answer.kind === "unknown") return false;
  askAgain(run, step);
  return true;
}

/**
 * "Just cancel it", where the policy says what that means: the yes itself, or a no to what was offered instead. "Keep it"
 * is a no where something is about to be done; what was offered instead is asked about once more.
 */
function insists(run: Run, step: Step, { signals, answer }: Understood): boolean {
  const kind = run.state.question?.kind;
  if (!("confirm" in step && kind === "confirm") && !("ask" in step && kind === "step")) return false;
  if (answer?.kind === "choice") return false;
  const target = step.on?.insists;
  if (signals.insists || signals.justDoIt) {
    if (target === undefined) return false;
    if ("confirm" in step && target === step.on.yes) takeConfirmation(run, step, "yes");
    else {
      run.closeQuestion();
      run.moveTo(target);
    }
    return true;
  }
  if (!signals.undo || !("confirm" in step) || answer !== undefined) return false;
  if (target === undefined || target === step.on.yes) takeConfirmation(run, step, "no");
  else askOpenQuestionAgain(run, []);
  return true;
}
