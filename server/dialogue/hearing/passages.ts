/** Questions that no policy answers and one of the shop's passages does: it is quoted, word for word, with its source. */
import type { Understood } from "../../understanding/index.js";
import { askOpenQuestionAgain } from "../resuming.js";
import type { Run } from "../run.js";
import { askWhichIntent, keepWishes, offerNextWish } from "../wishes.js";
import { PERSON } from "./intents.js";

/**
 * A passage never takes a wish: it is quoted where nothing was understood, where what was is out of scope, or where the
 * question is about nobody's order in particular ("How long do refunds take?"), whatever policy that resembles.
 */
function mayQuote({ knowledge, outcome, intent }: Understood): boolean {
  if (knowledge?.passage === undefined) return false;
  if (outcome === "unsure" || (outcome === "accept" && intent === "out_of_scope")) return true;
  // "Are you a person?" may ask for one.
  return knowledge.general && intent !== PERSON && !(outcome === "accept" && intent === "greeting");
}

/** No question is open. Further wishes of the same message are offered after it. */
export function quote(run: Run, understood: Understood): boolean {
  if (run.state.mode === "with_person" || !mayQuote(understood)) return false;
  sayPassage(run, understood);
  const { policies } = run.rooms;
  const served = understood.also.filter((wish) => policies.forIntent(wish) !== undefined);
  keepWishes(run, served, understood);
  offerNextWish(run);
  return true;
}

/** The wish of the message is sure, and beside it stands a question that a passage answers: that first. */
export function sayBeside(run: Run, understood: Understood): void {
  if (run.state.mode !== "with_person" && understood.also.includes("out_of_scope")) sayPassage(run, understood);
}

/** A question is open: it is put again after the answer, and no attempt is lost. */
export function quoteAside(run: Run, understood: Understood): boolean {
  if (!mayQuote(understood)) return false;
  sayPassage(run, understood);
  askOpenQuestionAgain(run, ["repair.resume"]);
  return true;
}

/** "Can I return an opened bag?": the passage answers it, and it may be a wish all the same. */
export function quoteAndAsk(run: Run, likely: readonly string[], understood: Understood): boolean {
  const macro = "knowledge.or_did_you_mean";
  const { knowledge } = understood;
  // Of two wishes, one is to be done whatever a passage says.
  if (understood.also.length > 0) return false;
  if (knowledge?.passage === undefined || !knowledge.isQuestion || !run.rooms.policies.hasMacro(macro)) return false;
  sayPassage(run, understood);
  askWhichIntent(run, likely, macro, understood);
  return true;
}

/** What is said to a question that neither a policy nor a passage answers; undefined where the shop has no words for it. */
export function unknownMacro(run: Run, { knowledge }: Understood): string | undefined {
  const macro = "knowledge.unknown";
  return knowledge?.isQuestion === true && run.rooms.policies.hasMacro(macro) ? macro : undefined;
}

function sayPassage(run: Run, { knowledge }: Understood): void {
  if (knowledge?.passage === undefined) return;
  const { title, text, source } = knowledge.passage;
  const macro = "knowledge.source";
  const label = run.rooms.policies.hasMacro(macro) ? { macro } : { text: new URL(source).host };
  run.state.misses = 0;
  run.reply([], { passage: { title, text, source, label } });
}
