/** A person at any time: asked for, offered, or already there. */
import type { Understood } from "../../understanding/index.js";
import { handOver } from "../handing-over.js";
import type { Run } from "../run.js";
import { askWhichIntent, startPolicyFor } from "../wishes.js";
import { PERSON } from "./intents.js";

export function wantPerson(run: Run, understood: Understood): boolean {
  if (run.state.mode === "with_person" && run.state.frames.length === 0) return sayWithPerson(run, understood);
  run.comesFrom = run.state.frames[0]?.policy;
  if (startPolicyFor(run, PERSON, understood)) return true;
  handOver(run, { queue: "support", reason: "asked_for_person", priority: "normal" });
  return false;
}

export function sayWithPerson(run: Run, understood: Understood): boolean {
  run.reply([understood.signals.thanks ? "repair.welcome" : "handoff.already"]);
  return false;
}

export function giveToPerson(run: Run): boolean {
  handOver(run, { queue: "support", reason: "not_understood", priority: "normal", say: "handoff.not_understood" });
  return false;
}

export function offerPerson(run: Run, macro: string): boolean {
  askWhichIntent(run, [PERSON], macro);
  return false;
}
