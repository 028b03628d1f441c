/** Stopping in order: the first signal lets what is under way end, a second one or the time limit ends it at once. */

export interface ToldToStop {
  readonly signal: NodeJS.Signals;
  /**
   * Runs the orderly stop; cut short by a second signal or after `limitMs`.
   *
   * @returns how it ended
   */
  within(limitMs: number, stop: () => Promise<void>): Promise<"stopped" | "cut short by a signal" | "out of time">;
}

export interface StopOptions {
  readonly signals?: readonly NodeJS.Signals[];
  readonly process?: Pick<NodeJS.Process, "on" | "off">;
}

/** Resolves at the first signal. From then on the next one is listened to, so that the system does not end us midway. */
export function stopOnSignals(options: StopOptions = {}): Promise<ToldToStop> {
  const { signals = ["SIGTERM", "SIGINT"], process: told = process } = options;
  return new Promise((resolve) => {
    let again: (() => void) | undefined;
    const second = new Promise<"cut short by a signal">((cutShort) => {
      again = () => cutShort("cut short by a signal");
    });
    let isFirst = true;
    const hear = (signal: NodeJS.Signals): void => {
      if (!isFirst) return again?.();
      isFirst = false;
      resolve({
        signal,
        async within(limitMs, stop) {
          let timer: NodeJS.Timeout | undefined;
          const late = new Promise<"out of time">((outOfTime) => {
            timer = setTimeout(() => outOfTime("out of time"), limitMs);
          });
          try {
            return await Promise.race([stop().then(() => "stopped" as const), second, late]);
          } finally {
            clearTimeout(timer);
            for (const each of signals) told.off(each, hear);
          }
        },
      });
    };
    for (const each of signals) told.on(each, hear);
  });
}
