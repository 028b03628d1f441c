/** Words to the conversation itself. */
import type { Run } from "../run.js";

export function startOver(run: Run): boolean {
  run.leaveAll();
  run.state.memory = {};
  run.state.wishes = [];
  return friendly(run, "repair.start_over");
}

export function stop(run: Run): boolean {
  run.leaveAll();
  run.state.wishes = [];
  return friendly(run, "repair.stopped");
}

export function sayGoodbye(run: Run): boolean {
  run.leaveAll();
  run.state.wishes = [];
  return friendly(run, "repair.goodbye");
}

export function friendly(run: Run, macro: string): boolean {
  run.state.misses = 0;
  run.reply([macro]);
  return false;
}
