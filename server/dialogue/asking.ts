/** Asking for one slot, and reading the answer. */
import { namedAmong } from "../formats/index.js";
import type { Answer } from "../understanding/index.js";
import { resolve } from "./context.js";
import { handOver } from "./handing-over.js";
import type { StepOf } from "./policy.js";
import type { Run } from "./run.js";
import type { OpenQuestion, Option } from "./state.js";

type Ask = StepOf<"ask">;

/** The value of a choice such as "No code came": the shopper cannot answer. */
const UNKNOWN = "unknown";

export function runAsk(run: Run, step: Ask): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const asked = frame.asked[step.id] ?? 0;
  const options = optionsOf(run, step);
  if (options?.length === 0) return giveUp(run, step);

  // A code that was typed before proves nothing about the one that is asked for now.
  if (asked === 0 && step.type !== "code") {
    // Known from an earlier policy or from the shopper's first words: nobody is asked twice.
    const known = run.isMemory(step.slot) ? run.state.memory[step.slot] : frame.values[step.slot];
    if (known !== undefined && known !== null) {
      const accepted = accept(String(known), step, options);
      if (accepted !== undefined) return leave(run, step, accepted);
      run.write("answer", known);
      run.forget(step.slot);
      // It was said, and it was no answer: that was the first attempt.
      run.changeFrame({ asked: { ...frame.asked, [step.id]: 1 } });
      return step.attempts > 1 ? put(run, step, options, "again") : giveUp(run, step);
    }
  }
  const only = options?.length === 1 && isTakenAlone(step) ? options[0] : undefined;
  if (only !== undefined) return leave(run, step, only.value);
  const named = asked === 0 ? namedEntry(run, step) : undefined;
  if (named !== undefined) return leave(run, step, named);
  if (asked >= step.attempts) return giveUp(run, step);
  put(run, step, options, asked === 0 ? "first" : "again");
}

/** Reads what was said against the open question. False when it was no answer at all. */
export function takeAnswer(run: Run, step: Ask, answer: Answer): boolean {
  const options = optionsOf(run, step);
  if (answer.kind === "unknown") {
    const target = step.on?.unknown;
    if (target === undefined) return false;
    run.closeQuestion();
    run.moveTo(target);
    return true;
  }
  if (answer.kind === "all") return false;
  const said = answer.kind === "yes" || answer.kind === "no" ? answer.kind : answer.value;
  const value = accept(said, step, options);
  if (value === undefined) {
    run.write("answer", said);
    return false;
  }
  run.closeQuestion();
  leave(run, step, value);
  return true;
}

/** Asks once more, or gives up when that was the last attempt. `before`: what is said first, instead of "not that". */
export function askAgain(run: Run, step: Ask, before: readonly string[] = []): void {
  run.closeQuestion();
  if ((run.frame?.asked[step.id] ?? 0) >= step.attempts) giveUp(run, step);
  else put(run, step, optionsOf(run, step), "again", before);
}

/** Puts the same question again without counting it: after a digression, thanks, or "say that again". */
export function repeatQuestion(run: Run, step: Ask, before: readonly string[]): void {
  put(run, step, optionsOf(run, step), "repeat", before);
}

function put(
  run: Run,
  step: Ask,
  options: readonly Option[] | undefined,
  how: "first" | "again" | "repeat",
  before: readonly string[] = [],
): void {
  const frame = run.frame;
  if (frame === undefined) return;
  if (how !== "repeat") run.changeFrame({ asked: { ...frame.asked, [step.id]: (frame.asked[step.id] ?? 0) + 1 } });
  const question: OpenQuestion = {
    kind: "step",
    slot: step.slot,
    type: step.type,
    // Their words come with the reply; the values alone are enough to read an answer against.
    ...(options && { choices: options.map(({ value }) => ({ label: value, value })) }),
    ...likeOf(step),
  };
  run.openQuestion(question);
  const macros = wordsFor(run, step.ask, how, before.length > 0);
  run.reply([...before, ...macros], { question: { ...question, ...(options && { options }) } });
  if (step.silence !== undefined) {
    run.commands.push({ kind: "set_silence", afterMs: milliseconds(step.silence.after), opened: run.state.opened });
  }
}

/** What is said by shoppers who mean one of the reasons, where the policy has it. */
function likeOf({ type, choices }: Ask): Pick<OpenQuestion, "like"> {
  if (type !== "reason" || !Array.isArray(choices)) return {};
  const like = choices.flatMap(({ value, like }) => (like === undefined ? [] : [[value, like] as const]));
  return like.length === 0 ? {} : { like: Object.fromEntries(like) };
}

