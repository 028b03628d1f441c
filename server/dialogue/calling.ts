/** Calling a tool, and where a policy goes when it has answered. */
import { confirmationFor, isAgreed } from "./agreement.js";
import { resolve, resolveAll } from "./context.js";
import { handOver } from "./handing-over.js";
import type { StepOf } from "./policy.js";
import type { Run } from "./run.js";
import type { DialogueEvent, OpenQuestion } from "./state.js";

type Call = StepOf<"call">;
type Called = Extract<DialogueEvent, { kind: "called" }>;

/** So often a code may be typed, and so often one may be sent, before a person takes over. */
const CODE_TRIES = 5;
const CODES_SENT = 2;

/** @param code typed for this very effect, after the guard asked for one */
export function runCall(run: Run, step: Call, code?: string): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const tool = resolve(step.call, run.scope);
  if (typeof tool !== "string") {
    handOver(run, { queue: "support", reason: "tool_missing", priority: "high" });
    return;
  }
  const name = tool.replace(/^@/, "");
  const args = resolveAll(step.with, run.scope);
  const { agreed } = frame;
  if (run.rooms.policies.needsYes(name) && !(agreed && isAgreed(agreed.agreement, step.id, name, args))) {
    // What is known has changed since the yes: ask again, with the new figures.
    const confirmation = confirmationFor(run.policyOf(frame), step.id);
    if (confirmation !== undefined && agreed !== undefined) run.moveTo(confirmation.id);
    else handOver(run, { queue: "support", reason: "not_confirmed", priority: "high" });
    run.changeFrame({ agreed: undefined });
    return;
  }
  run.commands.push({
    kind: "call",
    tool: name,
    args,
    policy: frame.policy,
    version: frame.version,
    step: step.id,
    ...(agreed && { agreed: { ...agreed, ...(code !== undefined && { code }) } }),
    scope: run.scope,
  });
  run.state.waiting = { for: "call" };
}

export function continueAfterCall(run: Run, called: Called): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const step = run.stepOf(frame) as Call;
  if (called.result === "needs_code" || called.result === "wrong_code") {
    askForCode(run, called.result);
    return;
  }
  if (called.authorisedBy !== undefined && frame.agreed !== undefined) {
    run.changeFrame({ agreed: { ...frame.agreed, codeId: called.authorisedBy } });
  }
  // A list with nothing in it is an answer of the same kind as "there is no such thing".
  const result = called.result === "ok" && isEmptyList(called.value) ? "not_found" : called.result;
  if (result === "ok") {
    if (step.as !== undefined) run.write(step.as, called.value);
    run.moveTo(step.then ?? run.nextOf(frame));
    return;
  }
  run.ways.push({ policy: frame.policy, from: step.id, to: failureOf(result) });
  const target = step.on[result];
  if (target !== undefined) {
    if (result === "refused") run.write("refusal", called.reason ?? result);
    run.moveTo(target);
    return;
  }
  const tool = String(resolve(step.call, run.scope)).replace(/^@/, "");
  const say =
    result === "unavailable"
      ? run.rooms.policies.needsYes(tool)
        ? "handoff.not_done"
        : "handoff.unavailable"
      : result === "unknown_outcome"
        ? "handoff.unknown_outcome"
        : "handoff.default";
  const priority = result === "unknown_outcome" ? "high" : "normal";
  handOver(run, {
    queue: "support",
    reason: reasonOf(result, result === "unknown_outcome" ? undefined : called.reason),
    priority,
    say,
  });
}

/** A call that failed, as a way that was taken: whatever comes after it, the failure itself has been met. */
export function failureOf(result: string): string {
  return `(${result})`;
}

/** The shopper said yes; the code makes sure that it was the owner of the account who did. */
export function askForCode(run: Run, why: "needs_code" | "wrong_code"): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const key = why === "needs_code" ? "codes-sent" : "code-tries";
  const count = (frame.asked[key] ?? 0) + 1;
  if (count > (why === "needs_code" ? CODES_SENT : CODE_TRIES - 1)) {
    notConfirmed(run);
    return;
  }
  run.changeFrame({ asked: { ...frame.asked, [key]: count } });
  const first = count === 1 ? "identify.step_up" : "identify.step_up_new";
  putCodeQuestion(run, why === "needs_code" ? first : "identify.step_up_again");
}

/** No code came: another one is sent, unless that was the last. */
export function sendAnotherCode(run: Run, step: Call): void {
  if ((run.frame?.asked["codes-sent"] ?? 0) >= CODES_SENT) notConfirmed(run);
  else runCall(run, step);
}

function notConfirmed(run: Run): void {
  handOver(run, {
    queue: "support",
    reason: "code_not_confirmed",
    priority: "normal",
    say: "identify.agent_step_up",
  });
}

export function putCodeQuestion(run: Run, macro: string): void {
  const options = [{ value: "unknown", label: { macro: "identify.no_code" } }];
  const question: OpenQuestion = {
    kind: "step_up",
    slot: "step_up_code",
    type: "code",
    choices: options.map(({ value }) => ({ value, label: value })),
  };
  run.openQuestion(question);
  run.reply([macro], { question: { ...question, options } });
}

function reasonOf(result: string, reason: string | undefined): string {
  return reason !== undefined && /^[a-z][a-z0-9_]*$/.test(reason) ? reason : result;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
