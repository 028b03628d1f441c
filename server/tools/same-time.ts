import { performance } from "node:perf_hooks";
import type { Clock } from "../ports/index.js";

/**
 * Does `work`, and answers only when the next multiple of `stepMs` since its beginning has come: how long it really took
 * (a vendor that finds somebody slower than nobody, a mail that has to leave) cannot be read off the clock. The steps are
 * chosen so that either kind of answer nearly always falls into the same one.
 */
export async function inSteps<T>(clock: Clock, stepMs: number, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    const took = performance.now() - begun;
    await clock.pause(Math.ceil(took / stepMs) * stepMs - took);
  }
}
