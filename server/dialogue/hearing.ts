/**
 * What an utterance means at this point: an answer, a change of mind, a wish, or one of the things that can happen at
 * any time and stand in no policy (the repair patterns). An open question is read first.
 */
import type { Understood } from "../understanding/index.js";
import { askAgain, takeAnswer } from "./asking.js";
import { askForCode, runCall, sendAnotherCode } from "./calling.js";
import { takeConfirmation } from "./confirming.js";
import { handOver } from "./handing-over.js";
import type { Step, StepOf } from "./policy.js";
import { askOpenQuestionAgain } from "./resuming.js";
import type { Run } from "./run.js";
import type { OpenQuestion } from "./state.js";
import { askWhichIntent, startPolicyFor } from "./wishes.js";

const PERSON = "human_agent";
const NO_OFFER = ["greeting", "out_of_scope"];
const NO_WISH = [PERSON, ...NO_OFFER];
/** What is less probable than this is not worth a button. */
const LIKELY = 0.1;
/** What is as probable as this is asked about before anything is guessed from an order's number. */
const PROBABLE = 0.5;
/** What is most often wanted of an order when nothing but its number is said. */
const ABOUT_AN_ORDER = "wismo";
const FEW_WORDS = 6;
/** After one of these there is nothing to take back. */
const NOTHING_DONE = ["answered", "kept", "retained", "handed_off"];
const CHANGE_OF_MIND = /\b(?:actually|instead|rather|changed my mind|on second thoughts?|no wait)\b/iu;
/** After this many utterances in a row that made no sense, a person is offered; after one more, one takes over. */
const MISSES_BEFORE_OFFER = 1;

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
  if (intent !== "cancel_order" || !(signals.insists || signals.justDoIt) || /\border\b/i.test(text)) return understood;
  if (policy === undefined || !run.rooms.policies.isActive(policy)) return understood;
  const { remembers } = run.rooms.policies.newest(policy);
  return remembers.includes("subscription_id") ? { ...understood, intent: "cancel_subscription" } : understood;
}

/** The answer to what the running policy asked; false when it was none. */
function answerPolicy(run: Run, understood: Understood): boolean {
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
  else again(run, []);
  return true;
}

