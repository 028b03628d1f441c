/**
 * Whether a policy does what its title says. No check of words can know; but where title and steps have not a single word
 * in common, one of them was most likely copied from elsewhere.
 */
import type { Policy, Step } from "../policy.js";
import type { Report } from "./report.js";
import type { Surroundings } from "./surroundings.js";

const SAYS_NOTHING = new Set(
  (
    "a about after again all already also an and another any are ask asks asked at be been before by can cannot code could customer customers did do " +
    "does done else for from get gets give has have hers his how i if in into is it its know may me more my need needs new no not of on once one only " +
    "or order other our out over own policy say says shop shopper shoppers should so some something store support than that the their them then " +
    "there they this to up us wants want was way we were what when where which who whose why will with without would yes you your"
  ).split(" "),
);

export function checkTopic(policy: Policy, around: Surroundings, report: Report): void {
  // What only other policies lead to is chosen by name, not by what it says of itself.
  if (policy.intents.length === 0) return;
  const titles = policy.intents.map((intent) => `${intent} ${around.intents.get(intent)?.title ?? ""}`);
  const said = topicsOf([policy.title, policy.when, ...titles].join(" "));
  const done = topicsOf(policy.steps.map(wordsOf).join(" "));
  if (said.size === 0 || done.size === 0 || [...said].some((topic) => done.has(topic))) return;
  report(
    "when",
    "POLICY_OFF_TOPIC",
    `Title and "when" speak of ${list(said)}, the steps of ${list(done)}.`,
    'Make sure that these are the right steps; if they are, use one of their words in "when".',
    "warning",
  );
}

/** Everything in a step that a person has chosen a word for. */
function wordsOf(step: Step): string {
  const words: unknown[] = [];
  if ("say" in step) words.push(step.say);
  if ("ask" in step) words.push(step.ask, step.slot);
  if ("call" in step) words.push(step.call);
  if ("confirm" in step) words.push(step.confirm);
  if ("decide" in step) words.push(step.decide, ...Object.keys(step.on));
  if ("run" in step) words.push(step.run);
  if ("go" in step) words.push(step.go);
  if ("handoff" in step) words.push(step.handoff.queue, step.handoff.reason, step.handoff.say);
  if ("end" in step) words.push(step.end);
  return words.join(" ");
}

/** Words that say something, without their endings: "cancelled", "cancels" and "cancel_order" share one. */
function topicsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}]{3,}/gu) ?? [];
  return new Set(
    words.filter((word) => !SAYS_NOTHING.has(word)).map((word) => word.slice(0, 5).replace(/(e|s|es)$/, "")),
  );
}

function list(topics: ReadonlySet<string>): string {
  const shown = [...topics].slice(0, 5).map((topic) => `“${topic}…”`);
  return shown.join(", ");
}
