import { monitorEventLoopDelay } from "node:perf_hooks";

export interface Overload {
  /** Whether newcomers are to wait, so that conversations under way go on as usual. */
  isOverloaded(): boolean;
  close(): void;
}

const WINDOW_MS = 1_000;
const NANOSECONDS = 1e6;

/**
 * Watches how late the event loop comes to things, a second at a time, and how many conversations wait for their turn.
 *
 * @param atWork conversations with a turn under way or waiting
 */
export function watchOverload(options: {
  readonly loopDelayMs: number;
  readonly atWorkInAll: number;
  readonly atWork?: () => number;
}): Overload {
  const { loopDelayMs, atWorkInAll, atWork = () => 0 } = options;
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  let isLate = false;
  const look = setInterval(() => {
    // The sampler's own rhythm counts as delay in it.
    isLate = delays.count > 0 && delays.mean / NANOSECONDS - 20 > loopDelayMs;
    delays.reset();
  }, WINDOW_MS);
  look.unref();
  return {
    isOverloaded: () => isLate || atWork() > atWorkInAll,
    close: () => {
      clearInterval(look);
      delays.disable();
    },
  };
}