/** Not an answer: another slot, a correction, another wish, or a word to the conversation itself. */
function hearElse(run: Run, understood: Understood): boolean {
  const { signals } = understood;
  const step = run.frame === undefined ? undefined : run.stepOf(run.frame);
  if (step !== undefined && "ask" in step && bringsInstead(run, step, understood)) return true;
  const wantsElse = (understood.digression || turnsAway(run, understood)) && !isAboutTheQuestion(run, understood);
  // "Where is order 5502?" asks about another order; it does not make this one 5502.
  if (wantsElse && !signals.correction && stepAside(run, understood)) return true;
  if (correctSlot(run, understood)) return true;
  if (wantsElse && (stepAside(run, understood) || changeMind(run, understood))) return true;
  if (understood.digression && isRunning(run, understood.intent)) {
    return again(run, noteOrder(run, understood) ? ["repair.noted"] : []);
  }
  if (understood.digression && isWish(run, understood.intent)) return serve(run, understood.intent, understood);
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

function bringsInstead(run: Run, step: StepOf<"ask">, { slots }: Understood): boolean {
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

/**
 * "No, order 1002": what was answered before is replaced, and the policy goes on from where it was asked. A yes given
 * meanwhile is worth nothing any more.
 */
function correctSlot(run: Run, { slots }: Understood): boolean {
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
function noteOrder(run: Run, { slots }: Understood): boolean {
  const brought = slots.order_number;
  if (brought === undefined || run.state.question?.slot === "order_number") return false;
  run.write("order_number", String(brought.value));
  return true;
}

/** A question in between: it is answered, and then the policy goes on where it stood. */
function stepAside(run: Run, understood: Understood): boolean {
  const { frames, question, aside, memory } = run.state;
  const policy = run.rooms.policies.forIntent(understood.intent);
  const running = frames[0]?.policy;
  if (policy === undefined || question === undefined || aside !== undefined || running === policy) return false;
  if (!run.rooms.policies.onlyAnswers(policy) || understood.intent === PERSON) return false;
  const started = startPolicyFor(run, understood.intent, understood, { aside: { frames, question, memory } });
  return started;
}

/** "Do you sell gift cards?", asked while we wait for an answer. What is no question is read as a failed answer. */
function isOtherQuestion({ text, outcome, intent }: Understood): boolean {
  return outcome === "accept" && intent === "out_of_scope" && text.trim().endsWith("?");
}

/**
 * "Actually, just send it again": taken for what it probably is where a change of mind is announced. Nothing has been
 * done yet, and what is wanted now is confirmed before it is done.
 */
function turnsAway(run: Run, { intent, outcome, text, signals }: Understood): boolean {
  if (outcome !== "ask" || NO_WISH.includes(intent) || signals.stop || isRunning(run, intent)) return false;
  return CHANGE_OF_MIND.test(text);
}

/** "No, just skip the next one": a no, and what is wanted in its place. */
function wantsInstead(run: Run, { intent, outcome, text, signals }: Understood): boolean {
  if (outcome !== "accept" || NO_WISH.includes(intent) || signals.stop || isRunning(run, intent)) return false;
  return /\b(?:actually|instead|rather|just|only)\b/iu.test(text) && !/n't\b|\bnot\b/iu.test(text);
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

/** The same wish once more is no other wish. */
function isRunning(run: Run, intent: string): boolean {
  const policy = run.rooms.policies.forIntent(intent);
  return policy !== undefined && policy === run.state.frames[0]?.policy;
}

/** What this shop has no policy for is a wish all the same, and a person's. */
function isWish(run: Run, intent: string): boolean {
  return !NO_WISH.includes(intent) && run.rooms.policies.forIntent(intent) === undefined;
}

/** Something else is wanted now. What is known stays known; what was under way is dropped without having acted. */
function changeMind(run: Run, understood: Understood): boolean {
  if (isRunning(run, understood.intent)) return false;
  run.state.wishes = understood.also;
  return startPolicyFor(run, understood.intent, understood);
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
    run.state.misses = 0;
    run.reply(["repair.anything_else"]);
    return false;
  }
  if (picked !== undefined && offered.includes(picked)) {
    if (picked === PERSON) return wantPerson(run, understood);
    return serve(run, picked, { ...understood, ...question.said });
  }
  return hearWish(run, understood);
}

/** Where the answer is to go, once a person has the conversation: told to the helpdesk with all that was said. */
function hearContact(run: Run, understood: Understood): boolean {
  const { answer } = understood;
  run.closeQuestion();
  if (answer?.kind !== "value") return hearWish(run, understood);
  run.write("email", answer.value);
  handOver(run, { queue: "support", reason: "contact_given", priority: "normal", say: "handoff.contact_thanks" });
  return false;
}

/** "Undo that", right after something was done: for the policy that did it, where it asks what was wished. */
function takeBack(run: Run, understood: Understood): boolean {
  const { last } = run.state;
  if (!understood.signals.undo || last === undefined || !run.rooms.policies.isActive(last.policy)) return false;
  const { intents, remembers } = run.rooms.policies.newest(last.policy);
  if (intents[0] === undefined || !remembers.includes("wish") || NOTHING_DONE.includes(last.outcome)) return false;
  return startPolicyFor(run, intents[0], understood);
}

function hearWish(run: Run, understood: Understood): boolean {
  const { signals, outcome, intent } = understood;
  if (outcome === "accept" && intent === PERSON) return wantPerson(run, understood);
  if (outcome === "accept" && intent !== "greeting" && intent !== "out_of_scope") {
    run.state.wishes = understood.also.filter((other) => other !== intent);
    return serve(run, intent, understood);
  }
  if (signals.stop) return stop(run);
  if (signals.goodbye) return sayGoodbye(run);
  const likely = likelyOf(understood);
  // One reading only, and all that can come of it is an answer: asking whether it was meant helps nobody.
  if (likely.length === 1 && likely[0] === intent && isAnswerOnly(run, intent)) return serve(run, intent, understood);
  if (run.state.mode === "with_person") return sayWithPerson(run, understood);
  if (signals.thanks) return friendly(run, "repair.welcome");
  if (signals.greeting || (outcome !== "unsure" && intent === "greeting")) return friendly(run, "repair.greeting");
  if (isOrderAlone(understood)) return serveOrder(run, understood);
  if (outcome === "accept" && intent === "out_of_scope") return outOfScope(run);
  if (likely.length > 0) {
    askWhichIntent(run, likely, "repair.did_you_mean", understood);
    return false;
  }
  return missed(run);
}

/** What may have been meant, likeliest first, where it is worth asking. */
function likelyOf({ outcome, ranking }: Understood): string[] {
  if (outcome !== "ask") return [];
  return ranking
    .filter(({ intent, probability }) => !NO_OFFER.includes(intent) && probability >= LIKELY)
    .map(({ intent }) => intent)
    .slice(0, 3);
}

function isAnswerOnly(run: Run, intent: string): boolean {
  const policy = run.rooms.policies.forIntent(intent);
  return policy !== undefined && run.rooms.policies.onlyAnswers(policy);
}

function serve(run: Run, intent: string, understood: Understood): boolean {
  if (startPolicyFor(run, intent, understood)) return true;
  run.leaveAll();
  // The person who takes over is told which order it is about.
  for (const name of ["email", "order_number"]) {
    const slot = understood.slots[name];
    if (slot !== undefined) run.write(name, String(slot.value));
  }
  handOver(run, { queue: "support", reason: `wish_${intent}`, priority: "normal", say: "handoff.unserved" });
  return false;
}

/** "5502", "and what about 5502?": a number, and no wish that could be made out. "Refund 5502" has one. */
function isOrderAlone({ text, slots, outcome, ranking }: Understood): boolean {
  const [likeliest] = ranking;
  const isWish =
    outcome === "ask" &&
    likeliest !== undefined &&
    !NO_WISH.includes(likeliest.intent) &&
    likeliest.probability >= PROBABLE;
  return slots.order_number !== undefined && !isWish && text.trim().split(/\s+/).length <= FEW_WORDS;
}

/** The same as was last wanted of another order; before any wish, where it is. */
function serveOrder(run: Run, understood: Understood): boolean {
  const { policies } = run.rooms;
  const last = run.state.last?.policy;
  const intent = last === undefined || !policies.isActive(last) ? undefined : policies.newest(last).intents[0];
  const wanted = intent === undefined || intent === PERSON ? ABOUT_AN_ORDER : intent;
  if (wanted !== ABOUT_AN_ORDER && last !== undefined && !policies.onlyAnswers(last)) {
    // What changes something is not begun on the strength of a number.
    askWhichIntent(run, [wanted, ABOUT_AN_ORDER], "repair.did_you_mean", understood);
    return false;
  }
  return policies.forIntent(wanted) === undefined ? missed(run) : serve(run, wanted, understood);
}

function wantPerson(run: Run, understood: Understood): boolean {
  if (run.state.mode === "with_person" && run.state.frames.length === 0) return sayWithPerson(run, understood);
  run.comesFrom = run.state.frames[0]?.policy;
  if (startPolicyFor(run, PERSON, understood)) return true;
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

function sayGoodbye(run: Run): boolean {
  run.leaveAll();
  run.state.wishes = [];
  return friendly(run, "repair.goodbye");
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
  if (run.state.misses > MISSES_BEFORE_OFFER) return giveToPerson(run);
  run.reply(["repair.not_sure"]);
  return false;
}

/** A person is offered; who asks for more of the same, or types at random, gets one. */
function outOfScope(run: Run): boolean {
  run.state.misses += 1;
  return run.state.misses > MISSES_BEFORE_OFFER ? giveToPerson(run) : offerPerson(run, "repair.out_of_scope");
}

function giveToPerson(run: Run): boolean {
  handOver(run, { queue: "support", reason: "not_understood", priority: "normal", say: "handoff.not_understood" });
  return false;
}

function offerPerson(run: Run, macro: string): boolean {
  askWhichIntent(run, [PERSON], macro);
  return false;
}
