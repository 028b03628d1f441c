/** Which policy serves a wish, and what happens to the wishes that have to wait. */
import type { Understood } from "../understanding/index.js";
import type { Run } from "./run.js";
import type { DialogueState, OpenQuestion, Option, Said } from "./state.js";

/** Starts the policy for an intent; false when this shop has none. */
export function startPolicyFor(
  run: Run,
  intent: string,
  { text, slots, signals }: Said,
  { aside }: Pick<DialogueState, "aside"> = {},
): boolean {
  const policy = run.rooms.policies.forIntent(intent);
  if (policy === undefined) return false;
  if (aside === undefined) run.leaveAll();
  else {
    run.state.frames = [];
    run.closeQuestion();
  }
  run.state.aside = aside;
  run.state.mode = "open";
  run.state.misses = 0;
  // The same question about another order: the last number is not carried over, a change of mind about it is.
  const isSameOrder = slots.order_number !== undefined && String(slots.order_number.value) === run.scope.order_number;
  if (run.state.last?.policy === policy && !signals.undo && !isSameOrder) run.forgetOrder();
  for (const name of ["email", "order_number"]) {
    const slot = slots[name];
    if (slot !== undefined) run.write(name, String(slot.value));
  }
  // For policies that tell several wishes apart: "pause" and "skip", "cancel" and "cancel, and no offers".
  if (run.isMemory("wish")) {
    run.write("wish", { text, undo: signals.undo, insists: signals.insists, date: slots.date?.value ?? null });
  }
  run.push(policy, {});
  return true;
}

/** "Did you mean …?" with a button for each, and one for none of them. */
export function askWhichIntent(run: Run, intents: readonly string[], macro: string, said?: Partial<Said>): void {
  const options: Option[] = [
    ...intents.map((intent) => ({ value: intent, label: labelOf(run, intent) })),
    { value: "none", label: { macro: "repair.none_of_these" } },
  ];
  const question: OpenQuestion = {
    kind: "intent",
    slot: "intent",
    type: "choice",
    choices: options.map(({ value, label }) => ({ value, label: "text" in label ? label.text : value })),
    ...(said && { said: wordsIn(said) }),
  };
  run.openQuestion(question);
  run.reply([macro], { question: { ...question, options } });
}

function wordsIn({ text, slots, signals }: Partial<Said>): Partial<Said> {
  return { ...(text !== undefined && { text }), ...(slots && { slots }), ...(signals && { signals }) };
}

/** In the shopper's language where the shop has written it (`policies/macros/<locale>/intent.json`); else the intent's title. */
function labelOf(run: Run, intent: string): Option["label"] {
  const macro = `intent.${intent}`;
  const { policies } = run.rooms;
  return policies.hasMacro(macro) ? { macro } : { text: policies.titleOfIntent(intent) };
}

/** Keeps the further wishes of a message, each with the words in which it was said. */
export function keepWishes(run: Run, wishes: readonly string[], { clauses }: Pick<Understood, "clauses">): void {
  run.state.wishes = wishes;
  run.state.wishWords = Object.fromEntries(
    wishes.flatMap((wish) => {
      const clause = clauses.find(({ intent }) => intent === wish);
      return clause === undefined ? [] : [[wish, { text: clause.text, slots: clause.slots ?? {} }]];
    }),
  );
}

/** After a policy has ended well: the next wish of the same message, if there was one. */
export function offerNextWish(run: Run): void {
  const [next, ...later] = run.state.wishes;
  run.state.wishes = later;
  if (next === undefined || run.rooms.policies.forIntent(next) === undefined) return;
  askWhichIntent(run, [next], "repair.also_asked", run.state.wishWords?.[next]);
}