/** `wismo.which_order` has, where a shop wrote them, `…_again` for an answer that was none and `…_repeat` for the rest. */
function wordsFor(run: Run, ask: string, how: "first" | "again" | "repeat", isExplained: boolean): readonly string[] {
  const { hasMacro } = run.rooms.policies;
  const plainly = how !== "first" && hasMacro(`${ask}_repeat`) ? `${ask}_repeat` : ask;
  if (how !== "again" || isExplained) return [plainly];
  return hasMacro(`${ask}_again`) ? [`${ask}_again`] : ["repair.not_understood", plainly];
}

function leave(run: Run, step: Ask, value: string): void {
  // "I don't know" leads on, but is no value that a later step could go by.
  if (value !== UNKNOWN) run.write(step.slot, value);
  keepEntry(run, step, value);
  run.state.misses = 0;
  const frame = run.frame;
  if (frame !== undefined) run.moveTo(branchFor(step, value) ?? step.then ?? run.nextOf(frame));
}

/** A shopper may type anything, `constructor` included. */
function branchFor({ on = {} }: Ask, value: string): string | undefined {
  return Object.hasOwn(on, value) ? on[value] : undefined;
}

function isTakenAlone({ choices }: Ask): boolean {
  return choices !== undefined && !Array.isArray(choices) && choices.only_one === "take";
}

/** "Cancel my house blend": who has named it in the first words is not asked for it. */
function namedEntry(run: Run, { choices }: Ask): string | undefined {
  if (choices === undefined || Array.isArray(choices) || choices.named_in === undefined) return undefined;
  const text = resolve(choices.named_in, run.scope);
  const list = resolve(choices.from, run.scope);
  if (typeof text !== "string" || !Array.isArray(list)) return undefined;
  const named = namedAmong(
    text,
    list.map((entry: Record<string, unknown>) => ({ thing: entry[choices.value], names: goodsOf(entry) })),
  );
  return named === undefined || named === null ? undefined : String(named);
}

/** The names of what a subscription brings, of what is in an order, or of a product. */
function goodsOf({ product, name, items }: Record<string, unknown>): string[] {
  const lines = Array.isArray(items) ? items.map((item: { name?: unknown } | null) => item?.name) : [];
  return [product, name, ...lines].filter((each) => typeof each === "string");
}

/** What was chosen from a list, as it stands in the list. */
function keepEntry(run: Run, { choices }: Ask, value: string): void {
  if (choices === undefined || Array.isArray(choices) || choices.as === undefined) return;
  const list = resolve(choices.from, run.scope);
  const entry = Array.isArray(list) ? list.find((each) => String(each[choices.value]) === value) : undefined;
  if (entry !== undefined) run.write(choices.as, entry);
}

function giveUp(run: Run, step: Ask): void {
  if (step.else !== undefined) run.moveTo(step.else);
  else handOver(run, { queue: "support", reason: "not_understood", priority: "normal" });
}

/** The value as the policy knows it, or undefined when it is none of those allowed. */
function accept(said: string, step: Ask, options: readonly Option[] | undefined): string | undefined {
  if (options === undefined) {
    if (step.type === "yes_no") return said === "yes" || said === "no" ? said : undefined;
    return said;
  }
  const wanted = plain(said);
  const found = options.find(({ value }) => plain(value) === wanted)?.value;
  // Fixed choices beside a free answer ("No code came", "Too expensive") do not limit it; a list of orders does.
  if (found === undefined && Array.isArray(step.choices) && !isLimited(step, step.choices)) return said;
  return found;
}

/** A reason may be given in the shopper's own words, unless each of the choices leads somewhere of its own. */
function isLimited({ type, on }: Ask, choices: readonly { readonly value: string }[]): boolean {
  return type === "choice" || (type === "reason" && choices.every(({ value }) => on?.[value] !== undefined));
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[\s#]/g, "");
}

function optionsOf(run: Run, step: Ask): readonly Option[] | undefined {
  const { choices } = step;
  if (choices === undefined) return undefined;
  if (Array.isArray(choices)) return choices.map(({ label, value }) => ({ value, label: { macro: label } }));
  const list = resolve(choices.from, run.scope);
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: Record<string, unknown>) => {
    const value = entry[choices.value];
    if (value === undefined || value === null) return [];
    const label: Option["label"] =
      choices.show === undefined
        ? { text: String(entry[choices.label ?? choices.value] ?? value) }
        : { show: choices.show, of: entry };
    return [{ value: String(value), label }];
  });
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
function milliseconds(time: string): number {
  return Number(time.slice(0, -1)) * UNITS[time.at(-1) as keyof typeof UNITS];
}
