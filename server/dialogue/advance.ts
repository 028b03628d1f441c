/**
 * The interpreter: given the policies, where a conversation stands and what just happened, it says where the
 * conversation stands now and what is to be done. Pure: the same arguments give the same answer, time comes in the event,
 * and nothing outside is touched. Recovery after a crash, replay and readable tests all rest on that.
 */
import { continueAfterCall } from "./calling.js";
import { handOver, sayHandedOff } from "./handing-over.js";
import { hear } from "./hearing/index.js";
import { type DialogueRooms, Run } from "./run.js";
import type { Advanced, DialogueEvent, DialogueState } from "./state.js";
import { runStep } from "./steps.js";

/** After this many steps or policies without a word from the shopper something is wrong: a person takes over. */
const STEP_BUDGET = 50;
const HOP_BUDGET = 5;

export async function advance(rooms: DialogueRooms, state: DialogueState, event: DialogueEvent): Promise<Advanced> {
  const run = new Run(rooms, state, event);
  if (!enter(run)) return run.done();
  while (run.frame !== undefined && run.state.waiting === undefined && run.state.question === undefined) {
    if (run.steps >= STEP_BUDGET || run.hops > HOP_BUDGET) {
      handOver(run, { queue: "support", reason: "policy_loop", priority: "high" });
      break;
    }
    const before = run.state.frames;
    run.steps += 1;
    await runStep(run);
    if (run.state.frames.length > before.length || run.frame?.policy !== before.at(-1)?.policy) run.hops += 1;
  }
  return run.done();
}

/** Takes the event in; false when nothing is left to do. */
function enter(run: Run): boolean {
  const { event, state } = run;
  if (event.kind !== "handed_off" && !run.stands(state.frames)) return beginAnew(run);
  switch (event.kind) {
    case "understood":
      return hear(run, event.understood);
    case "called":
      if (state.waiting?.for !== "call") return false;
      delete run.state.waiting;
      continueAfterCall(run, event);
      return true;
    case "handed_off":
      if (state.waiting?.for !== "handoff") return false;
      sayHandedOff(run, state.waiting.say, event);
      return false;
    case "identified":
      return restartIdentification(run);
    case "broken":
      handOver(run, { queue: "support", reason: "internal_error", priority: "high", say: "handoff.broken" });
      return false;
    case "silence":
      return breakSilence(run, event.opened);
  }
}

/** The policy under way was changed meanwhile, and where the shopper stood is no place any more: from the top. */
function beginAnew(run: Run): boolean {
  const { event } = run;
  const policy = run.state.frames[0]?.policy;
  run.leaveAll();
  if (event.kind === "understood") {
    const { signals, digression } = event.understood;
    if (signals.wantsPerson || signals.startOver || signals.stop || digression) return hear(run, event.understood);
  }
  if (policy !== undefined && run.rooms.policies.isActive(policy)) {
    run.push(policy, {});
    return true;
  }
  handOver(run, { queue: "support", reason: "policy_changed", priority: "high" });
  return false;
}

/** The storefront vouches for the shopper in mid-conversation: whoever was asking for proof need not go on asking. */
function restartIdentification(run: Run): boolean {
  const frame = run.frame;
  const target = frame && run.policyOf(frame).on_identified;
  if (target === undefined || run.state.question === undefined) return false;
  run.closeQuestion();
  run.moveTo(target);
  return true;
}

function breakSilence(run: Run, opened: number): boolean {
  const frame = run.frame;
  if (frame === undefined || run.state.question?.kind !== "step" || run.state.opened !== opened) return false;
  const step = run.stepOf(frame);
  if (!("ask" in step) || step.silence === undefined) return false;
  run.closeQuestion();
  run.moveTo(step.silence.then);
  return true;
}
