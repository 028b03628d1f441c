/**
 * What an utterance means at this point: an answer, a change of mind, a wish, or one of the things that can happen at
 * any time and stand in no policy (the repair patterns). An open question is read first.
 */
import type { Understood } from "../understanding/index.js";
import { askAgain, repeatQuestion, takeAnswer } from "./asking.js";
import { handOver } from "./handing-over.js";
import type { StepOf } from "./policy.js";
import type { Run } from "./run.js";
import type { OpenQuestion } from "./state.js";
import { askWhichIntent, startPolicyFor } from "./wishes.js";

const PERSON = "human_agent";
/** After this many utterances in a row that made no sense, a person is offered; after one more, one takes over. */
const MISSES_BEFORE_OFFER = 1;

/** Returns whether a policy goes on running now. */
export function hear(run: Run, understood: Understood): boolean {
  const { signals } = understood;
  const question = run.state.question;
  if (signals.wantsPerson) return wantPerson(run, understood);
  if (signals.startOver) return startOver(run);
  if (question?.kind === "step") return hearAnswer(run, understood);
  if (question !== undefined) return hearChoice(run, question, understood);
  return hearWish(run, understood);
}

function hearAnswer(run: Run, understood: Understood): boolean {
  const frame = run.frame;
  if (frame === undefined) return hearWish(run, understood);
  const step = run.stepOf(frame) as StepOf<"ask">;
  const { answer, signals, slots } = understood;
  if (answer !== undefined && !understood.digression) {
    if (takeAnswer(run, step, answer)) return true;
    if (answer.kind !== "unknown") {
      askAgain(run, step);
      return true;
    }
  }
  for (const [slot, target] of Object.entries(step.instead ?? {})) {
    const brought = slots[slot];
    if (brought === undefined) continue;
    run.closeQuestion();
    run.write(slot, String(brought.value));
    run.moveTo(target);
    return true;
  }
  if (understood.digression && changeMind(run, understood)) return true;
  if (signals.stop) return stop(run);
  if (signals.repeat) return again(run, step, []);
  if (signals.thanks || signals.greeting) return again(run, step, ["repair.friendly"]);
  askAgain(run, step);
  return true;
}

function again(run: Run, step: StepOf<"ask">, before: readonly string[]): boolean {
  repeatQuestion(run, step, before);
  return false;
}

/** Something else is wanted now. What is known stays known; what was under way is dropped without having acted. */
function changeMind(run: Run, understood: Understood): boolean {
  const running = run.state.frames[0]?.policy;
  if (run.rooms.policies.forIntent(understood.intent) === running) return false;
  run.state.wishes = understood.also;
  return startPolicyFor(run, understood.intent, understood.slots);
}

/** "Did you mean …?", "You also asked about …", "Shall I get a person?" */
function hearChoice(run: Run, question: OpenQuestion, understood: Understood): boolean {
  const { answer } = understood;
  const offered = (question.choices ?? []).map(({ value }) => value).filter((value) => value !== "none");
  let picked: string | undefined;
  if (answer?.kind === "choice" || answer?.kind === "value") picked = answer.value;
  // One thing was offered: "yes" means it.
  if (answer?.kind === "yes" && offered.length === 1) picked = offered[0];
  if (answer?.kind === "no") picked = "none";
  run.closeQuestion();
  if (picked === "none" || understood.signals.stop) {
    run.state.wishes = [];
    run.reply(["repair.anything_else"]);
    return false;
  }
  if (picked !== undefined && offered.includes(picked)) {
    if (picked === PERSON) return wantPerson(run, understood);
    return serve(run, picked, understood);
  }
  return hearWish(run, understood);
}

function hearWish(run: Run, understood: Understood): boolean {
  const { signals, outcome, intent } = understood;
  if (outcome === "accept" && intent === PERSON) return wantPerson(run, understood);
  if (outcome === "accept" && intent !== "greeting" && intent !== "out_of_scope") {
    run.state.wishes = understood.also.filter((other) => other !== intent);
    return serve(run, intent, understood);
  }
  if (signals.stop) return stop(run);
  if (run.state.mode === "with_person") return sayWithPerson(run, understood);
  if (signals.thanks) return friendly(run, "repair.welcome");
  if (signals.greeting || (outcome !== "unsure" && intent === "greeting")) return friendly(run, "repair.greeting");
  // An order number on its own, after that order was talked about or before any wish: most want to know where it is.
  if (understood.slots.order_number !== undefined && outcome !== "accept") {
    const policy = run.state.last?.policy;
    if (policy !== undefined) return serveLast(run, policy, understood);
  }
  if (outcome === "accept" && intent === "out_of_scope") return offerPerson(run, "repair.out_of_scope");
  if (outcome === "ask") {
    const likely = understood.ranking
      .map(({ intent: name }) => name)
      .filter((name) => name !== "greeting" && name !== "out_of_scope")
      .slice(0, 3);
    if (likely.length > 0) {
      askWhichIntent(run, likely, "repair.did_you_mean");
      return false;
    }
  }
  return missed(run);
}

function serve(run: Run, intent: string, understood: Understood): boolean {
  if (startPolicyFor(run, intent, understood.slots)) return true;
  run.leaveAll();
  handOver(run, { queue: "support", reason: `wish_${intent}`, priority: "normal", say: "handoff.unserved" });
  return false;
}

function serveLast(run: Run, policy: string, understood: Understood): boolean {
  const intent = run.rooms.policies.newest(policy).intents[0];
  return intent === undefined ? missed(run) : serve(run, intent, understood);
}

function wantPerson(run: Run, understood: Understood): boolean {
  if (run.state.mode === "with_person" && run.state.frames.length === 0) return sayWithPerson(run, understood);
  if (startPolicyFor(run, PERSON, understood.slots)) return true;
  handOver(run, { queue: "support", reason: "asked_for_person", priority: "normal" });
  return false;
}

function startOver(run: Run): boolean {
  run.leaveAll();
  run.state.memory = {};
  run.state.wishes = [];
  return friendly(run, "repair.start_over");
}

function stop(run: Run): boolean {
  run.leaveAll();
  run.state.wishes = [];
  return friendly(run, "repair.stopped");
}

function friendly(run: Run, macro: string): boolean {
  run.state.misses = 0;
  run.reply([macro]);
  return false;
}

function sayWithPerson(run: Run, understood: Understood): boolean {
  run.reply([understood.signals.thanks ? "repair.welcome" : "handoff.already"]);
  return false;
}

function missed(run: Run): boolean {
  run.state.misses += 1;
  if (run.state.misses > MISSES_BEFORE_OFFER) {
    handOver(run, { queue: "support", reason: "not_understood", priority: "normal", say: "handoff.not_understood" });
    return false;
  }
  run.reply(["repair.not_sure"]);
  return false;
}

function offerPerson(run: Run, macro: string): boolean {
  askWhichIntent(run, [PERSON], macro);
  return false;
}
