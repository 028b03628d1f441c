/** A person takes over: asked for by a step, by the shopper, or because nothing else is safe. */
import type { Run } from "./run.js";
import type { DialogueEvent, OpenQuestion, Scope } from "./state.js";

export interface Handover {
  readonly queue: string;
  readonly reason: string;
  readonly priority: "low" | "normal" | "high" | "urgent";
  /** The last sentence; `handoff.default` when left out. */
  readonly say?: string;
}

export function handOver(run: Run, { queue, reason, priority, say }: Handover): void {
  run.closeQuestion();
  const policy = run.state.frames[0]?.policy ?? null;
  const { policies } = run.rooms;
  const systems = [run.comesFrom, policy].flatMap((id) =>
    id === undefined || id === null ? [] : policies.newest(id).systems,
  );
  run.commands.push({
    kind: "handoff",
    queue,
    reason,
    priority,
    policy,
    systems,
    scope: run.scope,
    answers: answersOf(run),
  });
  run.state.waiting = { for: "handoff", say: say ?? "handoff.default" };
}

/** What the shopper has answered to the policies under way, by slot; codes are nobody's business. */
function answersOf(run: Run): Record<string, string> {
  const asks = run.state.frames.flatMap((frame) => run.policyOf(frame).steps.filter((step) => "ask" in step));
  const answered = asks.flatMap(({ slot, type }) => {
    const value = run.scope[slot];
    return type !== "code" && typeof value === "string" ? [[slot, value] as const] : [];
  });
  return Object.fromEntries(answered);
}

/** The ticket is there, or stands in the books to be opened: say so, and close what was under way. */
export function sayHandedOff(run: Run, say: string, event: Extract<DialogueEvent, { kind: "handed_off" }>): void {
  const scope = { ...run.scope, contact: event.contact, opens: event.opens };
  const isAnswerable = event.mode === "live" || event.contact !== undefined;
  if (isAnswerable) run.reply([say, event.mode === "live" ? "handoff.live" : "handoff.async"], { scope });
  const first = run.state.frames[0];
  for (const frame of [...run.state.frames].reverse()) run.tellPolicy(frame, "ended", "handed_off");
  if (first !== undefined) {
    run.state.last = { policy: first.policy, outcome: "handed_off" };
    run.commands.push({ kind: "outcome", policy: first.policy, version: first.version, outcome: "handed_off" });
  }
  run.state.frames = [];
  run.state.aside = undefined;
  run.state.mode = "with_person";
  run.state.misses = 0;
  delete run.state.waiting;
  if (!isAnswerable) askContact(run, say, scope);
}

/** The ticket stands, but nobody knows yet where to answer. */
function askContact(run: Run, say: string, scope: Scope): void {
  const question: OpenQuestion = { kind: "contact", slot: "email", type: "email" };
  run.openQuestion(question);
  run.reply([say, "handoff.contact"], { scope, question });
}
