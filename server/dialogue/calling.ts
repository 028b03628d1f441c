/** Where a policy goes when a tool has answered. */
import { handOver } from "./handing-over.js";
import type { StepOf } from "./policy.js";
import type { Run } from "./run.js";
import type { DialogueEvent } from "./state.js";

type Called = Extract<DialogueEvent, { kind: "called" }>;

export function continueAfterCall(run: Run, called: Called): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const step = run.stepOf(frame) as StepOf<"call">;
  // A list with nothing in it is an answer of the same kind as "there is no such thing".
  const result = called.result === "ok" && isEmptyList(called.value) ? "not_found" : called.result;
  if (result === "ok") {
    if (step.as !== undefined) run.write(step.as, called.value);
    run.moveTo(step.then ?? run.nextOf(frame));
    return;
  }
  const target = step.on[result];
  if (target !== undefined) {
    run.moveTo(target);
    return;
  }
  const say = result === "unavailable" ? "handoff.unavailable" : "handoff.default";
  handOver(run, { queue: "support", reason: result, priority: "normal", say });
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
