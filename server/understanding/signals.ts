import { LANGUAGES, type Language } from "./languages/index.js";
import type { Signals } from "./understood.js";
import { plain } from "./words.js";

type Words = Language["signals"];
/** What small talk is made of. */
const SMALL_TALK = LANGUAGES.flatMap(({ signals: { thanks, greeting, goodbye, filler } }) => [
  thanks,
  greeting,
  goodbye,
  filler,
]);
const SHORT = 14;
/** Of a longer message the beginning and the end are read: what is said to the conversation itself stands there. */
const LONG = 3_000;

/** Reads what can be meant at any time. Only from the words: the classifier's own opinion is added by `understand`. */
export function readSignals(text: string): Signals {
  const said = plain(endsOf(text));
  const says = (holds: (words: Words) => boolean): boolean => LANGUAGES.some(({ signals }) => holds(signals));
  const only = (which: "thanks" | "greeting" | "goodbye"): boolean => isOnly(said, which);
  const wantsPerson = says(
    ({ person, refusesPerson }) => person.some((each) => each.test(said)) && !refusesPerson.test(said),
  );
  return {
    wantsPerson,
    stop: says(({ stop }) => stop.test(said)),
    repeat: says(({ repeat }) => repeat.test(said)),
    startOver: says(({ startOver }) => startOver.test(said)),
    thanks: only("thanks"),
    greeting: only("greeting"),
    goodbye: only("goodbye"),
    correction: says(({ correction }) => correction.test(said)),
    // "Don't cancel the order, cancel the subscription" refuses one of two.
    refusesCanceling: says(
      ({ refusesCanceling, cancels }) =>
        refusesCanceling.test(said) && !cancels.test(said.replace(refusesCanceling, " ")),
    ),
    insists: says(
      ({ insists, refusesCanceling }) => insists.some((each) => each.test(said)) && !refusesCanceling.test(said),
    ),
    justDoIt: says(({ justDoIt }) => justDoIt.test(said)),
    undo: says(({ undo }) => undo.test(said)),
    negative: says(({ negative }) => negative.test(said)),
    instead: says(({ instead }) => instead.test(said)),
    justThat: says(
      ({ instead, justThat, negated }) => (instead.test(said) || justThat.test(said)) && !negated.test(said),
    ),
  };
}

/** Whether a message begins as requests and questions do, not as what somebody tells. */
export function beginsAsRequest(text: string): boolean {
  const said = plain(text.slice(0, LONG));
  return LANGUAGES.some(({ signals }) => signals.request.test(said));
}

/** Nothing but small talk, and this kind of it is there. */
function isOnly(said: string, which: "thanks" | "greeting" | "goodbye"): boolean {
  if (said.split(" ").length > SHORT || !LANGUAGES.some(({ signals }) => said.search(signals[which]) >= 0))
    return false;
  return !/[\p{L}\p{N}]/u.test(SMALL_TALK.reduce((rest, each) => rest.replace(each, " "), said));
}

function endsOf(text: string): string {
  return text.length <= LONG ? text : `${text.slice(0, LONG / 2)} … ${text.slice(-LONG / 2)}`;
}
