/** Answers to the questions that no policy asks: which wish was meant, and where a person shall write to. */
import type { Understood } from "../../understanding/index.js";
import { handOver } from "../handing-over.js";
import type { Run } from "../run.js";
import type { OpenQuestion } from "../state.js";
import { askWhichIntent } from "../wishes.js";
import { NO_OFFER, PERSON } from "./intents.js";
import { quote } from "./passages.js";
import { wantPerson } from "./person.js";
import { hearWish, serve } from "./wish.js";

/** "Did you mean …?", "You also asked about …", "Shall I get a person?" */
export function hearChoice(run: Run, question: OpenQuestion, understood: Understood): boolean {
  const { answer } = understood;
  const offered = (question.choices ?? []).map(({ value }) => value).filter((value) => value !== "none");
  let picked: string | undefined;
  if (answer?.kind === "choice" || answer?.kind === "value") picked = answer.value;
  // One thing was offered: "yes" means it.
  if (answer?.kind === "yes" && offered.length === 1) picked = offered[0];
  if (answer?.kind === "no") picked = "none";
  // One after the other: the first now, the rest is offered when it is done.
  const later = answer?.kind === "all" ? offered.slice(1) : [];
  if (answer?.kind === "all") picked = offered[0];
  run.closeQuestion();
  if (picked === "none" || understood.signals.stop) {
    run.state.wishes = [];
    run.state.misses = 0;
    run.reply(["repair.anything_else"]);
    return false;
  }
  if (picked !== undefined && offered.includes(picked)) {
    if (picked === PERSON) return wantPerson(run, understood);
    if (later.length > 0) run.state.wishes = later.filter((other) => other !== PERSON);
    return serve(run, picked, { ...understood, ...question.said });
  }
  if (isNoWish(understood) && run.state.misses === 0 && !offered.includes(PERSON)) {
    if (quote(run, understood)) return false;
    run.state.misses += 1;
    askWhichIntent(run, offered, "repair.did_you_mean", question.said);
    return false;
  }
  return hearWish(run, understood);
}

/** "Yes" to two readings, "too expensive" to one: it does not say which, and the question is worth putting again. */
function isNoWish({ answer, outcome, intent, slots, signals }: Understood): boolean {
  const { thanks, greeting, goodbye, wantsPerson, undo } = signals;
  if (thanks || greeting || goodbye || wantsPerson || undo || slots.order_number !== undefined) return false;
  return answer?.kind === "yes" || outcome === "unsure" || (outcome === "ask" && NO_OFFER.includes(intent));
}

/** Where the answer is to go, once a person has the conversation: told to the helpdesk with all that was said. */
export function hearContact(run: Run, understood: Understood): boolean {
  const { answer } = understood;
  run.closeQuestion();
  if (answer?.kind !== "value") return hearWish(run, understood);
  run.write("email", answer.value);
  handOver(run, { queue: "support", reason: "contact_given", priority: "normal", say: "handoff.contact_thanks" });
  return false;
}
