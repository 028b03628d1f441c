/** What each kind of step does. The table is typed by the kinds: a kind without a runner does not compile. */
import { runAsk } from "./asking.js";
import { runCall } from "./calling.js";
import { runConfirm } from "./confirming.js";
import { resolve, resolveAll } from "./context.js";
import { handOver } from "./handing-over.js";
import { kindOf, type StepKind, type StepOf } from "./policy.js";
import { resumeAside } from "./resuming.js";
import type { Run } from "./run.js";
import { offerNextWish } from "./wishes.js";

type Runner<K extends StepKind> = (run: Run, step: StepOf<K>) => void | Promise<void>;

const runners: { readonly [K in StepKind]: Runner<K> } = {
  say(run, step) {
    const of = step.card && resolve(step.card.of, run.scope);
    run.reply([step.say], step.card === undefined || of === undefined ? {} : { card: { show: step.card.show, of } });
    goOn(run, step.then);
  },

  ask: runAsk,

  call: (run, step) => runCall(run, step),

  confirm: runConfirm,

  async decide(run, step) {
    const facts = factsFor(step, run);
    const decision = await run.rooms.decide(step.decide, facts, run.event.at);
    run.trace.push({ kind: "decision", ...decision });
    // What the rule has to say about it, such as the number of days: for the words that follow.
    run.write("decision", { event: decision.event, ...decision.params });
    // Loading has checked that each event has a branch; a rule set edited in between falls back to "otherwise".
    run.moveTo(step.on[decision.event] ?? (step.on.otherwise as string));
  },

  set(run, step) {
    for (const [name, value] of Object.entries(resolveAll(step.set, run.scope))) run.write(name, value);
    goOn(run, step.then);
  },

  run(run, step) {
    // Moved on first: when the sub-policy ends, its caller stands at the step after this one.
    const values = resolveAll(step.with, run.scope);
    goOn(run, step.then);
    run.push(step.run.slice(1), values);
  },

  go(run, step) {
    // A transfer does not come back, not even to whoever ran the policy that it leaves from.
    const target = step.go.slice(1);
    if (!run.rooms.policies.isActive(target)) {
      handOver(run, {
        queue: "support",
        reason: `wish_${target.replaceAll("-", "_")}`,
        priority: "normal",
        say: "handoff.unserved",
      });
      return;
    }
    run.leaveAll();
    run.push(target, {});
  },

  handoff(run, step) {
    const { queue, reason, priority, say } = step.handoff;
    handOver(run, { queue, reason, priority, ...(say && { say }) });
  },

  end(run, step) {
    const frame = run.frame;
    if (frame === undefined) return;
    run.tellPolicy(frame, "ended", step.end);
    const given = run.policyOf(frame).gives.filter((name) => Object.hasOwn(frame.values, name));
    run.pop();
    for (const name of given) run.write(name, frame.values[name]);
    if (run.frame === undefined) {
      run.state.last = { policy: frame.policy, outcome: step.end };
      run.commands.push({ kind: "outcome", policy: frame.policy, version: frame.version, outcome: step.end });
      if (!resumeAside(run)) offerNextWish(run);
    } else {
      run.tellPolicy(run.frame, "resumed");
    }
  },
};

export async function runStep(run: Run): Promise<void> {
  const frame = run.frame;
  if (frame === undefined) return;
  const step = run.stepOf(frame);
  const kind = kindOf(step) as StepKind;
  await (runners[kind] as Runner<StepKind>)(run, step as never);
}

/** A fact that the step takes from elsewhere is that or unknown: never what happens to bear its name here. */
function factsFor({ facts }: StepOf<"decide">, run: Run): Record<string, unknown> {
  const here = Object.entries(run.scope).filter(([name]) => !Object.hasOwn(facts, name));
  return { ...Object.fromEntries(here), ...resolveAll(facts, run.scope) };
}

/** To `then`, or to the following step. */
function goOn(run: Run, then: string | undefined): void {
  if (run.frame !== undefined) run.moveTo(then ?? run.nextOf(run.frame));
}
