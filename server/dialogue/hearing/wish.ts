/** No question is open: which wish is it, and what is done where none can be made out. */
import type { Understood } from "../../understanding/index.js";
import { handOver } from "../handing-over.js";
import type { Run } from "../run.js";
import { askWhichIntent, keepWishes, startPolicyFor } from "../wishes.js";
import { isAnswerOnly, NO_OFFER, NO_WISH, PERSON } from "./intents.js";
import { quote, quoteAndAsk, sayBeside, unknownMacro } from "./passages.js";
import { giveToPerson, offerPerson, sayWithPerson, wantPerson } from "./person.js";
import { friendly, sayGoodbye, stop } from "./small-talk.js";

/** What is less probable than this is not worth a button. */
const LIKELY = 0.1;
/** What is as probable as this is asked about before anything is guessed from an order's number. */
const PROBABLE = 0.5;
/** What is most often wanted of an order when nothing but its number is said. */
const ABOUT_AN_ORDER = "wismo";
const FEW_WORDS = 6;
/** After this many utterances in a row that made no sense, a person is offered; after one more, one takes over. */
const MISSES_BEFORE_OFFER = 1;

export function hearWish(run: Run, understood: Understood): boolean {
  const { signals, outcome, intent } = understood;
  if (quote(run, understood)) return false;
  if (outcome === "accept" && intent === PERSON) return wantPerson(run, understood);
  if (outcome === "accept" && intent !== "greeting" && intent !== "out_of_scope") {
    sayBeside(run, understood);
    const others = understood.also.filter((other) => other !== intent && !NO_OFFER.includes(other));
    keepWishes(run, others, understood);
    return serve(run, intent, others.length > 0 ? inItsWords(understood) : understood);
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
  if (outcome === "accept" && intent === "out_of_scope") return outOfScope(run, understood);
  if (likely.length > 0) {
    keepWishes(
      run,
      understood.also.filter((other) => !likely.includes(other)),
      understood,
    );
    if (quoteAndAsk(run, likely, understood)) return false;
    askWhichIntent(run, likely, "repair.did_you_mean", understood);
    return false;
  }
  return missed(run);
}

/** Of several wishes, the words of the first one: what is said of another is not said of it. */
function inItsWords(understood: Understood): Understood {
  const clause = understood.clauses.find(({ intent }) => intent === understood.intent);
  return clause === undefined ? understood : { ...understood, text: clause.text };
}

export function serve(run: Run, intent: string, understood: Understood): boolean {
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

/** What may have been meant, likeliest first, where it is worth asking. */
function likelyOf({ outcome, ranking }: Understood): string[] {
  if (outcome !== "ask") return [];
  return ranking
    .filter(({ intent, probability }) => !NO_OFFER.includes(intent) && probability >= LIKELY)
    .map(({ intent }) => intent)
    .slice(0, 3);
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

function missed(run: Run): boolean {
  run.state.misses += 1;
  if (run.state.misses > MISSES_BEFORE_OFFER) return giveToPerson(run);
  run.reply(["repair.not_sure"]);
  return false;
}

/** A person is offered; who asks for more of the same, or types at random, gets one. */
function outOfScope(run: Run, understood: Understood): boolean {
  run.state.misses += 1;
  if (run.state.misses > MISSES_BEFORE_OFFER) return giveToPerson(run);
  return offerPerson(run, unknownMacro(run, understood) ?? "repair.out_of_scope");
}
