/** Before anything is changed: saying exactly what will be done, and waiting for a yes that is bound to it. */
import { agreementOn } from "./agreement.js";
import { resolve } from "./context.js";
import { handOver } from "./handing-over.js";
import type { StepOf } from "./policy.js";
import type { Run } from "./run.js";
import type { OpenQuestion } from "./state.js";

type Confirm = StepOf<"confirm">;

/** A yes to what was said longer ago than this is not taken: the facts may have changed meanwhile. */
const YES_IS_GOOD_FOR_MS = 60 * 60_000;

export function runConfirm(run: Run, step: Confirm): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const asked = frame.asked[step.id] ?? 0;
  if (asked >= step.attempts) {
    if (step.else !== undefined) run.moveTo(step.else);
    else handOver(run, { queue: "support", reason: "not_confirmed", priority: "normal" });
    return;
  }
  const agreement = agreementOn(run.policyOf(frame), step.for, run.scope);
  run.changeFrame({
    asked: { ...frame.asked, [step.id]: asked + 1 },
    offered: { agreement, macro: step.confirm, at: run.event.at },
    agreed: undefined,
  });
  putConfirm(run, step, asked === 0 ? [] : ["repair.need_yes"]);
}

/** Asks for the same yes again, without counting it. */
export function putConfirm(run: Run, step: Confirm, before: readonly string[]): void {
  const question: OpenQuestion = { kind: "confirm", slot: "confirmation", type: "yes_no" };
  const card = step.card && { show: step.card.show, of: resolve(step.card.of, run.scope) };
  run.openQuestion(question);
  run.reply([...before, step.confirm], { question, ...(card && { card }) });
}

/** Only a plain yes is one; anything else leaves the question open. */
export function takeConfirmation(run: Run, step: Confirm, said: "yes" | "no" | undefined): void {
  const frame = run.frame;
  if (frame === undefined) return;
  run.closeQuestion();
  if (said === "no") {
    run.moveTo(step.on.no);
    return;
  }
  const { offered } = frame;
  if (said === "yes" && offered !== undefined && run.event.at - offered.at <= YES_IS_GOOD_FOR_MS) {
    run.changeFrame({ agreed: offered });
    run.moveTo(step.on.yes);
  } else if (said === "yes") {
    run.reply(["repair.too_long_ago"]);
    run.restartPolicy();
  }
  // Still at the confirm step: it asks again, or gives up when that was the last attempt.
}
