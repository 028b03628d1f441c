/** Going on with a question that was left open: after a word aside, or after another policy in between. */
import { repeatQuestion } from "./asking.js";
import { putCodeQuestion } from "./calling.js";
import { putConfirm } from "./confirming.js";
import type { Run } from "./run.js";

/** Says the open question once more, without counting it as an attempt. */
export function askOpenQuestionAgain(run: Run, before: readonly string[]): void {
  const frame = run.frame;
  const step = frame === undefined ? undefined : run.stepOf(frame);
  if (step === undefined) return;
  if ("ask" in step) repeatQuestion(run, step, before);
  else if ("confirm" in step) putConfirm(run, step, before);
  else putCodeQuestion(run, "identify.step_up_repeat");
}

/** Back to the policy that was stepped aside from; false when there is none. */
export function resumeAside(run: Run): boolean {
  const { aside } = run.state;
  if (aside === undefined) return false;
  const stands = run.stands(aside.frames);
  run.state.frames = stands ? aside.frames : [];
  const { order_number: _, ...learned } = run.state.memory;
  run.state.memory = { ...learned, ...aside.memory };
  run.state.aside = undefined;
  const first = aside.frames[0]?.policy;
  if (!stands) {
    // Changed meanwhile: from the top, with what is known of the shopper.
    if (first !== undefined && run.rooms.policies.isActive(first)) run.push(first, {});
    return true;
  }
  const frame = run.frame;
  if (frame !== undefined) run.tellPolicy(frame, "resumed");
  askOpenQuestionAgain(run, ["repair.resume"]);
  return true;
}
