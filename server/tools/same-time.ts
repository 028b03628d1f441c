import type { Clock } from "../ports/index.js";

/**
 * Does `work`, and answers only when the next multiple of `stepMs` since its beginning has come: how long it really took
 * (a vendor that finds somebody slower than nobody, a mail that has to leave) cannot be read off the clock. The steps are
 * chosen so that either kind of answer nearly always falls into the same one.
 */
export async function inSteps<T>(clock: Clock, stepMs: number, work: () => Promise<T>): Promise<T> {
  const begun = clock.now();
  try {
    return await work();
  } finally {
    // By the port's clock, or a run could not be replayed; set back or forward, it is a step at most that differs.
    const took = Math.max(0, clock.now() - begun);
    await clock.pause(stepMs - (took % stepMs));
  }
}
