/** "No, order 1002": what was said before, said anew. */
import type { Understood } from "../../understanding/index.js";
import type { StepOf } from "../policy.js";
import type { Run } from "../run.js";

/**
 * "No, order 1002": what was answered before is replaced, and the policy goes on from where it was asked. A yes given
 * meanwhile is worth nothing any more.
 */
export function correctSlot(run: Run, { slots }: Understood): boolean {
  const frame = run.frame;
  if (frame === undefined) return false;
  const open = run.state.question?.slot;
  const { steps } = run.policyOf(frame);
  for (const [at, step] of steps.entries()) {
    if (!("ask" in step) || step.slot === open) continue;
    const brought = slots[step.slot];
    const before = run.scope[step.slot];
    if (brought === undefined || before === undefined || String(brought.value) === String(before)) continue;
    run.closeQuestion();
    // What was asked after it was asked about the other one.
    const later = steps.slice(at + 1).flatMap((each) => ("ask" in each ? [each.slot] : []));
    const values = Object.fromEntries(Object.entries(frame.values).filter(([name]) => !later.includes(name)));
    run.changeFrame({ asked: {}, offered: undefined, agreed: undefined, step: step.id, values });
    run.write(step.slot, String(brought.value));
    return true;
  }
  return false;
}

/** "Wait, I mean order 5502", while something else is asked: kept for the policy that will need it. */
export function noteOrder(run: Run, { slots }: Understood): boolean {
  const brought = slots.order_number;
  if (brought === undefined || run.state.question?.slot === "order_number") return false;
  run.write("order_number", String(brought.value));
  return true;
}

export function bringsInstead(run: Run, step: StepOf<"ask">, { slots }: Understood): boolean {
  for (const [slot, target] of Object.entries(step.instead ?? {})) {
    const brought = slots[slot];
    if (brought === undefined) continue;
    run.closeQuestion();
    run.write(slot, String(brought.value));
    run.moveTo(target);
    return true;
  }
  return false;
}
